"""Files that are no spec at all, by how they begin: one message for the file, not one for each sign
in it.
"""

from __future__ import annotations

import re
from typing import Final

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.source import Source, Span

FORMATS: Final = (
    ("UTF-16 text", re.compile("\ufffd\ufffd.?\0|.\0.\0|\0.\0.", re.S)),
    ("JSON", re.compile(r'\s*[{\[]\s*["{\[]')),
    ("TOML", re.compile(r"\s*(?:#[^\n]*\n\s*)*\[[\w.-]+\][ \t\r]*(?:\n|\Z)")),
    ("XML", re.compile(r"\s*<[?!A-Za-z]")),
    (
        "YAML",
        re.compile(
            r"\s*(?:---|%YAML)|(?=[^{]*\Z)(?:[^\n]*\n)*?\w+:[ \t]*\n[ \t]+(?:- )?\w+:[ \t\n]"
        ),
    ),
    (
        "Python",
        re.compile(
            r"\s*(?:#[^\n]*\n\s*)*(?:import \w+[\w. ,]*\n|from [\w.]+ import )"
            r"(?!(?:[^\n]*\n)*?(?:data|network|train)[ \t]*\{)"
        ),
    ),
)
"""What a file is, and the beginning that no spec has."""
LOOKED_AT: Final = 2_000
"""Characters at the beginning of a file."""


def other_format(source: Source) -> Diagnostic | None:
    """E0107 for a file of another kind, E0104 for one whose text is written otherwise."""
    begin = source.text[:LOOKED_AT]
    for name, pattern in FORMATS:
        found = pattern.match(begin)
        if found is None:
            continue
        start = len(begin) - len(begin.lstrip())
        end = begin.find("\n", start)
        line = Span(source, start, end if end >= 0 else len(begin.rstrip()))
        text = name.startswith("UTF")
        return Diagnostic(
            "E0104" if text else "E0107",
            f"this file is {name}, and a spec is UTF-8"
            if text
            else f"this file is {name}, no spec",
            Label(line, "not the beginning of a spec"),
            notes=() if text else ("a spec is a list of statements, such as `loss cross_entropy`",),
            helps=(
                Help(
                    "save the file as UTF-8"
                    if text
                    else "`specc new NAME` writes one to start from"
                ),
            ),
        )
    return None
