"""What a run computes, line by line: its spec, its graph, its buffers and its program, each piece
with the layer that it belongs to.

The program is made anew from the spec of the run; the `plan.py` beside it is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from specc.diag.diagnostic import RunError
from specc.diag.source import Source, Span
from specc.driver import Compilation, Planned, compile_source, make_plan
from specc.elaborate.sizes import trace
from specc.ir.cost import step_cost
from specc.ir.plan import Plan
from specc.ir.text import node_line
from specc.lang.read import LARGEST
from specc.run.atomic import error, open_regular, reason
from specc.run.recorded import open_run
from specc.shapes import show

STATEMENTS = {
    "loss": ("loss",),
    "regularize": ("regularize",),
    "update": ("optimizer", "schedule", "clip"),
    "weights shrink": ("regularize",),
}
"""The parts of a step that are no layers, and the statements that they come from."""
LARGEST_BATCH = 2**31


def open_compilation(run: Path) -> tuple[Compilation, int]:
    """The spec of a run, compiled, and how many examples a batch of it has.

    Raises:
        RunError: E0512, the directory holds no run, or its files are damaged.
        SpecError: the spec does not compile (any more).
    """
    info = open_run(run)
    try:
        with open_regular(run / "spec.dl") as file:
            text = file.read(LARGEST).decode("utf-8", "replace")
    except OSError as problem:
        raise _unreadable(run, reason(problem)) from None
    compilation = compile_source(
        Source(info["spec"], text), info["variant"], tuple(info.get("set", ()))
    )
    if not 1 <= info["batch"] < LARGEST_BATCH:
        raise _unreadable(run, f"a batch of {info['batch']} examples")
    return compilation, int(info["batch"])


def _unreadable(run: Path, why: str) -> RunError:
    return error("E0512", f"the spec of the run in `{run}` cannot be read: {why}")


def plan_answer(compilation: Compilation, batch: int) -> dict[str, Any]:
    """The answer to a request for the plan: `layers` with the lines of the spec, `nodes` and
    `source` as pairs of text and layer, `buffers` with place and lifetime in bytes and nodes.
    """
    planned = make_plan(compilation, batch)
    cost = step_cost(planned.plan)
    lines = planned.program.text.split("\n")
    layers = planned.program.layers
    return {
        "what": "plan",
        "batch": batch,
        "precision": compilation.bound.train.precision,
        "calls": cost.calls,
        "flops": cost.flops,
        "bytes": cost.bytes,
        "arena": planned.plan.arena,
        "parameters": compilation.model.size,
        "spec": compilation.source.text.split("\n"),
        "layers": list(_layers(compilation)),
        "nodes": [[node_line(n), n.layer] for n in planned.plan.graph.nodes],
        "buffers": [
            *_parameters(compilation, planned.plan),
            *sorted(_buffers(planned), key=lambda b: (b["first"], b["offset"])),
        ],
        "source": [[text, layers.get(i, "")] for i, text in enumerate(lines, 1)],
        "step": next(i for i, text in enumerate(lines, 1) if text.startswith("    def step(")),
    }


def _layers(compilation: Compilation) -> Iterator[dict[str, Any]]:
    """Every layer and every other part of a step, with its lines in the file of the spec."""
    main = compilation.source
    for traced in trace(compilation.bound, compilation.model):
        step = traced.step.step
        spans = (step.head, *step.chain)
        yield {"name": traced.row.label, "text": traced.row.text, "lines": _lines(spans, main)}
    every = [(s.word, s) for s in compilation.spec.statements]
    every += [(t.word, t) for _, s in every for t in s.block or () if s.word == "train"]
    for name, words in STATEMENTS.items():
        spans = tuple(s.head for word, s in every if word in words)
        yield {"name": name, "text": name, "lines": _lines(spans, main)}


def _lines(spans: tuple[Span, ...], main: Source) -> list[int]:
    return sorted({span.line for span in spans if span.source is main})


def _parameters(compilation: Compilation, plan: Plan) -> Iterator[dict[str, Any]]:
    """The tensors in theta, which live as long as the run."""
    for p in compilation.model.parameters:
        place = {"storage": "theta", "offset": p.offset * plan.itemsize}
        yield {
            "name": p.symbol,
            "layer": p.layer,
            "shape": show(p.shape),
            **place,
            "size": p.size * plan.itemsize,
            "first": 0,
            "last": len(plan.graph.nodes),
        }


def _buffers(planned: Planned) -> Iterator[dict[str, Any]]:
    """The arrays of the arena, in the order in which they come to life. Values that are written one
    over the other under one name are one array."""
    plan, names = planned.plan, planned.program.names
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for life in plan.lifetimes:
        node, place = plan.graph.nodes[life.first], life.place
        scratch = place == plan.scratch.get(node.id)
        name = "work" if scratch else names.get(node.id, "")
        earlier = found.get((name, place.offset))
        last = min(life.last, len(plan.graph.nodes))
        if earlier is not None and earlier["last"] >= life.first:
            earlier["last"] = last
            continue
        if earlier is not None:
            yield earlier
        found[name, place.offset] = {
            "name": name,
            "layer": node.layer,
            "shape": "" if scratch else show(node.type.shape),
            "storage": "arena",
            "offset": place.offset,
            "size": place.size,
            "first": life.first,
            "last": last,
        }
    yield from found.values()
