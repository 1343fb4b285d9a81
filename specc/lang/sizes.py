"""Whole numbers in a network: the sizes that `->` claims, and the count of a `repeat`."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.lang.arithmetic import BAD, Poison, explained, shown
from specc.lang.spec import Group, Name, Statement, Value
from specc.lang.values import Reader


def claimed(reader: Reader, s: Statement) -> tuple[int, ...] | Poison | None:
    """The sizes after `->`, None without any, BAD after a message."""
    if s.dims is None:
        return None
    sizes: list[int] = []
    for value in s.dims:
        if isinstance(value, Name) and reader.registry.find("activations", value.text):
            before = s.items[-1].span if s.items else s.word_span
            whole = before.after().to(s.dims_span or value.span)
            edits = (Edit(whole, f", {value.text}"),) if len(s.dims) == 1 else ()
            reader.sink.add(
                Diagnostic(
                    "E0204",
                    f"`->` claims sizes, and `{value.text}` is an activation",
                    Label(value.span, "not a size"),
                    helps=(Help("an activation stands behind a comma", edits),),
                )
            )
            return BAD
        if isinstance(value, Group):
            reader.sink.add(_bracketed(value))
            return BAD
        number = _whole(reader, value, "a claim takes", "not a size")
        if isinstance(number, Poison):
            return BAD
        sizes.append(number)
    return tuple(sizes)


def _bracketed(value: Group) -> Diagnostic:
    """E0204: `-> (m, 32)`."""
    sizes = [v.span.text for v in value.values if v.span.text != "m"]
    text = ", ".join(sizes)
    return Diagnostic(
        "E0204",
        "`->` claims the sizes of one example, without brackets",
        Label(value.span, "brackets around sizes"),
        helps=(Help(f"write `-> {text}`", (Edit(value.span, text),)),) if sizes else (),
    )


def times(reader: Reader, s: Statement) -> int | Poison:
    """The count of a `repeat`, BAD after a message."""
    if len(s.items) == 1 and s.items[0].name is None:
        count = s.items[0].value
        reader.names.search("network.repeat", count)
        return _whole(reader, count, "`repeat` takes", "not a count")
    fix = Help("for example `repeat 3 { ... }`")
    if len(s.items) == 1:
        item = s.items[0]
        fix = Help("its number needs no name", (Edit(item.span, item.value.span.text),))
    reader.sink.add(
        Diagnostic(
            "E0203", "`repeat` needs one number", Label(s.head, "how many times?"), helps=(fix,)
        )
    )
    return BAD


def _whole(reader: Reader, value: Value, who: str, label: str) -> int | Poison:
    """A whole positive number, or BAD after a message."""
    number = reader.names.number(value)
    if isinstance(number, Poison):
        return BAD
    if number >= 1 and number == int(number):
        return int(number)
    why = explained(value, reader.names.lets, number)
    reader.sink.add(
        Diagnostic(
            "E0306",
            f"{who} a whole positive number, not {shown(number)}",
            Label(value.span, label),
            why.labels,
            notes=why.notes,
        )
    )
    return BAD
