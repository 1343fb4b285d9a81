"""No bias directly before `batchnorm`, unless it is asked for, or the value goes elsewhere too."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import batch_for, compiled, program, settle, spec

from specc.cli.dims import dimension_lines
from specc.driver import Compilation, make_gradient_plan
from specc.expand.expand import expand


def biases(network: str, blocks: str = "") -> list[str]:
    """The parameters called b."""
    model = compile_it(network, blocks).model
    return [p.name for p in model.parameters if p.name.endswith(".b")]


def compile_it(network: str, blocks: str = "") -> Compilation:
    written = network.replace("{ ", "{\n").replace(" }", "\n}")
    return compiled(blocks + spec(written))


BLOCK = "block bent {\n batchnorm\n relu\n}\nblock sums(n) {\n dense n\n}\n"
WITHOUT = {
    "directly": "dense 4; batchnorm; relu",
    "linear": "dense 4, linear; batchnorm; relu",
    "with a claim": "dense 4 -> 4; batchnorm; relu",
    "in front of a block": "dense 4; bent",
    "from a block": "sums 4; batchnorm; relu",
    "from block to block": "sums 4; bent",
    "in front of a repeat": "dense 4; repeat 2 { batchnorm; relu }",
    "in a residual": "residual { dense 3; batchnorm }",
    "behind a residual that it follows": "dense 4; batchnorm; residual { relu }",
}
WITH = {
    "asked for": "dense 4, bias = true; batchnorm; relu",
    "an activation between": "dense 4, relu; batchnorm",
    "an activation on a line": "dense 4; relu; batchnorm",
    "dropout between": "dense 4; dropout keep = 0.5; batchnorm",
    "a name": "dense 4 as z; batchnorm; add z",
    "a block with a name": "sums 4 as z; batchnorm; add z",
    "into a residual": "dense 4; residual { batchnorm; relu }",
    "at the end of a residual": "residual { dense 3 }; batchnorm",
    "layernorm": "dense 4; layernorm; relu",
}


@pytest.mark.parametrize("case", WITHOUT)
def test_no_bias(case: str) -> None:
    assert biases(f"input 3; {WITHOUT[case]}; dense 2", BLOCK) == [
        "dense2.b" if "dense" in WITHOUT[case] or "sums" in WITHOUT[case] else "dense1.b"
    ]


@pytest.mark.parametrize("case", WITH)
def test_bias(case: str) -> None:
    assert biases(f"input 3; {WITH[case]}; dense 2", BLOCK) == ["dense1.b", "dense2.b"]


def test_rounds_of_a_repeat_are_asked_one_by_one() -> None:
    """The last round is followed by something else than the rounds before it."""
    network = "input 4; repeat 3 { batchnorm; dense 4 }; dense 2"
    assert biases(network) == ["dense3.b", "dense4.b"]
    assert biases("input 4; repeat 3 { dense 4; batchnorm; relu }; dense 2") == ["dense4.b"]


def test_convolutions_are_asked_too() -> None:
    ending = "flatten; dense 2"
    assert biases(f"input 5, 5, 1; conv 2; batchnorm; relu; {ending}") == ["dense1.b"]
    kept = ["conv1.b", "dense1.b"]
    assert biases(f"input 5, 5, 1; conv 2, relu; batchnorm; {ending}") == kept
    assert biases(f"input 5, 5, 1; conv 2, bias = true; batchnorm; {ending}") == kept


def test_the_function_is_the_same() -> None:
    """What is left out made no difference: same cost, and gradients of 0 for b."""
    costs = []
    for bias in ("", ", bias = true"):
        compilation = compile_it(f"input 3; dense 4{bias}; batchnorm; tanh; dense 2")
        model = compilation.model
        made = program(make_gradient_plan(model, 12), model)
        settle(made.theta)
        rest = made.parameters()
        for name in rest:
            if name != "dense1.b":
                rest[name][...] = np.random.RandomState(len(name)).standard_normal(rest[name].shape)
        X, T = batch_for(model, 12)
        costs.append(made.step(12)(X, T, 0.0, 1))
        for p in model.parameters:
            if p.name == "dense1.b":
                np.testing.assert_allclose(made.dtheta[p.offset : p.offset + p.size], 0, atol=1e-14)
    np.testing.assert_allclose(costs[0], costs[1], rtol=1e-13)


def test_it_is_said() -> None:
    compilation = compile_it("input 3; dense 4; batchnorm; relu; dense 2")
    lines = dimension_lines(compilation)
    assert "      no b: `batchnorm` takes it out and adds beta" in lines
    assert not any(line.split()[:1] == ["b1"] for line in lines)
    text = expand(compilation).text
    line = next(line for line in text.splitlines() if line.strip().startswith("dense"))
    assert "bias = false" in line
    assert "no b: `batchnorm` takes it out and adds beta" in line
    assert text.count("bias = true") == 1


@pytest.mark.parametrize("case", [*WITHOUT, *WITH])
def test_the_expanded_spec_is_the_same_network(case: str) -> None:
    compilation = compile_it(f"input 3; {(WITHOUT | WITH)[case]}; dense 2", BLOCK)
    again = compiled(expand(compilation).text)
    assert [p.name for p in again.model.parameters] == [
        p.name for p in compilation.model.parameters
    ]
    assert again.model.train == compilation.model.train


def test_a_repeat_that_a_search_changes_stays_open() -> None:
    """Its rounds are not told apart in the expanded spec, so that says nothing about b there."""
    network = "input 4; repeat depth { batchnorm; dense 4 }; batchnorm; dense 2"
    compilation = compile_it(network, "let depth = 2 in {1, 2, 3}\n")
    assert [p.name for p in compilation.model.parameters if p.name.endswith(".b")] == ["dense3.b"]
    again = compiled(expand(compilation).text)
    assert again.model.train == compilation.model.train
