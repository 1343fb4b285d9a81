"""`specc runs`: the runs that there are, what came of them, and how they go."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from specc.cli.output import (
    brief,
    count,
    duration,
    percent,
    say,
    show_diagnostics,
    show_json,
    steps,
    table,
)
from specc.cli.steps import step_rows
from specc.cli.train import result_json
from specc.cli.verdict import metric_rows
from specc.diag.diagnostic import RunError
from specc.diag.escape import escape
from specc.run.shelf import Recorded, delete, recorded, runs_below

FOLDER = "runs"


def runs(chosen: argparse.Namespace) -> int:
    """List, show or delete; 2 if a run cannot be read."""
    wrong = _wrong_usage(chosen)
    if wrong:
        sys.stderr.write(wrong)
        return 2
    if chosen.action == "list":
        return _list(chosen)
    if chosen.action == "show":
        return _show(chosen)
    return _delete(chosen)


def _wrong_usage(chosen: argparse.Namespace) -> str:
    action, given = chosen.action, len(chosen.runs)
    if chosen.csv and action != "show":
        return "error: `--csv` is of `show`\nhelp: `specc runs show RUN --csv`\n"
    if chosen.csv and chosen.json:
        return "error: `--csv` and `--json` are two formats\nhelp: leave one of them out\n"
    if chosen.yes and action != "delete":
        return "error: `--yes` is of `delete`\nhelp: `specc runs delete RUN --yes`\n"
    if chosen.json and action == "delete":
        return "error: `delete` has no result to print as JSON\nhelp: leave `--json` out\n"
    if action == "list" and given > 1:
        return "error: `list` takes one folder\nhelp: `specc runs list FOLDER`\n"
    if action == "show" and given != 1:
        return f"error: `show` takes one run, not {given}\nhelp: `specc runs show RUN`\n"
    if action == "delete" and not given:
        return "error: `delete` needs a run\nhelp: `specc runs delete RUN...`\n"
    return ""


def _list(chosen: argparse.Namespace) -> int:
    folder = chosen.runs[0] if chosen.runs else FOLDER
    if not chosen.runs and not os.path.isdir(folder):
        found: list[Recorded | RunError] = []
    else:
        found = runs_below(folder)
    sound = [r for r in found if isinstance(r, Recorded)]
    broken = [r for r in found if isinstance(r, RunError)]
    if chosen.json:
        show_json([_brief_json(r) for r in sound])
    elif sound:
        for line in table(_rows(sound), right=(3, 4, 5, 6)):
            say(line)
    elif not broken:
        sys.stderr.write(f"no runs in {escape(folder)}\n")
    show_diagnostics([problem.diagnostic for problem in broken])
    return 2 if broken else 0


def _rows(found: list[Recorded]) -> list[list[str]]:
    rows = [["run", "status", "created", "steps", "train cost", "dev cost", "dev metric"]]
    for run in found:
        train, dev = run.metrics("train") or {}, run.metrics("dev") or {}
        metric = next((m for m in dev if m not in ("cost", "loss")), "")
        rows.append(
            [
                escape(str(run.directory)),
                run.status,
                escape(run.info["created"])[:19].replace("T", " "),
                f"{run.steps:,}",
                brief(train.get("cost")),
                brief(dev.get("cost")),
                f"{escape(metric)} {percent(metric, dev[metric])}" if metric else "-",
            ]
        )
    return rows


def _brief_json(run: Recorded) -> dict[str, Any]:
    info = run.info
    return {
        "run": str(run.directory),
        **{key: info[key] for key in ("name", "variant", "created", "seed", "parameters")},
        "status": run.status,
        "steps": run.steps,
        **{part: run.metrics(part) for part in ("train", "dev", "test")},
    }


def _show(chosen: argparse.Namespace) -> int:
    run = recorded(chosen.runs[0])
    if chosen.csv:
        # A long run has millions of rows: they are written as they are made.
        for line in step_rows(run):
            sys.stdout.write(line + "\n")
        return 0
    if chosen.json:
        ended = None
        if run.finished is not None:
            ended = result_json(str(run.directory), run.finished)
        show_json({**_brief_json(run), "settings": run.info["settings"], "result": ended})
        return 0
    _say(run)
    return 0


def _say(run: Recorded) -> None:
    info = run.info
    variant = f", variant {info['variant']}" if info["variant"] else ""
    say(f"{escape(str(run.directory))}: {run.status} after {steps(run.steps)}")
    rows = [
        ["spec", escape(info["spec"] + variant)],
        ["created", escape(info["created"])],
        ["parameters", f"{info['parameters']:,}"],
        ["examples", ", ".join(f"{n:,} {escape(part)}" for part, n in info["examples"].items())],
        *([escape(text) for text in row[:2]] for row in info["settings"] if len(row) == 2),
    ]
    for line in table(rows):
        say(f"  {line}")
    end = run.finished
    if end is not None:
        say(f"{escape(end.reason)}; {count(end.epochs)} epochs in {duration(end.seconds)}")
    found = {part: run.metrics(part) for part in ("train", "dev", "test")}
    if any(found.values()):
        shown = {p: {escape(n): v for n, v in m.items()} if m else None for p, m in found.items()}
        table_rows = metric_rows(shown)
        for line in table(table_rows, right=range(1, len(table_rows[0]))):
            say(f"  {line}")


def _delete(chosen: argparse.Namespace) -> int:
    found = [recorded_or_damaged(directory) for directory in chosen.runs]
    if not chosen.yes:
        if not sys.stdin.isatty():
            sys.stderr.write(
                "error: nobody can be asked whether to delete, as there is no terminal\n"
                "help: `--yes` deletes without a question\n"
            )
            return 2
        for line in found:
            sys.stderr.write(f"{line}\n")
        sys.stderr.write(f"delete {len(found)} run{'s' if len(found) != 1 else ''}? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            sys.stderr.write("nothing was deleted\n")
            return 1
    for directory in chosen.runs:
        left = delete(directory)
        say(f"deleted {escape(directory)}")
        if left:
            names = ", ".join(escape(name) for name in left[:5])
            sys.stderr.write(f"note: {escape(directory)} stays, as it holds more: {names}\n")
    return 0


def recorded_or_damaged(directory: str) -> str:
    """A line about a run that is to be deleted.

    Raises:
        RunError: E0512, there is no run at all.
    """
    try:
        run = recorded(directory)
        return f"{escape(directory)}: {run.status} after {steps(run.steps)}"
    except RunError:
        if not os.path.lexists(os.path.join(directory, "run.json")):
            raise
        return f"{escape(directory)}: damaged"
