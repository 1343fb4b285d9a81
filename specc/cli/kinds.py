"""Kinds of arguments: text from the command line, read or refused in words."""

from __future__ import annotations

import argparse

from specc.diag.escape import escape


def path(text: str) -> str:
    """A path that is not empty."""
    # Empty is what `--out "$DIR"` gives where DIR is not set, and no folder that anyone means.
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return text


def checkpoint(text: str) -> str:
    """`best`, `last`, or `step-200`, which is `step-000200` in full."""
    from specc.run.numbered import checkpoint_name  # no other command has a use for it

    try:
        return checkpoint_name(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{problem}, not `{escape(text)}`") from None


def share(text: str) -> float:
    """`2%` or `0.02`: a share below 1."""
    digits = text.strip()
    try:
        value = float(digits.removesuffix("%")) / (100 if digits.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"`{escape(text)}` is no share such as `2%` or `0.02`")
    return value


def port(text: str) -> int:
    """The number of a port."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 65_535:
        raise argparse.ArgumentTypeError(f"`{escape(text)}` is no port from 1 to 65535")
    return number
