"""`python -m bench watch`: what the terminal app costs, and how fast it is.

* seconds until the first frame of a run, and until the whole of one of 10 million steps, each as a
  process on a terminal, from its start; the memory of the latter; seconds to quit,
* CPU milliseconds of drawing one panel of 5 x 2,000 points at 120x40,
* CPU milliseconds of a whole dashboard from a new snapshot to the screen at 200x60,
* what watching takes off the throughput of training: the same run watched and unwatched, by turns.

Medians are reported; of the ratio, the median of the ratios within each round. Seconds are by the
clock, and longer where other work wants the processor: the CPU seconds of a session from its start
to its end, and of the trainer, show how much.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.runner import ROOT
from bench.terminal import Terminal

STEPS = 10_000_000
SPEC = "models/digits.dl"
TARGETS = {
    "first frame, s": 1.0,
    "panel of 5 x 2,000 points, CPU ms": 10.0,
    "dashboard to screen, CPU ms": 50.0,
    "watching, % of throughput": 5.0,
    "10 million steps shown, s": 1.0,
    "10 million steps, MB": 150.0,
    "quit, s": 0.5,
}


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench watch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of everything (default: 7)")
    parser.add_argument("--epochs", type=int, default=8000, help="of a watched run (default: 8000)")
    parser.add_argument("--json", metavar="FILE", help="also write everything measured")
    options = parser.parse_args(given)
    if options.rounds < 1 or options.epochs < 1:
        parser.error("at least one round, and one epoch")
    return options


def main(given: list[str] | None = None) -> int:
    """Measure and report; 1 if a target was missed, 2 if something did not run."""
    options = _arguments(given)
    try:
        with tempfile.TemporaryDirectory(prefix="specc-bench-") as folder:
            found = measured(Path(folder), options.rounds, options.epochs)
    except RuntimeError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write(report(found))
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(value <= TARGETS[name] for name, value in results(found).items()) else 1


def measured(folder: Path, rounds: int, epochs: int) -> dict[str, list[float]]:
    """All numbers, a list of one per round each."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    small, large = folder / "small", folder / "large"
    train(small, 30)
    lengthen(small, large, STEPS)
    found: dict[str, list[float]] = {name: [] for name in TARGETS if "watching" not in name}
    first, panel, dashboard, shown, memory, leaving = found
    found |= {"a session, CPU s": [], "10 million steps, CPU s": []}
    for name in ("watched", "unwatched"):
        found |= {f"{name}, examples/s": [], f"{name}, trainer's CPU s": []}
    for number in range(rounds + 1):  # the first one warms the caches
        one = {name: [] for name in found} if number == 0 else found
        terminal = opened(small)
        one[first].append(terminal.until("cost J", "finished"))
        terminal.press("q")
        seconds, cpu = terminal.wait()
        one[leaving].append(seconds)
        one["a session, CPU s"].append(cpu)
        terminal = opened(large)
        one[shown].append(terminal.until("8M", f"step {STEPS:,}/{STEPS:,}"))
        one[memory].append(terminal.memory())
        terminal.press("q")
        one["10 million steps, CPU s"].append(terminal.wait()[1])
        one[panel].append(draw_panel())
        one[dashboard].append(asyncio.run(draw_dashboard(small)))
        if number:
            for name in ("watched", "unwatched")[:: 1 if number % 2 else -1]:
                run = folder / f"{name}{number}"
                speed, cpu = train(run, epochs, watched=name == "watched")
                one[f"{name}, examples/s"].append(speed)
                one[f"{name}, trainer's CPU s"].append(cpu)
    return found


