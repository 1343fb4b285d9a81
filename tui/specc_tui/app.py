"""The entry point of `specc watch`: train a spec and watch it, or watch a run that is there.

Textual is imported only when a screen is opened, so `--once` costs no more than reading the run.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from specc_tui.child import COMMAND
from specc_tui.frame import frame
from specc_tui.printable import printable
from specc_tui.session import Session

USAGE = 2
BUG = 70

RUN_FILES = ("run.json", "steps.bin", "events.jsonl")


def main(
    target: str,
    *,
    once: bool = False,
    ascii_only: bool = False,
    train_args: Sequence[str] = (),
    out: str | None = None,
    command: Sequence[str] = COMMAND,
) -> int:
    """Watch a spec being trained, or a run.

    Args:
        target: A spec to train, or a run directory.
        once: Print one frame of a run directory as plain text.
        ascii_only: Draw without braille and box characters.
        train_args: Further arguments of `specc train` for a spec, such as `--variant he`.
        out: The run directory for a spec; without it, one under `runs/` named after spec and time.
        command: How `specc` is called.

    Returns: The exit status of the trainer if this viewer started it and it has ended, else 0; 2
    where there is nothing to watch.
    """
    path = Path(target)
    if path.is_dir():
        if not any((path / name).exists() for name in RUN_FILES):
            return _refuse(f"`{target}` is no run directory: it has no run.json")
        if once:
            size = shutil.get_terminal_size()
            _write(frame(path, size.columns, size.lines - 1, time.time(), ascii_only=ascii_only))
            return 0
        return _watch(Session.attach(path, command), ascii_only=ascii_only)
    if not path.is_file():
        return _refuse(f"there is no spec and no run directory `{target}`")
    if once:
        return _refuse(f"`--once` shows a run directory, and `{target}` is a file")
    directory = Path(out) if out is not None else new_directory(path, time.localtime())
    try:
        session = Session.start(path, directory, train_args, command)
    except OSError as error:
        return _refuse(f"the trainer cannot be started: {error.strerror or error}")
    return _watch(session, ascii_only=ascii_only)


def new_directory(spec: Path, now: time.struct_time) -> Path:
    """`runs/NAME-YYYYmmdd-HHMMSS`, with a number behind it where that is taken."""
    base = f"{spec.stem}-{time.strftime('%Y%m%d-%H%M%S', now)}"
    directory, number = Path("runs") / base, 1
    while directory.exists():
        number += 1
        directory = Path("runs") / f"{base}-{number}"
    return directory


def _watch(session: Session, *, ascii_only: bool) -> int:
    from specc_tui.viewer import Viewer

    if sys.stdout.isatty():
        # A parent with readline exports the size it had; believed, it would freeze the layout.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    viewer = Viewer(session, ascii_only=ascii_only)
    try:
        viewer.run()
    finally:
        running = session.owns_running
        code = session.code
        session.leave()
    if running:
        name = printable(str(session.directory))
        _write(f"training goes on in {name}; watch it again with: specc watch {name}\n")
    if viewer.return_code:
        return BUG
    return 0 if code is None else code


def _refuse(message: str) -> int:
    sys.stderr.write(f"error: {printable(message)}\n")
    return USAGE


def _write(text: str) -> None:
    """To standard output, whatever it can encode; a reader that went away is no error."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
