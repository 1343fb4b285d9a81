"""`specc test`: specs are trained, and what they expect must hold.

A file with variants is trained as it stands and once per variant: `expect` is about all of them,
but for claims that a variant makes itself. What expects nothing is compiled and not trained.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from specc.checking import open_source
from specc.cli.inputs import specs
from specc.cli.interrupts import Interrupts
from specc.cli.output import known, say, show_diagnostics, show_json
from specc.cli.train import run_to_end
from specc.diag.diagnostic import Diagnostic, RunError, SpecError
from specc.diag.escape import escape
from specc.diag.source import Source
from specc.driver import compile_source
from specc.lang.override import variant_statements, variants
from specc.run.control import Control
from specc.shared import is_shared, read_spec

MISSING = ("E0501",)
"""Data that are not there."""
UNREAD = "cannot be read"
"""What is said of a file that is no readable spec."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of one variant of a file.

    Attributes:
        status: `passed`, `failed` (a claim, or the run diverged), `skipped` (its data are
            missing), `empty` (it expects nothing) or `error`.
        reason: Why, in a sentence, unless the claims say it, of the file or of its variants.
        run: The run directory, where it is kept.
    """

    file: str
    variant: str | None
    status: str
    reason: str = ""
    expect: tuple[dict[str, Any], ...] = ()
    run: str | None = None
    found: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """The file as it is printed, with the variant behind it."""
        return escape(self.file + (f" {self.variant}" if self.variant else ""))


def test(chosen: argparse.Namespace) -> int:
    """Hold every claim of every file; 1 if one fails, 2 if a file cannot be read."""
    results: list[Tested] = []
    interrupted = False
    with ExitStack() as stack:
        out = chosen.out or stack.enter_context(tempfile.TemporaryDirectory(prefix="specc-test-"))
        for source, variant in _cases(chosen, results):
            control = Control()
            with Interrupts(control) as interrupts:
                tested = _run(source, variant, out, chosen, control)
            interrupted = interrupts.happened
            if interrupted:
                break
            results.append(tested)
            if not chosen.json:
                _say(tested)
            if tested.found:
                show_diagnostics(tested.found)
    if chosen.json:
        show_json(_as_json(results))
    else:
        say(_summary(results))
    if interrupted:
        return 130
    if any(r.reason == UNREAD for r in results):
        return 2
    return int(any(r.status in ("failed", "error") for r in results))


def _cases(
    chosen: argparse.Namespace, results: list[Tested]
) -> Iterator[tuple[Source, str | None]]:
    """The files and their variants; what cannot be read goes to the results at once."""
    for given in specs(chosen.files):
        problem = given.problem
        if problem is None:
            try:
                source = open_source(given.path)
            except RunError as failure:
                problem = failure.diagnostic
        if problem is not None:
            results.append(Tested(given.path, None, "error", UNREAD, found=(problem,)))
            if not chosen.json:
                _say(results[-1])
            show_diagnostics([problem])
            continue
        try:
            spec = read_spec(source)
        except SpecError:
            yield source, None  # which says what is wrong
            continue
        if is_shared(spec):
            continue  # blocks for others, tested where they are used
        for variant in (None, *variants(spec)):
            yield source, variant


def _run(
    source: Source, variant: str | None, out: str, chosen: argparse.Namespace, control: Control
) -> Tested:
    path = source.path
    try:
        compilation = compile_source(source, variant)
    except SpecError as problem:
        found = tuple(d for d in problem.diagnostics if d.severity == "error")
        return Tested(path, variant, "error", "does not compile", found=found)
    if not compilation.bound.expect:
        apart = variant is None and _claims_apart(source)
        return Tested(path, variant, "empty", "" if apart else "expects nothing")
    directory = _directory(out, path, variant)
    try:
        end = run_to_end(compilation, directory, control, None).result
    except RunError as problem:
        message = problem.diagnostic.message
        if problem.diagnostic.code in MISSING:
            status = "skipped" if chosen.skip_missing else "failed"
            return Tested(path, variant, status, message)
        return Tested(path, variant, "error", message, found=(problem.diagnostic,))
    kept = directory if chosen.out else None
    if end.status == "diverged":
        return Tested(path, variant, "failed", f"diverged: {end.reason}", end.expect, kept)
    status = "passed" if all(c["holds"] for c in end.expect) else "failed"
    return Tested(path, variant, status, "", end.expect, kept)


def _claims_apart(source: Source) -> bool:
    """Whether variants of a file make claims of their own."""
    blocks = (s.block or () for _, s in variant_statements(read_spec(source)))
    return any(inner.word == "expect" for block in blocks for inner in block)


def _directory(out: str, path: str, variant: str | None) -> str:
    """A new folder for a run; two specs of one name do not meet."""
    stem = os.path.splitext(os.path.basename(path))[0]
    name = base = os.path.join(out, f"{stem}-{variant}" if variant else stem)
    number = 1
    while os.path.lexists(name):
        number += 1
        name = f"{base}-{number}"
    return name


def _say(result: Tested) -> None:
    """One line per claim, or one that says why there is none."""
    for claim in result.expect:
        holds = "holds" if claim["holds"] else "does not hold"
        say(f"{result.name}: {escape(claim['claim'])} {holds}, it is {known(claim['value'])}")
    # The variants of a file that expects nothing expect nothing either.
    if result.reason and not (result.status == "empty" and result.variant):
        say(f"{result.name}: {result.status}, {escape(result.reason)}")


def _summary(results: list[Tested]) -> str:
    claims = [c for r in results for c in r.expect]
    held = sum(bool(c["holds"]) for c in claims)
    said = [f"{held} of {len(claims)} claims hold"]
    for status, words in (
        ("failed", "failed"),
        ("error", "with errors"),
        ("skipped", "skipped"),
        ("empty", "without claims"),
    ):
        silent = (r for r in results if status != "empty" or (r.reason and not r.variant))
        number = sum(r.status == status for r in silent)
        if number:
            said.append(f"{number} {words}")
    return ", ".join(said)


def _as_json(results: list[Tested]) -> dict[str, Any]:
    return {
        "passed": not any(r.status in ("failed", "error") for r in results),
        "tests": [
            {
                "file": r.file,
                "variant": r.variant,
                "status": r.status,
                "reason": r.reason or None,
                "run": r.run,
                "expect": list(r.expect),
            }
            for r in results
        ],
    }