def train(directory: Path, epochs: int, *, watched: bool = False) -> tuple[float, float]:
    """Train the spec, with the app open on the run or not: examples per second by the clock, and
    CPU seconds of the trainer."""
    command = [sys.executable, "-m", "specc", "train", SPEC, "--out", str(directory), "--json"]
    command += ["--set", f"train.run={epochs} epochs"]
    output, errors = directory.with_suffix(".json"), directory.with_suffix(".txt")
    with output.open("wb") as file, errors.open("wb") as said:
        trainer = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=said)
    patience = time.perf_counter() + 30
    while watched and not (directory / "run.json").exists() and time.perf_counter() < patience:
        time.sleep(0.01)
    terminal = opened(directory) if watched else None
    while True:
        ended, status, usage = os.wait4(trainer.pid, os.WNOHANG)
        if ended:
            break
        terminal.read(0.1) if terminal is not None else time.sleep(0.1)
    trainer.returncode = os.waitstatus_to_exitcode(status)
    if terminal is not None:
        terminal.press("q")
        terminal.wait()
    if trainer.returncode not in (0, 1):
        raise RuntimeError(f"the trainer ended badly:\n{errors.read_text()}")
    speed = float(json.loads(output.read_text())["examples_per_second"])
    return speed, usage.ru_utime + usage.ru_stime


def opened(directory: Path) -> Terminal:
    return Terminal(("-m", "specc", "watch", str(directory)), 120, 40)


def lengthen(short: Path, long: Path, steps: int) -> None:
    """A run of many steps, made from a short one: noise around a falling cost."""
    from specc.run.recorded import RECORD

    long.mkdir()
    info = json.loads((short / "run.json").read_text())
    info |= {"steps": steps, "epochs": steps / info["steps_per_epoch"]}
    (long / "run.json").write_text(json.dumps(info))
    events = []
    for line in (short / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] in ("started", "finished"):
            event["steps"] = steps
        events.append(json.dumps(event) + "\n")
    (long / "events.jsonl").write_text("".join(events))
    noise = np.random.default_rng(0)
    with (long / "steps.bin").open("wb") as file:
        for begin in range(0, steps, 1_000_000):
            at = np.arange(begin, min(begin + 1_000_000, steps))
            records = np.zeros(len(at), RECORD)
            records["step"], records["seconds"], records["rate"] = at, at * 1e-4, 1e-3
            records["cost"] = 2 * np.exp(-6 * at / steps) + noise.normal(0.1, 0.05, len(at))
            file.write(records.tobytes())


def draw_panel() -> float:
    """CPU milliseconds of one drawing of five curves of 2,000 points."""
    from specc_tui.chart import Chart, Series, draw
    from specc_tui.lines import Role
    from specc_tui.look import Look

    x = np.arange(2000.0)
    noise = np.random.default_rng(1)
    curves = tuple(
        Series(f"curve {i}", x, np.exp(-x / 500) + i / 9 + noise.normal(0, 0.05, 2000), Role.DEV, i)
        for i in range(5)
    )
    chart, look = Chart("cost J", curves, x_label="step"), Look()
    taken = []
    for _ in range(30):
        begin = time.process_time()
        draw(chart, 120, 40, look)
        taken.append(time.process_time() - begin)
    return 1e3 * median(taken)


async def draw_dashboard(directory: Path) -> float:
    """CPU milliseconds from a snapshot to the screen: side panel, three charts and the events."""
    from specc_tui.session import Session
    from specc_tui.viewer import Viewer

    viewer = Viewer(Session.attach(directory))
    taken = []
    async with viewer.run_test(size=(200, 60)) as pilot:
        await pilot.pause(0.5)
        for _ in range(20):
            begin = time.process_time()
            viewer.show(fresh=True)
            await pilot.pause()
            viewer.screen._compositor.render_strips()
            taken.append(time.process_time() - begin)
    return 1e3 * median(taken)


def results(found: dict[str, list[float]]) -> dict[str, float]:
    """The numbers that have targets."""
    pairs = zip(found["watched, examples/s"], found["unwatched, examples/s"], strict=True)
    lost = 100 * (1 - median(watched / alone for watched, alone in pairs))
    return {name: median(found[name]) if name in found else lost for name in TARGETS}


def report(found: dict[str, Any]) -> str:
    """All medians, and the targets."""
    lines = [f"{'':36}{'median':>14}{'min':>14}{'max':>14}"]
    for name, values in found.items():
        numbers = (median(values), min(values), max(values))
        lines.append(f"{name:36}" + "".join(f"{v:14,.2f}" for v in numbers))
    lines += ["", f"{'':36}{'':>14}{'target':>14}"]
    for name, value in results(found).items():
        verdict = "" if value <= TARGETS[name] else "   missed"
        lines.append(f"{name:36}{value:14.2f}{TARGETS[name]:14.1f}{verdict}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
