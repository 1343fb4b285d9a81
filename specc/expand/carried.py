"""What a spec allows, carried into its expansion, beside the statements that are warned of there.

    init zeros  # allow W0306: a lesson    ->    init  zeros  # allow W0306: a lesson  # line 33

Which statements these are, the check of the expanded text says: a layer in a `repeat` becomes
several, of which each or one may be warned about, and what only other variants give is gone. So no
allow is idle there, and nothing is silenced that the spec is warned about.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from specc.checking import check_file
from specc.diag.diagnostic import Diagnostic
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.driver import Compilation
from specc.lang.format import format_spec
from specc.lang.memo import Memo
from specc.lang.read import read
from specc.lang.spec import Spec, Statement
from specc.lang.walk import every, opening
from specc.library.registry import Registry
from specc.lint.allow import Allowed
from specc.record import replace

ONLY_HERE = "the file itself is not warned about this"
"""The reason where a warning comes of what is written out, such as a default."""


def carry(
    compilation: Compilation, statements: Sequence[Statement], registry: Registry
) -> tuple[Statement, ...]:
    """The statements of an expansion, with an allow behind each that needs one.

    Args:
        compilation: The spec, for one variant.
        statements: Its expansion, with the places that it comes from.
        registry: The words of the language.
    """
    source = compilation.source
    printed = Source(source.path, format_spec(Spec(source, tuple(statements))))
    sink = Sink()
    spec = read(printed, sink)
    found = check_file(spec, registry, sink, Memo())
    starts = [place.start for place in map(opening, every(spec.statements))]
    made = list(every(statements))
    known = _Known(compilation)
    needed: dict[int, dict[str, str]] = {}
    for warning in found:
        if warning.severity == "error" or warning.primary is None:
            continue
        index = bisect_right(starts, warning.primary.span.start) - 1
        reason = known.reason(warning, opening(made[index]))
        if reason:
            needed.setdefault(index, {}).setdefault(warning.code, reason)
    comments = {index: _comment(reasons) for index, reasons in needed.items()}
    return _with(statements, comments, iter(range(len(made))))


class _Known:
    """The warnings about a spec, those that it allows with their reasons, by what tells them."""

    def __init__(self, compilation: Compilation) -> None:
        self._reasons: dict[tuple[object, ...], str] = {}
        allowed = Allowed(compilation.spec)
        # Where an allow and none are both likely, none: a warning more rather than one less.
        reasons = [(warning, "") for warning in compilation.warnings]
        for warning in compilation.silenced:
            allow = allowed.by(warning)
            reasons += [] if allow is None else [(warning, allow.reason)]
        for warning, reason in reasons:
            if warning.primary is not None:
                self._keep(warning, warning.primary.span, reason)
        for warning, reason in reasons:
            for label in warning.secondary:
                self._keep(warning, label.span, reason)
            self._reasons.setdefault((warning.code, warning.message), reason)
            self._reasons.setdefault((warning.code,), reason)

    def _keep(self, warning: Diagnostic, place: Span, reason: str) -> None:
        self._reasons.setdefault((warning.code, place.source.path, place.line), reason)

    def reason(self, warning: Diagnostic, head: Span) -> str:
        """Why a warning about the expansion of what stands at `head` is allowed; empty where it is
        not.
        """
        code, path = warning.code, head.source.path
        lines = range(head.line, head.end_position[0] + 1)
        keys = [(code, path, line) for line in lines if head.end > head.start]
        for key in (*keys, (code, warning.message), (code,)):
            if key in self._reasons:
                return self._reasons[key]
        return ONLY_HERE


def _comment(reasons: Mapping[str, str]) -> str:
    """`# allow W0301, W0401: why  # allow W0407: why not`."""
    codes: dict[str, list[str]] = {}
    for code, reason in sorted(reasons.items()):
        codes.setdefault(escape(reason), []).append(code)
    return "  ".join(f"# allow {', '.join(same)}: {why}" for why, same in codes.items())


def _with(
    statements: Iterable[Statement], comments: Mapping[int, str], numbers: Iterator[int]
) -> tuple[Statement, ...]:
    """The statements with these comments before their own, by their number in order of place."""
    made: list[Statement] = []
    for s in statements:
        comment = comments.get(next(numbers))
        if comment is not None:
            s = replace(s, trailing=f"{comment}  {s.trailing}" if s.trailing else comment)
        if s.block:
            s = replace(s, block=_with(s.block, comments, numbers))
        made.append(s)
    return tuple(made)
