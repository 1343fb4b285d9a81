"""The marked runs: their curves, followed while they grow, and the texts of their specs."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from specc_tui.printable import printable
from specc_tui.state import View, reduce
from specc_tui.tail import OPEN_FLAGS, RunReader

LONGEST_SPEC = 2**20


class Marked:
    """Readers of the runs that are marked. `read` may be called from a thread."""

    def __init__(self) -> None:
        self._readers: dict[str, RunReader] = {}
        self._views: dict[str, View] = {}

    def keep(self, directories: Mapping[str, Path]) -> None:
        """Follow these runs and no others."""
        self._readers = {
            name: self._readers.get(name) or RunReader(path) for name, path in directories.items()
        }

    def read(self) -> None:
        """Take in what is new."""
        views: dict[str, View] = {}
        for name, reader in list(self._readers.items()):
            view = self._views.get(name, View())
            more = True
            while more:
                news = reader.poll()
                view = reduce(view, news)
                more = news.more
            views[name] = view
        self._views = views

    def views(self, names: Sequence[str]) -> list[tuple[str, View]]:
        """What is known of these runs, as far as they were read."""
        return [(name, self._views[name]) for name in names if name in self._views]

    def specs(self, directories: Sequence[Path]) -> list[str]:
        """The specs of runs, safe to show."""
        return [_spec(directory / "spec.dl") for directory in directories]


def _spec(path: Path) -> str:
    try:
        descriptor = os.open(path, OPEN_FLAGS)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return ""
            text = file.read(LONGEST_SPEC).decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(printable(row) for row in text.expandtabs(4).split("\n"))
