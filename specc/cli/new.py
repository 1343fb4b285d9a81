"""`specc new`: a spec to start from."""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from specc.cli.output import say
from specc.diag.diagnostic import RunError
from specc.diag.escape import escape
from specc.diag.source import Source
from specc.record import replace
from specc.starter.guess import Guess
from specc.starter.text import fitted_text, plain_text


def new(chosen: argparse.Namespace) -> int:
    """Write NAME.dl; 2 if there is one already, or none can be written there."""
    path = chosen.name if chosen.name.endswith(".dl") else f"{chosen.name}.dl"
    folder, base = os.path.split(path)
    wrong = _wrong_name(path, folder, base)
    if wrong:
        sys.stderr.write(escape(wrong, keep="\n"))
        return 2
    # A name that begins with a dash would be an option of the next command.
    shown = os.path.join(".", path) if path.startswith("-") else path
    name, file = base.removesuffix(".dl"), shlex.quote(shown)
    if chosen.data is None:
        text = plain_text(name, file)
    else:
        try:
            guess = _guess(folder, chosen.data)
            text = fitted_text(name, file, chosen.data, guess)
            _try(path, text)
        except RunError as problem:
            # The spec that it points into is not written yet.
            raise RunError(replace(problem.diagnostic, primary=None, secondary=())) from None
    try:
        _write(path, text)
    except FileExistsError:
        sys.stderr.write(_exists(path))
        return 2
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        sys.stderr.write(f"error: `{escape(path)}` cannot be written: {escape(reason)}\n")
        return 2
    say(f"{escape(path)} written\nlook at it, then train it: specc watch {escape(file)}")
    return 0


def _write(path: str, text: str) -> None:
    # Whoever makes the file at this moment keeps it.
    with open(path, "x", encoding="utf-8", newline="\n") as output:
        try:
            output.write(text)
            output.flush()
        except OSError:
            os.unlink(path)  # half a spec would only be in the way
            raise


def _wrong_name(path: str, folder: str, base: str) -> str:
    if base.startswith("."):
        return "error: the spec needs a name\nhelp: for example `specc new digits`\n"
    if not path.isprintable():
        return f"error: `{path}` cannot be the name of a spec\nhelp: take letters and digits\n"
    if folder and not os.path.isdir(folder):
        return f"error: there is no folder `{folder}`\nhelp: make it first\n"
    return _exists(path) if os.path.lexists(path) else ""


def _exists(path: str) -> str:
    return (
        f"error: there is a `{escape(path)}` already, and it stays as it is\n"
        "help: choose another name\n"
    )


def _guess(folder: str, data: str) -> Guess:
    """What the data are for. Their path is written as seen from the spec."""
    from specc.library.files import DataFile

    seen = os.path.relpath(data, folder or ".").replace(os.sep, "/")
    file = DataFile(data, data, None)
    pictures = os.path.isdir(data)
    start = b"" if pictures else bytes(file.content()[:4])
    if not seen.isprintable():
        raise file.malformed("has a name that no spec can hold")
    if pictures:
        from specc.starter.folders import guess_images

        return guess_images(folder or ".", seen)
    if start.startswith(b"\x93NUM"):
        from specc.diag.diagnostic import Help

        fix = Help("save inputs and target in one file: `numpy.savez(f, x = X, y = Y)`")
        raise file.malformed("holds one array: inputs or target, not both", helps=(fix,))
    if start.startswith(b"PK"):
        from specc.starter.arrays import guess_npz

        return guess_npz(folder or ".", seen)
    if start.startswith(b"\0\0") and len(start) == 4:
        from specc.starter.arrays import guess_idx

        return guess_idx(folder or ".", seen)
    if start == b"PAR1":
        from specc.starter.folders import guess_parquet

        return guess_parquet(folder or ".", seen)
    from specc.starter.columns import guess_csv

    return guess_csv(folder or ".", seen)


def _try(path: str, text: str) -> None:
    """That the spec compiles and takes its data, before it is written."""
    from specc.driver import compile_source
    from specc.training import load_data

    load_data(compile_source(Source(path, text)))
