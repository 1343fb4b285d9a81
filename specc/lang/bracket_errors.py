"""The wording of bracket errors: places in, diagnostics out, so that the matching stays small."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span


def unclosed(opener: Span, closers: str, end: Span) -> Diagnostic:
    """A bracket, perhaps with others inside it, that is open at the end of its line."""
    return Diagnostic(
        "E0102",
        f"`{opener.text}` is never closed",
        Label(opener, f"needs a `{closers[-1]}`"),
        helps=(Help(f"put `{closers}` where it ends", (Edit(end, closers),)),),
    )


def unclosed_block(opener: Span, place: Span, insert: Edit, at_end: bool) -> Diagnostic:
    """A block without its `}`; `place` is the word before which it is missing, or the last word."""
    label = "the file ends here" if at_end else "a `}` is missing before this"
    return Diagnostic(
        "E0102",
        "a block is never closed",
        Label(place, label),
        secondary=(Label(opener, "the block opens here"),),
        helps=(Help("close it with `}`", (insert,)),),
    )


def mismatched(opener: Span, closer: Span, want: str) -> Diagnostic:
    """`(1, 2]`."""
    return Diagnostic(
        "E0103",
        f"`{closer.text}` does not close `{opener.text}`",
        Label(closer, f"should be `{want}`"),
        secondary=(Label(opener, "opens here"),),
        helps=(Help(f"write `{want}`", (Edit(closer, want),)),),
    )


def stray(closer: Span, closed: Span | None, still_open: Span | None) -> Diagnostic:
    """A closer for which nothing is open: `closed` is the block closed last."""
    secondary: tuple[Label, ...] = ()
    if closed is not None:
        secondary = (Label(closed, "this block is closed already"),)
    elif still_open is not None:
        secondary = (Label(still_open, "only this is open"),)
    return Diagnostic(
        "E0103",
        f"unmatched `{closer.text}`",
        Label(closer, "closes nothing"),
        secondary=secondary,
        helps=(Help("remove it", (Edit(closer, ""),)),),
    )


def square(opener: Span, closer: Span, use: str, nominal: str = "") -> Diagnostic:
    """`[1, 2]`, where `use` is what it is used for: `choices`, `index` or `list`; `nominal` is the
    value that choices lack before them.
    """
    before, pair = (f"{nominal} in " if nominal else ""), "{}" if use == "choices" else "()"
    both = ((opener, before + pair[0]), (closer, pair[1]))
    edits = tuple(Edit(span, text) for span, text in both if span.text != text)
    choices = "choices stand in braces"
    if nominal:
        choices += ", behind the value that holds without a search"
    helps = {
        "choices": Help(choices, edits),
        "index": Help("a value has no parts to pick; several values stand in `( )`"),
        "list": Help("several values stand in round brackets", edits),
    }
    whole = opener.to(closer)
    place = opener if "\n" in whole.text else whole
    return Diagnostic(
        "E0107",
        "`[ ]` is not part of the language",
        Label(place, "square brackets"),
        helps=(helps[use],),
    )


def too_deep(bracket: Span, outermost: Span, deepest: int) -> Diagnostic:
    """One bracket or block too many inside each other."""
    return Diagnostic(
        "E0109",
        f"brackets and blocks nest deeper than {deepest} levels",
        Label(bracket, f"level {deepest + 1}"),
        secondary=(Label(outermost, "the outermost one opens here"),),
        helps=(Help("name parts with `let`, or move them into a `block`"),),
    )
