"""Which terminal of the grammar is which mistake; imported with the first one."""

from __future__ import annotations

from typing import Final

from specc.lang import habits, misspelt

REPAIRS: Final = {
    "QUOTED": misspelt.quoted,
    "OPEN_STRING": misspelt.open_string,
    "BAD_NUMBER": misspelt.number,
    "BAD_NAME": misspelt.name,
    "UNKNOWN": misspelt.unknown,
    "COLON": habits.colon,
    "SEMICOLON": habits.semicolon,
    "C_COMMENT": habits.c_comment,
}
