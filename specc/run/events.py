"""What a training run says while it runs: a closed union of frozen events, plain data with a JSON
form.

The command line, the terminal app and the run directory consume the same stream. Events are never
arrays; per-step numbers travel in blocks (`Steps`), everything else is rare.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

Metrics = dict[str, float]
"""`{"cost": 0.31, "loss": 0.30, "accuracy": 0.97}`: cost is J = loss + regularisation, always
present.
"""


@dataclass(frozen=True, slots=True)
class Started:
    """The run begins (or goes on: `step` > 0)."""

    directory: str
    step: int
    steps: int
    epochs: float
    steps_per_epoch: int
    batch: int
    examples: dict[str, int]
    parameters: int


@dataclass(frozen=True, slots=True)
class Steps:
    """A block of consecutive updates. `costs[i]` is the cost of the batch of update `first + i`,
    taken before it, so `first` is 0 for the cost at initialisation; `rates[i]` its learning
    rate, `seconds[i]` the training time that had passed.
    """

    first: int
    costs: tuple[float, ...]
    rates: tuple[float, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Metrics after `step` updates; `dev` is None where the spec has no dev set. `train` is a
    mean over the training set (of at most 10,000 examples, the first ones), dropout off.
    """

    step: int
    epoch: float
    seconds: float
    train: Metrics
    dev: Metrics | None
    best: bool


@dataclass(frozen=True, slots=True)
class Probed:
    """A look inside after `step` updates, on a sample of the training set.

    layers: for each value `layer`, `value`, `mean`, `deviation`, `counts` in equal bins from `low`
        to `high`, `lost` (values that are not finite), `dead` (share of units that are at the lower
        end of their activation for every example) and `saturated` (share of values close to an end
        of it), None where the activation has no such end.
    parameters: for each tensor `name`, `norm`, the norm of its last `gradient`, `update` (norm of
        its last change by its own norm), both None before the first update, and its values in
        counts as above.
    """

    step: int
    epoch: float
    layers: tuple[dict[str, Any], ...]
    parameters: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Paused:
    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    step: int


@dataclass(frozen=True, slots=True)
class RateChanged:
    """The learning rate was set by hand: it is `rate` from `step` on, whatever the schedule
    says.
    """

    step: int
    rate: float


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """`checkpoints/NAME.safetensors` holds the state after `step` updates."""

    step: int
    name: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something worth a sentence that does not stop the run."""

    step: int
    message: str


@dataclass(frozen=True, slots=True)
class Diverged:
    """The cost or a parameter stopped being finite. `tensor` is the first that did."""

    step: int
    layer: str
    tensor: str
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end. `status` is finished, stopped or diverged; `reason` says why in words. `confusion`
    holds for each set how often each class (row) was taken for each (column); empty where the
    target has no classes, or more than are shown without being asked for.
    """

    status: str
    reason: str
    steps: int
    epochs: float
    seconds: float
    examples_per_second: float
    train: Metrics
    dev: Metrics | None
    test: Metrics | None
    best: dict[str, Any] | None
    expect: tuple[dict[str, Any], ...] = ()
    confusion: dict[str, list[list[int]]] = field(default_factory=dict)


Event = (
    Started
    | Steps
    | Evaluated
    | Probed
    | Paused
    | Resumed
    | RateChanged
    | Checkpointed
    | Warned
    | Diverged
    | Finished
)

KINDS: dict[str, type[Event]] = {
    "started": Started,
    "steps": Steps,
    "evaluated": Evaluated,
    "probed": Probed,
    "paused": Paused,
    "resumed": Resumed,
    "rate_changed": RateChanged,
    "checkpointed": Checkpointed,
    "warned": Warned,
    "diverged": Diverged,
    "finished": Finished,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def to_json(event: Event) -> dict[str, Any]:
    """The event as plain data, its kind under `event`."""
    return {"event": NAMES[type(event)], **asdict(event)}


def from_json(data: dict[str, Any]) -> Event | None:
    """The event of a JSON object; None for one of a newer version that this one does not know.

    Raises:
        TypeError, KeyError: the object has the name of an event but not its fields.
    """
    kind: Any = KINDS.get(data.get("event", ""))
    if kind is None:
        return None
    values = {f.name: data[f.name] for f in fields(kind) if f.name in data}
    made: Event = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
    return made
