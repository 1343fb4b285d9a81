"""The stored results of PyTorch: how they are kept, and how ours are held against them.

What is kept of thousands of numbers is eight sums with random signs, enough to tell any two results
apart. Tests compare the generated programs with them everywhere, and every single number where
PyTorch is installed. `make_references.py` writes the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from experiment import PRECISIONS, Arrays, Experiment, Trace
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "references"


@cache
def load(name: str) -> dict[str, Any]:
    """The arrays of a file."""
    with np.load(FOLDER / f"{name}.npz") as file:
        return dict(file)


def flat(arrays: Arrays) -> NDArray[np.float64]:
    """All numbers in a row."""
    return np.concatenate(
        [np.zeros(0), *(x.astype(np.float64).reshape(-1) for x in arrays.values())]
    )


def signed_sums(numbers: NDArray[Any], count: int = 8) -> NDArray[np.float64]:
    """Sums over all numbers with random signs, the same ones for every result of this size."""
    signs = np.random.RandomState(17).randint(0, 2, (count, numbers.size)) * 2 - 1
    return np.asarray(signs @ numbers.astype(np.float64), np.float64)


def assert_same(ours: Arrays, theirs: Arrays, tolerance: float, case: str) -> None:
    """Every number, relative to the largest one of its array, or to 1."""
    assert set(ours) == set(theirs)
    for name, value in theirs.items():
        off = tolerance * max(1, float(np.abs(value).max()))
        said = f"{case} {name}"
        np.testing.assert_allclose(ours[name], value, rtol=0, atol=off, err_msg=said)


@dataclass(frozen=True, slots=True)
class References:
    """A file with the costs of every case and the sums of some parts of its trace.

    Attributes:
        file: its name.
        parts: stored under a name -> the attribute of a `Trace`.
        single: how far 32 bits may be off, relative.
    """

    file: str
    parts: Mapping[str, str]
    single: float = 2e-5

    def tolerance(self, precision: str) -> float:
        """Relative, of costs; of parameters after ten steps, relative to their norm."""
        return {"float32": self.single, "float64": 1e-10}[precision]

    def of(self, case: Experiment, what: str, precision: str) -> Any:
        """What is stored of a case."""
        arrays = load(self.file)
        return arrays[f"{what}.{precision}"][arrays["names"].tolist().index(case.name)]

    def hold(self, ours: Trace, case: Experiment, precision: str) -> None:
        """Fail where our run is not the stored one."""
        costs, off = self.of(case, "costs", precision), self.tolerance(precision)
        assert len(set(costs)) == len(costs)
        np.testing.assert_allclose(ours.costs, costs, rtol=off)
        for what, attribute in self.parts.items():
            numbers = flat(getattr(ours, attribute))
            # Four times what random signs make of `size` errors of `off * norm / sqrt(size)` each.
            drift = 4 * off * float(np.linalg.norm(numbers))
            theirs = self.of(case, what, precision)
            np.testing.assert_allclose(signed_sums(numbers), theirs, rtol=0, atol=drift)

    def hold_torch(self, ours: Trace, theirs: Trace, case: Experiment, precision: str) -> None:
        """Fail where our run is not that of the PyTorch at hand, or what is stored is not."""
        off = self.tolerance(precision)
        stored = self.of(case, "costs", precision)
        np.testing.assert_allclose(theirs.costs, stored, rtol=off / 10)
        for attribute in self.parts.values():
            assert_same(getattr(ours, attribute), getattr(theirs, attribute), off, case.name)

    def arrays(
        self, cases: Sequence[Any], train: Callable[[Any, str], Trace]
    ) -> dict[str, NDArray[Any]]:
        """What there is to store."""
        made: dict[str, NDArray[Any]] = {"names": np.array([case.name for case in cases])}
        for precision in PRECISIONS:
            traces = [train(case, precision) for case in cases]
            made[f"costs.{precision}"] = np.array([t.costs for t in traces])
            for what, attribute in self.parts.items():
                sums = [signed_sums(flat(getattr(t, attribute))) for t in traces]
                made[f"{what}.{precision}"] = np.array(sums)
        return made
