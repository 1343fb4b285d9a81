"""The words that can begin a statement, for guesses about what broken syntax was meant to be."""

from __future__ import annotations

from functools import cache

from specc.diag.suggest import suggest
from specc.lang.foreign import FALSE_FRIENDS, ours
from specc.library.registry import standard
from specc.library.statements import BLOCKS, STRUCTURE

FORMS = ("repeat", "residual", "from", "add", "concat")
"""Statements of `network` that are no layers."""

BRACED = ("data", "network", "train", "expect", "search", "variant", "block", "repeat", "residual")
"""Statements that hold other statements."""


@cache
def _layers() -> tuple[str, ...]:
    return (*standard().words("layers"), *FORMS)


@cache
def _settings() -> frozenset[str]:
    return frozenset((*STRUCTURE, *(word for words in BLOCKS.values() for word in words)))


def begins_statement(word: str) -> bool:
    """Whether a statement begins so, other than an activation, which may be a value as well."""
    return word in _settings() or word in _layers()


def statement_meant(word: str) -> str | None:
    """The statement that a misspelt word stands for."""
    near = suggest(word, (*sorted(_settings()), *_layers()), 1)
    return near[0] if near else None


def statement_of(word: str) -> str | None:
    """The statement whose value is this word: `optimizer` for `sgd`; None for layers."""
    categories = standard().categories(word)
    if "layers" in categories or "activations" in categories:
        return None
    for words in BLOCKS.values():
        for statement, kind in words.items():
            if kind.args and kind.args[0].category in categories:
                return statement
    return None


def takes_word(statement: str) -> bool:
    """Whether the value of a statement is a word that can have arguments, as in `loss` or
    `optimizer`.
    """
    kinds = [words[statement] for words in BLOCKS.values() if statement in words]
    return any(kind.args and kind.args[0].kind == "word" for kind in kinds)


def takes_number(statement: str) -> bool:
    """Whether a setting is a single number: `batch`, `seed`."""
    kinds = [words[statement] for words in BLOCKS.values() if statement in words]
    first = [kind.args[0] for kind in kinds if kind.args]
    return any(a.kind in ("dim", "int", "float", "seed") and not a.many for a in first)


def has_argument(statement: str, name: str) -> bool:
    """Whether a statement has an argument of this name."""
    layer = standard().find("layers", statement)
    kinds = [words[statement] for words in BLOCKS.values() if statement in words]
    return any(a.label == name for kind in (*kinds, *filter(None, [layer])) for a in kind.args)


def layer_meant(word: str) -> str | None:
    """The layer that a foreign or misspelt word stands for; None for any other word."""
    known = (*_layers(), *standard().words("activations"))
    if word in known or begins_statement(word):
        return None
    near = () if word in FALSE_FRIENDS else suggest(word, known, 1)
    return (near[0] if near else None) or ours(word, "layers", known)
