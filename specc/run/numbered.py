"""Numbered checkpoints beside `last` and `best`: what they are called, and which of them stay.

checkpoints/step-000200.safetensors    the state after 200 updates
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from specc.run.atomic import draft_of, remove, unwritable

PLAIN = ("best", "last")
_NAME = re.compile(r"step-(\d{1,18})", re.ASCII)
_FILE = re.compile(r"\.?(step-\d{6,18})\.safetensors(?:\.tmp)?", re.ASCII)
"""One of them, or a draft of one that a kill has left."""


def numbered(step: int) -> str:
    """The name of the checkpoint after so many updates."""
    return f"step-{step:06d}"


def checkpoint_name(text: str) -> str:
    """The name of a checkpoint that is asked for: `best`, `last`, or `step-200` in full.

    Raises:
        ValueError: it is none of these.
    """
    found = _NAME.fullmatch(text)
    if found is not None:
        return numbered(int(found[1]))
    if text not in PLAIN:
        raise ValueError("a checkpoint is `best`, `last`, or one such as `step-200`")
    return text


def step_of(name: str) -> int:
    """The updates behind the state of a numbered checkpoint."""
    return int(name.removeprefix("step-"))


def numbered_names(folder: Path) -> list[str]:
    """The names of the numbered checkpoints in a folder, and of drafts of them, oldest first.

    Raises:
        OSError: the folder cannot be read.
    """
    found = (_FILE.fullmatch(name) for name in os.listdir(folder))
    names = {m[1] for m in found if m is not None}
    return sorted((n for n in names if n == numbered(step_of(n))), key=step_of)


def prune(folder: Path, keep: int, done: int) -> None:
    """Keep the newest numbered checkpoints of a run that has done so many updates. Those of later
    updates are of a run that was killed, which comes by them again.

    Args:
        folder: Where the checkpoints are.
        keep: How many stay; with 0 the run has none, and nothing is touched.
        done: Updates of the run.

    Raises:
        RunError: E0511 one cannot be deleted.
    """
    if not keep:
        return
    try:
        names = numbered_names(folder)
        stay = [name for name in names if step_of(name) <= done][-keep:]
        for name in names:
            file = folder / f"{name}.safetensors"
            remove(draft_of(file))
            if name not in stay:
                remove(file)
    except OSError as problem:
        raise unwritable(folder, problem) from None
