"""What `expect`, `stop` and `search` look at: it must be there, and what is known now must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.rates import watching
from specc.elaborate.story import quoted
from specc.lang.bound import Bound, Claim, Known
from specc.lang.report import meant
from specc.lang.spec import Name
from specc.library.define import Definition
from specc.library.words import Metric

Origin = Callable[[str], tuple[tuple[str, ...], tuple[Label, ...]]]
"""Where a known result comes from: a table, layer by layer, and the place that gives most of it."""
LATER = ("memory",)
"""Results of the plan, which is made after this."""


def measured(metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    """What is measured on every set and can be compared."""
    return ("cost", "loss", *(m.word for m in metrics if m.number))


def check_claims(
    bound: Bound,
    metrics: tuple[Metric, ...],
    static: Mapping[str, Known],
    origin: Origin,
    sink: Sink,
) -> None:
    """Every claim is about something that is measured; those about `static` results hold.

    Args:
        bound: The spec.
        metrics: What is measured on every set.
        static: Results that are known now: `parameters`, `flops`, `output.shape`.
        origin: Where the result of this name comes from.
        sink: Where errors go.
    """
    for claim in bound.expect:
        there = [_known(bound, metrics, static, name, sink) for name in claim.subjects]
        if all(there) and all(name.text in static for name in claim.subjects):
            hold(claim, static, sink, origin)


def hold(
    claim: Claim,
    static: Mapping[str, Known],
    sink: Sink,
    origin: Origin | None = None,
) -> None:
    """E0406 unless a claim about known results is true."""
    shapes = [isinstance(static[n.text], tuple) for n in claim.subjects]
    if any(shapes) and len(shapes) > 1:
        message = "shapes cannot be added in a claim"
        sink.add(Diagnostic("E0204", message, Label(claim.span, "compare one shape")))
        return
    value = claim.value(lambda name: static[name])
    if claim.holds(value):
        return
    about = " ".join(claim.left.span.text.split())
    said = amount(value) if about == "memory" else show_known(value)
    subjects = {n.text for n in claim.subjects}
    table: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    if origin is not None and len(subjects) == 1:
        table, labels = origin(subjects.pop())
    sink.add(
        Diagnostic(
            "E0406",
            f"`{quoted(claim.text)}` does not hold: `{quoted(about)}` is {said}",
            Label(claim.span, f"is {said}"),
            labels,
            table=table,
        )
    )


def amount(value: Known) -> str:
    """Bytes as a claim would write them: `63.1 KB`."""
    number = float(value) if not isinstance(value, tuple) else 0.0
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if number >= size:
            return f"{number / size:.4g} {unit}"
    return f"{number:g} bytes"


def show_known(value: Known) -> str:
    """A value as a claim would write it."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) if len(value) == 1 else f"({', '.join(map(str, value))})"
    return f"{value:,.0f}".replace(",", "_") if value == int(value) else f"{value:g}"


def _known(
    bound: Bound,
    metrics: tuple[Metric, ...],
    static: Mapping[str, Known],
    name: Name,
    sink: Sink,
) -> bool:
    sets = {"train": True, "dev": bound.data.has_dev, "test": bound.data.has_test}
    part, _, result = name.text.partition(".")
    if name.text in static or name.text in LATER:
        return True
    if part not in sets or result not in measured(metrics):
        there = [f"{s}.{m}" for s, given in sets.items() if given for m in measured(metrics)]
        sink.add(
            Diagnostic(
                "E0404",
                f"`{name.text}` is not measured here",
                Label(name.span, "not measured"),
                helps=meant(name.text, name.span, (*static, *LATER, *there), "results"),
            )
        )
        return False
    if not sets[part]:
        data = bound.data.span
        sink.add(
            Diagnostic(
                "E0404",
                f"`{name.text}` needs a {part} set, and `data` gives none",
                Label(name.span, f"no {part} set"),
                (Label(Span(data.source, data.start, data.start + 4), f"no {part} set here"),),
                helps=(Help(f"for example `split train = 80%, {part} = 20%`"),),
            )
        )
        return False
    return True


def check_search(bound: Bound, metrics: tuple[Metric, ...], sink: Sink) -> None:
    """The objective of `search` is measured, be it the one that holds by default."""
    search = bound.search
    if search is None:
        return
    if search.objective_span is not None:
        name = Name(search.objective.result, search.objective_span)
        _known(bound, metrics, {}, name, sink)
    elif not bound.data.has_dev:
        data = bound.data.span
        sink.add(
            Diagnostic(
                "E0404",
                f"`search` looks at `{search.objective.result}`, but there is no dev set",
                Label(search.span, "nothing to compare settings by"),
                (Label(Span(data.source, data.start, data.start + 4), "no dev set here"),),
                notes=("its objective is `min(dev.cost)` unless it names another",),
                helps=(
                    Help("give one: `split train = 80%, dev = 20%`"),
                    Help("or choose by the training set: `objective min(train.cost)`"),
                ),
            )
        )


def check_watched(bound: Bound, metrics: tuple[Metric, ...], sink: Sink) -> None:
    """What `stop` and the schedule watch is measured, and on a set that is there."""
    stop = bound.train.stop
    if stop is not None:
        _check_on("stop", stop, bound, metrics, sink)
    for schedule in watching(bound.schedule):
        _check_on(schedule.word, schedule, bound, metrics, sink)


def _check_on(
    what: str, watcher: Definition, bound: Bound, metrics: tuple[Metric, ...], sink: Sink
) -> None:
    watched = str(getattr(watcher, "on", "dev.cost"))
    part, _, result = watched.partition(".")
    results = measured(metrics)
    span = watcher.span("on")
    label = None if span is None else Label(span, "not measured")
    if part not in ("train", "dev") or result not in results:
        known = [f"{s}.{m}" for s in ("train", "dev") for m in results]
        sink.add(
            Diagnostic(
                "E0404",
                f"`{watched}` is not measured here",
                label,
                helps=() if span is None else meant(watched, span, known, "results"),
            )
        )
    elif part == "dev" and not bound.data.has_dev:
        data = bound.data.span
        sink.add(
            Diagnostic(
                "E0403",
                f"`{what}` looks at `{watched}`, but there is no dev set",
                None if span is None else Label(span, "looked at here"),
                (Label(Span(data.source, data.start, data.start + 4), "no dev set here"),),
                helps=(Help("give one: `split train = 80%, dev = 20%`"),),
            )
        )
