"""What rules about windows say is so, held against windows that are moved one by one, and against
gradients.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lint_cases import images
from oracle import compiled, program

from specc.checking import check_text
from specc.driver import make_plan
from specc.ops.convolution import extent

SMALL = st.integers(1, 5)


def overlaps(n: int, k: int, s: int, d: int, before: int, places: int) -> set[int]:
    """The weights of a kernel that are over the image at one place at least."""
    return {i for o in range(places) for i in range(k) if 0 <= o * s + i * d - before < n}


@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 4))
def test_weights_that_are_counted_as_seen_are_seen(n: int, k: int, s: int, d: int, p: int) -> None:
    places = extent(n, k, s, (p, p), d)
    assume(places > 0)
    line = f"conv 4, relu, kernel = {k}, stride = {s}, dilation = {d}, pad = {p}"
    found = {w.code: w.message for w in check_text(images(line, sizes=f"{n}, {n}, 3"))}
    seen = overlaps(n, k, s, d, p, places)
    empty = p > d * (k - 1)
    assert ("W0319" in found) is empty
    assert ("W0318" in found) is (not empty and len(seen) < k)
    if "W0318" in found:
        assert f"only {len(seen)} x {len(seen)} ever" in found["W0318"]


def test_weights_that_see_only_padding_have_no_gradient() -> None:
    text = images("conv 2, tanh, kernel = 5, pad = same", sizes="2, 2, 1", optimizer="sgd(lr = 1)")
    (said,) = (w for w in check_text(text) if w.code == "W0318")
    size, seen = re.findall(r"(\d) x \d", said.message)[:2]
    assert (size, seen) == ("5", "3")
    compilation = compiled(text)
    made = program(make_plan(compilation, 4, "float64"), compilation.model, seed=1)
    before = made.parameters()["conv1.W"].copy()
    random = np.random.RandomState(0)
    made.step(4)(random.standard_normal((2, 2, 1, 4)), np.arange(4, dtype=np.int32), 1.0, 1)
    moved = (made.parameters()["conv1.W"] != before).any(axis=(2, 3))
    expected = np.zeros((5, 5), bool)
    expected[1:4, 1:4] = True
    np.testing.assert_array_equal(moved, expected)


@pytest.mark.parametrize("channels", [3, 64, 256])
def test_he_fits_convolutions_of_any_width(channels: int) -> None:
    """A filter has as many inputs as a window has numbers, however many filters there are."""
    text = images(f"conv {channels}, relu, kernel = 3, pad = same", init="he")
    assert check_text(text) == ()
