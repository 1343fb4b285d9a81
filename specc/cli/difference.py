"""What a command would change in a file, in the form that `patch` and reviewers read."""

from __future__ import annotations

import difflib

from specc.diag.escape import escape


def difference(path: str, before: str, after: str) -> list[str]:
    """The lines of a unified diff, safe for a terminal."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), escape(path), escape(path), lineterm=""
    )
    return [escape(line) + "\n" for line in lines]
