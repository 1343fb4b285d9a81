"""The gradient check of networks on images: steps side by side, and maxima that tie."""

from __future__ import annotations

import numpy as np
import pytest
from gradcheck_cases import Case, case, tensor

from specc.gradcheck import numeric, stack
from specc.gradcheck.spread import Spread
from specc.gradcheck.stack import Stack
from specc.gradcheck.walk import Walk

NETWORKS = {
    "plain": "input 5, 4, 2; conv 3, tanh, kernel = 3; flatten; dense 3, softmax",
    "strided": (
        "input 6, 7, 2; conv 4, gelu, kernel = (3, 2), stride = (2, 1), pad = same, groups = 2; "
        "conv 3, sigmoid, kernel = 2, dilation = 2; flatten; dense 3, softmax"
    ),
    "pools": (
        "input 7, 6, 1; conv 4, tanh, kernel = 2; maxpool 3, stride = 2, pad = 1; "
        "conv 3, silu, kernel = 2; avgpool 2, pad = same; flatten; dense 3, softmax"
    ),
    "global": "input 5, 5, 2; conv 4, tanh; conv 4, softplus; avgpool global; dense 3, softmax",
    "global-maximum": "input 5, 5, 2; conv 4, tanh, kernel = 2; maxpool global; dense 3, softmax",
    "branches": (
        "input 4, 4, 2; conv 2, tanh, pad = same as a; conv 2, tanh, pad = same; add a; "
        "concat a; upsample 2; conv 2, tanh, kernel = 2, stride = 2; flatten; dense 3, softmax"
    ),
    "beside-numbers": (
        "input 4, 4, 2; conv 2, tanh, kernel = 3; flatten as picture; input 3; "
        "dense 4, tanh as radar; concat picture, radar; dense 3, softmax"
    ),
    "reshaped": "input 6; dense 18, tanh; reshape 3, 3, 2; conv 4, tanh; flatten; dense 3, softmax",
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_is_right_and_both_ways_agree(name: str) -> None:
    net = case(NETWORKS[name], "cross_entropy", regularize="l2(0.5)")
    report = net.check()
    assert report.passed
    assert report.difference <= 1e-8
    assert not any(p.kinks for p in report.parameters)
    everything = np.arange(len(net.theta))
    fast, slow = (net.numeric(fast=f).slopes(everything, 1e-6) for f in (True, False))
    for one, other in zip(fast, slow, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-8)


def test_an_image_beside_numbers_takes_its_columns_in_their_order() -> None:
    """Flattened and joined again, both inputs are all columns as they were."""
    one = case("input 7; dense 3, softmax", "cross_entropy")
    two = case(
        "input 2, 2, 1; flatten as a; input 3 as b; concat a, b; dense 3, softmax", "cross_entropy"
    )
    np.testing.assert_array_equal(one.X, two.X)
    theta = one.theta
    for first, second in zip(one.analytic(theta), two.analytic(theta), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12)


def test_no_layer_of_an_image_network_is_walked_through() -> None:
    for text in NETWORKS.values():
        ways = case(text, "cross_entropy").numeric().ways
        assert not any(isinstance(way, Walk) for way in ways)
        assert any(isinstance(way, Stack) for way in ways)
        assert any(isinstance(way, Spread) for way in ways)


def test_how_many_steps_stand_side_by_side_does_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net = case(NETWORKS["pools"], "cross_entropy")
    everything = np.arange(len(net.theta))
    many = net.numeric().slopes(everything, 1e-6)
    monkeypatch.setattr(stack, "BUDGET", 1)
    one = net.numeric().slopes(everything, 1e-6)
    np.testing.assert_allclose(many, one, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("place", [0, 17, 40])
def test_a_wrong_entry_is_found(place: int) -> None:
    net = case(NETWORKS["pools"], "cross_entropy")
    offset = net.part("conv1.W").start

    def wrong(theta: np.ndarray) -> tuple[float, np.ndarray]:
        cost, exact = net.analytic(theta)
        exact[offset + place % net.parameter("conv1.W").size] += 1e-3
        return cost, exact

    report = net.check(wrong)
    assert not report.passed
    assert not tensor(report, "conv1.W").passed
    assert tensor(report, "conv2.W").passed


def tied(distance: float) -> Case:
    """Two places of one window differ by `distance`, in one example and one channel."""
    X = np.random.RandomState(3).uniform(0.5, 1.0, (16, 9))
    text = "input 4, 4, 1; conv 2, kernel = 1, bias = false; maxpool 2; tanh; flatten; dense 3"
    net = case(f"{text}, softmax", "cross_entropy", X=X)
    image = net.X.reshape(4, 4, 9)
    net.parameter("conv1.W")[...] = [1.0, -1.0]
    image[0, 0, 4] = 2.0
    image[1, 1, 4] = 2.0 + distance
    return net


@pytest.mark.parametrize("distance", [0.0, 1e-9, -1e-8])
def test_equal_values_that_move_alike_are_no_kink(distance: float) -> None:
    """The same weight moves both, so that it does not matter which of them is the largest."""
    report = tied(distance).check()
    assert report.passed
    assert sum(p.kinks for p in report.parameters) == 0


@pytest.mark.parametrize("distance", [1e-9, -3e-8, 2e-7])
def test_beside_a_kink_of_a_maximum_the_piece_is_compared(distance: float) -> None:
    X = np.random.RandomState(3).uniform(-1, 1, (12, 9))
    text = "input 2, 6, 1; conv 2, kernel = (1, 3); maxpool 2; tanh; flatten; dense 3, softmax"
    net = case(text, "cross_entropy", X=X)
    image = net.X.reshape(2, 6, 9)
    W = net.parameter("conv1.W")[0, :, 0, 0]
    # Far above the others, from inputs that differ: a step of a weight moves one more.
    image[0, :3, 4], image[1, :3, 4] = 3 * np.sign(W), 3 * np.sign(W)
    image[1, 0, 4] *= 0.5
    image[1, 1, 4] += 1.5 * abs(W[0]) / W[1] + distance / W[1]
    everything = np.arange(len(net.theta))
    right, left = net.numeric().slopes(everything, 1e-6)
    met = np.abs((right + left) / 2 - net.exact()) > 1e-7
    assert 0 < met.sum() <= 3
    assert met[net.part("conv1.W")].sum() == met.sum()
    report = net.check()
    assert report.passed
    assert report.difference <= 1e-8
    assert not any(p.kinks for p in report.parameters)

    def wrong(theta: np.ndarray) -> tuple[float, np.ndarray]:
        cost, exact = net.analytic(theta)
        exact[np.flatnonzero(met)[0]] *= 1.001
        return cost, exact

    assert not net.check(wrong).passed


NORMED = "input 5, 5, 2; conv 4, kernel = 3; batchnorm; tanh; conv 3; flatten; dense 3, softmax"


def test_what_would_take_too_long_is_drawn_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch norm mixes examples, so that there are walks, of which a few are taken."""
    whole = case(NORMED, "cross_entropy").check()
    assert whole.passed
    assert all(p.whole for p in whole.parameters)
    monkeypatch.setattr(numeric, "MOST", 1)
    net = case(NORMED, "cross_entropy")
    report = net.check()
    assert report.passed
    for p in report.parameters:
        behind = p.name in ("conv2.W", "conv2.b", "dense1.W", "dense1.b")
        assert p.checked == (p.size if behind else min(p.size, numeric.FEWEST))
    said = report.text()
    checked = sum(p.checked or 0 for p in report.parameters)
    assert f"{len(net.theta):,} parameters, {checked:,} of them, drawn at random" in " ".join(
        said.split()
    )
    assert "right, 8 of 72 checked" in said
    assert report.to_json()["parameters"][0]["checked"] == 8


def test_a_wrong_tensor_is_found_by_a_few_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numeric, "MOST", 1)
    net = case(NORMED, "cross_entropy")

    def wrong(theta: np.ndarray) -> tuple[float, np.ndarray]:
        cost, exact = net.analytic(theta)
        exact[net.part("conv1.W")] *= 1.01
        return cost, exact

    report = net.check(wrong)
    assert not report.passed
    assert [p.name for p in report.parameters if not p.passed] == ["conv1.W"]
    factor = tensor(report, "conv1.W").factor
    assert factor is not None
    assert abs(factor - 1.01) < 1e-6
