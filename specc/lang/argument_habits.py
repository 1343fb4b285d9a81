"""What an argument of another name stands for, where that is more than another name: a share
counted the other way round, a unit, a value that needs no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specc.diag.diagnostic import Edit, Help
from specc.lang.foreign import DROPPED, ours, plain
from specc.lang.spec import Call, Item, Name, Number, Quantity, String
from specc.lang.units import UNITS
from specc.library.define import Arg
from specc.library.statements import BLOCKS

HALF: Final = 0.5


def share_elsewhere(item: Item, args: Sequence[Arg]) -> tuple[Help, ...]:
    """The share that is left, where another tool says the share that goes."""
    return _dropped(item, args) or _renewed(item, args)


def _dropped(item: Item, args: Sequence[Arg]) -> tuple[Help, ...]:
    """`dropout rate = 0.2`: elsewhere the share that goes is given, here the one that stays."""
    if plain(item.name or "") not in DROPPED or all(a.label != "keep" for a in args):
        return ()
    value = item.value
    if isinstance(value, Number) and 0 <= value.value < 1:
        keep = f"{1 - value.value:.6g}"
        if value.percent:
            keep = f"{100 - value.value * 100:.6g}%"
        text = f"`keep` is the share that stays: write `keep = {keep}`"
        return (Help(text, (Edit(item.span, f"keep = {keep}"),)),)
    return (Help(f"`keep` is the share that stays: `keep = 1 - {value.span.text}`"),)


def counted(item: Item, args: Sequence[Arg]) -> tuple[Help, ...]:
    """`run epochs = 30`: a unit stands behind its number."""
    unit, value = ours(item.name or "", "units", UNITS) or item.name, item.value
    if unit not in UNITS or len(args) != 1 or args[0].kind != "duration":
        return ()
    text = f"{value.span.text} {unit}"
    edits = (Edit(item.span, text),) if isinstance(value, Number | Name) else ()
    return (Help(f"a unit stands behind its number: `{text}`", edits),)


def _renewed(item: Item, args: Sequence[Arg]) -> tuple[Help, ...]:
    """`batchnorm momentum = 0.1`: in PyTorch the share of the new batch, in Keras that of the old
    average, as here. Nobody keeps less than half of an average.
    """
    value = item.value
    if plain(item.name or "") != "momentum" or all(a.label != "average" for a in args):
        return ()
    if not isinstance(value, Number) or not 0 < value.value < HALF:
        return ()
    kept = f"average = {1 - value.value:.6g}"
    as_here = f"average = {value.span.text}"
    return (
        Help(
            f"`average` is the share that stays, PyTorch's that goes: `{kept}`",
            (Edit(item.span, kept),),
        ),
        Help(f"as Keras counts, `{as_here}`", (Edit(item.span, as_here),)),
    )


def of_its_own(item: Item) -> tuple[Help, ...]:
    """`adam(lr = 1e-3, schedule = cosine)`: what is said by a statement."""
    name = item.name or ""
    block = next((b for b, words in BLOCKS.items() if name in words), None)
    if block is None:
        return ()
    where = f" in `{block} {{ ... }}`" if block else " at the top of the file"
    return (Help(f"it is a statement of its own, `{name} {item.value.span.text}`{where}"),)


def alone(item: Item, args: Sequence[Arg], free: Sequence[Arg]) -> tuple[Help, ...]:
    """`batch size = 64`: the only argument of a word needs no name."""
    if len(args) != 1 or len(free) != 1 or args[0].keyword:
        return ()
    text = item.value.span.text
    if isinstance(item.value, String) and args[0].category == "sources":
        return (Help(f'say how to read it, for example `csv({text}, target = "label")`'),)
    if not isinstance(item.value, Number | Quantity | Name | Call):
        return ()
    return (Help(f"it needs no name: `{text}`", (Edit(item.span, text),)),)
