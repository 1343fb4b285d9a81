"""Every word of the language keeps what all words promise; a new word is tested by being there.

The tests go through `Registry().every()`. Where a word must be held against something that cannot
be derived from its definition (what NumPy says a metric is, how wide an initialiser draws), the
expectation stands in a table here, and a word that is missing from its table fails.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from endings import ending, losses_and_outputs, with_strength
from oracle import (
    compiled,
    gradient_difference,
    spec,
)

from specc.checking import check_text
from specc.diag.source import Source
from specc.driver import compile_source
from specc.library.define import REQUIRED, Definition
from specc.library.registry import CATEGORIES, Registry
from specc.library.statements import BLOCKS
from specc.run.events import Finished
from specc.training import prepare_job, run_job

REGISTRY = Registry()
EVERY = REGISTRY.every()
SECTIONS = ("Shapes", "Parameters", "Units", "Errors", "Source", "Example")
GENERATORS = ("circles", "moons", "flower", "spirals", "blobs", "xor")
"""Sources without a file; examples that read one are compiled here and trained with the sources."""
BRIEF = {"W0406", "W0407", "W0409", "W0501", "W0502"}
"""What an example is warned about because it is short: few updates, no dev set, raw inputs."""
OF_THE_WORD = {
    ("activations", "linear"): {"W0301"},
    ("inits", "constant"): {"W0306"},
    ("inits", "normal"): {"W0307"},
    ("inits", "zeros"): {"W0306"},
}
"""What is wrong with using a word is what its example shows."""
NOTHING_TO_CITE = {
    ("layers", "reshape"),
    ("inits", "constant"),
    ("schedules", "constant"),
    ("normalizers", "minmax"),
    ("normalizers", "scale"),
}
"""Maths that nobody is the source of."""

every = pytest.mark.parametrize(
    ("category", "word", "kind"), EVERY, ids=[f"{c}-{w}" for c, w, _ in EVERY]
)


def words(category: str) -> Any:
    return pytest.mark.parametrize("word", REGISTRY.words(category))


def text_of(kind: type[Definition]) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def examples(kind: type[Definition]) -> list[str]:
    """The fenced `dl` blocks under `Example`."""
    _, _, after = text_of(kind).partition("\nExample\n")
    return [inspect.cleandoc(found) for found in re.findall(r"```dl\n(.*?)```", after, re.S)]


def whole(example: str) -> str:
    """A spec from an example, which for words of `data` is its data block alone."""
    if "network" in example:
        return example
    rest = "network {\n input 2\n dense 1, sigmoid\n}\nloss binary_cross_entropy\n"
    return f"{example}\n{rest}optimizer sgd(lr = 0.1)\ntrain {{ run 1 epoch }}\n"


# What a reader is promised


@every
def test_docstring_follows_the_template(category: str, word: str, kind: type[Definition]) -> None:
    text = text_of(kind)
    first, _, rest = text.partition("\n\n")
    assert first[0].isupper()
    assert re.search(r"\w[`\")]?\.$", first), "the docstring starts with a sentence"
    assert rest
    found = re.findall(r"^([A-Z][a-z]+)(?=  |$)", text, re.M)
    assert [s for s in SECTIONS if s in found] == found, "sections in the order of the template"
    assert "Example" in found
    assert not re.search(r"\S Example$", text, re.M), "`Example` starts a line"
    assert examples(kind), "an example in a fenced block"
    formula = re.search(r"^ {4}\S.* [=(] ?.*", text.partition("\nExample\n")[0], re.M)
    if formula and (category, word) not in NOTHING_TO_CITE:
        assert "Source" in found, "maths has a source"
    assert max(map(len, text.splitlines())) <= 100


@every
def test_module_says_which_word_it_is(category: str, word: str, kind: type[Definition]) -> None:
    path = Path(inspect.getfile(kind))
    assert path.stem == word
    assert path.parent.name == category == kind.category
    flat = kind.__name__.lower()
    assert flat in (word.replace("_", ""), word.replace("_", "") + category.rstrip("s"))
    assert (inspect.getmodule(kind) or kind).__doc__


@every
def test_every_argument_is_documented(category: str, word: str, kind: type[Definition]) -> None:
    for a in kind.args:
        assert len(a.doc) > 2, a.name
        assert not a.doc.endswith("."), a.name
        assert a.doc[0].islower() or not a.doc[1].islower(), a.name
        if a.kind in ("float", "dim", "int") and a.default not in (REQUIRED, None):
            every = a.default if isinstance(a.default, tuple) else (a.default,)
            inside = [v in a.one_of if isinstance(v, str) else a.admits(v) for v in every]
            assert all(inside), f"{a.name}: default outside"
        if a.kind == "word":
            assert a.category in CATEGORIES, a.name


def test_every_statement_is_documented() -> None:
    for statements in BLOCKS.values():
        for word, kind in statements.items():
            assert (kind.__doc__ or "").startswith(f"`{word}"), word
            assert all(a.doc for a in kind.args), word


@every
def test_example_compiles_without_other_findings(
    category: str, word: str, kind: type[Definition]
) -> None:
    expected = BRIEF | OF_THE_WORD.get((category, word), set())
    for example in examples(kind):
        assert re.search(rf"\b{word}\b", example), "it shows the word"
        assert {d.code for d in check_text(whole(example))} <= expected


def generated() -> list[Any]:
    """Every example whose data come from a generator."""
    return [
        pytest.param(whole(example), id=f"{category}-{word}")
        for category, word, kind in EVERY
        for example in examples(kind)
        if re.search(rf"source\s+({'|'.join(GENERATORS)})\b", example)
    ]


@pytest.mark.parametrize("text", generated())
def test_example_trains(text: str, tmp_path: Path) -> None:
    compilation = compile_source(Source("model.dl", text), settings=["train.run=3 steps"])
    job = prepare_job(compilation, str(tmp_path / "run"))
    before = job.program.theta.copy()
    last = list(run_job(job))[-1]
    assert isinstance(last, Finished)
    assert last.status == "finished"
    assert last.steps == 3
    assert np.isfinite(last.train["cost"])
    assert (job.program.theta != before).any()


# Gradients


@every
def test_gradient_of_the_example(category: str, word: str, kind: type[Definition]) -> None:
    """Through the generated module, along a random direction in every parameter tensor."""
    for example in examples(kind):
        compilation = compile_source(Source("model.dl", whole(example)))
        assert gradient_difference(compilation, m=9) <= 1e-7


@words("activations")
def test_gradient_of_an_activation(word: str) -> None:
    """Hidden and as output, on both sides of whatever happens at 0, and far out."""
    for seed, network in enumerate(
        (
            f"input 5; dense 6, {word}; dense 4, {word}; dense 2",
            f"input 3; dense 4; {word}; dense 3, {word}",
        )
    ):
        assert gradient_difference(compiled(spec(network)), m=13, seed=seed) <= 1e-7


@losses_and_outputs
@pytest.mark.parametrize("m", [1, 17])
def test_gradient_of_a_loss(word: str, outputs: int, m: int) -> None:
    assert gradient_difference(compiled(spec(ending(word, outputs), word)), m=m) <= 1e-7


@words("regularizers")
def test_gradient_of_a_regulariser(word: str) -> None:
    """On the whole network, on one layer, and twice with different strengths."""
    weak, strong = with_strength(word, 3), with_strength(word, 7)
    for network, whole_network in (
        ("input 3; dense 4, tanh; dense 2", weak),
        (f"input 3; dense 4, tanh, regularize = {weak}; dense 2", ""),
        (f"input 3; dense 4, tanh, regularize = {weak}; dense 2", strong),
    ):
        text = spec(network, regularize=whole_network)
        assert gradient_difference(compiled(text), m=9) <= 1e-7


@words("layers")
def test_every_layer_says_what_it_computes(word: str) -> None:
    """Its formula reaches the generated program, but for `input`, which computes nothing."""
    kind = REGISTRY.find("layers", word)
    assert kind is not None
    example = whole(examples(kind)[0])
    compilation = compile_source(Source("model.dl", example))
    rows = [r for r in compilation.model.layers if r.text.split()[0] == word]
    assert rows
    for row in rows:
        assert bool(row.formula) == (word != "input")
