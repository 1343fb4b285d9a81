"""The app in a real terminal (tmux): start, keys, resize, quit; nothing is left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys
open({pid!r}, "w").write(str(os.getpid()))
sys.path[:0] = [{tui!r}, {root!r}]
from specc_tui.app import main
sys.exit(main(sys.argv[1], out={out!r}, command=(sys.executable, {fake!r})))
"""


class Terminal:
    """One tmux server with one window."""

    def __init__(self, socket: str) -> None:
        self.socket = socket

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, "-f", os.devnull, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return done.stdout

    def start(self, argv: list[str], environment: dict[str, str]) -> None:
        pairs = [x for name, value in environment.items() for x in ("-e", f"{name}={value}")]
        line = " ".join(f"'{part}'" for part in argv)
        shell = f"{line}; echo status $?; exec sleep 60"
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", *pairs, shell)

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self, *options: str) -> str:
        return self.tmux("capture-pane", "-p", *options)

    def left(self) -> str:
        """The screen once the program ended and the alternate screen is left."""
        text = self.until(lambda text: re.search(r"^status \d+", text, re.MULTILINE))
        assert self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}") == "0 1\n"
        return text

    def until(self, condition: Callable[[str], object], seconds: float = 30.0) -> str:
        end = time.monotonic() + seconds
        while not condition(text := self.screen()):
            assert time.monotonic() < end, f"it did not happen; the screen:\n{text}"
            time.sleep(0.05)
        return text


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    # Not under `tmp_path`: the path of a socket may be about a hundred characters long.
    with tempfile.TemporaryDirectory(prefix="specc-") as folder:
        made = Terminal(f"{folder}/tmux")
        yield made
        made.tmux("kill-server")


