"""The last step before the terminal in ASCII mode: one ASCII character for each character."""

from __future__ import annotations

from specc_tui.lines import Lines

TABLE = str.maketrans(
    {
        "·": "-",
        "…": "~",
        "✓": "+",
        "✗": "x",
        "✕": "x",
        "★": "@",
        "◆": "$",
        "≠": "!",
        "─": "-",
        "╌": "-",
        "│": "|",
        "└": "+",
        "┤": "+",
        "┬": "+",
        "┼": "+",
        "▁": "_",
        "▂": ".",
        "▃": "-",
        "▄": "~",
        "▅": "=",
        "▆": "+",
        "▇": "*",
        "█": "#",
        "▌": "#",
        "▏": "|",
        "░": ".",
        "▒": ":",
        "▓": "%",
        "\u00d7": "x",
        "→": ">",
        "▶": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "≤": "<",
        "≥": ">",
    }
)


def to_ascii(lines: Lines) -> Lines:
    """The same lines, as wide as before, in ASCII; a character without a stand-in becomes `?`."""
    return tuple(tuple((_ascii(text), role) for text, role in row) for row in lines)


def _ascii(text: str) -> str:
    return text if text.isascii() else text.translate(TABLE).encode("ascii", "replace").decode()
