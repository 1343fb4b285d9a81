"""One implementation of one workload in a process of its own, pinned to one core.

Reads a number of steps per line, begins anew from the starting values, warms up, does the steps and
answers `done cpu wall`, in steps and seconds. Beginning anew makes every block the same work.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.workloads import WORKLOADS, Workload

WARM_UP = 3
"""Steps before the clock starts: memory is touched, state exists, the trainer's first events are
out.
"""

Build = Callable[[Workload, Path, "list[float] | None"], Callable[[int], int]]


NEEDS = {"torch": "torch", "torch-default": "torch", "sklearn": "sklearn"}
"""What an implementation imports beyond our own requirements."""


def builder(name: str) -> Build:
    """The implementation of that name; only this one's packages are imported."""
    if name in ("ours", "trainer"):
        from bench import ours

        return ours.step if name == "ours" else ours.trainer
    if name == "course":
        from bench import course, course_pictures, course_sequences

        def steps(w: Workload, folder: Path, costs: list[float] | None) -> Callable[[int], int]:
            taught = course_sequences if w.cell else course_pictures if w.net else course
            run: Callable[[int], int] = taught.step(w, folder, costs)
            return run

        return steps
    if name == "course-loop":
        from bench import course

        return course.loop
    if name == "sklearn":
        from bench import sklearn_peer

        return sklearn_peer.step
    if NEEDS.get(name) == "torch":
        from bench import torch_peer

        return partial(torch_peer.step, fused=name == "torch")
    raise ValueError(f"there is no implementation {name}")


def has(workload: Workload, name: str) -> bool:
    """Whether an implementation knows such a network: scikit-learn has plain dense ones alone, and
    the course builds no residual one by hand and none with batch normalisation.
    """
    if name == "sklearn":
        return not (workload.cell or workload.net or workload.keep)
    if name == "course-loop":
        return workload.name == "W3"
    return not (name == "course" and (workload.net == "resnet" or workload.keep))


def installed(name: str) -> bool:
    """Whether an implementation can be measured here."""
    return name not in NEEDS or importlib.util.find_spec(NEEDS[name]) is not None


def main(workload: str, name: str, folder: str, core: str) -> None:
    """Answer requests until the standard input ends."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    if NEEDS.get(name) == "torch":
        import torch

        torch.set_num_threads(1)
    build = builder(name)
    for line in sys.stdin:
        run = build(WORKLOADS[workload], Path(folder), None)
        run(WARM_UP)
        cpu, wall = time.process_time(), time.perf_counter()
        done = run(int(line))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        sys.stdout.write(f"{done} {cpu!r} {wall!r}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
