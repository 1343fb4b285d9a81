"""Ctrl-C while training: the run ends in order, and can be resumed."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from specc.run.control import Command, Control


class Interrupts:
    """While it is entered, the first Ctrl-C, SIGTERM or closed terminal stops the run after the
    update it is in, with its checkpoint; a second one ends it at once.
    """

    def __init__(self, control: Control) -> None:
        self.control = control
        self.happened = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # What is ignored (by `nohup`, say) stays ignored.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, *problem: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.happened:
            raise KeyboardInterrupt
        self.happened = True
        self.control.put(Command("stop"))
