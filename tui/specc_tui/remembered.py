"""How the person had the app the last time: a small file under the state folder of the platform.

It is written by the app alone, so whatever is wrong with it is passed over: values are clamped on
reading, the file is replaced as a whole, and one that cannot be read or written is no error.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from specc_tui import untrusted
from specc_tui.places import UNITS, XUnit
from specc_tui.smoothing import LEVELS, step_level

MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Remembered:
    """Smoothing, unit and axes of the curves, the theme and the last screen."""

    smoothing: float = 0.9
    unit: XUnit = "step"
    log_x: bool = False
    log_y: bool = False
    theme: str = "specc-dark"
    screen: str = "train"


def state_file() -> Path:
    """Where it is kept."""
    from platformdirs import user_state_path

    return user_state_path("specc", appauthor=False) / "view.json"


def recall(path: Path | None) -> Remembered:
    """What the file says, as far as it makes sense."""
    if path is None:
        return Remembered()
    try:
        with open(path, "rb") as file:
            data = untrusted.mapping(untrusted.parse(file.read(MOST_BYTES).decode("utf-8")))
    except (OSError, ValueError):
        return Remembered()
    plain = Remembered()
    smoothing = untrusted.real(data.get("smoothing"))
    return Remembered(
        smoothing=step_level(smoothing, 0) if LEVELS[0] <= smoothing <= 1 else plain.smoothing,
        unit=next((unit for unit in UNITS if unit == data.get("unit")), plain.unit),
        log_x=data.get("log_x") is True,
        log_y=data.get("log_y") is True,
        theme=untrusted.text(data.get("theme"), 60) or plain.theme,
        screen=untrusted.text(data.get("screen"), 60) or plain.screen,
    )


def remember(path: Path | None, kept: Remembered) -> None:
    """Replace the file."""
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".view-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(kept), file, indent=1)
            os.replace(name, path)
        except OSError:
            with suppress(OSError):
                os.unlink(name)
            raise
