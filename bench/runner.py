"""Interleaved timing: a block of each implementation in turn, A B C A B C, as load comes and goes.

CPU time of the process counts, not the clock on the wall, so that other work on the machine takes
little part. Ratios are taken within a round, where conditions are most alike, and their median over
the rounds is reported.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.ours import Work, work
from bench.worker import has, installed
from bench.workloads import Workload, prepare

PEERS = ("ours", "trainer", "torch", "torch-default", "course", "course-loop", "sklearn")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
LEAST = 2
"""Steps of a block, where even one takes longer than the block should."""
ROOT = Path(__file__).parent.parent


class WorkerFailed(Exception):
    """An implementation ended without an answer; the text is what it wrote."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds of CPU time per step, one number per round; `wall` is the same by the clock."""

    name: str
    steps: int
    cpu: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.cpu)

    @property
    def least(self) -> float:
        return min(self.cpu)


@dataclass(frozen=True, slots=True)
class Result:
    """All timings of one workload, the first of them ours."""

    workload: Workload
    work: Work
    timings: tuple[Timing, ...]
    missing: tuple[str, ...]

    def ratio(self, peer: str) -> float | None:
        """Our time as a share of the peer's: the median over the rounds. Whole loops are held
        against the whole trainer.
        """
        found = {t.name: t.cpu for t in self.timings}
        own = "trainer" if peer == "course-loop" else "ours"
        if peer not in found or own not in found:
            return None
        pairs = zip(found[own], found[peer], strict=True)
        return statistics.median(a / b for a, b in pairs)

    def verdict(self, peer: str) -> bool | None:
        """Whether the target against a peer holds; None without target or measurement."""
        ratio, target = self.ratio(peer), self.workload.targets.get(peer)
        return None if ratio is None or target is None else ratio <= target


class _Worker:
    """A process that answers one block at a time."""

    def __init__(self, workload: Workload, name: str, folder: Path, core: int) -> None:
        self.name = name
        self.steps = LEAST
        self.cpu: list[float] = []
        self.wall: list[float] = []
        environment = dict(os.environ) | dict.fromkeys(THREADS, "1")
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", workload.name, name, str(folder), str(core)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment,
            cwd=ROOT,
        )

    def block(self, steps: int) -> tuple[int, float, float]:
        """Do about so many steps: (how many, CPU seconds, seconds)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{steps}\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline().split()
        except BrokenPipeError:
            answer = []
        if len(answer) != 3:
            self._errors.seek(0)
            raise WorkerFailed(f"{self.name} failed:\n{self._errors.read()}")
        return int(answer[0]), float(answer[1]), float(answer[2])

    def calibrate(self, seconds: float) -> None:
        """Find how many steps fill a block."""
        steps = LEAST
        while True:
            done, cpu, _ = self.block(steps)
            if cpu >= seconds / 3:
                break
            steps = max(steps * 2, int(done * min(10.0, seconds / max(cpu, 1e-4))))
        self.steps = max(LEAST, round(done * seconds / cpu))

    def measure(self) -> None:
        done, cpu, wall = self.block(self.steps)
        self.cpu.append(cpu / done * 1e6)
        self.wall.append(wall / done * 1e6)

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()


def default_core() -> int:
    """The last core that this process may use; the first is the busiest on most machines."""
    if hasattr(os, "sched_getaffinity"):
        return max(os.sched_getaffinity(0))
    return 0


def measure(
    workload: Workload,
    folder: Path,
    *,
    rounds: int,
    seconds: float,
    peers: Sequence[str] = PEERS,
    core: int | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Result:
    """Time one workload.

    Args:
        workload: What is trained.
        folder: An empty folder for its data and runs.
        rounds: Blocks per implementation.
        seconds: CPU time of a block.
        peers: Implementations; `ours` among them.
        core: The core that all of them share; the last one unless given.
        tell: Gets a line about progress.

    Raises:
        WorkerFailed: an implementation ended early.
    """
    prepare(workload, folder)
    peers = [name for name in peers if has(workload, name)]
    present = [name for name in peers if installed(name)]
    at = default_core() if core is None else core
    workers = [_Worker(workload, name, folder, at) for name in present]
    try:
        for worker in workers:
            tell(f"{workload.name}: warming up {worker.name}")
            worker.calibrate(seconds)
        for number in range(rounds):
            tell(f"{workload.name}: round {number + 1} of {rounds}")
            for worker in workers:
                worker.measure()
    finally:
        for worker in workers:
            worker.end()
    return Result(
        workload,
        work(workload, folder),
        tuple(Timing(w.name, w.steps, tuple(w.cpu), tuple(w.wall)) for w in workers),
        tuple(_missing(peers, present)),
    )


def _missing(peers: Sequence[str], present: Sequence[str]) -> Iterable[str]:
    return (name for name in peers if name not in present)
