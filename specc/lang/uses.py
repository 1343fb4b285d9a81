"""`use "blocks.dl"`: the lets and blocks of another file, as if they stood here.

A used file may use others; relative names start at the file that says them. Files outside the
project are refused, and so are circles.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label, RunError
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.lang.ornaments import ornaments
from specc.lang.read import LARGEST, read
from specc.lang.report import given_twice
from specc.lang.spec import Name, Spec, Statement, String, Use
from specc.record import replace

Open = Callable[[str], Source]
SHARED = ("let", "block", "use", "spec")
"""What a used file may hold."""
DEEPEST = 64
"""Files that use files that use files."""
MARKS = (".git", "pyproject.toml", ".hg")
"""What stands in the top folder of a project."""


def project_folder(path: str) -> str:
    """The nearest folder above a spec that looks like the top of a project, else its own folder."""
    own = os.path.dirname(os.path.abspath(path))
    folder = own
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in MARKS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return own
        folder = above


def include(spec: Spec, open_source: Open, sink: Sink) -> Spec:
    """The spec with every `use` replaced by the lets and blocks of the file."""
    if not any(s.word == "use" for s in spec.statements):
        return spec
    top = os.path.realpath(project_folder(spec.source.path))
    start = os.path.realpath(spec.source.path)
    uses: list[Use] = []
    within = _within(LARGEST - len(spec.source.text), open_source)
    found = _statements(spec, (start,), top, within, sink, {}, uses)
    return replace(spec, statements=found, uses=tuple(uses))


def _within(room: int, open_source: Open) -> Open:
    """`open_source` for files of so many characters together: many large ones fill any memory."""

    def opened(path: str) -> Source:
        nonlocal room
        if room >= 0:
            source = open_source(path)
            room -= len(source.text)
            if room >= 0:
                return source
        fix = Help("use fewer files, or shorter ones")
        message = "a spec is longer than 1 MiB together with the files that it uses"
        raise RunError(Diagnostic("E0507", message, helps=(fix,)))

    return opened


def _statements(
    spec: Spec,
    path: tuple[str, ...],
    top: str,
    open_source: Open,
    sink: Sink,
    done: dict[str, Span],
    uses: list[Use],
) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for s in spec.statements:
        if s.word != "use":
            found.append(s)
            continue
        target = _target(s, spec.source, path, top, sink)
        if target is None:
            continue
        if target in done:
            if len(path) == 1:
                sink.add(given_twice(f"use {s.items[0].value.span.text}", s.head, done[target]))
            continue
        done[target] = s.head
        used = _read(target, s, open_source, sink)
        if used is not None:
            inner = _statements(used, (*path, target), top, open_source, sink, done, uses)
            brought = tuple(i for i in inner if i.word in ("let", "block"))
            found += brought
            if len(path) == 1:
                uses.append(Use(s, brought))
    return tuple(found)


def _target(
    s: Statement, source: Source, path: tuple[str, ...], top: str, sink: Sink
) -> str | None:
    """The file that a `use` names, None after a message."""
    value = s.items[0].value if len(s.items) == 1 and s.items[0].name is None else None
    if not isinstance(value, String) or s.block is not None:
        fix = Help('for example `use "blocks.dl"`')
        if isinstance(value, Name):
            fix = Help("put it in double quotes", (Edit(value.span, f'"{value.text}"'),))
        sink.add(
            Diagnostic(
                "E0203",
                "`use` needs one file name in double quotes",
                Label(value.span if isinstance(value, Name) else s.head, "which file?"),
                helps=(fix,),
            )
        )
        return None
    for ornament in ornaments(s):
        sink.add(ornament)
    if not value.value.isprintable():
        if not sink.failed:  # a hidden character was named when the text was read
            sink.add(
                Diagnostic(
                    "E0216",
                    f"`{value.value}` is no name of a file",
                    Label(value.span, "a character that cannot be seen"),
                    helps=(Help('for example `use "blocks.dl"`'),),
                )
            )
        return None
    folder = os.path.dirname(os.path.abspath(source.path))
    target = os.path.realpath(os.path.join(folder, value.value))
    if os.path.isabs(value.value) or os.path.commonpath([top, target]) != top:
        sink.add(
            Diagnostic(
                "E0216",
                f"`{value.value}` is outside the project",
                Label(value.span, "leads out of the project"),
                notes=("a spec may use files below the top folder of its project only",),
                helps=(Help("copy the file into the project"),),
            )
        )
        return None
    if target in path:
        sink.add(
            Diagnostic(
                "E0216",
                f"`{value.value}` uses itself" if target == path[-1] else "files use each other",
                Label(value.span, "a circle"),
                notes=(" -> ".join(os.path.relpath(p, top) for p in (*path, target)),),
                helps=(Help("move what both need into a third file"),),
            )
        )
        return None
    if len(path) > DEEPEST:
        sink.add(
            Diagnostic(
                "E0216",
                f"files use each other more than {DEEPEST} deep",
                Label(value.span, "one too many"),
                helps=(Help("use the last file of the row directly"),),
            )
        )
        return None
    return target


def _read(target: str, s: Statement, open_source: Open, sink: Sink) -> Spec | None:
    shown = os.path.relpath(target)
    try:
        source = open_source(shown if len(shown) < len(target) else target)
    except (RunError, ValueError) as problem:
        notes = (problem.diagnostic.message,) if isinstance(problem, RunError) else ()
        helps = problem.diagnostic.helps if isinstance(problem, RunError) else ()
        span = s.items[0].value.span
        message = f"`{span.text.strip(chr(34))}` cannot be used"
        sink.add(
            Diagnostic("E0216", message, Label(span, "not readable"), notes=notes, helps=helps)
        )
        return None
    inner = Sink()
    spec = read(source, inner)
    for finding in inner.sorted():
        uses = (*finding.secondary, Label(s.head, "used here"))
        sink.add(replace(finding, secondary=uses))
    for statement in spec.statements:
        if statement.word not in SHARED or statement.claim is not None:
            sink.add(
                Diagnostic(
                    "E0207",
                    f"`{statement.word}` does not belong in a file that others use",
                    Label(statement.head, "only `let` and `block`"),
                    (Label(s.head, "used here"),),
                    helps=(Help("move it into the file that trains"),),
                )
            )
    return spec
