"""Diagnostics for programs: the object of `check --format json`, and one line for editors."""

from __future__ import annotations

from typing import Any

from specc.diag.diagnostic import Diagnostic, Edit
from specc.diag.escape import escape


def to_json(diagnostic: Diagnostic, file: str = "") -> dict[str, Any]:
    """The finding as plain data, lines and columns counted from 1 and ends excluded.

    Texts are as they are: a JSON encoder escapes them. `help` holds all helps, a line each. `edits`
    are those of the first help that can be done by edits of this file alone, so that they can be
    applied together.

    Args:
        diagnostic: The finding.
        file: What to call the file of a finding without a place; it then points at line 1.
    """
    label = diagnostic.primary
    line, column = (label.span.line, label.span.column) if label else (1, 1)
    end_line, end_column = label.span.end_position if label else (1, 1)
    return {
        "file": label.span.source.path if label else file,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "label": label.text if label else "",
        "notes": list(diagnostic.notes),
        "help": "\n".join(h.text for h in diagnostic.helps),
        "edits": [_edit(e) for e in _edits_here(diagnostic)],
    }


def concise(diagnostic: Diagnostic, file: str = "") -> str:
    """`path:line:col: error[E0302]: message`, safe for a terminal."""
    label = diagnostic.primary
    path = label.span.source.path if label else file
    line, column = (label.span.line, label.span.column) if label else (1, 1)
    place = f"{escape(path)}:{line}:{column}: " if path else ""
    return f"{place}{diagnostic.severity}[{escape(diagnostic.code)}]: {escape(diagnostic.message)}"


def _edits_here(diagnostic: Diagnostic) -> tuple[Edit, ...]:
    """Half of a fix that spans two files would be a new mistake, so such a help offers none."""
    if diagnostic.primary is None:
        return ()
    here = diagnostic.primary.span.source
    for fix in diagnostic.helps:
        if fix.edits and all(e.span.source is here for e in fix.edits):
            return fix.edits
    return ()


def _edit(edit: Edit) -> dict[str, Any]:
    end_line, end_column = edit.span.end_position
    return {
        "line": edit.span.line,
        "column": edit.span.column,
        "end_line": end_line,
        "end_column": end_column,
        "text": edit.text,
    }
