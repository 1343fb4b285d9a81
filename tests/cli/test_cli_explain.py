"""`specc explain`: pages about codes and words."""

from __future__ import annotations

import pytest
from cli_samples import Run


def test_a_code_has_a_page_without_marks(process: Run) -> None:
    done = process("explain", "E0304")
    assert done.status == 0
    assert done.out.startswith("E0304: ")
    assert "```" not in done.out
    assert "\n#" not in done.out
    assert "\n    network {\n" in done.out


def test_codes_are_known_in_any_case(specc: Run) -> None:
    assert specc("explain", "e0304").out == specc("explain", "E0304").out


def test_a_word_has_signature_formula_source_and_example(specc: Run) -> None:
    done = specc("explain", "adam")
    assert done.status == 0
    assert done.out.startswith("adam(lr = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-08)")
    assert "p = p - lr * v^ / (sqrt(s^) + eps)" in done.out
    assert "1412.6980" in done.out
    assert "optimizer  adam(" in done.out
    assert "```" not in done.out


def test_a_word_with_two_meanings_has_both(specc: Run) -> None:
    done = specc("explain", "train")
    assert "(statement of `data`)" in done.out
    assert "\ntrain  (statement)" in done.out


def test_an_argument_has_the_words_that_take_it(specc: Run) -> None:
    done = specc("explain", "average")
    assert done.status == 0
    assert done.out.startswith("average  (argument)\n")
    assert "of `batchnorm`: " in done.out


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("dev.cost", "cost  (result)\n"),
        ("memory", "memory  (result)\n"),
        ("optimizer.lr", "lr  (argument)\n"),
        ("same", "same  (word that an argument takes)\n"),
        ("max", "max  (word in a value)\n"),
    ],
)
def test_results_and_words_of_arguments_have_lines(specc: Run, subject: str, said: str) -> None:
    done = specc("explain", subject)
    assert done.status == 0
    assert done.out.startswith(said)


def test_without_a_subject_everything_is_listed(specc: Run) -> None:
    done = specc("explain")
    assert done.status == 0
    for word in (
        "network",
        "dense",
        "relu",
        "he",
        "adam",
        "csv",
        "E0304",
        "expect",
        "repeat",
        "flops",
    ):
        assert word in done.out
    assert max(map(len, done.out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("subject", "fix"),
    [
        ("adaam", "did you mean `adam`?"),
        ("ReLU", "did you mean `relu`"),
        ("E9999", "see `specc explain`"),
        ("E304", "did you mean `E0304`?"),
        ("0304", "did you mean `E0304` or `W0304`?"),
        ("zzzzzzzz", "see `specc explain`"),
        ("learning_rate", "`learning_rate` is called `lr` here"),
        ("Conv2D", "`Conv2D` is called `conv` here"),
        ("", "see `specc explain`"),
        ("../../pyproject", "see `specc explain`"),
        ("E0304/../E0305", "see `specc explain`"),
    ],
)
def test_what_is_unknown_is_said_with_the_nearest(specc: Run, subject: str, fix: str) -> None:
    done = specc("explain", subject)
    assert done.status == 2
    assert done.out == ""
    assert f"error: nothing is called `{subject}`" in done.err
    assert fix in done.err
