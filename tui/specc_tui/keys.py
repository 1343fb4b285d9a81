"""Keys as they are shown: the last line, the help and the palette all come from the bindings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen

Keys = list[tuple[str, str]]
"""Key and meaning."""


def first_key(app: App[Any], binding: Binding) -> str:
    """The first key of a binding as it is written on the screen."""
    return written(app, next(iter(Binding.make_bindings([binding]))))


def written(app: App[Any], binding: Binding) -> str:
    """One key as it is written: the sign for enter is no ASCII, and small."""
    return "enter" if binding.key == "enter" else app.get_key_display(binding)


def bindings_of(node: App[Any] | Screen[Any]) -> list[Binding]:
    """The bindings that classes of ours declare, its own before those that it inherits."""
    declared = [vars(each).get("BINDINGS", ()) for each in type(node).__mro__]
    return [b for group in declared for b in group if isinstance(b, Binding) and b.id]


def line_keys(app: App[Any], screen: Screen[Any]) -> Keys:
    """The keys for the last line: those of the app, then those of the screen."""
    shown = [b for node in (app, screen) for b in bindings_of(node) if b.show]
    return [(first_key(app, b), b.description) for b in shown]


def help_groups(app: App[Any], screen: Screen[Any]) -> list[tuple[str, Keys]]:
    """All keys, with their meaning in full."""
    groups: list[tuple[str, Keys]] = []
    taken: set[str] = set()
    for title, node in (("this screen", screen), ("everywhere", app)):
        keys: Keys = []
        for binding in bindings_of(node):
            # A key that a screen has for itself means nothing else there.
            free = [b for b in Binding.make_bindings([binding]) if b.key not in taken]
            taken.update(b.key for b in free)
            if free:
                shown = ", ".join(written(app, b) for b in free)
                keys.append((shown, binding.tooltip or binding.description))
        groups.append((title, keys))
    groups.append(("tables", [("arrows, page up/down, home, end", "scroll")]))
    return [group for group in groups if group[1]]


def palette_commands(app: App[Any], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """Every binding by its meaning, named `area: meaning`."""
    for node in (screen, app):
        for binding in bindings_of(node):
            if binding.action != "command_palette":
                area = (binding.id or "").partition(".")[0]
                title = f"{area}: {binding.tooltip or binding.description}"
                callback = partial(app.run_action, binding.action, default_namespace=node)
                yield SystemCommand(title, f"key {first_key(app, binding)}", callback)
