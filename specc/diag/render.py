"""Diagnostics as text for people, in the form that rustc made familiar.

    error[E0302]: `dense` takes features, but a tensor with 3 axes arrives
      --> models/lenet.dl:14:5
       |
    12 |     conv  16, kernel = 5
       |     -------------------- (m, 24, 24, 16) from here on
    13 |     relu
    14 |     dense 10, softmax
       |     ^^^^^ needs 1 axis per example, gets 3
       |
       = note: 28 - 5 + 1 = 24, because `pad` is `valid` unless given
    help: flatten the three axes into 9216 features
       |
    14 +     flatten
       |

Lines of the table stand where notes stand, in front of them; a help without edits is a `= help:`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.edits import Change, changes
from specc.diag.escape import cells, escape
from specc.diag.snippet import Mark, Row, shorten, underline
from specc.diag.source import Source

COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "gutter": "\x1b[1;94m",
    "secondary": "\x1b[1;94m",
    "strong": "\x1b[1m",
    "help": "\x1b[1;36m",
    "old": "\x1b[31m",
    "new": "\x1b[32m",
}
RESET = "\x1b[0m"
CHANGES = 20
"""Changed places of a fix that are shown; a habit may have hundreds."""
LINES = 12
"""Lines of one place that are shown."""
NARROWEST = 40
"""Below this many columns lines wrap in the terminal, rather than being cut to nothing here."""


def render_text(diagnostic: Diagnostic, *, colour: bool, width: int = 100) -> str:
    """One diagnostic with its source lines, without a newline at the end.

    Args:
        diagnostic: The finding; every text in it may come from an untrusted file.
        colour: Whether to write ANSI colours. Without them newline is the only control character.
        width: Columns of the terminal. Source lines are cut to it, notes are wrapped.
    """
    fixes = [(h, changes(h.edits)) for h in diagnostic.helps]
    gutter = len(str(_last_number(diagnostic, fixes)))
    layout = _Layout(gutter, max(width, NARROWEST) - gutter - 3, diagnostic.severity)
    return "\n".join(_painted(row, colour) for row in layout.rows(diagnostic, fixes))


def render_all(diagnostics: Sequence[Diagnostic], *, colour: bool, width: int = 100) -> str:
    """All of them, a blank line between two, and a last line that counts: `2 errors, 1 warning`."""
    if not diagnostics:
        return ""
    texts = [render_text(d, colour=colour, width=width) for d in diagnostics]
    return "\n\n".join((*texts, summary(diagnostics)))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; kinds that did not occur are left out."""
    found = [d.severity for d in diagnostics]
    counts = [(found.count(kind), kind) for kind in ("error", "warning")]
    return ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for n, kind in counts if n)


