"""The gradient check: a child that runs it, and its report as data."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from specc_tui import untrusted
from specc_tui.child import Child
from specc_tui.header import Shape


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a parameter where analytic and numeric gradient differ most."""

    index: Shape
    analytic: float
    numeric: float
    difference: float


@dataclass(frozen=True, slots=True)
class Tensor:
    """One parameter. `difference` is ||approx - exact|| / (||approx|| + ||exact||)."""

    name: str
    shape: Shape
    difference: float
    worst: Entry | None
    kinks: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Report:
    passed: bool
    difference: float
    epsilon: float
    examples: int
    notes: tuple[str, ...]
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The check did not come to a report."""

    code: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checking:
    """The check is under way since this many seconds."""

    seconds: float


Outcome = Report | Failure | Checking


def read_report(text: str) -> Report:
    """The report in the output of `specc gradcheck --json`.

    Raises:
        ValueError: It is none.
    """
    try:
        data = untrusted.parse(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("parameters"), list):
        raise ValueError("the output is no gradient-check report")
    return Report(
        passed=data.get("passed") is True,
        difference=untrusted.real(data.get("difference")),
        epsilon=untrusted.real(data.get("epsilon")),
        examples=untrusted.whole(data.get("examples")),
        notes=tuple(untrusted.text(note) for note in untrusted.items(data.get("notes")))[:20],
        tensors=tuple(map(_tensor, untrusted.objects(data["parameters"]))),
    )


def _tensor(data: dict[str, Any]) -> Tensor:
    worst = data.get("worst")
    return Tensor(
        name=untrusted.text(data.get("name"), 80),
        shape=untrusted.shape(data.get("shape")),
        difference=untrusted.real(data.get("difference")),
        worst=_entry(worst) if isinstance(worst, dict) else None,
        kinks=untrusted.whole(data.get("kinks")),
        passed=data.get("passed") is True,
    )


def _entry(data: dict[str, Any]) -> Entry:
    return Entry(
        untrusted.shape(data.get("index")),
        untrusted.real(data.get("analytic")),
        untrusted.real(data.get("numeric")),
        untrusted.real(data.get("difference")),
    )


class GradientCheck:
    """One run of the check in a child process; `poll` says how it stands."""

    def __init__(
        self, target: str, command: Sequence[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start it.

        Raises:
            OSError: The process cannot be started.
        """
        self._clock = clock
        self._begin = clock()
        self._child = Child([*command, "gradcheck", target, "--json"], merged=False)
        self._child.hang_up()
        self._outcome: Report | Failure | None = None

    def poll(self) -> Outcome:
        """The outcome, once there is one."""
        if self._outcome is None:
            code = self._child.code
            if code is None:
                return Checking(self._clock() - self._begin)
            self._outcome = self._end(code)
            self._child.release()
        return self._outcome

    def _end(self, code: int) -> Report | Failure:
        try:
            return read_report(self._child.output().decode("utf-8", "replace"))
        except ValueError as error:
            return Failure(code, self._child.last_lines() or (f"{error}",))

    def close(self) -> None:
        """End a check that is still under way."""
        if self._outcome is None:
            self._child.kill()
            self._child.wait(2.0)
            self._child.release()
            self._outcome = Failure(130, ("the check was ended",))
