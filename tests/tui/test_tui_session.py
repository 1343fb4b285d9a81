"""The trainer as a child: commands arrive, output is kept, leaving it leaves it alive."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from specc_tui.child import LIMIT, Child
from specc_tui.gradcheck import Checking, Failure, GradientCheck, Report
from specc_tui.session import Session
from specc_tui.tail import RunReader

from specc.run.events import Finished, Paused, RateChanged, Resumed

SLOW = "steps 100000\ndelay 0.001"


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


class Events:
    """The events of a directory so far."""

    def __init__(self, directory: Path) -> None:
        self.reader = RunReader(directory)
        self.seen: list[object] = []

    def has(self, kind: type, count: int = 1) -> bool:
        self.seen += self.reader.poll().events
        return sum(isinstance(event, kind) for event in self.seen) >= count


@pytest.fixture
def session(spec, tmp_path, command):
    made = Session.start(spec(SLOW), tmp_path / "run", ("--variant", "he"), command)
    yield made
    made.kill()
    made.wait(10)
    made.leave()


def test_the_trainer_gets_its_arguments(session):
    reader = RunReader(session.directory)
    until(lambda: (session.directory / "run.json").exists())
    header = reader.poll().header
    assert header is not None
    assert header.variant == "he"
    assert session.owns_running
    assert session.trainer(0).running is True


def test_commands_reach_the_child(session):
    events = Events(session.directory)
    until(lambda: events.has(object))
    assert session.send("pause") == ""
    until(lambda: events.has(Paused))
    assert session.send("step") == ""
    until(lambda: events.has(Paused, 2))
    first, second = (e for e in events.seen if isinstance(e, Paused))
    assert second.step == first.step + 1
    assert session.send("epoch") == ""
    until(lambda: events.has(Paused, 3))
    assert [e for e in events.seen if isinstance(e, Paused)][-1].step % 20 == 0
    assert session.send("rate 0.5") == ""
    until(lambda: events.has(RateChanged))
    assert session.send("resume") == ""
    until(lambda: events.has(Resumed))
    assert session.send("stop") == ""
    assert session.wait(20) == 0
    assert events.has(Finished)
    assert session.send("pause") == "the trainer has ended"


def test_a_viewer_without_a_pipe_uses_the_control_file(session, command):
    events = Events(session.directory)
    until(lambda: events.has(object))
    other = Session.attach(session.directory, command)
    assert other.trainer(os.getpid()).running is True
    assert not other.owns_running
    assert other.send("pause") == ""
    until(lambda: events.has(Paused))
    assert other.send("stop") == ""
    assert session.wait(20) == 0


def test_a_trainer_that_is_left_goes_on_and_resumes(session):
    events = Events(session.directory)
    until(lambda: events.has(object))
    session.send("pause")
    until(lambda: events.has(Paused))
    session.leave()
    until(lambda: events.has(Resumed))
    assert session.owns_running
    assert os.getsid(session._child.pid) == session._child.pid


def test_a_crash_keeps_its_last_lines_harmless(spec, tmp_path, command):
    session = Session.start(spec("steps 50\ncrash_at 10"), tmp_path / "run", (), command)
    assert session.wait(20) == 70
    trainer = session.trainer(0)
    assert (trainer.running, trainer.code) == (False, 70)
    assert trainer.lines[-1] == "  \\x1b[31mRuntimeError\\x1b[0m: boom"
    session.leave()


def test_a_trainer_that_cannot_start_is_an_error_of_the_system(spec, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        Session.start(spec(), tmp_path / "run", (), ("/nowhere/specc",))


def test_a_chatty_child_stays_small():
    text = "import sys\nfor i in range(60000): print('x' * 40, i)\n"
    with closing_child([sys.executable, "-c", text]) as child:
        assert child.wait(30) == 0
        child.trim()
        assert child.last_lines(5)[-1].endswith("59999")
        assert os.fstat(child._errors).st_size <= LIMIT
        assert child.last_lines(5)[-1].endswith("59999")


def test_a_child_that_was_killed_has_a_shell_status():
    with closing_child([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        assert child.code is None
        child.kill()
        assert child.wait(20) == 137


def test_a_child_that_never_reads_does_not_block_its_sender():
    with closing_child([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        answers = {child.send("x" * 1000) for _ in range(500)}
        assert answers == {"", "the trainer does not read its commands"}
        child.kill()
        child.wait(20)


def closing_child(argv: list[str]) -> closing[Child]:
    child = Child(argv)
    child.close = child.release  # type: ignore[attr-defined]
    return closing(child)  # type: ignore[type-var]


def test_the_control_file_is_no_way_out_of_the_directory(tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("")
    run = tmp_path / "run"
    run.mkdir()
    (run / "control").symlink_to(outside)
    assert Session.attach(run).send("stop").startswith("cannot write the control file")
    assert outside.read_text() == ""
    (run / "control").unlink()
    os.mkfifo(run / "control")
    assert Session.attach(run).send("stop") != ""
    assert Session.attach(tmp_path / "nowhere").send("stop").startswith("cannot write")


def test_the_control_file_is_an_ordinary_one(tmp_path):
    session = Session.attach(tmp_path)
    assert session.send("pause") == ""
    assert session.send("step 3") == ""
    assert (tmp_path / "control").read_text() == "pause\nstep 3\n"
    assert stat.S_IMODE((tmp_path / "control").stat().st_mode) & 0o111 == 0


@pytest.mark.parametrize("pid", [0, 1, 2**40])
def test_strange_process_numbers_are_not_asked_for(tmp_path, pid):
    assert Session.attach(tmp_path).trainer(pid).running is None


def test_a_process_that_is_gone_is_known(tmp_path):
    with closing_child([sys.executable, "-c", ""]) as child:
        child.wait(20)
        assert Session.attach(tmp_path).trainer(child.pid).running is False


def test_the_gradient_check_runs_as_a_child(command):
    check = GradientCheck("run", command)
    assert isinstance(check.poll(), Checking | Report)
    until(lambda: isinstance(check.poll(), Report))
    report = check.poll()
    assert isinstance(report, Report)
    assert report.tensors[0].worst is not None
    check.close()


def test_a_gradient_check_that_fails_says_why():
    text = "import sys; sys.stderr.write('error[E0501]: no \\x1b[1m run\\n'); sys.exit(2)"
    check = GradientCheck("run", (sys.executable, "-c", text))
    until(lambda: isinstance(check.poll(), Failure))
    assert check.poll() == Failure(2, ("error[E0501]: no \\x1b[1m run",))


def test_a_gradient_check_can_be_ended():
    check = GradientCheck("run", (sys.executable, "-c", "import time; time.sleep(60)"))
    check.close()
    assert isinstance(check.poll(), Failure)
