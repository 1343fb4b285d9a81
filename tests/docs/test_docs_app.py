"""The page on the app: its pictures are there, and its keys are those of the bindings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from specc_tui.facts import TITLES
from specc_tui.screens.compare import CompareScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.viewer import SCREENS, Viewer
from textual.binding import Binding

PAGE = Path(__file__).parents[2] / "docs" / "app.md"
MARK = "<!-- Made by tests/docs/test_docs_app.py from the bindings. -->\n"
SIGNS = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "space": "space",
}


def keys(title: str, *nodes: Any) -> str:
    """A table of what classes bind themselves."""
    rows = [f"### {title}", "", "| key | |", "| --- | --- |"]
    for binding in (b for node in nodes for b in vars(node).get("BINDINGS", ())):
        if isinstance(binding, Binding) and binding.id:
            pressed = ", ".join(f"`{_shown(key)}`" for key in binding.key.split(","))
            rows.append(f"| {pressed} | {binding.tooltip or binding.description} |")
    return "\n".join(rows) + "\n"


def _shown(key: str) -> str:
    *held, last = key.strip().split("+") if key != "+" else [key]
    return "+".join([*held, SIGNS.get(last, last)])


def test_the_keys_are_those_of_the_bindings(request: pytest.FixtureRequest) -> None:
    screens = SCREENS | {"compare": CompareScreen}
    tables = [keys("Everywhere", *Viewer.__mro__, RunScreen)]
    tables += [keys(title, screens[name]) for name, _, title in TITLES]
    # A table without rows has a title and a head alone.
    wanted = MARK + "\n" + "\n".join(t for t in tables if t.count("\n") > 4)
    text = PAGE.read_text(encoding="utf-8")
    head, _, _ = text.partition(MARK)
    if request.config.getoption("--update-cases"):
        PAGE.write_text(head + wanted, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == head + wanted, "--update-cases writes it anew"


def test_every_picture_is_there_and_every_screen_has_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^]]+\]\((screens/[\w-]+\.png)\)", text)
    assert {p.name for p in (PAGE.parent / "screens").glob("*.png")} == {
        Path(s).name for s in shown
    }
    for _, key, title in TITLES:
        _, _, section = text.partition(f"\n## {key} {title}\n")
        assert "](screens/" in section.partition("\n## ")[0]
