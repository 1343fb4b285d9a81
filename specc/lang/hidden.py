"""Characters that no editor shows as they are: E0104, wherever they stand, in comments and strings
too.

What a reader of a spec sees must be what the compiler reads.
"""

from __future__ import annotations

import re
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.problems import Problems

HIDDEN: Final = re.compile(
    "(?:\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff\U000e0000-\U000e007f])+"
)
"""Without the joiners U+200C and U+200D, which scripts and emoji need in comments."""

_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hidden_characters(source: Source, problems: Problems) -> None:
    """Report control, invisible, bidirectional and undecodable characters."""
    for match in HIDDEN.finditer(source.text):
        start, end = match.span()
        if not problems.wants(start):
            return
        char = match[0][0]
        if char == "\ufeff" and start == 0:  # a byte order mark
            continue
        span = Span(source, start, end)
        code = f"U+{ord(char):04X}"
        if char == "\ufffd" or "\ud800" <= char <= "\udfff":
            message, label = f"the file is not valid UTF-8 here ({code})", "not UTF-8"
            helps: tuple[Help, ...] = (Help("save the file as UTF-8"),)
        else:
            kind = "control" if char < "\xa0" else "invisible"
            if _BIDIRECTIONAL.match(char):
                kind = "bidirectional"
            message, label = f"{kind} character {code}", "no editor shows this as it is"
            helps = (Help("remove it", (Edit(span, ""),)),)
        problems.add(Diagnostic("E0104", message, Label(span, label), helps=helps))
