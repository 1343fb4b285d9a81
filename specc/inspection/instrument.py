"""A generated module with a clock between the lines of its training step.

Every statement is followed by a reading of the clock, and what the reading itself takes is left
out: the clock is read once when a statement ends and again before the next one begins. Statements
inside a loop are added up; the line of a loop or of a condition has what its own turns take.
"""

from __future__ import annotations

import ast
import time
import types
from dataclasses import dataclass

from specc.emit.load import load_tree

NOW, LAST, END, SPENT, TIMES, RESULT = "<now>", "<last>", "<end>", "<spent>", "<times>", "<result>"
"""Names that no spec can give an array, since they are no identifiers of Python."""
TRIALS = 2_000


@dataclass(frozen=True, slots=True)
class Timed:
    """A module whose step writes into `spent` the nanoseconds of each line, by its number, and into
    `times` how often it ran."""

    module: types.ModuleType
    spent: list[int]
    times: list[int]
    lines: tuple[int, ...]

    def clear(self) -> None:
        """Begin a new measurement."""
        self.spent[:] = self.times[:] = [0] * len(self.spent)


def instrument(text: str) -> Timed:
    """The module of a text that the compiler made, with a clock in `training`'s `step`."""
    tree = ast.parse(text)
    training = _function(tree.body, "training")
    step = _function(training.body, "step")
    docstring, statements = step.body[:1], step.body[1:]
    lines = sorted({n.lineno for s in statements for n in ast.walk(s) if isinstance(n, ast.stmt)})
    step.body = [*docstring, *_code("_LAST = _NOW()"), *_timed(statements)]
    return _loaded(tree, text.count("\n") + 2, tuple(lines))


def overhead() -> float:
    """Nanoseconds that two readings of the clock with nothing between them are apart: what every
    measured line has too much."""
    tree = ast.parse("def step():\n    pass\n")
    step = _function(tree.body, "step")
    step.body = [*_code("_LAST = _NOW()"), *_mark(1)]
    timed = _loaded(tree, 3, (1,))
    found: list[int] = []
    for _ in range(TRIALS):
        timed.clear()
        timed.module.step()
        found.append(timed.spent[1])
    return float(sorted(found)[TRIALS // 2])


def _function(body: list[ast.stmt], name: str) -> ast.FunctionDef:
    return next(s for s in body if isinstance(s, ast.FunctionDef) and s.name == name)


def _timed(statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, each with a reading of the clock behind it."""
    found: list[ast.stmt] = []
    for s in statements:
        mark = _mark(s.lineno)
        if isinstance(s, ast.For):
            s.body = [*mark, *_timed(s.body)]
            found += [s, *_mark(s.lineno)]
        elif isinstance(s, ast.If):
            s.body = [*mark, *_timed(s.body)]
            s.orelse = [*_mark(s.lineno), *_timed(s.orelse)]
            found.append(s)
        elif isinstance(s, ast.Return) and s.value is not None:
            kept = ast.Assign([ast.Name(RESULT, ast.Store())], s.value)
            s.value = ast.Name(RESULT, ast.Load())
            found += [kept, *mark, s]
        else:
            found += [s, *mark]
    return found


_PLACEHOLDERS = {
    "_NOW": NOW,
    "_LAST": LAST,
    "_END": END,
    "_SPENT": SPENT,
    "_TIMES": TIMES,
}


def _mark(line: int) -> list[ast.stmt]:
    return _code(
        f"_END = _NOW(); _SPENT[{line}] += _END - _LAST; _TIMES[{line}] += 1; _LAST = _NOW()"
    )


def _code(text: str) -> list[ast.stmt]:
    """Statements of our own, with the names that no generated line has."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = _PLACEHOLDERS[node.id]
    return tree.body


def _loaded(tree: ast.Module, size: int, lines: tuple[int, ...]) -> Timed:
    spent, times = [0] * size, [0] * size
    names = {NOW: time.perf_counter_ns, SPENT: spent, TIMES: times}
    return Timed(load_tree(tree, names), spent, times, lines)
