"""Diagnostics as data, and the three kinds of error.

A *user* error is a `Diagnostic`: collected, many per run, never a traceback. An error of *ours* is
a `CompilerBug`. A *run-time* fact (a missing file, a cell that is no number, NaN) is a `RunError`,
which carries a diagnostic too, so that it is shown in the same form.
"""

from __future__ import annotations

from specc.diag.source import Span
from specc.record import Record


class Label(Record):
    """A place and the few words (at most about eight) that stand under it."""

    span: Span
    text: str = ""


class Edit(Record):
    """Replace the characters of `span` by `text`; an empty span inserts."""

    span: Span
    text: str


class Help(Record):
    """What to do, in words, and where it can be done by a machine, as edits."""

    text: str
    edits: tuple[Edit, ...] = ()


class Diagnostic(Record):
    """One finding.

    `message` is the headline and must make sense alone: lowercase, no full stop, code in backticks,
    numbers included. `primary` is the narrowest place that shows the problem (None where there is
    no text to show: a missing spec file). `secondary` tells the story of how it came about. `table`
    holds preformatted lines (the shapes up to the failure). `notes` are facts and arithmetic,
    `helps` are fixes.
    """

    code: str
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    table: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()

    @property
    def severity(self) -> str:
        return "warning" if self.code.startswith("W") else "error"

    @property
    def place(self) -> tuple[str, int]:
        """Sort key: file, then offset."""
        if self.primary is None:
            return ("", -1)
        return (self.primary.span.source.path, self.primary.span.start)


class SpecError(Exception):
    """A spec that does not compile. `diagnostics` holds every finding of the phase that failed."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        super().__init__("\n".join(f"{d.severity}[{d.code}]: {d.message}" for d in diagnostics))


class RunError(Exception):
    """A fact met while loading data or running: shown as its diagnostic, never as a traceback."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}")


class CompilerBug(Exception):
    """A state that a correct compiler cannot reach; exit status 70."""
