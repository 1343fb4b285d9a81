"""The writers of the command line: diagnostics to stderr, results to stdout."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from typing import IO, Any

from specc.diag.diagnostic import Diagnostic, RunError
from specc.record import replace


def coloured(stream: IO[str]) -> bool:
    """Whether a stream wants colour: a terminal, and the user has not said no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def has_terminal() -> bool:
    """Whether a screen can be drawn: keys come from the input, and the app draws on the stream of
    errors, so that what a command prints can go elsewhere.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(s.isatty() for s in streams) and os.environ.get("TERM", "") not in ("dumb", "")


def show_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics as text on stderr."""
    if diagnostics:
        import shutil

        from specc.diag.render import render_all

        width = min(max(shutil.get_terminal_size((100, 24)).columns, 60), 120)
        text = render_all(diagnostics, colour=coloured(sys.stderr), width=width)
        sys.stderr.write(text.rstrip("\n") + "\n")


def write_file(path: str, text: str) -> None:
    """`write_bytes` of a text."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: str, data: bytes) -> None:
    """Put data into a file, or into what else is called so, such as `/dev/stdout`.

    Raises:
        RunError: E0511, it cannot be written.
    """
    from specc.run.atomic import rewrite, unwritable

    try:
        # A link stays a link, and a device a device: only a regular file is replaced as a whole.
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                file.write(data)
        else:
            rewrite(os.path.realpath(path) if os.path.islink(path) else path, data)
    except OSError as problem:
        failed: RunError = unwritable(path, problem)
    except RunError as problem:
        failed = problem
    else:
        return
    # What it says about the folder of a run is not meant for this file.
    raise RunError(replace(failed.diagnostic, notes=(), helps=()))


def show_json(value: Any) -> None:
    """One JSON document on stdout; what JSON has no number for (NaN, inf) becomes null."""
    sys.stdout.write(json.dumps(_finite(value), indent=1) + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value


def say(text: str = "") -> None:
    """A line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines of aligned columns; those in `right` are aligned to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(w) if i in right else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def brief(value: float | None) -> str:
    """A number with four significant digits, `-` for none."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return str(value)
    return f"{value:.4f}" if 0.1 <= abs(value) < 1000 else f"{value:.4g}"


def count(value: float) -> str:
    """A number of things, which need not be whole: `1,437`, `4,347.83`."""
    if not math.isfinite(value):
        return str(value)
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def steps(number: int) -> str:
    """So many updates: `1 step`, `1,437 steps`."""
    return "1 step" if number == 1 else f"{number:,} steps"


def known(value: float | Sequence[int]) -> str:
    """What a claim is about: a number, or the sizes of a shape."""
    if isinstance(value, Sequence):
        return f"({', '.join(map(str, value))})"
    return count(value) if float(value).is_integer() else brief(value)


def percent(metric: str, value: float | None) -> str:
    """A metric as people say it: accuracy in percent."""
    if value is None:
        return "-"
    return f"{100 * value:.2f} %" if metric == "accuracy" else brief(value)


def duration(seconds: float) -> str:
    """`4.2 s`, `3 min 05 s`, `2 h 10 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
