"""The run directory: what a trainer writes into it, and how it is read, finished or not.

A viewer reads while the trainer writes, and either may be killed. So small files are replaced as a
whole, and what grows is only ever appended to, in pieces that a reader can tell from a torn one.

    run.json        what the run is, from its start on
    spec.dl         a copy of the spec
    plan.py         the generated program
    steps.bin       one record of 32 bytes per update
    events.jsonl    one line per rare event
    checkpoints/    last.safetensors, best.safetensors, step-000200.safetensors, ...
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from specc.diag.diagnostic import CompilerBug, RunError
from specc.run.atomic import error, unwritable, write_whole
from specc.run.events import Diverged, Event, Finished, Steps, to_json
from specc.run.forms import RUN, misfit
from specc.run.growing import Growing
from specc.run.recorded import FORMAT, RECORD, open_run

FLUSH_SECONDS = 0.1
FLUSH_BYTES = 1 << 16
"""Records wait so long, or for so many, at most: a write per update would slow a small net down."""


class RunStore:
    """Writes one run: the owner of the files that grow.

    Made by `create` or `resume`; a context manager that closes itself. While it is open no other
    process can write the same run.
    """

    def __init__(self, directory: Path, lock: int | None) -> None:
        self.directory = directory
        self._lock = lock
        self._steps = Growing(directory / "steps.bin", RECORD.itemsize)
        try:
            self._events = Growing(directory / "events.jsonl")
        except BaseException:
            self._steps.close()
            raise
        self._waiting = bytearray()
        self._flushed = time.monotonic()
        self._open = True

    @classmethod
    def create(
        cls, directory: str | os.PathLike[str], info: Mapping[str, Any], spec: str, plan: str
    ) -> RunStore:
        """Start a run in a folder that is new or empty.

        Args:
            directory: The run directory.
            info: What `run.json` holds; `format` is added.
            spec: The text of the spec.
            plan: The generated program.

        Raises:
            RunError: E0511 the folder holds something already, or cannot be written.
        """
        folder = Path(directory)
        data = _checked({**info, "format": FORMAT})
        lock = _locked(folder, make=True)
        try:
            _refuse_contents(folder)
            # First of all, so that whatever is killed from here on leaves something to resume.
            write_whole(folder / "run.json", [data])
            return cls._furnished(folder, lock, spec, plan)
        except BaseException:
            _unlock(lock)
            raise

    @classmethod
    def resume(
        cls, directory: str | os.PathLike[str], info: Mapping[str, Any], spec: str, plan: str
    ) -> RunStore:
        """Go on with a run: what it recorded stays, and a torn end from a kill is cut off.

        `run.json` is replaced, since process and machine may be others; `created` stays.

        Raises:
            RunError: E0512 there is no run, or it is one of another spec or other data; E0511 it
                is still being written, or cannot be.
        """
        folder = Path(directory)
        before = open_run(folder)
        data = _checked({**info, "format": FORMAT, "created": before["created"]})
        for what, now in info["hashes"].items():
            if before["hashes"].get(what, now) != now:
                raise error(
                    "E0512",
                    f"the run in `{folder}` is one of another {what}",
                    notes=(f"the {what} has changed since the run began",),
                    fix=f"restore the {what}, or start a new run",
                )
        lock = _locked(folder, make=False)
        try:
            write_whole(folder / "run.json", [data])
            return cls._furnished(folder, lock, spec, plan)
        except BaseException:
            _unlock(lock)
            raise

    @classmethod
    def _furnished(cls, folder: Path, lock: int | None, spec: str, plan: str) -> RunStore:
        for name, text in (("spec.dl", spec), ("plan.py", plan)):
            write_whole(folder / name, [text.encode("utf-8", "surrogatepass")])
        try:
            (folder / "checkpoints").mkdir(exist_ok=True)
        except OSError as problem:
            raise unwritable(folder / "checkpoints", problem) from None
        return cls(folder, lock)

    def checkpoint(self, name: str) -> Path:
        """The file of the checkpoint `last`, `best` or `step-000200`."""
        return self.directory / "checkpoints" / f"{name}.safetensors"

    def consume(self, event: Event) -> None:
        """Record an event. All but the last tenth of a second of updates survive a kill.

        Raises:
            RunError: E0511 the disk is full, or the directory was deleted.
        """
        if isinstance(event, Steps):
            self._waiting += _records(event)
            late = time.monotonic() - self._flushed >= FLUSH_SECONDS
            if late or len(self._waiting) >= FLUSH_BYTES:
                self.flush()
            return
        self.flush()
        line = json.dumps(to_json(event), separators=(",", ":")) + "\n"
        self._events.append(line.encode("ascii"))
        if isinstance(event, Diverged | Finished):
            self._sync()

    def flush(self) -> None:
        """Hand all records to the system, where a viewer sees them and a kill does not reach."""
        self._flushed = time.monotonic()
        if self._waiting:
            self._steps.append(bytes(self._waiting))
            self._waiting.clear()

    def close(self) -> None:
        """Write what waits, make it durable, and let others have the run."""
        if not self._open:
            return
        self._open = False
        try:
            self.flush()
            self._sync()
        finally:
            self._steps.close()
            self._events.close()
            _unlock(self._lock)

    def _sync(self) -> None:
        self._steps.sync()
        self._events.sync()

    def __enter__(self) -> RunStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except RunError:
            # What ended the run matters more than what its end then met.
            if problem is None:
                raise


def _checked(info: dict[str, Any]) -> bytes:
    """The text of `run.json`, which the readers must be able to rely on."""
    place = misfit(info, RUN)
    if place is not None:
        raise CompilerBug(f"`{place}` of run.json has not the form that readers rely on")
    return json.dumps(info, indent=1).encode("ascii")


def _records(event: Steps) -> bytes:
    block = np.empty(len(event.costs), RECORD)
    block["step"] = np.arange(event.first, event.first + len(event.costs))
    block["seconds"], block["rate"], block["cost"] = event.seconds, event.rates, event.costs
    return block.tobytes()


def _refuse_contents(folder: Path) -> None:
    try:
        names = {name for name in os.listdir(folder) if name != ".run.json.tmp"}
    except OSError as problem:
        raise unwritable(folder, problem) from None
    if "run.json" in names:
        raise error(
            "E0511",
            f"`{folder}` holds a run already",
            fix="go on with it by `--resume`, or choose another folder with `--out`",
        )
    if names:
        raise error(
            "E0511",
            f"`{folder}` is not empty, and holds no run",
            notes=(f"it holds {len(names)} entries, such as `{min(names)}`",),
            fix="choose another folder with `--out`",
        )


def _locked(folder: Path, make: bool) -> int | None:
    """Keep other processes out of a folder; the system lets them in again if this one is killed."""
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        if os.name == "nt":
            return None
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileExistsError, NotADirectoryError):
        fix = "choose another folder with `--out`"
        message = f"`{folder}` is not a folder, or lies below a file"
        raise error("E0511", message, fix=fix) from None
    except OSError as problem:
        raise unwritable(folder, problem) from None
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise error(
            "E0511",
            f"another process is writing the run in `{folder}`",
            fix="watch it with `specc watch`, or choose another folder with `--out`",
        ) from None
    except OSError as problem:
        # Some network file systems know no locks; then two writers are the user's to avoid.
        if problem.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
            os.close(number)
            raise unwritable(folder, problem) from None
    return number


def is_written(folder: Path) -> bool:
    """Whether another process is writing the run in a folder, as far as the system can tell."""
    if os.name == "nt":
        return False
    import fcntl

    try:
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(number)
    return False


def _unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)
