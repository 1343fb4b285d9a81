"""What one poll of a run directory brings: plain data from the reader to the reducer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.events import Event
from specc_tui.header import Header

RECORD = np.dtype([("step", "<u8"), ("seconds", "<f8"), ("rate", "<f8"), ("cost", "<f8")])
"""One record of `steps.bin`."""


def no_records() -> NDArray[Any]:
    return np.empty(0, RECORD)


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """`reset`: the files began anew, so what was read before is void. `more`: the budget of this
    poll ended before the files did. `modified`: when the newest data was written (seconds since the
    epoch)."""

    header: Header | None = None
    records: NDArray[Any] = field(default_factory=no_records)
    events: tuple[Event, ...] = ()
    reset: bool = False
    more: bool = False
    modified: float | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing new to see."""
        return not (self.header or len(self.records) or self.events or self.reset or self.notes)
