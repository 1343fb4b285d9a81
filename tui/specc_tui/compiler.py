"""The compiler as the editor uses it, imported when the editor first needs it: the first frame of
the app does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.editing.checker import Checker
    from specc.editing.completion import Completion
    from specc.editing.pieces import Piece
    from specc.editing.study import Study


def checker() -> Checker:
    """What keeps results of a text for its next version."""
    from specc.editing import checker as module

    return module.Checker()


def study(text: str, path: str, checker: Checker | None = None) -> Study:
    """Everything about a text: findings, shapes, problems of its files."""
    from specc.editing import study as module

    return module.study(text, path, checker)


def complete(text: str, offset: int) -> Completion:
    """The words that can stand at a place."""
    from specc.editing import completion as module

    return module.complete(text, offset)


def pieces(text: str) -> tuple[Piece, ...]:
    """The words of a text, each with its kind."""
    from specc.editing import pieces as module

    return module.pieces(text)


def formatted(text: str, path: str) -> str | None:
    """The canonical form; None of a text with errors of syntax."""
    from specc.editing import study as module

    return module.formatted(text, path)
