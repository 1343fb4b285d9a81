"""What a classifier takes for what, as lines: the confusion matrix and the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from specc_tui.canvas import Canvas
from specc_tui.figures import count
from specc_tui.lines import Line, Lines, Role, fit, line, wrap
from specc_tui.result import Mistake, Result
from specc_tui.shades import picture

LONGEST_NAME = 8
MOST_PAIRS = 12
GAP = 2


def confusion_lines(result: Result, width: int) -> Lines:
    """The matrix, rows the true classes; as a list of pairs where it does not fit."""
    matrix = result.confusion
    if matrix is None:
        return ()
    right = int(np.trace(matrix))
    whole = int(matrix.sum())
    head = f"{count(right)} of {count(whole)} examples of {result.part} are right"
    rows: list[Line] = [*wrap(head, width, Role.STRONG)]
    names = [name[:LONGEST_NAME] for name in result.classes]
    label = max(map(len, names), default=0)
    cell = max(len(str(int(matrix.max()))), max(map(len, names), default=0)) + 1
    if label + 1 + cell * len(names) <= width:
        rows.append(line("rows are true, columns predicted", Role.DIM))
        rows.append(line(" " * (label + 1) + "".join(n.rjust(cell) for n in names), Role.DIM))
        for i, name in enumerate(names):
            pieces: list[tuple[str, Role]] = [(name.rjust(label) + " ", Role.DIM)]
            for j, n in enumerate(matrix[i].tolist()):
                role = Role.GOOD if i == j else Role.BAD if n else Role.FRAME
                pieces.append(((str(n) if n or i == j else "·").rjust(cell), role))
            rows.append(tuple(pieces))
        return tuple(rows)
    wrong = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_PAIRS]
    for true, predicted in zip(*np.unravel_index(order, matrix.shape), strict=True):
        times = int(wrong[true, predicted])
        if times:
            text = f"{names[true]} taken for {names[predicted]}: {count(times)}"
            rows.append(fit(line(text, Role.BAD), width))
    return tuple(rows)


def mistake_lines(result: Result, width: int) -> Lines:
    """The worst mistakes, the surest first, with their pictures where there are any."""
    if not result.mistakes:
        return (line(f"no mistake on {result.part}", Role.GOOD),)
    rows: list[Line] = [line("worst mistakes, the surest first", Role.STRONG)]
    if result.mistakes[0].picture is None:
        for mistake in result.mistakes:
            rows += wrap(caption(result, mistake), width)
        return tuple(rows)
    height, across = _thumbnail(result.mistakes[0], width)
    each = max(across, 16)
    per_row = max(1, (width + GAP) // (each + GAP))
    for start in range(0, len(result.mistakes), per_row):
        rows += _gallery(result, result.mistakes[start : start + per_row], height, across, each)
    return tuple(rows)


def caption(result: Result, mistake: Mistake) -> str:
    """A mistake in one sentence."""
    return (
        f"#{mistake.example}: {_name(result, mistake.true)} taken for "
        f"{_name(result, mistake.predicted)}, {mistake.probability:.0%} sure"
    )


def _name(result: Result, number: int) -> str:
    return result.classes[number] if number < len(result.classes) else str(number)


def _thumbnail(mistake: Mistake, width: int) -> tuple[int, int]:
    """Rows and columns of a picture: two columns to a row, as cells are twice as high as wide."""
    assert mistake.picture is not None
    rows, columns = mistake.picture.shape[:2]
    height = min(rows, 14)
    across = min(width, max(2, round(2 * height * columns / rows)))
    return height, across


def _gallery(
    result: Result, mistakes: Sequence[Mistake], height: int, across: int, each: int
) -> Lines:
    """Pictures side by side, each with what it is and what it was taken for below."""
    canvas = Canvas((each + GAP) * len(mistakes), height + 3)
    for i, mistake in enumerate(mistakes):
        left = i * (each + GAP)
        if mistake.picture is not None:
            for row, pieces in enumerate(picture(mistake.picture, across, height)):
                canvas.write(row, left, pieces)
        said = f"#{mistake.example}  {_name(result, mistake.true)}"
        canvas.write(height, left, fit(line(said, Role.TEXT), each))
        taken = f"not {_name(result, mistake.predicted)} ({mistake.probability:.0%})"
        canvas.write(height + 1, left, fit(line(taken, Role.BAD), each))
    return canvas.lines()
