"""The findings of `specc check` in the form that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence

from specc.cli.output import say, show_diagnostics, show_json
from specc.diag.diagnostic import Diagnostic
from specc.diag.places import relative
from specc.lang.uses import project_folder
from specc.version import __version__

Files = Mapping[str, Sequence[Diagnostic]]
"""What was found, by the file that was checked."""


def show_findings(
    files: Files, form: str, *, strict: bool = False, unreadable: Collection[str] = ()
) -> None:
    """Write them: text to stderr, every other form to stdout, as one document."""
    every = _each_once(files)
    match form:
        case "json":
            from specc.diag.machine import to_json

            show_json([to_json(d, path) for path, found in every.items() for d in found])
        case "concise":
            from specc.diag.machine import concise

            for path, found in every.items():
                for d in found:
                    say(concise(d, path))
        case "github":
            from specc.diag.github import github

            sys.stdout.write(github(every, repository_folder()))
        case "sarif":
            from specc.diag.sarif import sarif

            show_json(sarif(every, repository_folder(), __version__))
        case "junit":
            from specc.diag.junit import junit

            # Every file is a test of its own, which fails for what it takes from others, too.
            sys.stdout.write(junit(files, strict=strict, unreadable=unreadable))
        case _:
            show_diagnostics([d for found in every.values() for d in found])


def repository_folder() -> str:
    """The folder from which services that show findings count paths."""
    here = os.getcwd()
    checkout = os.environ.get("GITHUB_WORKSPACE", "")
    if checkout and relative(here, checkout) is not None:
        return checkout
    return project_folder(os.path.join(here, "any.dl"))


def _each_once(files: Files) -> dict[str, list[Diagnostic]]:
    """The findings without those in a file of blocks that another file met before."""
    seen: set[tuple[object, ...]] = set()
    kept: dict[str, list[Diagnostic]] = {}
    for path, found in files.items():
        kept[path] = []
        for d in found:
            span = d.primary.span if d.primary else None
            place = (os.path.realpath(span.source.path), span.start, span.end) if span else path
            if (d.code, d.message, place) not in seen:
                seen.add((d.code, d.message, place))
                kept[path].append(d)
    return kept
