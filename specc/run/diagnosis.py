"""Bias and variance: what the errors on train and dev say about the next thing to do.

    error      1 - accuracy
    bias       error on train - error that nobody can avoid (Bayes error; 0 unless given)
    variance   error on dev - error on train, the gap

A bias or a variance of 2 points and more is high. Where both are, the one that is less than a third
of the other is left for later, as in the notes: 8 % on train and 10 % on dev, where people err in
1 %, is a matter of bias; where they err in 7.5 %, of variance. These are the examples of the notes
(train, dev, Bayes error, all in percent) and what they call them:

     1, 11, 0     high variance              0.5,  1, 0     neither
    15, 16, 0     high bias                    8, 10, 1     high bias
    15, 30, 0     high bias, high variance     8, 10, 7.5   high variance

Costs of a regression have no such scale; for them there are the two costs, and no verdict.

Source      Ng, "Improving Deep Neural Networks", week 1, "Bias / Variance" and "Basic recipe for
            machine learning"; "Structuring Machine Learning Projects", week 1, "Avoidable bias".
            The notes give no thresholds; the 2 points and the third are ours
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HIGH = 0.02
"""From here on a bias or a variance is high."""
MINOR = 1 / 3
"""A high one below this share of the other can wait."""
_ROUNDING = 1e-9

BIAS_ADVICE = (
    "a bigger network",
    "training longer, or a better optimiser",
    "another architecture",
)
VARIANCE_ADVICE = (
    "more data, or `augment`",
    "regularisation such as `l2` or `dropout`",
    "another architecture",
)


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors of a network on two sets, and what they mean.

    Attributes:
        measure: `error` (1 - accuracy), or `cost` where accuracy is not measured.
        part: The set that is held against train: `dev`, else `test`; None where there is neither.
        train, other: The errors on both.
        bayes: The error that nobody can avoid; None for costs.
        examples: How many examples the other set has; 0 if that is not known.
    """

    measure: str
    part: str | None
    train: float
    other: float | None
    bayes: float | None
    examples: int = 0

    @property
    def gap(self) -> float | None:
        """How much worse the other set is: the variance."""
        return None if self.other is None else self.other - self.train

    @property
    def bias(self) -> float | None:
        """What could be better on train itself."""
        return None if self.bayes is None else self.train - self.bayes

    @property
    def high_bias(self) -> bool:
        return self._high(self.bias, self.gap)

    @property
    def high_variance(self) -> bool:
        return self._high(self.gap, self.bias)

    def _high(self, one: float | None, other: float | None) -> bool:
        if self.measure != "error" or one is None or not one >= HIGH - _ROUNDING:
            return False
        return other is None or one >= MINOR * other - _ROUNDING

    @property
    def uncertainty(self) -> float | None:
        """Two standard errors of the other set's error: by chance the gap may be off by this."""
        if self.measure != "error" or self.other is None or self.examples < 1:
            return None
        return 2 * math.sqrt(max(self.other * (1 - self.other), 0.0) / self.examples)

    @property
    def verdict(self) -> str | None:
        """The diagnosis in the words of the notes; None for costs, and where NaN was measured."""
        if self.measure != "error" or not math.isfinite(self.train):
            return None
        bias = "high bias" if self.high_bias else "low bias"
        if self.gap is None:
            return bias
        if not math.isfinite(self.gap):
            return None
        return f"{bias}, {'high variance' if self.high_variance else 'low variance'}"

    @property
    def advice(self) -> tuple[str, ...]:
        """What to try, the more pressing first."""
        found = BIAS_ADVICE if self.high_bias else ()
        if self.high_variance:
            found = (*found, *(a for a in VARIANCE_ADVICE if a not in found))
        return found

    def to_json(self) -> dict[str, Any]:
        """As plain data, for `--json`."""
        return {
            "measure": self.measure,
            "train": self.train,
            "part": self.part,
            "other": self.other,
            "gap": self.gap,
            "bayes": self.bayes,
            "bias": self.bias,
            "uncertainty": self.uncertainty,
            "verdict": self.verdict,
            "advice": list(self.advice),
        }


def diagnose(
    found: Mapping[str, Mapping[str, float] | None],
    bayes: float = 0.0,
    examples: Mapping[str, int] | None = None,
) -> Errors | None:
    """The errors in the metrics of `train`, `dev` and `test`; None where train was not measured.

    Args:
        found: Metrics by set.
        bayes: The error that nobody can avoid, such as that of people, 0 to 1.
        examples: The sizes of the sets.
    """
    train = found.get("train")
    if not train:
        return None
    part = next((p for p in ("dev", "test") if found.get(p)), None)
    other = found[part] if part is not None else None
    size = (examples or {}).get(part or "", 0)
    if "accuracy" in train:
        error = None if other is None else 1 - other["accuracy"]
        return Errors("error", part, 1 - train["accuracy"], error, bayes, size)
    return Errors("cost", part, train["cost"], None if other is None else other["cost"], None, size)
