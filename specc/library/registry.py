"""Which words exist: listing reads file names, asking for one imports one file.

`library/layers/dense.py` is the word `dense` among the layers. Further folders with the same layout
(`layers/`, `optimizers/`, ...) can be added, so that a new word needs no change to the package.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module

from specc.diag.diagnostic import CompilerBug
from specc.library.define import Definition
from specc.record import Record, field

CATEGORIES = (
    "layers",
    "activations",
    "inits",
    "losses",
    "regularizers",
    "optimizers",
    "schedules",
    "clips",
    "metrics",
    "sources",
    "normalizers",
    "stops",
    "masks",
    "targets",
    "augmentations",
)
HOME = os.path.dirname(os.path.abspath(__file__))


class Registry(Record):
    """The words of the package and of `extra` folders, which come first."""

    extra: tuple[str | os.PathLike[str], ...] = ()
    _listed: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)

    def words(self, category: str) -> tuple[str, ...]:
        """All words of a category; every activation is a layer too."""
        return tuple(self._files(category))

    def categories(self, word: str) -> tuple[str, ...]:
        """The categories that know a word, so that a message can say where it belongs."""
        return tuple(c for c in CATEGORIES if word in self._files(c))

    def find(self, category: str, word: str) -> type[Definition] | None:
        """The definition of a word, or None if the category has no such word."""
        path = self._files(category).get(word)
        return None if path is None else _load(path)

    def every(self) -> tuple[tuple[str, str, type[Definition]], ...]:
        """All definitions with category and word: for docs and for the conformance tests."""
        return tuple(
            (category, word, _load(path))
            for category in CATEGORIES
            for word, path in self._files(category).items()
        )

    def _files(self, category: str) -> dict[str, str]:
        """The file of each word."""
        if category not in self._listed:
            found: dict[str, str] = {}
            for root in (HOME, *self.extra):
                folder = os.path.join(root, category)
                if os.path.isdir(folder):
                    for file in sorted(os.listdir(folder)):
                        word, ending = os.path.splitext(file)
                        if ending == ".py" and not word.startswith("_"):
                            found[word] = os.path.join(folder, file)
            self._listed[category] = found
        return self._listed[category]


@cache
def standard() -> Registry:
    """The words of the package alone, listed once."""
    return Registry()


@cache
def _load(path: str) -> type[Definition]:
    """The definition in a file, which is read once."""
    folder, file = os.path.split(path)
    root, category = os.path.split(folder)
    word = os.path.splitext(file)[0]
    if root == HOME:
        module = import_module(f"specc.library.{category}.{word}")
    else:
        name = f"specc_words_{category}_{word}_{abs(hash(path))}"
        if name not in sys.modules:
            from importlib.util import module_from_spec, spec_from_file_location

            spec = spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                raise CompilerBug(f"{path} cannot be imported")
            sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        module = sys.modules[name]
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Definition)
            and value.__module__ == module.__name__
            and value.category == category
        ):
            return value
    raise CompilerBug(f"{path} defines no word of {category}")
