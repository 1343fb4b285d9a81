"""Where the grammar is: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

import os.path

from specc.diag.diagnostic import CompilerBug

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLACES = (
    os.path.join(_PACKAGE, "_grammar", "specc.lark"),
    os.path.join(os.path.dirname(_PACKAGE), "grammar", "specc.lark"),
)


def grammar_path() -> str:
    """Where `specc.lark` is.

    Raises:
        CompilerBug: the installation is incomplete.
    """
    for place in PLACES:
        if os.path.isfile(place):
            return place
    raise CompilerBug("the grammar `specc.lark` is missing from the installation")


def grammar_text() -> str:
    """The text of `specc.lark`."""
    with open(grammar_path(), encoding="utf-8") as file:
        return file.read()
