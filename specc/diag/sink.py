"""The collector of diagnostics: one of the few owners of mutable state."""

from __future__ import annotations

from dataclasses import replace

from specc.diag.diagnostic import Diagnostic, Label, SpecError
from specc.diag.source import Span

MOST = 200
"""Findings after which a phase ends at once."""


class Sink:
    """Collects the findings of a phase, one per cause: what is said once of a place is not
    repeated, however many uses of a block lead there.
    """

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._said: set[tuple[object, ...]] = set()

    def add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.message, diagnostic.primary)
        if key not in self._said:
            self._said.add(key)
            self._found.append(diagnostic)
            if len(self._found) >= MOST:
                # A file this wrong is no spec; reading on would only take time.
                raise SpecError(self.sorted())

    def inside(self, chain: tuple[Span, ...]) -> Sink:
        """This sink, for findings inside blocks: each gets the uses that led to it."""
        return _Inside(self, chain)

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self._found)

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

    def add(self, diagnostic: Diagnostic) -> None:
        uses = tuple(Label(span, "in this use") for span in self._chain)
        self._outer.add(replace(diagnostic, secondary=(*diagnostic.secondary, *uses)))

    @property
    def failed(self) -> bool:
        return self._outer.failed
