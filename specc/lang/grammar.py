"""Where the grammar is: beside the package in a wheel, at the top of the repository in a checkout."""

from __future__ import annotations

from pathlib import Path

from specc.diag.diagnostic import CompilerBug

_PACKAGE = Path(__file__).resolve().parent.parent
PLACES = (_PACKAGE / "_grammar" / "specc.lark", _PACKAGE.parent / "grammar" / "specc.lark")


def grammar_text() -> str:
    """The text of `specc.lark`.

    Raises:
        CompilerBug: the installation is incomplete.
    """
    for place in PLACES:
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise CompilerBug("the grammar `specc.lark` is missing from the installation")
