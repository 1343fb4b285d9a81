"""The compiler on one page.

    text -> Spec -> Bound -> Model -> Graph ... Graph -> Plan -> module

Every stage is a pure function; a `Compilation` keeps each result, so that they can be shown side
by side. A phase with errors ends the way: what follows would only repeat them. The stages behind
the model are imported when they are asked for: a check needs none of them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError, SpecError
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.diag.suggest import suggest
from specc.elaborate.assemble import elaborate
from specc.elaborate.claims import hold
from specc.lang.bind import bind
from specc.lang.bound import Bound
from specc.lang.override import apply_settings, apply_variant, in_variant, variant_statements
from specc.lang.read import LARGEST, read
from specc.lang.spec import Spec
from specc.lang.uses import include
from specc.library.registry import Registry, standard
from specc.lint.lint import lint, unused_allows
from specc.model import Model
from specc.proofs import prove_choices
from specc.version import __version__

if TYPE_CHECKING:
    from specc.emit.numpy import Program
    from specc.ir.graph import Graph
    from specc.ir.plan import Plan

EVALUATION_BATCH = 1024
"""Examples of a forward pass without gradients: enough to be fast, few enough to stay in the
cache.
"""
MOST_LAYERS = 30_000
"""Layers that one check builds, those of all variants together: some seconds."""
SMALLEST = 20
"""What the rest of a spec costs to check, in layers."""
MOST_FAILING = 20
"""Variants with errors after which the others are not looked at."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """A spec that compiles, with what each stage made of it, for one variant.

    silenced: the warnings that an `# allow` of the spec keeps quiet.
    """

    source: Source
    spec: Spec
    bound: Bound
    model: Model
    warnings: tuple[Diagnostic, ...]
    silenced: tuple[Diagnostic, ...]

    @property
    def folder(self) -> str:
        """Where relative paths of the spec start."""
        return os.path.dirname(os.path.abspath(self.source.path))


@dataclass(frozen=True, slots=True)
class Planned:
    """The graphs, plans and module of a compilation for one batch size and precision."""

    training: Graph
    plan: Plan
    evaluation: Plan
    program: Program


def open_source(path: str) -> Source:
    """The text of a spec.

    Raises:
        RunError: E0507 or E0501, the file cannot be read.
    """
    try:
        if os.path.isdir(path):
            raise _unreadable("E0507", f"`{path}` is a folder, not a spec", "give a .dl file")
        if os.path.exists(path) and not os.path.isfile(path):
            raise _unreadable("E0507", f"`{path}` is not a regular file", "give a .dl file")
        if os.path.getsize(path) > LARGEST:
            raise _unreadable("E0507", f"`{path}` is larger than 1 MiB", "a spec is a short text")
        with open(path, "rb") as file:
            return Source(path, file.read().decode("utf-8", "replace").removeprefix("\ufeff"))
    except FileNotFoundError:
        folder = os.path.dirname(path) or "."
        names = os.listdir(folder) if os.path.isdir(folder) else []
        near = suggest(os.path.basename(path), [n for n in names if n.endswith(".dl")])
        fix = f"did you mean `{os.path.join(os.path.dirname(path), near[0])}`?" if near else ""
        raise _unreadable("E0501", f"there is no file `{path}`", fix) from None
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise _unreadable("E0507", f"`{path}` cannot be read: {reason}", "") from None


def _unreadable(code: str, message: str, fix: str) -> RunError:
    return RunError(Diagnostic(code, message, helps=(Help(fix),) if fix else ()))


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
    sink = Sink()
    file = include(read(source, sink), open_source, sink)
    sink.stop_if_failed()
    return _compile(file, variant, settings, registry or standard())


def _compile(
    file: Spec, variant: str | None, settings: Sequence[str], words: Registry
) -> Compilation:
    """The stages behind reading."""
    sink = Sink()
    spec = apply_settings(apply_variant(file, variant, sink), settings, sink)
    bound = bind(spec, variant, words, sink)
    sink.stop_if_failed()
    model = elaborate(bound, words, sink) if bound is not None else None
    sink.stop_if_failed()
    if bound is None or model is None:
        raise SpecError(sink.sorted())
    prove_choices(spec, bound, len(model.layers), words, sink)
    _check_memory(bound, model, sink)
    sink.stop_if_failed()
    suspicious, silenced = lint(file, spec, bound, model, words)
    for warning in suspicious:
        sink.add(warning)
    return Compilation(file.source, spec, bound, model, sink.sorted(), silenced)


def step_memory(model: Model, plan: Plan) -> int:
    """Bytes of parameters, gradients, optimiser state and buffers of a step."""
    vectors = 2 + len(model.optimizer.slots)
    return model.size * plan.itemsize * vectors + plan.arena


def _check_memory(bound: Bound, model: Model, sink: Sink) -> None:
    """Claims on `memory`, which only a plan knows; with `batch full` they wait for the data."""
    claims = [c for c in bound.expect if any(n.text == "memory" for n in c.subjects)]
    if not claims or bound.train.batch is None:
        return
    from specc.passes.memory import plan_memory
    from specc.passes.pipeline import training_graph

    itemsize = 8 if bound.train.precision == "float64" else 4
    batch = bound.train.batch
    plan = plan_memory(training_graph(model, batch), batch, itemsize)
    static = {**dict(model.static), "memory": float(step_memory(model, plan))}
    for claim in claims:
        if all(name.text in static for name in claim.subjects):
            hold(claim, static, sink)


def compile_file(
    path: str,
    variant: str | None = None,
    settings: Sequence[str] = (),
    registry: Registry | None = None,
) -> Compilation:
    """`compile_source` on a file."""
    return compile_source(open_source(path), variant, settings, registry)


def check_source(source: Source, registry: Registry | None = None) -> tuple[Diagnostic, ...]:
    """All findings about a spec and each of its variants, in order of place, each once.

    The time grows with the variants times the layers of each. Where these are more than MOST_LAYERS
    together, E0214 says from which variant on nothing was checked.
    """
    words = registry or standard()
    sink = Sink()
    try:
        file = include(read(source, sink), open_source, sink)
        sink.stop_if_failed()
    except SpecError as error:
        return error.diagnostics
    found: dict[tuple[object, ...], Diagnostic] = {}

    def add(findings: Sequence[Diagnostic]) -> None:
        for d in findings:
            found.setdefault((d.code, d.message, d.place), d)

    silenced: list[Diagnostic] = []
    built = failed = 0
    for name, variant in ((None, None), *variant_statements(file)):
        if variant is not None and (built > MOST_LAYERS or failed > MOST_FAILING):
            add((_unchecked(variant.head, built > MOST_LAYERS),))
            failed += 1
            break
        try:
            compiled = _compile(file, name, (), words)
            built += len(compiled.model.layers) + SMALLEST
            add(compiled.warnings)
            silenced += compiled.silenced
        except SpecError as error:
            add(error.diagnostics if variant is None else in_variant(error.diagnostics, variant))
            failed += 1
            if variant is None and any(d.code == "E0214" for d in error.diagnostics):
                break  # each variant would be beyond the same limit
    # What a variant with errors would have silenced is not known.
    if not failed:
        add(unused_allows(file, tuple(silenced)))
    return tuple(sorted(found.values(), key=lambda d: d.place))


def _unchecked(head: Span, large: bool) -> Diagnostic:
    """E0214 at the first variant that is not checked."""
    reason = f"the variants have more than {MOST_LAYERS:,} layers together"
    if not large:
        reason = f"more than {MOST_FAILING} variants have errors"
    return Diagnostic(
        "E0214",
        f"{reason}, so not all of them were checked",
        Label(head, "not checked from here on"),
        helps=(Help("repair the others first" if not large else "put some into another file"),),
    )


def check_text(text: str, folder: str = ".") -> tuple[Diagnostic, ...]:
    """All findings about the text of a spec."""
    return check_source(Source(os.path.join(folder, "spec.dl"), text))


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
    evaluation = plan_memory(evaluation_graph(model), EVALUATION_BATCH, itemsize)
    program = emit(model, plan, evaluation, precision, __version__)
    return Planned(training, plan, evaluation, program)


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
