"""Our side: the generated module through `Program.step`, and the whole trainer around it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.workloads import Workload, read
from specc.driver import compile_file, make_plan
from specc.ir.graph import Node
from specc.ir.plan import Plan
from specc.run.events import Steps
from specc.shapes import Shape, size, value
from specc.training import Job, prepare_job, run_job

Run = Callable[[int], int]
"""Does at least so many steps; returns how many it did."""


def _job(folder: Path, directory: str, settings: tuple[str, ...] = ()) -> Job:
    """The spec of the folder, ready to run from the common starting values."""
    job = prepare_job(compile_file(str(folder / "model.dl"), settings=settings), directory)
    _begin(job, folder)
    return job


def _begin(job: Job, folder: Path) -> None:
    """Replace the drawn starting values by those that all implementations share."""
    start, places = read(folder).start, job.program.parameters()
    for p in job.compilation.model.parameters:
        places[p.name][...] = start[p.symbol]


def step(workload: Workload, folder: Path, costs: list[float] | None = None) -> Run:
    """Steps of the generated module on batches that lie in memory, as the trainer calls it."""
    comparing = costs is not None and workload.keep
    job = _job(folder, "", ("keep=1",) if comparing else ())
    part = job.dataset.train
    m = workload.batch
    starts = range(0, part.n, m)
    batches = [(part.X[i : i + m].copy().T, part.T[i : i + m].copy().T) for i in starts]
    update = job.program.step(m)
    rate, count, done = workload.lr, len(batches), 0

    def run(n: int) -> int:
        nonlocal done
        for _ in range(n):
            X, T = batches[done % count]
            done += 1
            cost = update(X, T, rate, done)
            if costs is not None:
                costs.append(cost)
        return n

    return run


def trainer(workload: Workload, folder: Path, costs: list[float] | None = None) -> Run:
    """The whole of a run but its measurements on whole sets: order of examples, gather, rate,
    records, files.
    """
    directory = tempfile.mkdtemp(prefix="run-", dir=folder)
    job = _job(folder, directory)
    endless = replace(job.settings, steps=2**40, evaluate_every=2**40)
    events = run_job(replace(job, settings=endless))
    done = 0

    def run(n: int) -> int:
        nonlocal done
        before = done
        while done < before + n:
            event = next(events)
            if isinstance(event, Steps):
                done += len(event.costs)
                if costs is not None:
                    costs.extend(event.costs)
        return done - before

    return run


@dataclass(frozen=True, slots=True)
class Work:
    """What one step is made of, counted on its plan: the same on every machine.

    Attributes:
        calls: NumPy calls, those of a loop over blocks once per block.
        flops: floating-point operations.
        bytes: what the calls read and write, each operand once per call.
        arena: bytes of the buffers.
    """

    calls: int
    flops: int
    bytes: int
    arena: int


def work(workload: Workload, folder: Path) -> Work:
    """Counts of the plan for one full batch."""
    planned = make_plan(compile_file(str(folder / "model.dl")), workload.batch)
    plan = planned.plan
    nodes = [plan.graph.nodes[i] for ids in plan.steps for i in ids]
    flops = sum(_flops(node, plan) for node in nodes)
    moved = sum(_bytes(node, plan) for node in nodes)
    loops = [ids for ids in plan.steps if len(ids) > 1]
    again = sum(len(ids) * (_blocks(plan.graph.nodes[ids[0]], plan) - 1) for ids in loops)
    return Work(planned.program.calls + again, flops, moved, plan.arena)


def _blocks(node: Node, plan: Plan) -> int:
    return -(-_count(node.type.shape, plan) // plan.block)


def _count(shape: Shape, plan: Plan) -> int:
    return value(size(shape), {"m": plan.batch})


def _flops(node: Node, plan: Plan) -> int:
    rule = node.definition.flops
    if callable(rule):
        operands = tuple(plan.graph.nodes[i].type for i in node.inputs)
        return value(rule(operands, node.type), {"m": plan.batch})
    return rule * _count(node.type.shape, plan)


def _bytes(node: Node, plan: Plan) -> int:
    width = {"real": plan.itemsize, "int": np.dtype(np.intp).itemsize, "bool": 1, "host": 0}
    touched = (*(plan.graph.nodes[i] for i in node.inputs), node)
    return sum(width[x.type.kind] * _count(x.type.shape, plan) for x in touched)
