"""What the assignments of the course publish, beside the specs that repeat them.

Accuracies are in percent, costs by the number of updates (or epochs) before them. Where two
editions print different numbers both stand here: a run has to reach one of the accuracies, and to
come as near to the first cost as `spread`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Cost = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """One spec, or one variant of it.

    Attributes:
        spec: The file below `models`, without `.dl`.
        train, test: Published accuracies, one per edition.
        costs: Published costs: of the whole training set after so many updates, or means over the
            epoch after so many, each batch's taken before its own update.
        epochs: The accuracies are those after so many epochs of the run, which goes on.
        slow: Takes long: run when its result is written, not with every test.
        note: What stands in the place of a published accuracy.
    """

    spec: str
    variant: str | None = None
    train: tuple[float, ...] = ()
    test: tuple[float, ...] = ()
    costs: Mapping[int, Cost] = field(default_factory=dict)
    per_epoch: bool = False
    epochs: int | None = None
    spread: float = 0.0
    slow: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        """Spec, variant and, where it is not the end, the epoch."""
        parts = [self.spec, self.variant, f"{self.epochs} epochs" if self.epochs else None]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A spec and what it teaches."""

    title: str
    lesson: str
    experiments: tuple[Experiment, ...]

    @property
    def spec(self) -> str:
        return self.experiments[0].spec


ZEROS = dict.fromkeys((0, 5000, 10000, 14000), 0.6931471805599453)
LARGE: dict[int, Cost] = {
    1000: (0.624243, 0.624792),
    2000: (0.597881, 0.598026),
    5000: (0.544339, 0.544383),
    7000: (0.469575, 0.471580),
    10000: (0.392016, 0.392023),
    14000: (0.382749, 0.382767),
}
HE = {
    0: 0.8830537463419761,
    1000: 0.6879825919728063,
    2000: 0.6751286264523371,
    3000: 0.6526117768893807,
    4000: 0.6082958970572938,
    5000: 0.5304944491717495,
    6000: 0.4138645817071794,
    7000: 0.3117803464844441,
    8000: 0.23696215330322562,
    9000: 0.18597287209206834,
    10000: 0.15015556280371806,
    12000: 0.09917746546525934,
    14000: 0.07357895962677369,
}
FLOWER: dict[int, Cost] = {
    0: 0.693048,
    1000: 0.288083,
    2000: 0.254385,
    3000: 0.233864,
    4000: 0.226792,
    5000: 0.222644,
    6000: 0.219731,
    7000: 0.217504,
    8000: (0.219472, 0.219454),
    9000: (0.218562, 0.218607),
}
LOGISTIC = {
    0: 0.693147,
    100: 0.584508,
    200: 0.466949,
    300: 0.376007,
    400: 0.331463,
    500: 0.303273,
    700: 0.260042,
    1000: 0.214820,
    1300: 0.183033,
    1500: 0.166521,
    1700: 0.152667,
    1900: 0.140872,
}
TWO = {
    0: 0.6930497356599888,
    100: 0.6464320953428849,
    200: 0.6325140647912677,
    500: 0.515830477276473,
    1000: 0.3394281538366412,
    1500: 0.1744831811255664,
    2000: 0.07439078704319081,
    2400: 0.04855478562877016,
    2499: 0.04421498215868956,
}
FOUR = {
    0: 0.7717493284237686,
    100: 0.672053,
    200: 0.648263,
    500: 0.540138,
    800: 0.3691258524959279,
    900: 0.39174697434805344,
    1000: 0.3151869888600617,
    1500: 0.1611885466582775,
    2000: 0.1138206066863371,
    2400: 0.09287821526472397,
    2499: 0.088439943441702,
}
FOOTBALL = {
    "none": {0: 0.6557412523481002, 10000: 0.16329987525724, 20000: 0.138516424232},
    "l2": {0: 0.6974484493131264, 10000: 0.2684918873282239, 20000: 0.26809163371273},
    "dropout": {0: 0.6543912405149825, 10000: 0.0610169865749, 20000: 0.0605824357985},
}
MOONS = {
    "gd": """
        0.702405 0.668101 0.635288 0.600491 0.573367 0.551977 0.532370 0.514007 0.496472 0.468014
    """,
    "momentum": """
        0.702413 0.668167 0.635388 0.600591 0.573444 0.552058 -        0.514101 -        0.468160
    """,
    "adam": """
        0.702166 0.167845 0.141316 0.138788 0.136066 0.134240 0.131127 0.130216 0.129623 0.129118
    """,
}
DECAY = {
    "smooth": "0.701091 0.661884 0.658620 0.656765 0.655486",
    "gd": "0.701091 0.127161 0.120304 0.117033 0.117512",
    "momentum": "0.702226 0.128974 0.125965 0.123375 0.123218",
    "adam": "0.699346 0.130074 0.129826 0.129282 0.128361",
}
"""After 0, 1000, 2000, ... epochs."""


def by_thousands(printed: str) -> dict[int, Cost]:
    """A row of costs as it is printed; `-` stands for one that is not."""
    return {1000 * i: float(c) for i, c in enumerate(printed.split()) if c != "-"}
