"""Everything that a check needs: the stages up to the proof that a spec has a model.

    text -> Spec -> Bound -> Proof, and what the rules of `specc.lint` say about it

Nothing here imports NumPy, and nothing builds what only a run needs, so that a check of one file
takes little longer than to start Python.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError, SpecError
from specc.diag.sink import Sink, first_warnings
from specc.diag.source import Source, Span
from specc.diag.suggest import suggest
from specc.elaborate.assemble import prove
from specc.elaborate.claims import hold
from specc.elaborate.given import unfit_data
from specc.elaborate.proof import Proof
from specc.lang.assign import apply_settings
from specc.lang.bind import bind
from specc.lang.memo import Memo
from specc.lang.override import (
    apply_variant,
    check_variants,
    in_variant,
    variant_statements,
    without_variants,
)
from specc.lang.read import LARGEST, read
from specc.lang.spec import Spec, Statement
from specc.lang.uses import include
from specc.library.registry import Registry, standard
from specc.lint.lint import lint, unused_allows
from specc.model import Model
from specc.proofs import prove_choices
from specc.record import Record
from specc.shapes import size, value

if TYPE_CHECKING:
    from specc.ir.plan import Plan

MOST_LAYERS = 30_000
"""Layers that one check builds, those of all variants and choices together: some seconds."""
SMALLEST = 20
STATEMENTS = 4
"""What the rest of a spec costs to check, in layers: so much, and one for so many statements."""
MOST_FAILING = 20
"""Variants with errors after which the others are not looked at."""


class Checked(Record):
    """What a check knows of one variant that has no errors. layers: those that were built, for the
    choices of search ranges too.
    """

    spec: Spec
    proof: Proof
    layers: int
    warnings: tuple[Diagnostic, ...]
    silenced: tuple[Diagnostic, ...]


def open_source(path: str) -> Source:
    """The text of a spec.

    Raises:
        RunError: E0507 or E0501, the file cannot be read.
    """
    try:
        if os.path.isdir(path):
            raise _unreadable("E0507", f"`{path}` is a folder, not a spec", "give a .dl file")
        if os.path.exists(path) and not os.path.isfile(path):
            fix = "give a `.dl` file; `specc check` and `specc fmt` read a pipe as `-`"
            raise _unreadable("E0507", f"`{path}` is not a regular file", fix)
        if os.path.getsize(path) > LARGEST:
            raise _unreadable("E0507", f"`{path}` is larger than 1 MiB", "a spec is a short text")
        with open(path, "rb") as file:
            return Source(path, file.read().decode("utf-8", "replace").removeprefix("\ufeff"))
    except FileNotFoundError:
        folder = os.path.dirname(path) or "."
        names = os.listdir(folder) if os.path.isdir(folder) else []
        near = suggest(os.path.basename(path), [n for n in names if n.endswith(".dl")])
        fix = "give the path of a `.dl` file that is there"
        if path == "-":
            fix = "give a `.dl` file: only `specc check` and `specc fmt` read standard input"
        if near:
            fix = f"did you mean `{os.path.join(os.path.dirname(path), near[0])}`?"
        raise _unreadable("E0501", f"there is no file `{path}`", fix) from None
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        fix = "let your user read it, or give another path"
        raise _unreadable("E0507", f"`{path}` cannot be read: {reason}", fix) from None


def _unreadable(code: str, message: str, fix: str) -> RunError:
    return RunError(Diagnostic(code, message, helps=(Help(fix),)))


def check_text(text: str, folder: str = ".") -> tuple[Diagnostic, ...]:
    """All findings about the text of a spec."""
    return check_source(Source(os.path.join(folder, "spec.dl"), text))


def check_source(source: Source, registry: Registry | None = None) -> tuple[Diagnostic, ...]:
    """All findings about a spec and each of its variants, in order of place, each once.

    The time grows with the variants times the layers of each. Where these are more than MOST_LAYERS
    together, E0214 says from which variant on nothing was checked.
    """
    sink = Sink()
    return check_file(read(source, sink), registry or standard(), sink, Memo())


def check_file(spec: Spec, words: Registry, sink: Sink, memo: Memo) -> tuple[Diagnostic, ...]:
    """`check_source` for a spec that was read.

    Args:
        spec: The statements of the file.
        words: The words of the language.
        sink: What was found while it was read.
        memo: What is known of these statements.
    """
    try:
        file = include(spec, open_source, sink)
        sink.stop_if_failed()
    except SpecError as error:
        return error.diagnostics
    found: dict[tuple[object, ...], Diagnostic] = {}

    def add(findings: Sequence[Diagnostic]) -> None:
        for d in findings:
            found.setdefault((d.code, d.message, d.place), d)

    silenced: list[Diagnostic] = []
    built = failed = 0
    common = _common(file, memo)
    for name, variant in ((None, None), *variant_statements(file)):
        if variant is not None and (built > MOST_LAYERS or failed > MOST_FAILING):
            add((_unchecked(variant.head, built > MOST_LAYERS),))
            failed += 1
            break
        sound = variant is not None and memo.get(check_variants, file) is not None
        layers = memo.get(Checked, variant, common) if sound else None
        if layers is not None:
            built += layers
            continue
        try:
            checked = check_variant(file, name, (), words, memo)
            given = _given(checked.proof, memo)
            if given:
                raise SpecError((*given, *checked.warnings))
            layers = checked.layers + SMALLEST + len(checked.spec.statements) // STATEMENTS
            built += layers
            add(checked.warnings)
            silenced += checked.silenced
            if not (checked.warnings or checked.silenced):
                memo.put(layers, Checked, variant, common)
        except SpecError as error:
            add(error.diagnostics if variant is None else in_variant(error.diagnostics, variant))
            failed += 1
            if variant is None and any(d.code == "E0214" for d in error.diagnostics):
                break  # each variant would be beyond the same limit
        memo.seal()
    # What a variant with errors would have silenced is not known.
    if not failed:
        add(unused_allows(file, tuple(silenced)))
    return first_warnings(sorted(found.values(), key=lambda d: d.place))


def _given(proof: Proof, memo: Memo) -> Sequence[Diagnostic]:
    """What is wrong with generated data, for which most variants are as the file is."""
    fits = (unfit_data, proof.bound.data, proof.built)
    if memo.get(*fits):
        return ()
    found = unfit_data(proof)
    if not found:
        memo.put(True, *fits)
    return found


def _common(file: Spec, memo: Memo) -> object:
    """Stands for the statements that the variants of a file share: the same as long as they are."""
    statements = without_variants(file, memo)
    found: object = memo.get(_common, *statements) or statements
    memo.put(found, _common, *statements)
    return found


def _unchecked(head: Span, large: bool) -> Diagnostic:
    """E0214 at the first variant that is not checked."""
    reason = f"the variants have more than {MOST_LAYERS:,} layers to check"
    if not large:
        reason = f"more than {MOST_FAILING} variants have errors"
    return Diagnostic(
        "E0214",
        f"{reason}, so not all of them were checked",
        Label(head, "not checked from here on"),
        helps=(Help("repair the others first" if not large else "put some into another file"),),
    )


def check_variant(
    file: Spec,
    variant: str | None,
    settings: Sequence[str],
    words: Registry,
    memo: Memo | None = None,
) -> Checked:
    """The stages behind reading, without the graphs that only a run needs."""
    sink, memo = Sink(), memo or Memo()
    named: dict[str, Statement] | None = memo.get(check_variants, file)
    if named is None:
        check_variants(file, sink)
        named = dict(variant_statements(file))
        if not sink.failed:
            memo.put(named, check_variants, file)
    spec = apply_variant(file, variant, sink, named, memo)
    if settings:
        spec = apply_settings(spec, settings, words, sink)
        sink.stop_if_failed()
    bound = bind(spec, variant, words, sink, memo=memo)
    sink.stop_if_failed()
    proof = prove(bound, words, sink, memo=memo) if bound is not None else None
    sink.stop_if_failed()
    if bound is None or proof is None:
        raise SpecError(sink.sorted())
    layers = len(proof.forward.rows) + prove_choices(spec, proof, words, sink, memo)
    _check_memory(proof, sink)
    sink.stop_if_failed()
    suspicious, silenced = lint(file, spec, proof, words, memo)
    for warning in suspicious:
        sink.add(warning)
    return Checked(spec, proof, layers, sink.sorted(), silenced)


def _check_memory(proof: Proof, sink: Sink) -> None:
    """Claims on `memory`, which only a plan knows; with `batch full` and `auto` they wait for
    the data.
    """
    bound = proof.bound
    if not bound.claims("memory") or bound.train.batch is None:
        return
    from specc.passes.memory import plan_memory
    from specc.passes.pipeline import training_graph

    itemsize = 8 if bound.train.precision == "float64" else 4
    batch, model = bound.train.batch, proof.model()
    plan = plan_memory(training_graph(model, batch), batch, itemsize)
    static = {**dict(model.static), "memory": float(step_memory(model, plan))}
    for claim in (c for c in bound.expect if any(n.text == "memory" for n in c.subjects)):
        if all(name.text in static for name in claim.subjects):
            hold(claim, static, sink)


def step_memory(model: Model, plan: Plan) -> int:
    """Bytes of parameters, gradients, optimiser state, running tensors, buffers and constant arrays
    of a step.
    """
    vectors = 2 + len(model.optimizer.slots)
    filled = (n.type.shape for n in plan.graph.nodes if n.op == "filled")
    constants = sum(value(size(shape), {"m": plan.batch}) for shape in filled)
    return (model.size * vectors + model.running_size + constants) * plan.itemsize + plan.arena
