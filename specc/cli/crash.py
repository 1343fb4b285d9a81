"""What a user sees of a bug of ours: a sentence and a file, never a traceback."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback

from specc.diag.escape import escape


def report(problem: Exception) -> None:
    """Write the traceback to a file and say where it is."""
    text = "".join(traceback.format_exception(problem))
    sys.stderr.write(
        f"internal error: {escape(type(problem).__name__)}: {escape(str(problem))[:300]}\n"
        "this is a bug of specc, not of your spec; please report it\n"
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="specc-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"{sys.argv}\n\n{text}")
        sys.stderr.write(f"details: {file.name}\n")
    except OSError:
        sys.stderr.write(text)
