"""A declarative compiler for neural networks: `.dl` specs become readable NumPy programs.

    text -> Spec -> Bound -> Model -> Graph ... Graph -> Plan -> module -> events

`specc.driver` is the compiler on one page, `specc.training` runs what it makes. For programs:

    specc.compile(path or text)   a Model: .source .shapes .parameters .train() .fit() .predict()
    specc.check(path or text)     a list of diagnostics
    specc.load(run or file)       a trained Model
    specc.SpecError               a spec does not compile; .diagnostics says where and why
    specc.RunError                data or a run directory cannot be used; .diagnostic says why

Importing `specc` loads none of this: each name is found when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.version import __version__

if TYPE_CHECKING:
    from specc.api.checking import check
    from specc.api.compiling import compile, load  # noqa: A004 - the public name
    from specc.api.model import Model
    from specc.api.run import Run
    from specc.diag.diagnostic import Diagnostic, RunError, SpecError

__all__ = [
    "Diagnostic",
    "Model",
    "Run",
    "RunError",
    "SpecError",
    "__version__",
    "check",
    "compile",
    "load",
]

_HOMES = {
    "Diagnostic": "specc.diag.diagnostic",
    "Model": "specc.api.model",
    "Run": "specc.api.run",
    "RunError": "specc.diag.diagnostic",
    "SpecError": "specc.diag.diagnostic",
    "check": "specc.api.checking",
    "compile": "specc.api.compiling",
    "load": "specc.api.compiling",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `specc` has no attribute `{name}`")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
