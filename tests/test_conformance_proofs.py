"""Every word that carries maths is held against its source by a test that says so.

Such a test (or one case of it) is marked `@pytest.mark.proves("optimizers.adam")`: it compares the
word with PyTorch, with scikit-learn, with the course's published numbers, or with the formula of
the paper.
"""

from __future__ import annotations

import pytest

from specc.library.registry import Registry

REGISTRY = Registry()
COMPUTING = (
    "layers activations inits losses regularizers optimizers schedules metrics clips augmentations "
    "normalizers"
).split()
"""Categories whose words compute something that others compute too."""


def test_every_mark_names_a_word(proven: set[str]) -> None:
    known = {f"{category}.{word}" for category, word, _ in REGISTRY.every()}
    assert proven - known == set()


@pytest.mark.parametrize("category", COMPUTING)
def test_every_word_is_proven(category: str, proven: set[str]) -> None:
    words = REGISTRY.words(category)
    assert words
    assert [word for word in words if f"{category}.{word}" not in proven] == []
