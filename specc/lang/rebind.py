"""A variant that is bound again while its file is edited: its own statements come to what they came
to, and the rest is that of the file.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.lang.bound import Bound
from specc.lang.memo import Memo, same
from specc.lang.scope import scope_of
from specc.lang.spec import Spec, Statement
from specc.record import Record, replace

PARTS = ("init", "loss", "optimizer", "schedule", "regularize", "data", "train", "expect")
"""Words of variants that each set one part of what is bound, and no other."""
JOINED = ("data", "train", "expect")
"""Words that join what the variant says with what the file says."""


class Last(Record):
    """What a variant came to, and what it was made from.

    means: what stands for the names in it. file: what the file came to then.
    """

    means: tuple[object, ...]
    file: Bound
    bound: Bound


def rebound(spec: Spec, memo: Memo, read: Callable[[str], object]) -> Bound | None:
    """What a variant comes to; None where all of it has to be read, and for the file itself.

    Args:
        spec: The statements of the variant.
        memo: What is known of them.
        read: What one of them comes to, by its word; None if something is said about it.
    """
    statement = spec.variant
    if statement is None:
        memo.put(None, Last)  # what the text before came to is no longer what variants change
        return None
    last: Last | None = memo.get(Last, statement)
    file: Bound | None = memo.get(Last)
    if last is None or file is None or not same(file.searches, last.file.searches):
        return None
    if not same(last.means, scope_of(spec, memo).of(statement)):
        return None
    own = {s.word for s in statement.block or ()}
    found = {word: getattr(last.bound if word in own else file, word) for word in PARTS}
    joined = [w for w in own.intersection(JOINED) if getattr(file, w) is not getattr(last.file, w)]
    for word in joined:
        found[word] = read(word)
        if found[word] is None:
            return None
    bound = replace(file, variant=last.bound.variant, searches=last.bound.searches, **found)
    if joined:
        keep(spec, memo, bound)
    return bound


def keep(spec: Spec, memo: Memo, bound: Bound) -> None:
    """Keep what a file or a variant came to, about which nothing was said."""
    statement = spec.variant
    if statement is None:
        memo.put(bound, Last)
        return
    file: Bound | None = memo.get(Last)
    if file is not None and _is_simple(statement):
        memo.put(Last(scope_of(spec, memo).of(statement), file, bound), Last, statement)


def _is_simple(variant: Statement) -> bool:
    return all(s.word in PARTS for s in variant.block or ())