@pytest.fixture
def program(tmp_path, fake) -> list[str]:
    path = tmp_path / "watch.py"
    places = {"tui": str(ROOT / "tui"), "root": str(ROOT), "fake": fake.__file__}
    text = PROGRAM.format(**places, out=str(tmp_path / "run"), pid=str(tmp_path / "pid"))
    path.write_text(text)
    return [sys.executable, str(path)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def trainer_of(directory: Path) -> int:
    return json.loads((directory / "run.json").read_text())["pid"]


def test_a_session_from_start_to_quit(terminal, program, spec, tmp_path):
    terminal.start([*program, str(spec("steps 100000\ndelay 0.001"))], {"COLORTERM": "truecolor"})
    terminal.until(lambda text: "cost J" in text and re.search(r"step [\d,]{2,}/100,000", text))
    assert "\x1b[38;2;" in terminal.screen("-e")
    terminal.press("2")
    terminal.until(lambda text: "dense 64, relu" in text)
    terminal.press("1", "Space")
    terminal.until(lambda text: "paused" in text)
    terminal.tmux("resize-window", "-x", "150", "-y", "45")
    terminal.until(lambda text: "learning rate" in text and "optimizer" in text)
    terminal.press("q")
    terminal.until(lambda text: "the trainer is at work" in text)
    pid = trainer_of(tmp_path / "run")
    assert alive(pid)
    terminal.press("s")
    text = terminal.left()
    assert "status 0" in text
    assert not alive(pid)


def test_without_colour_no_colour_reaches_the_terminal(terminal, program, make_run):
    terminal.start([*program, str(make_run())], {"NO_COLOR": "1", "COLORTERM": "truecolor"})
    terminal.until(lambda text: "cost J" in text and "finished" in text)
    codes = set(re.findall(r"\x1b\[[\d;]*m", terminal.screen("-e")))
    assert "\x1b[1m" in codes
    assert not [code for code in codes if re.search(r"[\[;](3|4|9|10)[0-8]\b", code)]
    terminal.press("q")
    assert "status 0" in terminal.left()


def test_the_terminal_is_restored_when_the_viewer_is_told_to_go(terminal, program, spec, tmp_path):
    terminal.start([*program, str(spec("steps 100000\ndelay 0.001"))], {})
    terminal.until(lambda text: "cost J" in text and (tmp_path / "run/run.json").exists())
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
    text = terminal.left()
    assert "training goes on in" in text
    assert alive(trainer_of(tmp_path / "run"))
    (tmp_path / "run/control").write_text("stop\n")
    end = time.monotonic() + 20
    while '"status": "stopped"' not in (tmp_path / "run/events.jsonl").read_text():
        assert time.monotonic() < end, "the trainer did not stop"
        time.sleep(0.05)


def test_the_viewer_survives_the_death_of_its_trainer(terminal, program, spec, tmp_path):
    terminal.start([*program, str(spec("steps 100000\ndelay 0.001"))], {})
    terminal.until(lambda text: "cost J" in text and re.search(r"step [\d,]{2,}/100,000", text))
    os.kill(trainer_of(tmp_path / "run"), signal.SIGKILL)
    terminal.until(lambda text: "the trainer ended with status 137: killed; esc hides" in text)
    assert "ETA" not in terminal.screen()
    terminal.press("Escape")
    terminal.until(lambda text: "esc hides" not in text)
    terminal.press("2")
    terminal.until(lambda text: "dense 64, relu" in text and "(status 137, killed)" in text)
    terminal.press("q")
    assert "status 137" in terminal.left()


def test_the_trainer_survives_the_death_of_its_viewer(terminal, program, spec, tmp_path):
    terminal.start([*program, str(spec("steps 100000\ndelay 0.001"))], {})
    terminal.until(lambda text: "cost J" in text and re.search(r"step [\d,]{2,}/100,000", text))
    terminal.press("Space")
    terminal.until(lambda text: "paused" in text)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    trainer = trainer_of(tmp_path / "run")
    # Nobody could ask a paused trainer to go on any more, so it does.
    end = time.monotonic() + 20
    while '"resumed"' not in (tmp_path / "run/events.jsonl").read_text():
        assert time.monotonic() < end, "the trainer did not go on"
        time.sleep(0.05)
    assert alive(trainer)
    size = (tmp_path / "run/steps.bin").stat().st_size
    while (tmp_path / "run/steps.bin").stat().st_size == size:
        assert time.monotonic() < end, "the trainer stands still"
        time.sleep(0.05)
    (tmp_path / "run/control").write_text("stop\n")


def test_the_terminal_is_restored_when_the_viewer_fails(terminal, spec, tmp_path, fake):
    path = tmp_path / "watch.py"
    places = {"tui": str(ROOT / "tui"), "root": str(ROOT), "fake": fake.__file__}
    text = PROGRAM.format(**places, out=str(tmp_path / "run"), pid=str(tmp_path / "pid"))
    broken = "import specc_tui.viewer as v\nv.Viewer.tick = lambda self: 1 / 0\nsys.exit("
    path.write_text(text.replace("sys.exit(", broken))
    terminal.start([sys.executable, str(path), str(spec("steps 100000\ndelay 0.001"))], {})
    text = terminal.left()
    assert "status 70" in text
    assert "ZeroDivisionError" in text or "division by zero" in text
    end = time.monotonic() + 20
    while not (tmp_path / "run/run.json").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert alive(trainer_of(tmp_path / "run"))
    (tmp_path / "run/control").write_text("stop\n")


def test_with_a_dumb_terminal_a_run_is_plain_lines(terminal, make_run):
    line = f"{sys.executable} -m specc watch {make_run()} | cat -v"
    paths = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
    terminal.start(["sh", "-c", line], {"TERM": "dumb", "PYTHONPATH": paths})
    text = terminal.until(lambda text: re.search(r"^status \d+", text, re.MULTILINE))
    assert "finished: ran 15 epochs" in text
    assert "^[" not in text


def test_a_spec_is_edited_and_saved(terminal, program, spec):
    path = spec("steps 100000\ndelay 0.001\n")
    terminal.start([*program, str(path)], {})
    terminal.until(lambda text: "cost J" in text)
    terminal.press("7")
    terminal.until(lambda text: "delay 0.001" in text)
    terminal.press("i", "q", "1", "Space", "#", "BSpace", "F8")
    terminal.until(lambda text: "q1 steps 100000" in text and "unsaved" in text)
    terminal.tmux("resize-window", "-x", "200", "-y", "60")
    terminal.until(lambda text: "error[E" in text)
    terminal.press("C-s")
    terminal.until(lambda text: "saved" in text and "unsaved" not in text)
    assert path.read_text() == "q1 steps 100000\ndelay 0.001\n"
    terminal.press("Escape")
    terminal.press("1")
    terminal.until(lambda text: "cost J" in text)
    terminal.press("q")
    terminal.until(lambda text: "the trainer is at work" in text)
    terminal.press("s")
    assert "status 0" in terminal.left()


def test_a_viewer_whose_terminal_is_gone_ends_though_no_signal_tells(make_run):
    pty = pytest.importorskip("pty")
    keys, screen = pty.openpty()
    paths = os.pathsep.join((str(ROOT / "tui"), str(ROOT)))
    viewer = subprocess.Popen(
        [sys.executable, "-m", "specc", "watch", str(make_run())],
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": paths, "TERM": "xterm-256color"},
    )
    try:
        os.close(screen)
        text = b""
        while b"finished" not in text:
            text += os.read(keys, 65_536)
        os.close(keys)
        assert viewer.wait(20) in (0, 70)
    finally:
        viewer.kill()
        viewer.wait()


def test_variants_are_compared_while_they_train(terminal, tmp_path):
    argv = [sys.executable, "-m", "specc", "compare", str(ROOT / "models" / "circles.dl")]
    argv += ["--watch", "--out", str(tmp_path / "out"), "--set", "train.run=2000 epochs"]
    terminal.start(argv, {"PYTHONPATH": f"{ROOT / 'tui'}:{ROOT}"})
    terminal.until(lambda text: text.count("finished") >= 3 and "zeros" in text)
    terminal.press("Enter")
    terminal.until(lambda text: "cost J" in text)
    terminal.press("q")
    assert "status 0" in terminal.left()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["he", "large", "zeros"]


def test_an_escape_and_a_key_right_behind_it_are_both_there(terminal, program, make_run):
    terminal.start([*program, str(make_run())], {})
    terminal.until(lambda text: "cost J" in text and "accuracy" in text and "finished" in text)
    terminal.press("Enter")
    terminal.until(lambda text: "accuracy  ──" not in text)
    terminal.press("Escape", "2")
    terminal.until(lambda text: "dense 64, relu" in text)
    terminal.press("1")
    terminal.until(lambda text: "accuracy  ──" in text)
    terminal.press("q")
    assert "status 0" in terminal.left()
