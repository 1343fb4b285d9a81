"""Keys as they come from a terminal: an escape and a key right behind it are both there."""

from __future__ import annotations

import pytest
from specc_tui.keyboard import KeyParser
from textual.events import Key, Paste


def heard(*chunks: str) -> list[str]:
    parser = KeyParser()
    messages = [message for chunk in chunks for message in parser.feed(chunk)]
    return [m.key if isinstance(m, Key) else type(m).__name__ for m in messages]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1b8", ["escape", "8"]),
        ("\x1bn", ["escape", "n"]),
        ("\x1bN", ["escape", "N"]),
        ("\x1b:", ["escape", "colon"]),
        ("\x1b ", ["escape", "space"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\t", ["escape", "tab"]),
        ("\x1b\x13", ["escape", "ctrl+s"]),
        ("\x1bé", ["escape", "é"]),
        ("\x1b\x1bq", ["escape", "escape", "q"]),
        ("\x1b8\x1b5", ["escape", "8", "escape", "5"]),
    ],
)
def test_a_key_right_behind_an_escape_is_a_key_of_its_own(typed: str, keys: list[str]) -> None:
    assert heard(typed) == keys
    assert heard(*typed) == keys  # each character in an input of its own, within the same moment


@pytest.mark.parametrize("key", ["b", "f", "[", "O"])
def test_a_key_that_could_begin_a_sequence_is_a_key_where_it_comes_alone(key: str) -> None:
    names = {"[": "left_square_bracket"}
    assert heard("\x1b", key) == ["escape", names.get(key, key)]


@pytest.mark.parametrize(
    ("sequence", "keys"),
    [
        ("\x1b[A", ["up"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[1;2D", ["shift+left"]),
        ("\x1b[27u", ["escape"]),
        ("\x1bb", ["ctrl+left"]),
        ("\x1bf", ["ctrl+right"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[<0;3;4M", ["MouseDown"]),
    ],
)
def test_sequences_stay_what_they_are(sequence: str, keys: list[str]) -> None:
    assert heard(sequence) == keys


def test_pasted_text_stays_what_it_is() -> None:
    parser = KeyParser()
    messages = list(parser.feed("\x1b[200~a b\x1b[201~x"))
    assert [m.text for m in messages if isinstance(m, Paste)] == ["a b"]
    assert [m.key for m in messages if isinstance(m, Key)] == ["x"]
