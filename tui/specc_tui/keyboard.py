"""Keys as they were pressed: an escape, and a character right behind it, are two keys.

Terminals also write Alt with a character as these two, and Textual takes it for that, or for the
sign that some layouts have there, whenever both come within a tenth of a second. Nothing here is
bound to such keys, so the escape and the character would both be lost. In the Kitty protocol the
escape key has a sequence of its own, which says the same without the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import ModuleType

from textual import constants
from textual._xterm_parser import XTermParser
from textual.message import Message

ESCAPE = "\x1b"
KITTY_ESCAPE = "\x1b[27u"

ALONE = re.compile(r"\x1b(?=[^\x1b\[OPX\]^_bf\x7f])")
"""An escape that begins no sequence. With b, f and delete it is what Option with an arrow, or with
backspace, writes on some keyboards: moves by words, which the editor knows."""


class KeyParser(XTermParser):
    """Textual's parser of what a terminal writes."""

    _escaped = False

    def feed(self, data: str) -> Iterable[Message]:
        """The messages of some input."""
        if constants.DISABLE_KITTY_KEY:
            return super().feed(data)
        # An escape at the end of the input before may have been reported meanwhile.
        held = ESCAPE if self._escaped and self._timeout_time is not None else ""
        # One character alone is a key; sequences come whole.
        lone = bool(held) and len(data) == 1 and data != ESCAPE
        whole = f"{KITTY_ESCAPE}{data}" if lone else ALONE.sub(KITTY_ESCAPE, held + data)
        data = whole[len(held) :]
        self._escaped = data.endswith(ESCAPE)
        return super().feed(data)


def listen(driver: ModuleType) -> None:
    """Let a driver of Textual read its keys with this parser."""
    if XTermParser.__name__ in vars(driver):
        vars(driver)[XTermParser.__name__] = KeyParser
