"""`specc check`: compile without running.

The document on stdout, for programs:

`--format json`         the findings, a list
`--dims --format json`  the tables, if nothing failed: of one file the list of its layers, of
                        several a list of {"file", "layers", "parameters"}; else the findings
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from specc.checking import check_source, open_source
from specc.cli.incoming import is_stream, open_spec
from specc.cli.inputs import specs
from specc.cli.output import say, show_diagnostics, show_json
from specc.cli.report import show_findings
from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.escape import escape
from specc.diag.repair import Find
from specc.diag.source import Source
from specc.driver import Compilation, compile_source
from specc.shared import check_shared, is_shared, read_spec


def check(chosen: argparse.Namespace) -> int:
    """Check every file; 1 if any has errors (with --strict: or warnings), 2 if one cannot be
    read.
    """
    wrong = _wrong_usage(chosen)
    if wrong:
        sys.stderr.write(wrong)
        return 2
    files: dict[str, Sequence[Diagnostic]] = {}
    sources: list[Source] = []
    for given in specs(chosen.files):
        try:
            if given.problem is not None:
                raise RunError(given.problem)
            source = open_spec(given.path)
            sources.append(source)
            files[source.path] = ()
        except RunError as problem:
            files[given.path] = (problem.diagnostic,)

    def find(source: Source) -> tuple[Diagnostic, ...]:
        return _findings(source, with_data=chosen.data)

    if chosen.fix:
        sources = _fix(chosen, sources, find, files)
    unreadable = [path for path, found in files.items() if found]
    files |= {source.path: (*files[source.path], *find(source)) for source in sources}
    failing = ("error", "warning") if chosen.strict else ("error",)
    failed = any(d.severity in failing for found in files.values() for d in found)
    models = _models(sources, files) if chosen.dims else {}
    if models and chosen.format == "json" and not failed:
        _show_json_tables(models, single=len(files) == 1)
        # Warnings have no place in the tables.
        show_diagnostics([d for found in files.values() for d in found])
    else:
        show_findings(files, chosen.format, strict=chosen.strict, unreadable=unreadable)
        if models and chosen.format != "json":
            _show_tables(models)
    return 2 if unreadable else int(failed)


def _wrong_usage(chosen: argparse.Namespace) -> str:
    streams = [path for path in chosen.files if is_stream(path)]
    if chosen.fix and streams:
        return (
            f"error: `--fix` rewrites files, and `{escape(streams[0])}` is a stream\n"
            "help: save the text as a `.dl` file, or take the edits of `--format json`\n"
        )
    if chosen.diff and not chosen.fix:
        return (
            "error: `--diff` shows what `--fix` would change, and is given without it\n"
            "help: `--fix --diff`\n"
        )
    if chosen.diff and chosen.format != "text":
        return (
            f"error: `--diff` and `--format {chosen.format}` both write to standard output\n"
            "help: leave one of them out\n"
        )
    if chosen.dims and chosen.format in ("github", "sarif", "junit"):
        return (
            f"error: `--format {chosen.format}` has no place for the dimension table\n"
            "help: give `--dims` with `--format text` or `--format json`\n"
        )
    return ""


def _findings(source: Source, *, with_data: bool) -> tuple[Diagnostic, ...]:
    """All that is to be said about a file, or a file of blocks for others."""
    found = check_source(source)
    failed = any(d.severity == "error" for d in found)
    if failed and is_shared(read_spec(source)):
        return check_shared(source)
    if failed or not with_data:
        return found
    from specc.cli.data_check import data_findings

    return tuple(sorted((*found, *data_findings(source)), key=lambda d: d.place))


def _fix(
    chosen: argparse.Namespace,
    sources: Sequence[Source],
    find: Find,
    files: dict[str, Sequence[Diagnostic]],
) -> list[Source]:
    """The files after their fixes; says what was done, and in `files` what could not be."""
    from specc.cli.fix import elsewhere_line, fix_files, fixed_line

    fixed = fix_files(sources, find, dry=chosen.diff)
    files |= {path: (problem,) for path, problem in fixed.problems.items()}
    now: list[Source] = []
    for source in sources:
        try:
            again = source.path in fixed.repairs and not chosen.diff
            now.append(open_source(source.path) if again else source)
        except RunError as problem:
            files[source.path] = (problem.diagnostic,)
    for source in now:
        if source.path in fixed.repairs:
            done = fixed.repairs[source.path]
            # Fixes of a file that this one uses may have changed what is left here.
            left = len(done.left if chosen.diff else find(source))
            sys.stderr.write(fixed_line(source.path, done.fixed, left, dry=chosen.diff))
    sys.stderr.writelines(map(elsewhere_line, fixed.elsewhere))
    return now


def _models(
    sources: Sequence[Source], files: Mapping[str, Sequence[Diagnostic]]
) -> dict[str, Compilation]:
    """The files that compile and have a network, compiled."""
    sound = [s for s in sources if not any(d.severity == "error" for d in files[s.path])]
    return {s.path: compile_source(s) for s in sound if not is_shared(read_spec(s))}


def _show_json_tables(models: Mapping[str, Compilation], *, single: bool) -> None:
    from specc.dimensions import contract_rows

    tables = [
        {"file": path, "layers": contract_rows(c.model), "parameters": c.model.size}
        for path, c in models.items()
    ]
    show_json(tables[0]["layers"] if single else tables)


def _show_tables(models: Mapping[str, Compilation]) -> None:
    from specc.cli.dims import dimension_lines

    for path, compilation in models.items():
        say(escape(path))
        for line in dimension_lines(compilation):
            say(line)
