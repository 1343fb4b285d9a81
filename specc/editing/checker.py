"""Checks of one text again and again, while it is edited."""

from __future__ import annotations

from specc.checking import check_file, check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.editing.kept import Kept
from specc.editing.marks import settled
from specc.editing.reading import Reading
from specc.lang.memo import Memo
from specc.lang.read import read
from specc.lang.spec import Spec
from specc.library.registry import Registry, standard


class Checker:
    """Checks the versions of a text, one after the other.

    A check gives what `specc.checking.check_source` gives, and takes the time of what changed since
    the last one. `memo` holds what is made from the statements of the text, up to a limit. Not for
    several threads at once.

    >>> checker = Checker()
    >>> [d.code for d in checker.check(Source("a.dl", "network { input 2 }"))]
    ['E0209']
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self.memo = Kept()
        self._words = registry or standard()
        self._reading = Reading()
        self._read: tuple[Source, Spec | None] | None = None

    def read(self, source: Source) -> Spec | None:
        """The spec of a version without errors of syntax, its comments left out; None for one that
        has to be read as a whole. Places in it are right until another version is read.
        """
        if self._read is None or self._read[0] is not source:
            self._read = (source, self._reading.read(source))
        return self._read[1]

    def check(self, source: Source) -> tuple[Diagnostic, ...]:
        """All findings about a version of the text, in order of place."""
        spec = self.read(source)
        if spec is None:
            sink = Sink()
            wrong = read(source, sink, self._reading.sound())
            if sink.failed:
                return check_file(wrong, self._words, sink, Memo())
            return check_source(source, self._words)
        found = check_file(spec, self._words, Sink(), self.memo)
        self.memo.turn()
        return tuple(map(settled, found))
