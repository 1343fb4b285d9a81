"""What a command would change in a file, in the form that `patch` and reviewers read."""

from __future__ import annotations

import difflib
from io import StringIO
from itertools import islice

from specc.diag.escape import escape


def difference(path: str, before: str, after: str) -> str:
    """A unified diff, safe for a terminal. Tabs, a byte order mark and the ends of lines are as in
    the file, so that the diff can be applied.
    """
    # Behind a tab a time may stand; without one a name ends at its first space.
    name = escape(path) + "\t" * (" " in path)
    before_lines, after_lines = StringIO(before).readlines(), StringIO(after).readlines()
    lines = difflib.unified_diff(before_lines, after_lines, name, name, lineterm="")
    headers = [f"{line}\n" for line in islice(lines, 2)]
    return "".join([*headers, *map(_shown, lines)])


def _shown(line: str) -> str:
    if line.startswith("@@"):
        return line + "\n"
    body = line.removesuffix("\n").removesuffix("\r")
    end = line[len(body) :]
    if not end.endswith("\n"):
        end += "\n\\ No newline at end of file\n"
    return escape(body, keep="\t\ufeff") + end
