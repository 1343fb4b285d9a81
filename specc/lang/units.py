"""The units that may follow a number. `64 relu` is no quantity, only a comma forgotten."""

from __future__ import annotations

from typing import Final

UNITS: Final = frozenset(
    "epoch epochs step steps example examples "
    "ms s sec second seconds min minute minutes h hour hours day days "
    "B byte bytes KB MB GB KiB MiB GiB "
    "flops kflops Mflops Gflops".split()
)
