"""`# allow W0301: reason`: a warning that the author has looked at and keeps.

Behind a statement it speaks about that line, alone on a line about the next line that is more than
a comment; where the statement goes on over several lines, about all of them, so that it may be
formatted. It gives a reason, and it goes when its warning goes: an allow that says nothing, or that
nothing needs, is a warning itself. Another comment may follow the reason, `# allow W0301: why  #
...`, also one more allow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.diag.suggest import suggest
from specc.lang.spec import Spec
from specc.lang.walk import every, opening
from specc.lint.fixes import without

# Compiled when first used: most specs hold no allow.
_COMMENT = r'"(?:[^"\\\n]|\\[^\n])*"|(?P<comment>#[^\n]*)'
_CODE = r"[A-Za-z]\d{3,5}"
_ALLOW = rf"#\s*allow\s+(?P<codes>{_CODE}(?:\s*,\s*{_CODE})*)(?P<rest>.*?)(?=\s#\s|$)"
OWN = ("W0101", "W0102", "W0103")
"""The warnings of this file, which no comment silences."""


class Allow:
    """One comment: its codes with their places, the line that it is about, and its reason."""

    __slots__ = ("codes", "line", "reason", "span")

    def __init__(
        self, span: Span, codes: tuple[tuple[str, Span], ...], line: int, reason: str
    ) -> None:
        self.span = span
        self.codes = codes
        self.line = line
        self.reason = reason


def allows(source: Source) -> tuple[Allow, ...]:
    """Every allow of a source, in order. The source is free of syntax errors."""
    if "allow" not in source.text:
        return ()
    found: list[Allow] = []
    below: dict[int, int] = {}
    # From the end, so that a comment knows what those below it are about.
    for match in reversed(list(re.finditer(_COMMENT, source.text))):
        if match["comment"] is None:
            continue
        target = _target(source, match.start(), below)
        found += reversed(list(_of_comment(source, match.start(), match["comment"], target)))
    return tuple(reversed(found))


def _of_comment(source: Source, place: int, comment: str, line: int) -> Iterator[Allow]:
    """The allows that a comment at `place` begins with."""
    pattern, at = re.compile(_ALLOW), 0
    while allow := pattern.match(comment, at):
        rest = allow["rest"].strip()
        codes = tuple(
            (code[0].upper(), Span(source, place + code.start(), place + code.end()))
            for code in re.compile(_CODE).finditer(comment, *allow.span("codes"))
        )
        reason = rest[1:].strip() if rest.startswith(":") else ""
        end = place + at + len(allow[0].rstrip())
        yield Allow(Span(source, place + at, end), codes, line, reason)
        at = comment.find("#", allow.end())
        if at < 0:
            return


def _target(source: Source, place: int, below: dict[int, int]) -> int:
    """The line that a comment at `place` is about; `below` has that of each line of comments."""
    number, column = source.position(place)
    if source.line(number)[: column - 1].strip():
        return number
    below[number] = below.get(number + 1, number + 1)
    return below[number]


class Allowed:
    """The allows of all sources that warnings about a file point into, each source read once."""

    def __init__(self, file: Spec) -> None:
        self._file = file
        # By identity, and the source is kept, so that its id is not given to another one.
        self._found: dict[int, tuple[Source, dict[tuple[str, int], Allow]]] = {}
        self._starts: dict[tuple[Source, int], int] | None = None

    def silences(self, warning: Diagnostic) -> bool:
        """Whether an allow with a reason stands at the place of a warning."""
        return self.by(warning) is not None

    def by(self, warning: Diagnostic) -> Allow | None:
        """The allow that silences a warning."""
        if warning.primary is None:
            return None
        span = warning.primary.span
        found = self._of(span.source)
        return found.get((warning.code, self.start(span.source, span.line))) if found else None

    def start(self, source: Source, line: int) -> int:
        """The first line of a statement that goes on over `line`, without its block; else `line`
        itself.
        """
        if self._starts is None:
            self._starts = {}
            for s in every(self._file.statements):
                head = opening(s)
                if head.source.text.find("\n", head.start, head.end) < 0:
                    continue
                first = self._starts.get((head.source, head.line), head.line)
                for number in range(head.line, head.end_position[0] + 1):
                    self._starts[head.source, number] = first
        return self._starts.get((source, line), line)

    def _of(self, source: Source) -> dict[tuple[str, int], Allow]:
        if id(source) not in self._found:
            found: dict[tuple[str, int], Allow] = {}
            for allow in allows(source):
                for code, _ in allow.codes if allow.reason else ():
                    found.setdefault((code, self.start(source, allow.line)), allow)
            self._found[id(source)] = (source, found)
        return self._found[id(source)][1]


def check_allows(source: Source, known: Collection[str]) -> Iterator[Diagnostic]:
    """W0101 and W0102: an allow without a reason, or of a code that no rule gives."""
    for allow in allows(source):
        wrong = [(code, span) for code, span in allow.codes if code not in known]
        yield from (_unknown(allow, code, span, known) for code, span in wrong)
        if not allow.reason and not wrong:
            yield _unexplained(allow)


def _unexplained(allow: Allow) -> Diagnostic:
    first, last = allow.codes[0][1], allow.codes[-1][1]
    codes = first.to(last)
    tail = Span(codes.source, codes.end, allow.span.end)
    said = tail.text.strip().lstrip(":-").strip()
    edits = (Edit(tail, f": {said}"),) if said else ()
    return Diagnostic(
        "W0101",
        f"`allow {codes.text}` gives no reason, so it silences nothing",
        Label(codes, "why?"),
        notes=("whoever reads the spec next cannot tell a choice from a slip",),
        helps=(Help(f"say why it is right here: `# allow {codes.text}: ...`", edits),),
    )


def _unknown(allow: Allow, code: str, span: Span, known: Collection[str]) -> Diagnostic:
    if code.startswith("E") or code in OWN:
        what = "an error" if code.startswith("E") else "about `allow` itself"
        return Diagnostic(
            "W0102",
            f"`{code}` is {what} and cannot be allowed",
            Label(span, "cannot be allowed"),
            helps=(Help("mend what it is about, and take this out", _taken_out(allow)),),
        )
    near = suggest(code, sorted(known), 1)
    fix = Help("`specc explain CODE` says what a code means")
    if near:
        fix = Help(f"did you mean `{near[0]}`?", (Edit(span, near[0]),))
    message = f"no warning is called `{code}`, so this silences nothing"
    return Diagnostic("W0102", message, Label(span, "unknown code"), helps=(fix,))


def idle_allows(
    file: Spec, known: Collection[str], silenced: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """W0103: allows that silenced nothing, in no variant.

    Args:
        file: The file that the allows stand in.
        known: The codes that can be allowed; others are W0102.
        silenced: What allows silenced, in the file and each of its variants.
    """
    source, start = file.source, Allowed(file).start
    used = {
        (w.code, start(source, w.primary.span.line))
        for w in silenced
        if w.primary is not None and w.primary.span.source is source
    }
    return tuple(
        Diagnostic(
            "W0103",
            f"`allow {code}` silences nothing",
            Label(span, "no such warning here"),
            notes=(f"line {allow.line}, which it is about, gives no {code}",),
            helps=(Help("take the comment out", _taken_out(allow)),),
        )
        for allow in allows(source)
        for code, span in allow.codes
        if code in known and allow.reason and (code, start(source, allow.line)) not in used
    )


def _taken_out(allow: Allow) -> tuple[Edit, ...]:
    """Removes the comment of a single code, with its line where it stands alone."""
    if len(allow.codes) > 1:
        return ()
    source, begin, end = allow.span.source, allow.span.start, allow.span.end
    line_end = source.text.find("\n", end)
    behind = source.text[end : line_end if line_end >= 0 else None]
    if behind.strip():  # the comment that follows takes its place
        return (Edit(Span(source, begin, end + behind.index("#")), ""),)
    alone = without(allow.span)
    if alone:
        return alone
    while source.text[begin - 1] in " \t":
        begin -= 1
    return (Edit(Span(source, begin, end), ""),)
