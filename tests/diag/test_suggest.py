"""Did-you-mean, measured on every single-character slip of the language's own words."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diag.suggest import distance, suggest

WORDS = """dense conv maxpool avgpool flatten dropout batchnorm layernorm relu leaky_relu sigmoid
    tanh softmax linear he xavier zeros normal constant adam rmsprop momentum sgd exponential
    inverse_time cross_entropy binary_cross_entropy squared_error mse l1 l2 epochs steps batch seed
    shuffle precision split source normalize standard""".split()


def slips(word: str) -> set[str]:
    """All ways to insert, delete, replace or swap one character that give no other word."""
    letters = string.ascii_lowercase + "_"
    found = {word[:i] + c + word[i:] for i in range(len(word) + 1) for c in letters}
    found |= {word[:i] + word[i + 1 :] for i in range(len(word))}
    found |= {word[:i] + c + word[i + 1 :] for i in range(len(word)) for c in letters}
    found |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return found - set(WORDS)


@pytest.fixture(scope="module")
def suggested() -> dict[str, list[tuple[str, ...]]]:
    return {word: [suggest(slip, WORDS) for slip in slips(word)] for word in WORDS}


@pytest.mark.parametrize("word", WORDS)
def test_one_slip_finds_the_word(word: str, suggested: dict[str, list[tuple[str, ...]]]) -> None:
    found = suggested[word]
    assert all(word in names for names in found)
    first = sum(names[:1] == (word,) for names in found) / len(found)
    # `l?` is as near to `l1` as to `l2`, and the list names `l1` first.
    assert first >= (0.75 if word == "l2" else 0.95)


def test_the_word_comes_first_in_99_of_100_cases(
    suggested: dict[str, list[tuple[str, ...]]],
) -> None:
    found = [names[:1] == (word,) for word, each in suggested.items() for names in each]
    assert sum(found) / len(found) >= 0.99


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("Dense", "dense"),
        ("max_pool", "maxpool"),
        ("MaxPool2D", "maxpool"),
        ("conv2d", "conv"),
        ("cross-entropy", "cross_entropy"),
        ("CrossEntropyLoss", "cross_entropy"),
        ("bce", "binary_cross_entropy"),
        ("soft", "softmax"),
        ("exp", "exponential"),
        ("dropuot", "dropout"),
    ],
)
def test_habits(word: str, first: str) -> None:
    assert suggest(word, WORDS)[0] == first


@pytest.mark.parametrize("word", ["transformer", "x", "", "_", "q7", "dev.accuracy"])
def test_nothing_near_suggests_nothing(word: str) -> None:
    assert suggest(word, WORDS) == ()


def test_limit_and_stable_order() -> None:
    assert suggest("ab", ["ax", "ay", "az", "aw", "av"]) == ("ax", "ay", "az", "aw")
    assert suggest("ab", ["ay", "ax", "ay"], limit=9) == ("ay", "ax")


def test_very_long_words_do_not_hang() -> None:
    long = "a" * 200_000
    assert suggest(long, ["b" * 200_000, long.upper()]) == (long.upper(),)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_for_equals(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= distance(a, b) <= max(len(a), len(b))


def test_a_swap_is_one_mistake() -> None:
    assert distance("adma", "adam") == 1
    assert distance("kitten", "sitting") == 3
