"""Fixes put to work: as many edits as can be applied without a doubt, and none that makes it worse.

Errors are repaired; what a warning is about is legal, and may be meant. A help is applied if it is
the only one of its finding that has edits and if these stay in the file. After it the file must
have fewer errors than before. As an edit may uncover what was hidden, its chance is extended to
what comes to light; if the count has not fallen by then, all of it is taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from specc.diag.diagnostic import Diagnostic, Edit
from specc.diag.edits import apply_edits
from specc.diag.source import Source
from specc.record import Record

ROUNDS = 10
"""Rounds of a file, and links of the chain of one edit and what it uncovers."""

CLAIMS = ("E0303",)
"""Claims that do not hold: what a file says must be so is not made so by saying something else."""

Find = Callable[[Source], tuple[Diagnostic, ...]]
"""All findings about a text."""


class Repair(Record):
    """A text after its fixes, how many were applied, and what is left to say about it."""

    source: Source
    fixed: int
    left: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        return sum(d.severity == "error" for d in self.left)


def repair(source: Source, find: Find) -> Repair:
    """Apply the fixes of a file in rounds, until a round changes nothing."""
    state = Repair(source, 0, find(source))
    for _ in range(ROUNDS):
        after = _together(state, find) or _one_by_one(state, find)
        if after.fixed == state.fixed:
            break
        state = after
    return state


def safe_edits(d: Diagnostic, source: Source) -> tuple[Edit, ...]:
    """The edits of the only help of an error that has any, if they are all about this file; else
    none.
    """
    offers = [h.edits for h in d.helps if h.edits]
    if d.severity != "error" or d.code in CLAIMS or len(offers) != 1:
        return ()
    spans = sorted((e.span.start, e.span.end) for e in offers[0])
    overlap = any(end > start for (_, end), (start, _) in pairwise(spans))
    here = all(e.span.source is source for e in offers[0])
    return offers[0] if here and not overlap else ()


def _together(state: Repair, find: Find) -> Repair | None:
    """All edits at once, if as many errors are gone as were fixed: most often they are."""
    chosen = _apart(state.left, state.source)
    if not chosen:
        return None
    after = _applied(state, chosen, find)
    return after if after.errors <= state.errors - len(chosen) else None


def _one_by_one(state: Repair, find: Find) -> Repair:
    """Every edit on trial."""
    refused: set[tuple[str, ...]] = set()
    while True:
        fixable = (d for d in state.left if safe_edits(d, state.source))
        tried = next((d for d in fixable if _key(d) not in refused), None)
        if tried is None:
            return state
        after = _trial(state, tried, find)
        if after is None:
            refused.add(_key(tried))
        else:
            state = after


def _trial(state: Repair, tried: Diagnostic, find: Find) -> Repair | None:
    """The text after an edit and those of the errors that it uncovered; None if no better."""
    known = Counter(_key(d) for d in state.left)
    after, chosen = state, [tried]
    for _ in range(ROUNDS):
        after = _applied(after, chosen, find)
        if after.errors < state.errors:
            return after
        uncovered = Counter(_key(d) for d in after.left) - known
        chosen = _apart([d for d in after.left if _key(d) in uncovered], after.source)
        if not chosen:
            break
    return None


def _applied(state: Repair, chosen: Sequence[Diagnostic], find: Find) -> Repair:
    edits = [e for d in chosen for e in safe_edits(d, state.source)]
    text = apply_edits(state.source, (_in_style(e, state.source) for e in edits))
    source = Source(state.source.path, text)
    return Repair(source, state.fixed + len(chosen), find(source))


def _in_style(edit: Edit, source: Source) -> Edit:
    """An edit whose new lines end as most of the file do."""
    ends = source.text.count("\n")
    if "\n" not in edit.text or 2 * source.text.count("\r\n") <= ends:
        return edit
    return Edit(edit.span, edit.text.replace("\r\n", "\n").replace("\n", "\r\n"))


def _apart(found: Sequence[Diagnostic], source: Source) -> list[Diagnostic]:
    """Errors whose edits do not touch each other, the first ones of the text."""
    reach = [
        (min(e.span.start for e in edits), max(e.span.end for e in edits), i)
        for i, d in enumerate(found)
        if (edits := safe_edits(d, source))
    ]
    chosen: list[int] = []
    last = -1
    for start, end, index in sorted(reach):
        if start > last:
            chosen.append(index)
            last = end
    return [found[i] for i in chosen]


def _key(d: Diagnostic) -> tuple[str, ...]:
    """What a finding is known by when lines above it have changed."""
    if d.primary is None:
        return d.code, d.message
    return d.code, d.message, d.primary.span.source.line(d.primary.span.line)
