"""The names of values that a `from`, `add` or `concat` mentions."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.spec import Group, Name, Statement


def names_of_values(s: Statement, sink: Sink, most: int | None) -> tuple[tuple[str, Span], ...]:
    """The names in a statement, each with its place; none after E0204, where it holds something
    else, or more than `most` of them.
    """
    values = [i.value for i in s.items]
    if len(values) == 1 and isinstance(values[0], Group):
        values = list(values[0].values)
    plain = [v for v in values if isinstance(v, Name)]
    odd = [i.span for i in s.items if i.name is not None]
    odd += [v.span for v in values if not isinstance(v, Name)]
    odd += [v.span for v in values[most:]] if most is not None else []
    fix = f"name a value by `dense 64, relu as left`, then `{s.word} left`"
    if len(plain) == len(values) > 1:
        fix = f"several values are joined: `concat {', '.join(v.text for v in plain)}`, or `add`"
    if odd or not values or s.block is not None:
        many = "" if most == 1 else "s"
        text = "only one name here" if len(plain) == len(values) > 1 else f"takes name{many}"
        sink.add(
            Diagnostic(
                "E0204",
                f"`{s.word}` takes the name{many} of {'a value' if most == 1 else 'values'}",
                Label(odd[0] if odd else s.head, text),
                helps=(Help(fix),),
            )
        )
        return ()
    return tuple((v.text, v.span) for v in plain)
