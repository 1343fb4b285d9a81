"""`specc check`: compile without running."""

from __future__ import annotations

import argparse
from typing import Any

from specc.cli.output import say, show_diagnostics, show_json, table
from specc.diag.diagnostic import Diagnostic, RunError, SpecError
from specc.diag.source import Source
from specc.driver import check_source, compile_source, open_source
from specc.lang.override import variants
from specc.lang.spec import Spec


def check(chosen: argparse.Namespace) -> int:
    """Check every file; 1 if any has errors (with --strict: or warnings), 2 if one cannot be
    read.
    """
    found: list[tuple[str, Diagnostic]] = []
    tables: list[dict[str, Any]] = []
    unreadable = False
    for path in chosen.files:
        try:
            source = open_source(path)
        except RunError as problem:
            found.append((path, problem.diagnostic))
            unreadable = True
            continue
        diagnostics = check_source(source)
        if chosen.data and not any(d.severity == "error" for d in diagnostics):
            diagnostics = (*diagnostics, *_data(source))
        found += [(path, d) for d in diagnostics]
        if chosen.dims and not any(d.severity == "error" for d in diagnostics):
            from specc.dimensions import contract_rows

            model = compile_source(source).model
            tables.append({"file": path, "layers": contract_rows(model), "parameters": model.size})
    _show(chosen, found, tables)
    if unreadable:
        return 2
    failing = ("error", "warning") if chosen.strict else ("error",)
    return int(any(d.severity in failing for _, d in found))


def _data(source: Source) -> tuple[Diagnostic, ...]:
    """What the data files of a spec and its variants say against it."""
    from specc.training import load_data

    found: dict[Diagnostic, None] = {}
    for variant in (None, *variants(_read(source))):
        try:
            load_data(compile_source(source, variant))
        except RunError as problem:
            found[problem.diagnostic] = None
        except SpecError:
            continue
    return tuple(found)


def _read(source: Source) -> Spec:
    from specc.diag.sink import Sink
    from specc.lang.read import read

    return read(source, Sink())


def _show(
    chosen: argparse.Namespace,
    found: list[tuple[str, Diagnostic]],
    tables: list[dict[str, Any]],
) -> None:
    if chosen.format == "json":
        from specc.diag.machine import to_json

        if chosen.dims and not any(d.severity == "error" for _, d in found):
            # One file gives the table itself; warnings have no place in it.
            show_json(tables[0]["layers"] if len(tables) == 1 else tables)
            show_diagnostics([d for _, d in found])
        else:
            show_json([to_json(d, path) for path, d in found])
        return
    if chosen.format == "concise":
        from specc.diag.machine import concise

        for path, d in found:
            say(concise(d, path))
    else:
        show_diagnostics([d for _, d in found])
    for one in tables:
        _show_table(one)


def _show_table(one: dict[str, Any]) -> None:
    from specc.diag.escape import escape

    rows = [["layer", "output", "parameters", "flops"]]
    for layer in one["layers"]:
        parameters = ", ".join(
            f"{p['name'].rsplit('.', 1)[-1]} ({', '.join(map(str, p['shape']))})"
            for p in layer["parameters"]
        )
        output = f"({', '.join(map(str, layer['output']))})"
        rows.append([escape(layer["layer"]), output, parameters, f"{layer['flops']:,}"])
    if one["file"]:
        say(escape(one["file"]))
    for line in table(rows, right=(3,)):
        say("  " + line)
    say(f"  {one['parameters']:,} parameters; flops are for one example, forward")
