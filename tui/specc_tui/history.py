"""The runs beside the one that is watched, as rows of a table; only what changed is read again."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from specc.diag.diagnostic import RunError
from specc.run.shelf import Recorded, recorded
from specc_tui import untrusted
from specc_tui.figures import brief, count, elapsed, metric

MOST_RUNS = 1_000

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `metrics` are the last measured ones, of dev where there is one; `problem` says why
    nothing is known."""

    name: str
    directory: Path
    spec: str
    variant: str
    status: str
    created: str
    steps: int
    seconds: float
    parameters: int
    best: float
    metrics: tuple[tuple[str, float], ...]
    settings: tuple[tuple[str, str], ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the text of a cell, and the value that rows are sorted by."""

    title: str
    text: Callable[[Run], str]
    key: Callable[[Run], float | str]
    right: bool = True


class History:
    """The runs of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, tuple[Stamp, Run]] = {}

    def read(self) -> tuple[Run, ...]:
        """All runs, the newest first. Takes as long as reading those that changed."""
        found: dict[str, tuple[Stamp, Run]] = {}
        try:
            with os.scandir(self.folder) as entries:
                names = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        except OSError:
            return ()
        for name in sorted(names)[-MOST_RUNS:]:
            directory = self.folder / name
            stamp = _stamp(directory)
            if stamp is None:
                continue
            known = self._known.get(name)
            run = known[1] if known is not None and known[0] == stamp else read_run(directory)
            found[name] = (stamp, run)
        self._known = found
        return tuple(sorted((r for _, r in found.values()), key=lambda r: r.created, reverse=True))


def _stamp(directory: Path) -> Stamp | None:
    """What changes when a run goes on; None where there is no run."""
    try:
        header = os.lstat(directory / "run.json")
        try:
            events = os.lstat(directory / "events.jsonl")
        except FileNotFoundError:
            return header.st_mtime_ns, 0, 0
    except OSError:
        return None
    return header.st_mtime_ns, events.st_size, events.st_mtime_ns


def read_run(directory: Path) -> Run:
    """A run directory as a row; what is wrong with it is said in the row."""
    try:
        found = recorded(directory)
    except RunError as problem:
        return _unreadable(directory, problem.diagnostic.message)
    except (OSError, ValueError, TypeError, KeyError) as problem:
        return _unreadable(directory, str(problem))
    return _run(found)


def _unreadable(directory: Path, reason: str) -> Run:
    name = untrusted.text(directory.name, 80)
    # The row begins with the name: the path before it would only fill the line.
    short = reason.replace(f"{directory}{os.sep}", "").replace(str(directory), directory.name)
    problem = untrusted.text(short)
    return Run(name, directory, "", "", "?", "", 0, math.nan, 0, math.nan, (), (), problem)


def _run(found: Recorded) -> Run:
    info, words = found.info, untrusted.text
    end = found.finished
    part = "dev" if found.metrics("dev") else "train"
    measured = untrusted.metrics(found.metrics(part))
    best = untrusted.mapping(end.best if end is not None else None)
    best_of = untrusted.mapping(best.get("dev")) or untrusted.mapping(best.get("train"))
    seconds = end.seconds if end is not None else found.last.seconds if found.last else math.nan
    return Run(
        name=words(found.directory.name, 80),
        directory=found.directory,
        spec=words(info.get("name"), 80),
        variant=words(info.get("variant"), 80),
        status=words(found.status, 20),
        created=words(info.get("created"), 40),
        steps=untrusted.whole(found.steps),
        seconds=untrusted.real(seconds),
        parameters=untrusted.whole(info.get("parameters")),
        best=untrusted.real(best_of.get("cost")),
        metrics=tuple((f"{part} {name}", value) for name, value in measured.items()),
        settings=tuple(
            (words(pair[0], 60), words(pair[1], 200))
            for pair in untrusted.items(info.get("settings"))
            if isinstance(pair, list) and len(pair) == 2
        )[:100],
    )


def columns(runs: Sequence[Run]) -> tuple[Column, ...]:
    """The columns of a table of these runs: name and state, every metric that one has, the rest."""
    names = dict.fromkeys(n for run in runs for n, _ in run.metrics if not n.endswith(" loss"))
    measured = tuple(
        Column(
            name,
            lambda run, name=name: _metric(run, name),  # type: ignore[misc]
            lambda run, name=name: dict(run.metrics).get(name, math.nan),  # type: ignore[misc]
        )
        for name in list(names)[:12]
    )
    return (
        Column("run", lambda r: r.name, lambda r: r.name, right=False),
        Column("variant", lambda r: r.variant, lambda r: r.variant, right=False),
        Column("state", lambda r: r.status, lambda r: r.status, right=False),
        *measured,
        Column("best cost", lambda r: _number(r.best), lambda r: r.best),
        Column("steps", lambda r: count(r.steps), lambda r: float(r.steps)),
        Column("time", lambda r: elapsed(r.seconds), lambda r: r.seconds),
        Column("parameters", lambda r: count(r.parameters), lambda r: float(r.parameters)),
        Column("started", lambda r: r.created.replace("T", " ")[:16], lambda r: r.created, False),
    )


def _metric(run: Run, name: str) -> str:
    value = dict(run.metrics).get(name)
    return "" if value is None else metric(name.partition(" ")[2], value)


def _number(value: float) -> str:
    return "" if math.isnan(value) else brief(float(f"{value:.4g}"))


def arranged(runs: Sequence[Run], column: Column, *, down: bool, wanted: str) -> tuple[Run, ...]:
    """The runs that a filter lets through, in the order of a column; what has no value comes last.

    A filter is words, all of which must occur somewhere in a row: `he dev` or `optimizer=adam`.
    """
    words = wanted.lower().split()
    kept = [run for run in runs if all(word in haystack(run) for word in words)]

    def missing(run: Run) -> bool:
        key = column.key(run)
        return key == "" or (isinstance(key, float) and math.isnan(key))

    having = [run for run in kept if not missing(run)]
    having.sort(key=column.key, reverse=down)
    return (*having, *(run for run in kept if missing(run)))


def haystack(run: Run) -> str:
    """What a filter looks in."""
    settings = " ".join(f"{name}={value}" for name, value in run.settings)
    return f"{run.name} {run.spec} {run.variant} {run.status} {run.created} {settings}".lower()
