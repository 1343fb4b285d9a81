"""The collector of diagnostics: one of the few owners of mutable state."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, SpecError


class Sink:
    """Collects the findings of a phase, one per cause."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self._found:
            self._found.append(diagnostic)

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
