"""The story of a shape, for messages: who made it, of which numbers, through which blocks and
rounds, and what came before.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.ir.builder import Sym
from specc.lang.arithmetic import BAD, Poison, Sum, evaluate, explained
from specc.lang.bound import Step
from specc.lang.spec import Name, Number, Range, Value
from specc.model import LayerRow
from specc.record import Record
from specc.shapes import show

FIRST, LAST = 3, 8
"""Lines of a longer table that are kept at its two ends."""
WIDEST = 60
"""Characters of a statement that are quoted."""


class Round(Record):
    """The round of a `repeat` that is being built."""

    head: Span
    number: int
    count: int


class Story(Record):
    """Secondary labels and notes of one message."""

    labels: tuple[Label, ...]
    notes: tuple[str, ...]


def tell(
    step: Step,
    values: Sequence[tuple[Sym, Step | None]] = (),
    rounds: Sequence[Round] = (),
) -> Story:
    """How a step of the network came to what it met.

    Args:
        step: Where the problem shows.
        values: The values it met, with the steps that made them.
        rounds: The rounds of `repeat` around it, outermost first.
    """
    said: dict[Span, list[str]] = {}
    sums: list[Sum] = []
    for value, maker in values:
        if maker is not None:
            said.setdefault(core(maker), []).append(show(value.shape))
            sums += _sums(maker)
    sums += _sums(step)
    texts = {span: " and ".join(dict.fromkeys(t)) + " from here on" for span, t in said.items()}
    uses = dict.fromkeys(step.chain, "in this use")
    for name, span, number in (origin for s in sums for origin in s.origins):
        use = next((u for u in uses if _inside(span, u)), None)
        if use is None:
            texts.setdefault(span, f"{number} from here")
        elif f"`{name}`" not in uses[use]:
            uses[use] += f", `{name}` is {number}"
    for round_ in rounds:
        if round_.number > 1:
            texts.setdefault(round_.head, f"in round {round_.number} of {round_.count}")
    for span, text in uses.items():
        texts.setdefault(span, text)
    labels = tuple(Label(span, text) for span, text in texts.items())
    return Story(labels, tuple(dict.fromkeys(s.text for s in sums if s.text)))


def core(step: Step) -> Span:
    """A statement without its claim, name and body."""
    return step.span.to(step.items[-1].span) if step.items else step.span


def _inside(inner: Span, outer: Span) -> bool:
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end


def _sums(step: Step) -> list[Sum]:
    """How the numbers among the values of a statement came about."""
    found: list[Sum] = []
    for item in step.items:
        number = _number(item.value, step)
        if not isinstance(number, Poison):
            found.append(explained(item.value, step.names, number))
    return found


def _number(value: Value, step: Step) -> int | float | Poison:
    def lookup(name: Name) -> int | float | Poison:
        bound = step.names.get(name.text)
        number = bound.nominal if isinstance(bound, Range) else bound
        return number.value if isinstance(number, Number) else BAD

    return evaluate(value, lookup, Sink())


def quoted(text: str) -> str:
    """A statement for a headline or a table, not too long for either."""
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."


def shape_table(rows: Sequence[LayerRow]) -> tuple[str, ...]:
    """The shapes so far, one aligned line per layer; the middle of a long network is left out."""
    return columns([(quoted(r.text), show(r.output)) for r in rows])


def columns(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Two aligned columns; of many lines the first and the last."""
    most = FIRST + LAST
    kept = pairs if len(pairs) <= most + 1 else (*pairs[:FIRST], *pairs[-LAST:])
    width = max((len(left) for left, _ in kept), default=0)
    lines = [f"{left.ljust(width)}  {right}" for left, right in kept]
    if len(kept) < len(pairs):
        lines.insert(FIRST, f"... {len(pairs) - most} more")
    return tuple(lines)
