"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a change.

    ::error file=models/a.dl,line=3,col=5,endLine=3,endColumn=10,title=E0201::no layer is called ...

GitHub shows ten annotations of a kind for each step and drops the others without a word. Where
there are more, the tenth says how many were left out. The full text of all findings follows for the
log of the step, fenced so that nothing in it can be taken for a command.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from specc.diag.diagnostic import Diagnostic
from specc.diag.escape import escape
from specc.diag.places import relative
from specc.diag.render import render_all

SHOWN = 10
"""Annotations of a kind that GitHub shows for a step."""


def github(files: Mapping[str, Sequence[Diagnostic]], root: str) -> str:
    """The commands, one a line, then the log; nothing if nothing was found.

    Args:
        files: What was found, by the file that was checked.
        root: The top folder of the repository, from which GitHub counts paths.
    """
    every = [(path, d) for path, found in files.items() for d in found]
    if not every:
        return ""
    lines: list[str] = []
    for kind in ("error", "warning"):
        own = [(path, d) for path, d in every if d.severity == kind]
        whole = len(own) <= SHOWN
        lines += [_annotation(d, path, root) for path, d in own[: SHOWN if whole else SHOWN - 1]]
        if not whole:
            rest = f"{len(own) - SHOWN + 1} more {kind}s; the log of this step has all {len(own)}"
            lines.append(f"::{kind} title=specc::{_data(rest)}")
    return "\n".join(lines) + "\n" + _log([d for _, d in every])


def _annotation(d: Diagnostic, path: str, root: str) -> str:
    label = d.primary
    where = label.span.source.path if label else path
    properties: dict[str, object] = {}
    if where:
        properties["file"] = relative(where, root) or where
    if label is not None:
        line, column = label.span.line, label.span.column
        end_line, end_column = label.span.end_position
        properties["line"] = line
        # GitHub takes columns only where the line does not change.
        if end_line == line:
            properties |= {"col": column, "endLine": end_line, "endColumn": end_column}
        else:
            properties["endLine"] = end_line
    properties["title"] = d.code
    text = [d.message, *(f"note: {n}" for n in d.notes), *(f"help: {h.text}" for h in d.helps)]
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{d.severity} {given}::{_data(*text)}"


def _data(*lines: str) -> str:
    """Lines behind `::`: a newline ends a command, so it is encoded."""
    return "%0A".join(escape(line).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _log(found: Sequence[Diagnostic]) -> str:
    text = render_all(found, colour=False)
    # Commands are off until the word comes back; no text can hold a hash of itself.
    word = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"::stop-commands::{word}\n{text}\n::{word}::\n"
