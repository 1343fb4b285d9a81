"""The gradient-check report as lines: per parameter a bar on a log scale, the worst entry, and a
verdict in words."""

from __future__ import annotations

import math

from specc_tui.figures import count, duration, number, shape
from specc_tui.gradcheck import Checking, Failure, Outcome, Report, Tensor
from specc_tui.lines import Line, Lines, Role, line, wrap

GOOD = 1e-7
DOUBTFUL = 1e-5
WRONG = 1e-3
"""The course's marks for ||approx - exact|| / (||approx|| + ||exact||) in double precision."""

LOWEST, HIGHEST = -12.0, 0.0
"""Powers of ten at the two ends of a bar."""


def gradient_lines(outcome: Outcome | None, width: int) -> Lines:
    """What the gradients screen shows."""
    if outcome is None:
        return (line("the gradient check was not started", Role.DIM),)
    if isinstance(outcome, Checking):
        text = f"checking every gradient against finite differences: {duration(outcome.seconds)}"
        return (line(text, Role.NOTE),)
    if isinstance(outcome, Failure):
        return _failure(outcome, width)
    return _report(outcome, width)


def verdict(difference: float, passed: bool) -> tuple[str, Role]:
    """What a relative difference says about the gradient."""
    if not math.isfinite(difference):
        return "not finite: the gradient cannot be right", Role.BAD
    if passed:
        if difference <= GOOD:
            return "right", Role.GOOD
        return "passed, above 1e-7: see its worst entry", Role.NOTE
    if difference >= WRONG:
        return "wrong: the backward pass does not match the cost", Role.BAD
    if difference >= DOUBTFUL:
        return "doubtful: see its worst entry", Role.BAD
    return "not right: see its worst entry", Role.BAD


def bar(difference: float, width: int) -> Line:
    """A bar from 1e-12 to 1 on a log scale, with a mark at 1e-7."""
    width = max(3, width)
    mark = round((math.log10(GOOD) - LOWEST) / (HIGHEST - LOWEST) * (width - 1))
    power = LOWEST if difference <= 0 else HIGHEST
    if 0 < difference < 1:
        power = max(LOWEST, math.log10(difference))
    filled = round((power - LOWEST) / (HIGHEST - LOWEST) * width)
    # A bar never looks as if it were on the other side of the mark, however coarse its cells are.
    filled = min(filled, mark) if difference <= GOOD else max(filled, mark + 2)
    role = Role.GOOD if difference <= GOOD else Role.BAD
    left, right = "█" * min(filled, mark), "█" * min(width - mark - 1, max(0, filled - mark - 1))
    return (
        (left, role),
        ("·" * (mark - len(left)), Role.FRAME),
        ("│", Role.STRONG),
        (right, role),
        ("·" * (width - mark - 1 - len(right)), Role.FRAME),
    )


def _failure(failure: Failure, width: int) -> Lines:
    head = line(f"the gradient check gave no report (status {failure.code})", Role.BAD)
    body = [row for text in failure.lines for row in wrap(text, width)]
    return (head, *body)


def _report(report: Report, width: int) -> Lines:
    role = verdict(report.difference, report.passed)[1]
    wrong = sum(not tensor.passed for tensor in report.tensors)
    overall = "the gradients agree with the cost"
    if not report.passed:
        overall = f"{wrong} of {len(report.tensors)} parameters do not agree with the cost"
        role = Role.BAD
    rows: list[Line] = [
        (
            ("✓ " if report.passed else "✗ ", role),
            (f"relative difference {number(report.difference)}: ", Role.STRONG),
            (overall, role),
        ),
    ]
    facts = f"all parameters at once, {count(report.examples)} examples, epsilon {report.epsilon:g}"
    rows += wrap(facts, width, Role.DIM)
    rows += [row for note in report.notes for row in wrap(note, width, Role.DIM)]
    rows.append(line(""))
    names = min(24, max((len(t.name) for t in report.tensors), default=0))
    size = max(8, min(48, width - names - 40)) if width >= 72 else max(8, width - 14)
    if width >= 72:
        rows.append(_scale(names, size))
    for tensor in report.tensors:
        rows += _tensor(tensor, names, size, width)
    return tuple(rows)


def _scale(names: int, size: int) -> Line:
    """What the ends and the mark of the bars mean."""
    mark = round((math.log10(GOOD) - LOWEST) / (HIGHEST - LOWEST) * (size - 1))
    text = "1e-12".ljust(max(6, mark - 2)) + "1e-7"
    return line(" " * (names + 14) + text.ljust(size - 1) + "1", Role.DIM)


def _tensor(tensor: Tensor, names: int, size: int, width: int) -> list[Line]:
    words, role = verdict(tensor.difference, tensor.passed)
    name = (tensor.name[:names].ljust(names), Role.TRAIN)
    value = (f"{tensor.difference:.2e}", role)
    if width >= 72:
        first: list[Line] = [
            (
                name,
                ("  ", Role.TEXT),
                (value[0].rjust(10), role),
                ("  ", Role.TEXT),
                *bar(tensor.difference, size),
                (f"  {words}", role),
            )
        ]
    else:
        first = [
            (name, (f" {shape(tensor.shape)}", Role.DIM)),
            (("  ", Role.TEXT), value, (" ", Role.TEXT), *bar(tensor.difference, size)),
        ]
        first += wrap(words, width, role, "  ")
    indent = " " * (names + 2) if width >= 72 else "  "
    return [*first, *wrap(_details(tensor, width >= 72), width, Role.DIM, indent)]


def _details(tensor: Tensor, wide: bool) -> str:
    """Shape, worst entry and kinks in one sentence."""
    parts = [shape(tensor.shape)] if wide else []
    if tensor.worst is not None:
        entry = tensor.worst
        index = ", ".join(map(str, entry.index))
        parts.append(
            f"worst entry [{index}]: analytic {entry.analytic:.7g}, "
            f"numeric {entry.numeric:.7g}, difference {entry.difference:.1e}"
        )
    if tensor.kinks:
        entries = "entry" if tensor.kinks == 1 else "entries"
        parts.append(f"{count(tensor.kinks)} {entries} at a kink (such as relu at 0) left out")
    return "; ".join(parts)
