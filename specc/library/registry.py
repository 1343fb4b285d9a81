"""Which words exist: listing reads file names, asking for one imports one file.

`library/layers/dense.py` is the word `dense` among the layers. Further folders with the same layout
(`layers/`, `optimizers/`, ...) can be added, so that a new word needs no change to the package.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from specc.diag.diagnostic import CompilerBug
from specc.library.define import Definition

CATEGORIES = (
    "layers",
    "activations",
    "inits",
    "losses",
    "regularizers",
    "optimizers",
    "schedules",
    "metrics",
    "sources",
    "normalizers",
    "stops",
)
HOME = Path(__file__).parent


@dataclass(frozen=True)
class Registry:
    """The words of the package and of `extra` folders, which come first."""

    extra: tuple[Path, ...] = ()
    _listed: dict[str, dict[str, Path]] = field(default_factory=dict, repr=False, compare=False)

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

    def _files(self, category: str) -> dict[str, Path]:
        if category not in self._listed:
            found: dict[str, Path] = {}
            for root in (HOME, *self.extra):
                folder = root / category
                if folder.is_dir():
                    found |= {p.stem: p for p in sorted(folder.glob("*.py")) if p.stem[0] != "_"}
            self._listed[category] = found
        return self._listed[category]


@cache
def standard() -> Registry:
    """The words of the package alone, listed once."""
    return Registry()


@cache
def _load(path: Path) -> type[Definition]:
    """The definition in a file, which is read once."""
    if path.is_relative_to(HOME):
        module = importlib.import_module(f"specc.library.{path.parent.name}.{path.stem}")
    else:
        name = f"specc_words_{path.parent.name}_{path.stem}_{abs(hash(path))}"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                raise CompilerBug(f"{path} cannot be imported")
            sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        module = sys.modules[name]
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Definition)
            and value.__module__ == module.__name__
            and value.category == path.parent.name
        ):
            return value
    raise CompilerBug(f"{path} defines no word of {path.parent.name}")
