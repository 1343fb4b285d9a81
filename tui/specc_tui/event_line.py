"""One line of `events.jsonl` as an event whose every field has the type it promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.run.events import Event, from_json
from specc_tui import untrusted


def _best(value: object) -> bool | dict[str, Any] | None:
    if isinstance(value, dict):
        return _scalars(value)
    return value if isinstance(value, bool) else None


def _scalars(value: dict[str, Any]) -> dict[str, Any]:
    """An object's texts, numbers and objects of numbers; anything deeper is left out."""
    kept: dict[str, Any] = {}
    for name, item in list(value.items())[:50]:
        key = untrusted.text(name, 60)
        if isinstance(item, bool) or item is None:
            kept[key] = item
        elif isinstance(item, str):
            kept[key] = untrusted.text(item)
        elif isinstance(item, int | float):
            kept[key] = untrusted.real(item)
        elif isinstance(item, dict):
            kept[key] = untrusted.metrics(item)
    return kept


def _metrics_or_none(value: object) -> dict[str, float] | None:
    return untrusted.metrics(value) if isinstance(value, dict) else None


def _counts(value: object) -> dict[str, int]:
    return {untrusted.text(k, 20): untrusted.whole(v) for k, v in untrusted.mapping(value).items()}


CLEAN: dict[str, Callable[[object], Any]] = {
    "event": untrusted.text,
    **dict.fromkeys(("step", "steps", "steps_per_epoch", "batch", "parameters"), untrusted.whole),
    **dict.fromkeys(("epoch", "epochs", "seconds", "examples_per_second", "rate"), untrusted.real),
    **dict.fromkeys(
        ("directory", "name", "message", "layer", "tensor", "status", "reason"), untrusted.text
    ),
    "train": untrusted.metrics,
    "dev": _metrics_or_none,
    "test": _metrics_or_none,
    "examples": _counts,
    "best": _best,
    "expect": lambda value: tuple(_scalars(item) for item in untrusted.objects(value)[:200]),
}
"""How each field of an event is read, whatever it holds."""

LOOK: dict[str, Callable[[object], Any]] = dict.fromkeys(
    ("layers", "parameters"), lambda value: tuple(untrusted.objects(value))
)
"""The rows of a look inside, which `inside` reads one by one."""


def read_event(line: bytes) -> Event | None:
    """The event of a line; None for one of a newer version, which this viewer does not know.

    Raises:
        ValueError: the line is no event.
    """
    data = untrusted.parse(line.decode("utf-8", "replace"))
    if not isinstance(data, dict) or not isinstance(data.get("event"), str):
        raise ValueError("no event")
    if data["event"] == "steps":
        return None
    clean = CLEAN | LOOK if data["event"] == "probed" else CLEAN
    try:
        return from_json({name: clean[name](data[name]) for name in data if name in clean})
    except (TypeError, KeyError) as error:
        raise ValueError(f"an incomplete `{untrusted.text(data['event'], 40)}` event") from error
