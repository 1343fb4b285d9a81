"""The collector of diagnostics: one of the few owners of mutable state."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Label, SpecError
from specc.diag.source import Span
from specc.record import replace

MOST = 200
"""Errors after which a phase ends at once, and warnings of a file that are shown."""
LONGEST = 400
"""Characters of a headline, which may quote what a file holds."""


def first_warnings(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings without the warnings behind the first `MOST`, which nobody reads."""
    kept: list[Diagnostic] = []
    warnings = 0
    for d in found:
        warnings += d.severity == "warning"
        if d.severity != "warning" or warnings < MOST:
            kept.append(d)
        elif warnings == MOST:
            kept.append(replace(d, notes=(*d.notes, f"at most {MOST} warnings are shown")))
    return tuple(kept)


class Sink:
    """Collects the findings of a phase, one per cause: what is said once of a place is not
    repeated, however many uses of a block lead there.
    """

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._said: set[tuple[object, ...]] = set()
        self._errors = 0
        self.log: list[Diagnostic] = []
        """All that was added, what had been said before too."""

    def add(self, diagnostic: Diagnostic) -> None:
        self.log.append(diagnostic)
        message = diagnostic.message
        if len(message) > LONGEST:
            shorter = message[: LONGEST - 50] + "..." + message[-40:]
            diagnostic = replace(diagnostic, message=shorter)
        key = (diagnostic.code, diagnostic.message, diagnostic.primary)
        if key in self._said:
            return
        self._said.add(key)
        self._found.append(diagnostic)
        self._errors += diagnostic.severity == "error"
        if self._errors == MOST:
            # A file this wrong is no spec; reading on would only take time.
            *most, last = self.sorted()
            note = f"at most {MOST} errors are shown"
            raise SpecError((*most, replace(last, notes=(*last.notes, note))))

    def inside(self, chain: tuple[Span, ...]) -> Sink:
        """This sink, for findings inside blocks: each gets the uses that led to it."""
        return _Inside(self, chain)

    @property
    def failed(self) -> bool:
        return self._errors > 0

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings in order of place."""
        return tuple(sorted(self._found, key=lambda d: d.place))

    def stop_if_failed(self) -> None:
        """End the pipeline here if this phase found an error."""
        if self.failed:
            raise SpecError(self.sorted())


class _Inside(Sink):
    """Passes findings on with the chain of uses as secondary labels."""

    def __init__(self, outer: Sink, chain: tuple[Span, ...]) -> None:
        super().__init__()
        self._outer = outer
        self._chain = chain
        self.log = outer.log

    def add(self, diagnostic: Diagnostic) -> None:
        told = [label.span for label in diagnostic.secondary]
        uses = tuple(
            Label(span, "in this use")
            for span in self._chain
            if not any(span.holds(inner) for inner in told)
        )
        self._outer.add(replace(diagnostic, secondary=(*diagnostic.secondary, *uses)))

    @property
    def failed(self) -> bool:
        return self._outer.failed
