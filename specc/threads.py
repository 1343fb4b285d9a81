"""How many threads the products of matrices take: one, unless the person says otherwise.

NumPy's library wakes a thread per core for products far too small for it, and its threads wait for
each other by spinning: beside anything else that runs, a training step then takes ten to a hundred
times as long. It reads its setting when NumPy is imported, so this must come before.
"""

from __future__ import annotations

import os

VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
GENERAL = "OMP_NUM_THREADS"
"""Read by all of them."""


def one_thread() -> None:
    """Ask for one thread where nothing is asked for yet."""
    if GENERAL in os.environ or any(name in os.environ for name in VARIABLES):
        return
    for name in VARIABLES:
        os.environ[name] = "1"
