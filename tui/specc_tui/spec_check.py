"""`specc check` of a spec that would not train, as a child: once, and again when the file was
saved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from specc_tui.child import Child
from specc_tui.failure import Findings, read_findings
from specc_tui.printable import printable


class SpecCheck:
    """Two children, one for the findings as data and one for the compiler's own words.

    `poll` gives the findings, or None until there are any.
    """

    def __init__(self, file: Path, command: Sequence[str], refusal: tuple[str, ...]) -> None:
        """Start to check.

        Args:
            file: The spec.
            command: How `specc` is called.
            refusal: The last words of the trainer, which stand where the check finds nothing:
                settings of the command line and data are not part of it.
        """
        self._file = file
        self._command = tuple(command)
        self._refusal = refusal
        self._stamp = _stamp(file)
        self._children: tuple[Child, Child] | None = self._start()
        self._findings: Findings | None = None
        self._first = True

    def poll(self) -> Findings | None:
        """The findings as far as they are known; without errors and story once all is well."""
        if self._children is None:
            if _stamp(self._file) != self._stamp:
                self._stamp = _stamp(self._file)
                self._children = self._start()
            return self._findings
        data, story = self._children
        if data.code is None or story.code is None:
            return self._findings
        self._findings = self._read(data, story)
        self._first = False
        self.close()
        return self._findings

    def close(self) -> None:
        """End the children."""
        for child in self._children or ():
            child.kill()
            child.wait(1.0)
            child.release()
        self._children = None

    def _start(self) -> tuple[Child, Child] | None:
        check = [*self._command, "check", str(self._file)]
        try:
            return Child([*check, "--format", "json"], merged=False), Child(check)
        except OSError:
            return None

    def _read(self, data: Child, story: Child) -> Findings:
        name = printable(str(self._file))
        try:
            errors = read_findings(data.output().decode("utf-8", "replace"))
        except ValueError:
            errors = ()
        if errors or story.code:
            return Findings(name, errors, story.last_lines())
        return Findings(name, (), self._refusal if self._first else ())


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = os.stat(file)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
