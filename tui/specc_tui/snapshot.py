"""What the app hands down to the screen on top at every tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specc_tui.curves import Options
from specc_tui.failure import Findings
from specc_tui.gradcheck import Outcome
from specc_tui.look import Look
from specc_tui.plan import Plan, Times
from specc_tui.result import Filters, Problem, Result
from specc_tui.session import Trainer
from specc_tui.state import View


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment: the run, its trainer, the gradient check, what the inspector said, the time, and
    what the terminal can show.

    `said` is a short message that stands in the last line for a few seconds; `directory` is
    printable."""

    view: View = field(default_factory=View)
    trainer: Trainer = field(default_factory=Trainer)
    outcome: Outcome | None = None
    result: Result | Problem | None = None
    filters: Filters | Problem | None = None
    plan: Plan | Problem | None = None
    times: Times | Problem | None = None
    findings: Findings | None = None
    options: Options = field(default_factory=Options)
    now: float = 0.0
    look: Look = field(default_factory=Look)
    directory: str = ""
    folder: Path = field(default_factory=Path)
    file: Path | None = None
    said: str = ""

    @property
    def crashed(self) -> bool:
        """Whether this session's trainer ended badly and left no word in the run."""
        return bool(self.trainer.code) and self.view.finished is None

    @property
    def refused(self) -> bool:
        """Whether this session's trainer found its spec wanting before it began."""
        return self.trainer.code == 1 and self.view.header is None


def short_directory(directory: Path) -> str:
    """The last two parts of a path."""
    return str(Path(*directory.parts[-2:]))
