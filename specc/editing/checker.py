"""Checks of one text again and again, while it is edited."""

from __future__ import annotations

from specc.checking import check_file, check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.editing.kept import Kept
from specc.editing.marks import settled
from specc.editing.reading import Reading
from specc.library.registry import Registry, standard


class Checker:
    """Checks the versions of a text that stands, or would stand, in the file `path`.

    A check gives what `specc.checking.check_source` gives, and takes the time of what changed since
    the last one. What is kept has a limit: see `specc.editing.kept`.
    """

    def __init__(self, path: str, registry: Registry | None = None) -> None:
        self._path = path
        self._words = registry or standard()
        self._reading = Reading()
        self._memo = Kept()

    def check(self, text: str) -> tuple[Diagnostic, ...]:
        """All findings about a text, in order of place."""
        source = Source(self._path, text)
        spec = self._reading.read(source)
        if spec is None:
            return check_source(source, self._words)
        found = check_file(spec, self._words, Sink(), self._memo)
        self._memo.turn()
        return tuple(map(settled, found))
