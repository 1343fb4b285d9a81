"""Bytes in words."""

from __future__ import annotations

import pytest

from specc.diag.amounts import byte_amount


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1 KiB"),
        (75 * 1024, "75 KiB"),
        (999 * 1024 + 511, "999 KiB"),
        (999 * 1024 + 512, "1,000 KiB"),
        (1023 * 2**20, "1,023 MiB"),
        (8 * 2**20, "8 MiB"),
        (5 * 2**28, "1.25 GiB"),
        (128 * 2**30, "128 GiB"),
        (5000 * 2**40, "5,000 TiB"),
    ],
)
def test_bytes_have_three_digits_and_a_unit(count: int, said: str) -> None:
    assert byte_amount(count) == said