class _Layout:
    """The rows of one diagnostic; `room` is what a line has behind the gutter."""

    def __init__(self, gutter: int, room: int, severity: str) -> None:
        self.gutter = gutter
        self.room = room
        self.severity = severity

    def rows(
        self, diagnostic: Diagnostic, fixes: list[tuple[Help, tuple[Change, ...]]]
    ) -> Iterator[Row]:
        head = f"{diagnostic.severity}[{escape(diagnostic.code)}]"
        yield ((self.severity, head), ("strong", f": {escape(diagnostic.message)}"))
        yield from self._snippets(diagnostic)
        plain = [h.text for h, lines in fixes if not lines]
        facts = bool(diagnostic.table or diagnostic.notes or plain)
        if _labels(diagnostic) and (facts or len(plain) < len(fixes)):
            yield self._bar()
        yield from self._table(diagnostic.table)
        for text in diagnostic.notes:
            yield from self._fact("note", text)
        for text in plain:
            yield from self._fact("help", text)
        here = diagnostic.primary.span.source if diagnostic.primary else None
        for fix, lines in fixes:
            if lines:
                yield from self._fix(fix, lines, here)

    def _bar(self, number: str = "", sign: str = "|", style: str = "gutter") -> Row:
        return (("gutter", f"{number:<{self.gutter}} "), (style, sign))

    def _arrow(self, sign: str, place: str) -> Row:
        return (("gutter", " " * self.gutter + sign), ("", f" {place}"))

    def _line(self, number: int, text: str) -> Row:
        return (*self._bar(str(number)), ("", f" {text}"))

    def _snippets(self, diagnostic: Diagnostic) -> Iterator[Row]:
        files: dict[Source, list[Label]] = {}
        for label in _labels(diagnostic):
            files.setdefault(label.span.source, []).append(label)
        sign = "-->"
        for source, labels in files.items():
            if sign == ":::":
                yield self._bar()
            yield self._arrow(sign, _place(source, labels[0].span.start))
            yield self._bar()
            yield from self._lines(source, labels, diagnostic.primary)
            sign = ":::"

    def _lines(self, source: Source, labels: list[Label], primary: Label | None) -> Iterator[Row]:
        """The labelled lines of one file; one line between two is shown, more become `...`."""
        marked: dict[int, list[Mark]] = {}
        for label in labels:
            style = self.severity if label is primary else "secondary"
            number, mark = _mark(label, style)
            marked.setdefault(number, []).append(mark)
        last = 0
        for number in sorted(marked):
            if last and number == last + 2:
                yield self._line(last + 1, shorten(source.line(last + 1), (), self.room).text)
            elif last and number > last + 2:
                yield (("gutter", "..."),)
            marks = marked[number]
            shown = shorten(source.line(number), [(m.start, m.end) for m in marks], self.room)
            yield self._line(number, shown.text)
            for row in underline(marks, shown, self.room):
                yield (*self._bar(), ("", " "), *row)
            last = number

    def _table(self, table: Sequence[str]) -> Iterator[Row]:
        lead = f"{' ' * self.gutter} = "
        for text in table:
            yield (("gutter", lead), ("", escape(text)))
            lead = " " * len(lead)

    def _fact(self, kind: str, text: str) -> Iterator[Row]:
        lead = f"{' ' * self.gutter} = "
        indent = " " * (len(lead) + len(kind) + 2)
        lines = _wrapped(text, self.room - len(kind) - 2)
        yield (("gutter", lead), ("strong", kind), ("", f": {lines[0]}"))
        for line in lines[1:]:
            yield (("", indent + line),)

    def _fix(self, fix: Help, lines: tuple[Change, ...], here: Source | None) -> Iterator[Row]:
        text = _wrapped(fix.text, self.room + self.gutter - 3)
        yield (("help", "help"), ("", f": {text[0]}"))
        for more in text[1:]:
            yield (("", f"      {more}"),)
        before: Change | None = None
        for change in lines[:CHANGES]:
            if before is None or change.source is not before.source:
                if change.source is not here:
                    yield self._arrow("-->", f"{escape(change.source.path)}:{change.first}:1")
                yield self._bar()
            elif change.first > before.first + len(before.old):
                yield (("gutter", "..."),)
            yield from self._changed(change)
            before = change
        if len(lines) > CHANGES:
            yield (("gutter", "..."), ("", f" and {len(lines) - CHANGES} more"))
        yield self._bar()

    def _changed(self, change: Change) -> Iterator[Row]:
        pairs = dict(enumerate(zip(change.old, change.new, strict=False)))
        for sign, style, lines in (("-", "old", change.old), ("+", "new", change.new)):
            for index, line in enumerate(lines[:LINES]):
                keep = [_difference(line, *pairs[index])] if index in pairs else []
                shown = shorten(line, keep, self.room).text
                yield (*self._bar(str(change.first + index), sign, style), (style, f" {shown}"))
            if len(lines) > LINES:
                yield (("gutter", "..."), ("", f" and {len(lines) - LINES:,} more lines"))


def _labels(diagnostic: Diagnostic) -> tuple[Label, ...]:
    first = (diagnostic.primary,) if diagnostic.primary else ()
    return (*first, *diagnostic.secondary)


def _mark(label: Label, style: str) -> tuple[int, Mark]:
    """The line of a label and its part of it; a span over several lines is cut to its first."""
    span = label.span
    number, column = span.line, span.column
    final, end = span.end_position
    length = len(span.source.line(number))
    start = min(column - 1, length)
    stop = end - 1 if final == number else length
    return number, Mark(start, max(start, min(stop, length)), label.text, style)


def _place(source: Source, offset: int) -> str:
    line, column = source.position(offset)
    return f"{escape(source.path)}:{line}:{column}"


def _last_number(diagnostic: Diagnostic, fixes: list[tuple[Help, tuple[Change, ...]]]) -> int:
    """The largest line number that will be shown; it sets the width of the gutter."""
    shown = [label.span.line for label in _labels(diagnostic)]
    for _, lines in fixes:
        shown += [c.first + min(max(len(c.old), len(c.new), 1), LINES) - 1 for c in lines]
    return max(shown, default=1)


def _difference(line: str, old: str, new: str) -> tuple[int, int]:
    """The part of a changed line that its counterpart lacks."""
    both = min(len(old), len(new))
    head = next((i for i in range(both) if old[i] != new[i]), both)
    shorter = both - head
    tail = 0
    while tail < shorter and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, len(line) - tail


def _wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` cells, broken at spaces; its own newlines stay."""
    lines: list[str] = []
    for paragraph in map(escape, text.split("\n")):
        if cells(paragraph) <= room:
            lines.append(paragraph)
            continue
        line = ""
        for word in paragraph.split(" "):
            if line and cells(line) + 1 + cells(word) > room:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def _painted(row: Row, colour: bool) -> str:
    if not colour:
        return "".join(text for _, text in row).rstrip(" ")
    parts: list[str] = []
    for style, text in row:
        on = COLOURS.get(style)
        parts.append(f"{on}{text}{RESET}" if on and text.strip(" ") else text)
    return "".join(parts).rstrip(" ")
