"""The entry point of `specc watch`: train a spec and watch it, or watch a run that is there.

Textual is imported only when a screen is opened, so `--once` costs no more than reading the run.
"""

from __future__ import annotations

import gc
import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from specc_tui.child import COMMAND, Child
from specc_tui.frame import frame
from specc_tui.plain import follow
from specc_tui.printable import printable
from specc_tui.remembered import state_file
from specc_tui.session import Session, new_directory

USAGE = 2
BUG = 70

RUN_FILES = ("run.json", "steps.bin", "events.jsonl")


def main(
    target: str,
    *,
    once: bool = False,
    plain: bool = False,
    web: bool = False,
    port: int | None = None,
    ascii_only: bool = False,
    train_args: Sequence[str] = (),
    variants: Sequence[str] = (),
    out: str | None = None,
    command: Sequence[str] = COMMAND,
) -> int:
    """Watch a spec being trained, or a run.

    Args:
        target: A spec to train, or a run directory.
        once: Print one frame of a run directory as plain text.
        plain: Follow a run directory in plain lines until it ends, then print the frame.
        web: Serve the app to browsers on this machine.
        port: The port for that; a free one without.
        ascii_only: Draw without braille and box characters.
        train_args: Further arguments of `specc train` for a spec, such as `--variant he`.
        variants: The variants of a spec, to train and compare all of them.
        out: The run directory for a spec; without it, one under `runs/` named after spec and time.
        command: How `specc` is called.

    Returns: The exit status of the trainer if this viewer started it and it has ended, else 0; 2
    where there is nothing to watch.
    """
    path = Path(target)
    if path.is_dir():
        if not any((path / name).exists() for name in RUN_FILES):
            return _refuse(f"`{target}` is no run directory: it has no run.json")
        if once or plain:
            return _print(path, live=plain, ascii_only=ascii_only)
        session = Session.attach(path, command)
        return _open(session, web=web, port=port, ascii_only=ascii_only)
    if not path.is_file():
        return _refuse(f"there is no spec and no run directory `{target}`")
    if once or plain:
        return _refuse(f"`--once` shows a run directory, and `{target}` is a file")
    directory = Path(out) if out is not None else new_directory(path, time.localtime())
    if variants:
        return _compare(path, directory, variants, [*command, "compare"], train_args)
    try:
        session = Session.start(path, directory, train_args, command)
    except OSError as error:
        return _refuse(f"the trainer cannot be started: {error.strerror or error}")
    return _open(session, web=web, port=port, ascii_only=ascii_only)


def _compare(
    path: Path,
    folder: Path,
    variants: Sequence[str],
    command: Sequence[str],
    arguments: Sequence[str],
) -> int:
    """Train the variants one after the other in a process of its own, and look at all of them."""
    try:
        child = Child([*command, str(path), "--out", str(folder), *arguments], own_session=True)
    except OSError as error:
        return _refuse(f"the variants cannot be trained: {error.strerror or error}")
    child.hang_up()
    status = _watch(
        Session.attach(folder / variants[0], command[:-1]), ascii_only=False, start="compare"
    )
    code = child.code
    lines = child.last_lines() if code else ()
    child.release()
    sys.stderr.write("".join(f"{text}\n" for text in lines))
    if code is None:
        name = printable(shlex.quote(str(folder)))
        _write(f"training goes on in {name}; see what came of it with: specc runs list {name}\n")
    return status or code or 0


def _print(directory: Path, *, live: bool, ascii_only: bool) -> int:
    """One frame of a run; of a live one, what happens until it ends comes first."""
    if live and not follow(directory, _write):
        return 0
    size = shutil.get_terminal_size()
    _write(frame(directory, size.columns, size.lines - 1, time.time(), ascii_only=ascii_only))
    return 0


def _open(session: Session, *, web: bool, port: int | None, ascii_only: bool) -> int:
    if web:
        return _serve(session, port, ascii_only=ascii_only)
    return _watch(session, ascii_only=ascii_only)


def _serve(session: Session, port: int | None, *, ascii_only: bool) -> int:
    """The app in browsers. A run that this process has started is there before its page is."""
    from specc_tui.web import serve

    try:
        while not (session.directory / "run.json").exists() and session.owns_running:
            time.sleep(0.05)
        if (session.directory / "run.json").exists():
            status = serve(session.directory, port, _write, ascii_only=ascii_only)
        else:
            refusal = session.trainer(0).lines
            sys.stderr.write("".join(f"{text}\n" for text in refusal))
            status = session.code or USAGE
    finally:
        running = session.owns_running
        session.leave()
    if running:
        _say_where(session.directory)
    return status


def _say_where(directory: Path) -> None:
    name = printable(shlex.quote(str(directory)))
    _write(f"training goes on in {name}; watch it again with: specc watch {name}\n")


def _watch(session: Session, *, ascii_only: bool, start: str = "") -> int:
    # What is imported stays: looking through it for garbage would delay the first frame.
    gc.disable()
    from specc_tui.viewer import Viewer

    gc.freeze()
    gc.enable()
    if sys.stdout.isatty():
        # A parent with readline exports the size it had; believed, it would freeze the layout.
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    viewer = Viewer(session, ascii_only=ascii_only, memory=state_file(), start=start)
    try:
        viewer.run()
    finally:
        session = viewer.session
        running = session.owns_running
        code = session.code
        refusal = viewer.snapshot.trainer.lines if viewer.snapshot.refused else ()
        viewer.leave_runs()
        gc.freeze()  # The end of the process frees it all at once.
    sys.stderr.write("".join(f"{text}\n" for text in refusal))
    if running:
        _say_where(session.directory)
    if viewer.return_code:
        return BUG
    return 0 if code is None else code


def _refuse(message: str) -> int:
    sys.stderr.write(f"error: {printable(message)}\n")
    return USAGE


def _write(text: str) -> bool:
    """To standard output, whatever it can encode; False where its reader went away."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except OSError:  # A reader or a terminal that is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True
