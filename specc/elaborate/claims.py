"""What `expect` and `stop` look at: it must be there, and what is known now must hold."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.bound import Bound
from specc.lang.report import meant
from specc.library.words import Metric


def check_claims(bound: Bound, metrics: tuple[Metric, ...], parameters: int, sink: Sink) -> None:
    measured = ("cost", "loss", *(m.word for m in metrics))
    sets = {"train": True, "dev": bound.data.has_dev, "test": bound.data.has_test}
    for claim in bound.expect:
        if claim.subject == "parameters":
            if not claim.holds(parameters):
                sink.add(
                    Diagnostic(
                        "E0406",
                        f"`{claim.text}` does not hold: the network has {parameters} parameters",
                        Label(claim.span, f"has {parameters}"),
                    )
                )
            continue
        part, _, result = claim.subject.partition(".")
        if part not in sets or result not in measured:
            known = [
                "parameters",
                *(f"{s}.{m}" for s, there in sets.items() if there for m in measured),
            ]
            sink.add(
                Diagnostic(
                    "E0404",
                    f"`{claim.subject}` is not measured here",
                    Label(claim.subject_span, "not measured"),
                    helps=meant(claim.subject, claim.subject_span, known),
                )
            )
        elif not sets[part]:
            sink.add(
                Diagnostic(
                    "E0404",
                    f"`{claim.subject}` needs a {part} set, and `data` gives none",
                    Label(claim.subject_span, f"no {part} set"),
                    (
                        Label(
                            Span(
                                bound.data.span.source,
                                bound.data.span.start,
                                bound.data.span.start + 4,
                            ),
                            "here",
                        ),
                    ),
                    helps=(Help(f"for example `split train = 80%, {part} = 20%`"),),
                )
            )


def check_stop(bound: Bound, metrics: tuple[Metric, ...], sink: Sink) -> None:
    stop = bound.train.stop
    if stop is None:
        return
    watched = str(getattr(stop, "on", "dev.cost"))
    part, _, result = watched.partition(".")
    measured = ("cost", "loss", *(m.word for m in metrics))
    span = stop.span("on")
    label = None if span is None else Label(span, "looked at here")
    if part not in ("train", "dev") or result not in measured:
        known = [f"{s}.{m}" for s in ("train", "dev") for m in measured]
        sink.add(
            Diagnostic(
                "E0404",
                f"`{watched}` is not measured here",
                label,
                helps=() if span is None else meant(watched, span, known),
            )
        )
    elif part == "dev" and not bound.data.has_dev:
        sink.add(
            Diagnostic(
                "E0403",
                f"`stop` looks at `{watched}`, but there is no dev set",
                label,
                helps=(Help("give one: `split train = 80%, dev = 20%`"),),
            )
        )
