"""What the data files of a spec say against it, read once for all its variants."""

from __future__ import annotations

from typing import Any

from specc.diag.diagnostic import Diagnostic, RunError, SpecError
from specc.diag.source import Source
from specc.driver import Compilation, compile_source
from specc.lang.override import variants
from specc.library.table import Table
from specc.record import replace
from specc.shared import read_spec
from specc.training import load_data

Tables = dict[tuple[str, str], Table | RunError]


class _Once:
    """A data source that remembers what it held. Equal sources hold the same."""

    def __init__(self, source: Any, tables: Tables) -> None:
        self._source = source
        self._tables = tables

    def load(self, folder: str) -> Table:
        key = (repr(self._source), folder)
        if key not in self._tables:
            try:
                self._tables[key] = self._source.load(folder)
            except RunError as problem:
                self._tables[key] = problem
        found = self._tables[key]
        if isinstance(found, RunError):
            raise found
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def data_findings(source: Source) -> tuple[Diagnostic, ...]:
    """What headers, cells and labels say against a spec that compiles, and its variants."""
    tables: Tables = {}
    found: dict[Diagnostic, None] = {}
    for variant in (None, *variants(read_spec(source))):
        try:
            load_data(_remembering(compile_source(source, variant), tables))
        except RunError as problem:
            found[problem.diagnostic] = None
        except SpecError:
            continue  # said already, by the check of the spec
    return tuple(found)


def _remembering(compilation: Compilation, tables: Tables) -> Compilation:
    data = compilation.bound.data
    given = {name: getattr(data, name) for name in ("source", "train", "dev", "test")}
    once: dict[str, Any] = {n: None if s is None else _Once(s, tables) for n, s in given.items()}
    return replace(compilation, bound=replace(compilation.bound, data=replace(data, **once)))
