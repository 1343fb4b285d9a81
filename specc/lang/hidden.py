"""Characters that no editor shows as they are: E0104, wherever they stand, in comments and strings
too.

What a reader of a spec sees must be what the compiler reads.
"""

from __future__ import annotations

import re
from array import array
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.problems import Problems

_LONE_RETURN = re.compile("\r(?!\n)")
"""The end of a line where no newline follows: so wrote old systems."""

_RETURNS = re.compile("\r+\n?")

HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff\U000e0000-\U000e007f]+"
)
"""Without the joiners U+200C and U+200D, which scripts and emoji need in comments."""

_BREAKS = frozenset("\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""Characters that other programs end a line or a page at, so they part words."""

_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hidden_characters(source: Source, problems: Problems) -> None:
    """Report control, invisible, bidirectional and undecodable characters."""
    _lone_returns(source, problems)
    for match in HIDDEN.finditer(source.text):
        start, end = match.span()
        if not problems.wants(start):
            return
        char = match[0][0]
        if char == "\ufeff" and start == 0:  # a byte order mark
            continue
        span = Span(source, start, end)
        code = f"U+{ord(char):04X}"
        if char == "\ufffd" or "\ud800" <= char <= "\udfff":
            message, label = f"the file is not valid UTF-8 here ({code})", "not UTF-8"
            helps: tuple[Help, ...] = (Help("save the file as UTF-8"),)
        else:
            kind = "control" if char < "\xa0" else "invisible"
            if _BIDIRECTIONAL.match(char):
                kind = "bidirectional"
            message, label = f"{kind} character {code}", "no editor shows this as it is"
            helps = (_removed(span),)
        problems.add(Diagnostic("E0104", message, Label(span, label), helps=helps))


def _lone_returns(source: Source, problems: Problems) -> None:
    """One report for all of them: it is one program that wrote them."""
    ends = array("q", (match.start() for match in _LONE_RETURN.finditer(source.text)))
    if not ends:
        return
    for place in ends[1:]:
        problems.mark(place)
    end = ends[-1] + 1
    every = Span(source, ends[0], end + 2 * source.text.startswith("\r\n", end))
    many, fix = f"{len(ends)} lines end", "end them with newlines"
    if len(ends) == 1:
        many, fix = "a line ends", "end it with a newline"
    message = f"{many} with a carriage return (U+000D) and no newline"
    label = Label(Span(source, ends[0], ends[0] + 1), "no newline follows")
    edit = Edit(every, _RETURNS.sub(_newlines, every.text))
    problems.add(Diagnostic("E0104", message, label, helps=(Help(fix, (edit,)),)))


def _newlines(returns: re.Match[str]) -> str:
    """A line for each; with a newline behind them they are an end that was converted twice."""
    return "\r\n" if returns[0].endswith("\n") else "\n" * len(returns[0])


def _removed(span: Span) -> Help:
    """Without the characters; what parts words leaves a space, so that they stay two."""
    around = (
        span.source.text[span.start - 1 : span.start],
        span.source.text[span.end : span.end + 1],
    )
    parted = any(not char or char.isspace() for char in around)
    if not parted and not _BREAKS.isdisjoint(span.text):
        return Help("put a space there", (Edit(span, " "),))
    return Help("remove it", (Edit(span, ""),))
