"""Text about a word, from its definition: what `explain` prints and the reference is made of."""

from __future__ import annotations

import inspect
from typing import Any

from specc.library.define import REQUIRED, Arg, Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE


def describe(word: str, registry: Registry) -> str | None:
    """Everything that is called `word`, or None."""
    found = [
        _definition(word, category, kind)
        for category in registry.categories(word)
        if (kind := registry.find(category, word)) is not None
    ]
    for block, statements in BLOCKS.items():
        if word in statements:
            where = f"statement of `{block}`" if block else "statement"
            found.append(_definition(word, where, statements[word]))
    if word in STRUCTURE:
        found.append(f"{word}  (statement)\n\n    {STRUCTURE[word]}\n")
    return "\n".join(found) if found else None


def all_words(registry: Registry) -> tuple[str, ...]:
    """Every word of the language, for suggestions."""
    words = {word for _, word, _ in registry.every()} | set(STRUCTURE)
    for statements in BLOCKS.values():
        words |= set(statements)
    return tuple(sorted(words))


def _definition(word: str, where: str, kind: type[Definition]) -> str:
    text = inspect.cleandoc(kind.__doc__ or "")
    lines = [f"{signature(word, kind.args)}  ({where})", "", *_indented(text), ""]
    if kind.args:
        width = max(len(a.label) for a in kind.args)
        lines += ["    Arguments", *(f"        {_argument(a, width)}" for a in kind.args), ""]
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"    {line}".rstrip() for line in text.splitlines()]


def signature(word: str, args: tuple[Arg, ...]) -> str:
    """`adam(lr = 0.001, beta1 = 0.9, ...)`."""
    if not args:
        return word
    parts = [
        a.label if a.default is REQUIRED else f"{a.label} = {shown(a.default)}"
        for a in args
        if a.default is not None
    ]
    parts += [f"{a.label} = ..." for a in args if a.default is None]
    return f"{word}({', '.join(parts)})"


def shown(value: Any) -> str:
    """A default as one would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _argument(a: Arg, width: int) -> str:
    default = "required" if a.default is REQUIRED else f"default {shown(a.default)}"
    if a.default is None:
        default = "optional"
    limits = f", {a.bounds}" if a.bounds else ""
    return f"{a.label.ljust(width)}  {a.doc} ({default}{limits})"
