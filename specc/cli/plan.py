"""`specc plan`: what will run, in numbers or as the program itself."""

from __future__ import annotations

import argparse
import os

from specc.checking import step_memory
from specc.cli.output import say, table, write_file
from specc.diag.escape import escape
from specc.driver import Compilation, Planned, compile_file, make_plan
from specc.ir.cost import step_cost
from specc.ir.text import show_graph
from specc.model import Model
from specc.shapes import show, value


def plan(chosen: argparse.Namespace) -> int:
    """Print the plan, or write it to a file."""
    compilation = compile_file(chosen.file, chosen.variant, chosen.settings)
    batch = compilation.bound.train.batch
    if batch is None:
        # `batch full` and `batch auto`: only the data say how many examples that is.
        from specc.batching import batch_size
        from specc.training import load_data

        examples = load_data(compilation).train.n
        batch = batch_size(compilation.bound.train, compilation.model, examples)
    planned = make_plan(compilation, batch)
    if chosen.emit == "numpy":
        text = planned.program.text
    elif chosen.emit == "ir":
        text = show_graph(planned.training)
    else:
        text = _summary(compilation, planned)
    if chosen.output:
        write_file(chosen.output, text)
    else:
        say(text.rstrip("\n"))
    return 0


def _summary(compilation: Compilation, planned: Planned) -> str:
    model, plan = compilation.model, planned.plan
    rows = [["layer", "input", "output", "parameters", "count", "flops"]]
    for row in model.layers:
        own = [p for p in model.parameters if p.layer == row.label]
        rows.append(
            [
                escape(row.text),
                "" if row.label == "input" else show(row.input),
                show(row.output),
                ", ".join(f"{p.symbol} {show(p.shape)}" for p in own),
                f"{sum(p.size for p in own):,}",
                f"{value(row.flops, {'m': 1}):,}",
            ]
        )
    cost = step_cost(plan)
    memory, state = step_memory(model, plan), _state(model, plan.itemsize)
    lines = [escape(os.path.basename(model.path)), *table(rows, right=(4, 5)), ""]
    lines += [
        f"parameters  {model.size:,}",
        f"batch       {plan.batch} examples; {compilation.bound.train.precision}",
        f"step        {cost.calls:,} NumPy calls, {cost.flops:,} flops, {cost.bytes:,} bytes moved",
        f"memory      {memory:,} bytes: {state:,} of parameters, gradients and optimiser state, "
        f"{plan.arena:,} of buffers, {memory - state - plan.arena:,} of constant arrays",
        "flops per layer are for one example, forward; those of the step are for the whole batch",
    ]
    return "\n".join(lines) + "\n"


def _state(model: Model, itemsize: int) -> int:
    """Bytes of what training changes: running averages are kept beside the parameters."""
    return (model.size * (2 + len(model.optimizer.slots)) + model.running_size) * itemsize
