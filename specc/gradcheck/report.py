"""The outcome of a gradient check as data, as JSON and as text. Plain Python, no arrays."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Any

LIMIT = 1e-7
"""The largest relative difference of a right gradient in 64 bits."""


def relative(difference: float, one: float, other: float) -> float:
    """`difference` over the sum of two norms; 0 where all are 0, 1 where one is not finite."""
    if not math.isfinite(difference) or not math.isfinite(one + other):
        return 1.0
    return difference / (one + other) if one + other > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a tensor with both slopes; `difference` is that of the two numbers."""

    index: tuple[int, ...]
    analytic: float
    numeric: float

    @property
    def difference(self) -> float:
        return abs(self.analytic - self.numeric)

    def to_json(self) -> dict[str, Any]:
        return {
            "index": list(self.index),
            "analytic": _number(self.analytic),
            "numeric": _number(self.numeric),
            "difference": _number(self.difference),
        }


@dataclass(frozen=True, slots=True)
class TensorReport:
    """One parameter tensor.

    difference: ||numeric - analytic|| / (||numeric|| + ||analytic||) over entries at no kink.
    worst: the entry where the two differ most, None where all are kinks.
    checked: how many entries were compared, kinks among them; None for all.
    tiny: passed though `difference` is above the limit, since rounding explains it.
    factor: what the analytic gradient is too large by, where one number explains everything.
    """

    name: str
    shape: tuple[int, ...]
    difference: float
    worst: Entry | None
    kinks: int
    passed: bool
    tiny: bool = False
    factor: float | None = None
    checked: int | None = None

    @property
    def verdict(self) -> str:
        """The outcome in words."""
        kinks = f"{self.kinks:,} kink{'' if self.kinks == 1 else 's'}"
        if self.worst is None and self.kinks and self.whole:
            return "right, every entry at a kink"
        if self.tiny:
            said = "right as far as rounding lets see"
        elif self.passed:
            said = "right"
        elif not self.finite:
            said = "wrong: not finite"
        elif self.factor is not None:
            said = f"wrong: {self.factor:.4g} times the numeric gradient"
        else:
            said = "wrong"
        said = f"{said}, {kinks} left out" if self.kinks else said
        return said if self.whole else f"{said}, {self.checked:,} of {self.size:,} checked"

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def whole(self) -> bool:
        """Whether all entries were compared."""
        return self.checked in (None, self.size)

    @property
    def finite(self) -> bool:
        """Whether the entries are numbers."""
        return self.worst is None or math.isfinite(self.worst.difference)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "shape": list(self.shape),
            "difference": self.difference,
            "worst": None if self.worst is None else self.worst.to_json(),
            "kinks": self.kinks,
            "checked": self.size if self.checked is None else self.checked,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The check of a whole network. `difference` is over all parameters at once."""

    passed: bool
    difference: float
    epsilon: float
    examples: int
    notes: tuple[str, ...]
    parameters: tuple[TensorReport, ...]

    def to_json(self) -> dict[str, Any]:
        """The document of `specc gradcheck --json`; it holds no NaN, null stands for one."""
        return {
            "passed": self.passed,
            "difference": self.difference,
            "epsilon": self.epsilon,
            "examples": self.examples,
            "notes": list(self.notes),
            "parameters": [p.to_json() for p in self.parameters],
        }

    def text(self, width: int = 100) -> str:
        """The report for a terminal of `width` columns."""
        width = max(width, 24)
        count = sum(p.size for p in self.parameters)
        checked = sum(p.size if p.checked is None else p.checked for p in self.parameters)
        these = "each" if checked == count else f"{checked:,} of them, drawn at random, each"
        examples = f"{self.examples} example{'' if self.examples == 1 else 's'}"
        head = (
            f"{count:,} parameters, {these} against two-sided differences of the cost in 64 bits; "
            f"{examples}, epsilon {_short(self.epsilon)}"
        )
        lines = [*textwrap.wrap(head, width), "", *self._table(width), ""]
        lines += textwrap.wrap(self._overall(), width)
        for note in self.notes:
            lines += textwrap.wrap(f"note: {note}", width, subsequent_indent="      ")
        return "\n".join(lines)

    def _overall(self) -> str:
        wrong = [p for p in self.parameters if not p.passed]
        limit = _short(LIMIT)
        measured = f"relative difference {_short(self.difference)}, up to {limit} is right"
        if self.passed:
            return f"the gradient is right: {measured}"
        if wrong and not any(p.finite for p in wrong):
            return f"the gradient is not finite in {', '.join(p.name for p in wrong)}"
        if not wrong and self.difference <= LIMIT:
            return "the gradient is that of another cost: see the note"
        place = f" in {', '.join(p.name for p in wrong)}" if wrong else ""
        return f"the gradient is wrong{place}: {measured}"

    def _table(self, width: int) -> list[str]:
        cells = [("parameter", "shape", "difference", "verdict")]
        cells += [
            (p.name, str(p.shape), f"{p.difference:.1e}" if p.difference else "0", p.verdict)
            for p in self.parameters
        ]
        names, shapes, numbers = (max(len(row[i]) for row in cells) for i in range(3))
        beside = names + shapes + numbers + 6
        lines: list[str] = []
        for i, (name, shape, number, verdict) in enumerate(cells):
            first = f"{name:<{names}}  {shape:<{shapes}}  {number:>{numbers}}"
            if width - beside >= 24:
                lines += _hanging(f"{first}  ", verdict, width)
            else:
                narrow = f"{name:<{names}}  {number:>{numbers}}"
                lines += [narrow, *([] if i == 0 else _hanging("  ", verdict, width))]
            if i and not self.parameters[i - 1].passed:
                indent = " " * beside if width - beside >= 48 else "  "
                lines += _hanging(indent, _worst(self.parameters[i - 1]), width)
        return lines


def _worst(tensor: TensorReport) -> str:
    entry = tensor.worst
    if entry is None:
        return ""
    index = ", ".join(map(str, entry.index))
    return (
        f"worst entry [{index}]: analytic {entry.analytic:.6g}, numeric {entry.numeric:.6g}, "
        f"difference {entry.difference:.1e}"
    )


def _hanging(first: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


def _short(x: float) -> str:
    """`3.2e-10`, `1e-7`."""
    return f"{x:.2g}".replace("e-0", "e-")


def _number(x: float) -> float | None:
    return x if math.isfinite(x) else None
