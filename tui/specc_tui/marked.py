"""The marked runs: their curves, followed while they grow, and the texts of their specs."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc_tui.printable import printable
from specc_tui.state import View, reduce
from specc_tui.tail import OPEN_FLAGS, RunReader

LONGEST_SPEC = 2**20


@dataclass(slots=True)
class Followed:
    """A run with what is known of it: None until it was read."""

    reader: RunReader
    view: View | None = None

    def read(self) -> None:
        """Take in what is new."""
        view, more = self.view or View(), True
        while more:
            news = self.reader.poll()
            view, more = reduce(view, news), news.more
        self.view = view


class Marked:
    """The runs that are marked. `read` may be called from a thread."""

    def __init__(self) -> None:
        self._runs: dict[str, Followed] = {}

    def keep(self, directories: Mapping[str, Path]) -> None:
        """Follow these runs and no others."""
        self._runs = {
            name: self._runs.get(name) or Followed(RunReader(path))
            for name, path in directories.items()
        }

    def read(self) -> None:
        """Take in what is new."""
        for run in self._runs.values():
            run.read()

    def views(self, names: Sequence[str]) -> list[tuple[str, View]]:
        """What is known of these runs, as far as they were read."""
        followed = [(name, self._runs[name].view) for name in names if name in self._runs]
        return [(name, view) for name, view in followed if view is not None]

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
