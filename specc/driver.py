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

from specc.diag.diagnostic import Diagnostic, Help, RunError, SpecError
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.diag.suggest import suggest
from specc.elaborate.assemble import elaborate
from specc.elaborate.claims import hold
from specc.lang.bind import bind
from specc.lang.bound import Bound
from specc.lang.override import apply_settings, apply_variant, variants
from specc.lang.read import read
from specc.lang.spec import Spec
from specc.lang.uses import include
from specc.library.registry import Registry
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
LARGEST_SPEC = 16 * 2**20


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
        if os.path.getsize(path) > LARGEST_SPEC:
            raise _unreadable("E0507", f"`{path}` is larger than 16 MiB", "a spec is a short text")
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
    words = registry or Registry()
    sink = Sink()
    file = include(read(source, sink), open_source, sink)
    sink.stop_if_failed()
    spec = apply_settings(apply_variant(file, variant, sink), settings, sink)
    bound = bind(spec, variant, words, sink)
    sink.stop_if_failed()
    model = elaborate(bound, words, sink) if bound is not None else None
    sink.stop_if_failed()
    if bound is None or model is None:
        raise SpecError(sink.sorted())
    prove_choices(spec, bound, words, sink)
    _check_memory(bound, model, sink)
    sink.stop_if_failed()
    suspicious, silenced = lint(file, spec, bound, model, words)
    for warning in suspicious:
        sink.add(warning)
    return Compilation(source, spec, bound, model, sink.sorted(), silenced)


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
    """All findings about a spec and each of its variants, in order of place, each once."""
    found: dict[tuple[object, ...], Diagnostic] = {}

    def add(findings: Sequence[Diagnostic]) -> None:
        # Not by identity: a file that is used is read anew for each variant.
        for d in findings:
            found.setdefault((d.code, d.message, d.place), d)

    sink = Sink()
    spec = read(source, sink)
    if sink.failed:
        return sink.sorted()
    silenced: list[Diagnostic] = []
    failed = False
    for variant in (None, *variants(spec)):
        try:
            compiled = compile_source(source, variant, (), registry)
            add(compiled.warnings)
            silenced += compiled.silenced
        except SpecError as error:
            add(error.diagnostics)
            failed = True
    # What a variant with errors would have silenced is not known.
    if not failed:
        add(unused_allows(spec, tuple(silenced)))
    return tuple(sorted(found.values(), key=lambda d: d.place))


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
