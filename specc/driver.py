"""The compiler on one page.

    text -> Spec -> Bound -> Model -> Graph ... Graph -> Plan -> module

Every stage is a pure function; a `Compilation` keeps each result, so that they can be shown side
by side. A phase with errors ends the way: what follows would only repeat them. What a check is
content with is in `specc.checking`; the stages behind that are imported when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from specc.checking import check_variant, open_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.bound import Bound
from specc.lang.lets import read_lets
from specc.lang.override import apply_variant
from specc.lang.read import read
from specc.lang.spec import Spec
from specc.lang.uses import include
from specc.library.registry import Registry, standard
from specc.model import Model
from specc.record import Record
from specc.version import __version__

if TYPE_CHECKING:
    from specc.emit.numpy import Program
    from specc.ir.graph import Graph
    from specc.ir.plan import Plan

EVALUATION_BATCH = 1024
"""Examples of a forward pass without gradients: enough to be fast, few enough to stay in the
cache.
"""
EVALUATION_MEMORY = 64 * 2**20
FEWEST_EXAMPLES = 64
"""Bytes of buffers from which on fewer examples are taken, and how many are taken in any case."""
PROBE_MEMORY = 64 * 2**20
"""Bytes for all values of a sample, at most."""


class Compilation(Record):
    """A spec that compiles, with what each stage made of it, for one variant.

    silenced: the warnings that an `# allow` of the spec keeps quiet.
    settings: what `--set` changed, as given.
    """

    source: Source
    spec: Spec
    bound: Bound
    model: Model
    warnings: tuple[Diagnostic, ...]
    silenced: tuple[Diagnostic, ...]
    settings: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Where relative paths of the spec start."""
        return os.path.dirname(os.path.abspath(self.source.path))


class Planned(Record):
    """The graphs, plans and module of a compilation for one batch size and precision."""

    training: Graph
    plan: Plan
    evaluation: Plan
    program: Program


def compile_source(
    source: Source,
    variant: str | None = None,
    settings: Sequence[str] = (),
    registry: Registry | None = None,
) -> Compilation:
    """All stages up to the model. Touches no data and imports no NumPy.

    Raises:
        SpecError: the spec has errors, all those of the first phase that found any.
    """
    return _compiled(_whole(source), variant, settings, registry)


def compile_sized(
    source: Source, sizes: Mapping[str, str], variant: str | None, settings: Sequence[str]
) -> Compilation:
    """`compile_source` with these values for the names among them that the spec, or its variant,
    defines by `let`.
    """
    file = _whole(source)
    lets, _ = read_lets(apply_variant(file, variant, Sink()), Sink())
    known = [f"{name}={size}" for name, size in sizes.items() if name in lets]
    return _compiled(file, variant, [*known, *settings], None)


def compile_variants(
    source: Source,
    names: Sequence[str],
    settings: Sequence[str] = (),
    registry: Registry | None = None,
) -> dict[str, Compilation]:
    """`compile_source` for several variants. The files are read once, so that what all variants
    have to say about them is the same, and can be said once.
    """
    file = _whole(source)
    return {name: _compiled(file, name, settings, registry) for name in names}


def _whole(source: Source) -> Spec:
    """A spec with the files that it uses."""
    sink = Sink()
    file = include(read(source, sink), open_source, sink)
    sink.stop_if_failed()
    return file


def _compiled(
    file: Spec, variant: str | None, settings: Sequence[str], registry: Registry | None
) -> Compilation:
    checked = check_variant(file, variant, settings, registry or standard())
    return Compilation(
        file.source,
        checked.spec,
        checked.proof.bound,
        checked.proof.model(),
        checked.warnings,
        checked.silenced,
        tuple(settings),
    )


def compile_file(
    path: str,
    variant: str | None = None,
    settings: Sequence[str] = (),
    registry: Registry | None = None,
) -> Compilation:
    """`compile_source` on a file."""
    return compile_source(open_source(path), variant, settings, registry)


def make_plan(compilation: Compilation, batch: int, precision: str | None = None) -> Planned:
    """The module of one step for batches of up to `batch` examples."""
    from specc.emit.numpy import emit
    from specc.passes.memory import plan_memory
    from specc.passes.pipeline import evaluation_graph, training_graph

    model = compilation.model
    precision = precision or compilation.bound.train.precision
    itemsize = 8 if precision == "float64" else 4
    training = training_graph(model, batch)
    plan = plan_memory(training, batch, itemsize)
    forward, examples = evaluation_graph(model), EVALUATION_BATCH
    evaluation = plan_memory(forward, examples, itemsize)
    while evaluation.arena > EVALUATION_MEMORY and examples > FEWEST_EXAMPLES:
        examples //= 2
        evaluation = plan_memory(forward, examples, itemsize)
    program = emit(model, plan, evaluation, precision, __version__)
    return Planned(training, plan, evaluation, program)


def make_probe_plan(compilation: Compilation, planned: Planned, examples: int) -> tuple[str, int]:
    """A module whose evaluation keeps every value, and for how many examples: fewer than asked for
    where the values of all would take too much memory.
    """
    from specc.emit.numpy import emit
    from specc.passes.memory import plan_memory

    model, itemsize = compilation.model, planned.plan.itemsize
    graph = planned.evaluation.graph
    kept = plan_memory(graph, examples, itemsize, reuse=False)
    if kept.arena > PROBE_MEMORY:
        examples = max(1, examples * PROBE_MEMORY // kept.arena)
        kept = plan_memory(graph, examples, itemsize, reuse=False)
    precision = "float64" if itemsize == 8 else "float32"
    return emit(model, planned.plan, kept, precision, __version__).text, examples


def make_gradient_plan(model: Model, batch: int) -> Planned:
    """The module that gives cost and gradient in float64 and updates nothing, for the gradient
    check.
    """
    from specc.emit.numpy import emit
    from specc.passes.memory import plan_memory
    from specc.passes.pipeline import checking_graph, evaluation_graph

    graph = checking_graph(model)
    plan = plan_memory(graph, batch, 8)
    evaluation = plan_memory(evaluation_graph(model), batch, 8)
    return Planned(graph, plan, evaluation, emit(model, plan, evaluation, "float64", __version__))
