"""What a file says for nothing: names, blocks and files that nothing uses, variants that change
nothing.

These rules are about the file with all its variants, so that what one variant uses counts as used.
Files brought in by `use` may define more than one spec needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang.memo import Memo
from specc.lang.override import MERGED
from specc.lang.report import listing
from specc.lang.spec import Call, Item, Name, Spec, Statement, Use, Value
from specc.lang.walk import every
from specc.lint.facts import Facts
from specc.lint.fixes import without
from specc.record import Record, fields

QUOTE = '"'
STRUCTURAL = ("let", "block", "variant")
"""Statements that repeat under several names."""


def unused_lets(facts: Facts) -> Iterator[Diagnostic]:
    """W0104."""
    top = facts.file.statements
    inner = (s for variant in top if variant.word == "variant" for s in variant.block or ())
    every = (s for s in (*top, *inner) if s.word == "let" and s.items)
    lets = [s for s in every if _is_here(s, facts.file)]
    if not lets:
        return
    used = _names(facts.file.statements, facts.memo)
    of_file = {id(s) for s in facts.file.statements}
    found: dict[str, list[Statement]] = {}
    for s in lets:
        found.setdefault(s.items[0].name or "", []).append(s)
    others = [name for name, same in found.items() if name in used and id(same[0]) in of_file]
    for name, same in found.items():
        if name not in used:
            inside = id(same[0]) not in of_file
            yield _unused_let(name, same, suggest(name, others, 1) if inside else (), inside)


def _unused_let(
    name: str, same: list[Statement], near: tuple[str, ...], inside: bool
) -> Diagnostic:
    """`same` define the name, `inside` a variant, which may have meant to override one of `near`.
    One inside a variant is not taken out: that may leave another, or leave the variant empty.
    """
    s = same[0]
    place = s.items[0].name_span or s.head
    if near:
        fix = Help(f"did you mean `{near[0]}`?", (Edit(place, near[0]),))
    else:
        edits = without(s.head) if len(same) == 1 and not inside else ()
        fix = Help("take it out, or write it where its value stands now", edits)
    return Diagnostic(
        "W0104", f"nothing uses `let {name}`", Label(place, "never used"), helps=(fix,)
    )


def unused_blocks(facts: Facts) -> Iterator[Diagnostic]:
    """W0105."""
    blocks = [s for s in facts.file.statements if s.word == "block" and _is_here(s, facts.file)]
    if not blocks:
        return
    used = {s.word for s in every(facts.file.statements)}
    for s in blocks:
        name = _defines(s)
        if name not in used:
            yield Diagnostic(
                "W0105",
                f"nothing uses the block `{name}`",
                Label(s.head, "never used"),
                helps=(Help("take it out, or use it in `network`", without(s.span)),),
            )


def unused_files(facts: Facts) -> Iterator[Diagnostic]:
    """W0108."""
    top = facts.file.statements
    for use in facts.file.uses:
        brought = {id(s) for s in use.statements}
        others = tuple(s for s in top if id(s) not in brought)
        used = _names(others, facts.memo) | {s.word for s in every(others)}
        # A `let` of a variant overrides one of the file, wherever that stands.
        used |= {_defines(s) for v in others if v.word == "variant" for s in v.block or ()}
        if used.isdisjoint(map(_defines, use.statements)):
            yield _unused_file(use)


def _unused_file(use: Use) -> Diagnostic:
    value = use.statement.items[0].value
    names = list(dict.fromkeys(_subject(s) for s in use.statements))
    note = f"it brings {listing(names, 6)}" if names else "it holds no `let` and no `block`"
    return Diagnostic(
        "W0108",
        f"nothing of `{value.span.text.strip(QUOTE)}` is used",
        Label(use.statement.head, "never used"),
        notes=(note,),
        helps=(Help("take it out, or use what it brings", without(use.statement.head)),),
    )


def unused_parameters(facts: Facts) -> Iterator[Diagnostic]:
    """W0107. A variant may replace a block by one that uses what this one does not."""
    top = facts.file.statements
    inner = (s for variant in top if variant.word == "variant" for s in variant.block or ())
    blocks: dict[str, list[Statement]] = {}
    for s in (*top, *inner):
        if s.word == "block":
            blocks.setdefault(_defines(s), []).append(s)
    for name, same in blocks.items():
        value = same[0].items[0].value
        if not isinstance(value, Call) or not _is_here(same[0], facts.file):
            continue
        used = set().union(*(_names(s.block or (), facts.memo) for s in same))
        for item in value.items:
            parameter = _parameter(item)
            if parameter not in used:
                start = item.span.start
                yield Diagnostic(
                    "W0107",
                    f"the block `{name}` does not use its parameter `{parameter}`",
                    Label(Span(item.span.source, start, start + len(parameter)), "never used"),
                    notes=("whatever a use of the block gives for it changes nothing",),
                    helps=(Help("take it out here and where the block is used, or use it"),),
                )


def repeating_variants(facts: Facts) -> Iterator[Diagnostic]:
    """W0106."""
    base = _settled(tuple(s for s in facts.file.statements if s.word != "variant"))
    for variant in facts.file.statements:
        if variant.word != "variant":
            continue
        name = variant.items[0].value.span.text
        repeats = list(_repeats(base, variant.block or (), facts.memo))
        idle = len(repeats) == _settings(variant.block or ())
        for new, old in repeats:
            fix = Help("take it out of the variant", without(new.span))
            if idle:
                fix = Help("if it is the baseline of a comparison, say so: `# allow W0106: ...`")
            yield Diagnostic(
                "W0106",
                f"the variant `{name}` sets `{_subject(new)}` as the file does",
                Label(new.head, "changes nothing"),
                (Label(old.head, "said here already"),),
                notes=(f"`{name}` trains the same as the file without it",) if idle else (),
                helps=(fix,),
            )


def _is_here(s: Statement, file: Spec) -> bool:
    return s.span.source is file.source


# Which names are used


def _names(statements: tuple[Statement, ...], memo: Memo) -> set[str]:
    """Names that stand somewhere as a value, parameters of blocks taken for themselves."""
    found: set[str] = set()
    for s in statements:
        own = memo.get(_names, s)
        if own is None:
            own = _own_names(s, memo)
            memo.put(own, _names, s)
        found |= own
    return found


def _own_names(s: Statement, memo: Memo) -> set[str]:
    found: set[str] = set()
    values: list[Any] = [s.dims, s.claim]
    shadowed: set[str] = set()
    if s.word == "block" and s.items and isinstance(s.items[0].value, Call):
        parameters = s.items[0].value.items
        shadowed = {_parameter(i) for i in parameters}
        values += [i.value for i in parameters if i.name is not None]
    else:
        values += [i.value for i in s.items]
    for value in values:
        _collect(value, found)
    return found | (_names(s.block or (), memo) - shadowed)


def _parameter(item: Item) -> str:
    return item.name if item.name is not None else item.value.span.text


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, Name):
        found.add(value.text)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, found)
    elif isinstance(value, Record) and not isinstance(value, Span):
        for name in fields(value):
            _collect(getattr(value, name), found)


# What a variant repeats


Settled = Mapping[tuple[str, str], Statement]


def _settled(statements: tuple[Statement, ...]) -> Settled:
    """What statements set or define, each with the first that does."""
    found: dict[tuple[str, str], Statement] = {}
    for s in statements:
        found.setdefault((s.word, _defines(s)), s)
    return found


def _repeats(
    base: Settled, block: tuple[Statement, ...], memo: Memo
) -> Iterator[tuple[Statement, Statement]]:
    """Statements of a variant with those of the file that say the same."""
    for new in block:
        old = base.get((new.word, _defines(new)))
        if old is None:
            continue
        if new.word in MERGED and old.block is not None and new.block is not None:
            yield from _repeats(_settled(old.block), new.block, memo)
        elif _said(new, memo) == _said(old, memo):
            yield new, old


def _settings(block: tuple[Statement, ...]) -> int:
    """How many settings a variant makes."""
    return sum(len(s.block) if s.word in MERGED and s.block else 1 for s in block)


def _defines(s: Statement) -> str:
    """What a `let` or a `block` defines; other statements stand for themselves."""
    if s.word not in STRUCTURAL or not s.items:
        return ""
    value: Value = s.items[0].value
    if isinstance(value, Call):
        return value.word
    return s.items[0].name or value.span.text


def _subject(s: Statement) -> str:
    return f"{s.word} {_defines(s)}" if _defines(s) else s.word


def _said(s: Statement, memo: Memo) -> Any:
    """The meaning of a statement, worked out once."""
    found = memo.get(meaning, s)
    if found is None:
        found = meaning(s)
        memo.put(found, meaning, s)
    return found


def meaning(node: Any) -> Any:
    """What a piece of a spec says: places and layout left out, `1e-3` the same as `0.001`."""
    if isinstance(node, tuple):
        return tuple(meaning(n) for n in node)
    if isinstance(node, Statement):
        parts = (node.word, node.items, node.dims, node.alias, node.block, node.claim)
        return meaning(parts)
    if isinstance(node, Record):
        kept = [getattr(node, name) for name in fields(node)]
        return (type(node).__name__, *(meaning(v) for v in kept if not isinstance(v, Span)))
    return node
