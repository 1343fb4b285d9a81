"""Kinks are recognised, counted and left out; nothing else is excused by them."""

from __future__ import annotations

import numpy as np
import pytest
from gradcheck_cases import Case, Floats, case, tensor

DISTANCES = (0.0, 1e-12, -1e-9, 5e-9, -2e-8, 3e-7, -3e-7, 9e-7)


def beside_a_kink(distance: float, network: str = "dense 5, relu; dense 4, tanh") -> Case:
    """Unit 2 of the first layer is `distance` above its kink for example 4."""
    net = case(f"input 3; {network}; dense 3, softmax", "cross_entropy", X=np.ones((3, 1)) * DATA)
    Z = net.parameter("dense1.W") @ net.X + net.parameter("dense1.b")
    net.parameter("dense1.b")[2] += distance - Z[2, 4]
    return net


DATA = np.random.RandomState(5).uniform(0.7, 1.0, (3, 12))


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_a_kink_within_a_step_is_left_out_and_counted(distance: float, activation: str) -> None:
    net = beside_a_kink(distance, f"dense 5, {activation}; dense 4, tanh")
    report = net.check()
    assert report.passed
    assert report.difference <= 1e-8
    assert tensor(report, "dense1.b").kinks == 1
    # One more entry per input that carries the step as far as the kink.
    reaching = (abs(distance) < 1e-6 * net.X[:, 4]).sum()
    assert tensor(report, "dense1.W").kinks == reaching > 0 or distance == 9e-7
    assert sum(p.kinks for p in report.parameters) == 1 + tensor(report, "dense1.W").kinks


def test_a_kink_out_of_reach_is_none() -> None:
    assert not any(p.kinks for p in beside_a_kink(2e-6).check().parameters)


def test_kinks_of_a_later_layer_are_met_by_the_parameters_of_an_earlier_one() -> None:
    net = case("input 3; dense 4, tanh; dense 4, relu; dense 2")
    A = np.tanh(net.parameter("dense1.W") @ net.X + net.parameter("dense1.b"))
    Z = net.parameter("dense2.W") @ A + net.parameter("dense2.b")
    net.parameter("dense2.b")[1] -= Z[1, 7]
    report = net.check()
    assert report.passed
    assert tensor(report, "dense2.b").kinks == 1
    assert tensor(report, "dense1.W").kinks > 0
    assert tensor(report, "dense3.W").kinks == 0


@pytest.mark.parametrize("w", [3e-7, -5e-7, 1e-10])
def test_l1_has_a_kink_at_0(w: float) -> None:
    net = case("input 3; dense 4, tanh; dense 2", regularize="l1(0.7)")
    net.parameter("dense1.W")[2, 1] = w
    report = net.check()
    assert report.passed
    assert tensor(report, "dense1.W").kinks == 1


def test_l1_at_exactly_0_has_the_slope_of_the_differences() -> None:
    net = case("input 3; dense 4, tanh; dense 2", regularize="l1(0.7)")
    net.parameter("dense1.W")[...] = 0
    report = net.check()
    assert report.passed
    assert tensor(report, "dense1.W").kinks == 0


def test_several_kinks_in_one_place_are_believed_beside_it() -> None:
    X = np.random.RandomState(1).standard_normal((3, 12))
    X[:, 2] = 0
    net = case("input 3; dense 5, leaky_relu; dense 4, relu; dense 3", X=X)
    net.parameter("dense1.b")[...] = 0
    net.parameter("dense2.b")[...] = 0
    exact = net.exact()[net.part("dense1.b")]
    right, left = net.numeric().slopes(np.arange(*net.part("dense1.b").indices(99)), 1e-6)
    assert np.minimum(np.abs(exact - right), np.abs(exact - left)).max() > 1e-4
    report = net.check()
    assert report.passed
    assert tensor(report, "dense1.b").kinks == 5
    assert tensor(report, "dense1.b").worst is None
    assert tensor(report, "dense1.b").verdict == "right, every entry at a kink"


@pytest.mark.parametrize("distance", [0.0, 1e-9, 3e-7])
@pytest.mark.parametrize("factor", [0.5, 2.0, -1.0, 1.01])
def test_a_wrong_entry_at_a_kink_is_still_wrong(distance: float, factor: float) -> None:
    net = beside_a_kink(distance)

    def damage(gradient: Floats) -> None:
        gradient[net.part("dense1.b")] *= factor

    report = net.check(net.faulty(damage))
    assert not report.passed
    assert not tensor(report, "dense1.b").passed
    assert tensor(report, "dense1.b").kinks == 0


@pytest.mark.parametrize("size", [1e-5, 1e-3, 1.0, -3.0])
def test_a_wrong_entry_of_a_smooth_cost_is_never_a_kink(size: float) -> None:
    net = case("input 3; dense 5, tanh; dense 4, sigmoid; dense 3", regularize="l2(0.7)")
    for p in net.model.parameters:

        def damage(gradient: Floats, at: int = p.offset) -> None:
            gradient[at] += size

        report = net.check(net.faulty(damage))
        assert not report.passed
        assert not any(q.kinks for q in report.parameters)
        worst = tensor(report, p.name).worst
        assert worst is not None
        assert worst.index == (0, 0)
        assert worst.difference == pytest.approx(abs(size), rel=1e-3)
