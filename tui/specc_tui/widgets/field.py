"""A line to type in, which loses no key however fast the keys come."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input


class Field(Input):
    """Escape leaves it at once, and keys that came in the same breath go where the focus went."""

    def __init__(self, leave: Callable[[], None], *, placeholder: str, id: str) -> None:  # noqa: A002
        super().__init__(placeholder=placeholder, id=id)
        self._leave = leave
        self._left = False

    def on_focus(self) -> None:
        self._left = False

    async def _on_key(self, event: events.Key) -> None:
        if self._left:
            _taken(event)
            self.app.post_message(events.Key(event.key, event.character))
        elif event.key == "escape":
            _taken(event)
            self._left = True
            self._leave()
        else:
            # A binding would run when the key has come to the app, after the letters behind it.
            for binding in self._bindings.key_to_bindings.get(event.key, ())[:1]:
                _taken(event)
                await self.run_action(binding.action)


def _taken(event: events.Key) -> None:
    event.stop()
    event.prevent_default()
