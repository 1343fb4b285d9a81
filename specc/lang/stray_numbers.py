"""Numbers without a name, more than a layer takes: `conv 16, 3, 1`, `dense 64, 32`.

Here each further number has a name. Elsewhere it has a place, and in PyTorch the first one is the
size of what arrives, which is known here. Both readings are offered, the likelier one first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.lang.foreign import ours
from specc.lang.foreign_calls import KNOWN_FIRST, written
from specc.lang.report import signature
from specc.lang.spec import Group, Item, Number
from specc.library.define import Arg

WIDEST = 11
"""A number of this size may still be a window; larger ones are channels."""
COLOURS = (1, 3)
"""Channels of the images that networks begin with."""


def stray_numbers(items: Sequence[Item], word: str, args: Sequence[Arg]) -> Diagnostic | None:
    """E0211, with the statement as it was probably meant; None where the numbers have places, or a
    single one that only lacks its name.
    """
    places = [a for a in args if not a.keyword]
    bare = [i for i in items if i.name is None]
    numbers = [i for i in bare if _is_number(i)]
    room = sum(a.kind != "word" for a in places)
    if len(numbers) <= room or any(a.many for a in places):
        return None
    here = None
    free = [a for a in args if a.keyword and a.kind in ("dim", "int")]
    if len(numbers) - room <= len(free):
        taken = [a for a in places if a.kind != "word"] + free
        here = _statement(args, taken, numbers, items)
    if here is not None and len(bare) == room + 1:
        return None
    there = None
    if word in KNOWN_FIRST and (here is None or len(numbers) > 2):
        labels = KNOWN_FIRST[word][: len(numbers) - 1]
        theirs = [a for label in labels for a in args if a.label == label]
        if len(theirs) == len(numbers) - 1:
            there = _statement(args, theirs, numbers[1:], items)
    if here is there is None:
        return None
    whole = items[0].span.to(items[-1].span)
    strays = numbers[room].span.to(numbers[-1].span)
    lines = {
        f"give every number its name: `{word} {here}`": here,
        f"what arrives is known, so leave its size out: `{word} {there}`": there,
    }
    helps = [Help(text, (Edit(whole, new),)) for text, new in lines.items() if new is not None]
    if len(helps) > 1 and _begins_with_what_arrives(numbers):
        helps.reverse()
    return Diagnostic(
        "E0211",
        f"`{word}` takes {room} number{'s' if room != 1 else ''} without a name, "
        f"but gets {len(numbers)}",
        Label(
            strays, "which argument is this?" if len(numbers) == room + 1 else "which are these?"
        ),
        notes=signature(word, args),
        helps=tuple(helps),
    )


def _is_number(item: Item) -> bool:
    value = item.value
    values = value.values if isinstance(value, Group) else (value,)
    return all(isinstance(v, Number) and isinstance(v.value, int) for v in values)


def _begins_with_what_arrives(numbers: Sequence[Item]) -> bool:
    """Whether the first two numbers are channels in and out, and not channels and a window."""
    first, second = (_largest(item) for item in numbers[:2])
    return second > WIDEST or (first in COLOURS and len(numbers) > 2)


def _largest(item: Item) -> float:
    value = item.value
    values = value.values if isinstance(value, Group) else (value,)
    return max(v.value for v in values if isinstance(v, Number))


def _statement(
    args: Sequence[Arg], taken: Sequence[Arg], numbers: Sequence[Item], items: Sequence[Item]
) -> str | None:
    """The values of a statement in the order of its arguments, the numbers for those of `taken`;
    None where one is given twice, or several sizes where one goes.
    """
    values: dict[str, str] = {}
    for arg, number in zip(taken, numbers, strict=False):
        if isinstance(number.value, Group) and not arg.many:
            return None
        values[arg.label] = number.span.text
    words = iter([a.label for a in args if not a.keyword and a.kind == "word"])
    labels = [a.label for a in args]
    for name, text in _others(items, words):
        label = name if name in labels else ours(name, "arguments", labels)
        if label is None or label in values:
            return None
        values[label] = text
    return ", ".join(written(values, args))


def _others(items: Sequence[Item], words: Iterator[str]) -> Iterator[tuple[str, str]]:
    """The values beside the numbers, each with its argument."""
    for item in items:
        if item.name is not None:
            yield item.name, item.value.span.text
        elif not _is_number(item):
            yield next(words, ""), item.span.text
