"""`python -m bench check`: what a check costs, which runs in hooks and in editors.

Three questions, all answered in one run:

* how long a check of one file takes as a process, against Python that imports lark alone,
* how much CPU time 200 files take in one call, beyond that of one file,
* how much CPU time it takes to check 500 lines again when one of them was edited, as an editor or a
  program does it, of which the last check has left what it made.

Processes take turns, A B C A B C, after one round that warms the caches; medians are reported, and
the ratio is the median of the ratios within each round.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.large import LINES, blocks, experiment, network
from bench.runner import ROOT, default_core

if TYPE_CHECKING:
    from collections.abc import Callable

    from specc.diag.source import Source

FILES = 200
ONE = "models/digits.dl"
BARE, LARK = ("-c", "pass"), ("-c", "import lark")
LOOP = ("-c", "for i in range(1_000_000): i * i")
"""Says how fast the machine is at the moment."""
CHECK = ("-m", "specc", "check")
TARGETS = {
    "one file / import lark": 2.2,
    f"{FILES} files beyond one, CPU s": 1.0,
    f"{LINES} lines again, CPU ms": 10.0,
}
FIRST, STEP = 41, 37
"""The first number that an edit writes, and how many places further on the next one is."""
LARGE = {
    "a network of a layer per line": network,
    "a network of a block per line": blocks,
    "an experiment with its variants": experiment,
}


class Edit(NamedTuple):
    """What stands in a line, and what takes its place, with another number each time: in the last
    line that it stands in, or in another one each time.
    """

    old: str
    new: str
    anywhere: bool = False

    def made(self, text: str, number: int) -> str:
        """The text with one line edited.

        Raises:
            ValueError: there is no such line.
        """
        parts = text.split(self.old)
        if len(parts) == 1:
            raise ValueError(f"`{self.old}` is not in the text")
        at = 1 + STEP * number % (len(parts) - 1) if self.anywhere else len(parts) - 1
        new = self.new.format(FIRST + number)
        return self.old.join(parts[:at]) + new + self.old.join(parts[at:])


WHOLE = "all of it"
CALLED = "a layer edited, by specc.check"
MANY = ("a `let` of a third of the layers edited", "the block of all layers edited")
"""One line that changes what hundreds of layers are: measured, and under no target."""
EDITS: dict[str, dict[str, Edit]] = {
    "a network of a layer per line": {
        "a line of `train` edited": Edit("run 30 epochs", "run {} epochs"),
        "a layer edited": Edit("dense 33, relu", "dense {}, relu"),
        "a layer edited, anywhere": Edit("dense 33, relu", "dense {}, relu", anywhere=True),
        CALLED: Edit("dense 33, relu", "dense {}, relu", anywhere=True),
        "a layer added": Edit(
            "dense 33, relu", "dense 33, relu\n    dense {}, relu", anywhere=True
        ),
        "five layers added": Edit(
            "dense 33, relu", "dense {}, relu" + 5 * "\n    dense 35, relu", anywhere=True
        ),
        "a word misspelt": Edit("dense 33, relu", "dense 33, rel{}", anywhere=True),
        "a brace too many": Edit("dense 33, relu", "dense {}, relu }}", anywhere=True),
        "a brace left open": Edit("dense 33, relu", "dense {}, relu {{", anywhere=True),
        "a bracket left open": Edit("dense 33, relu", "dense ({}, relu", anywhere=True),
    },
    "a network of a block per line": {
        "a line of `train` edited": Edit("run 30 epochs", "run {} epochs"),
        "a use edited": Edit("part 34", "part {}"),
        "a use edited, anywhere": Edit("part 34", "part {}", anywhere=True),
        "a use added": Edit("part 34", "part 34\n    part {}", anywhere=True),
        "a word misspelt": Edit("part 34", "part{} 34", anywhere=True),
        MANY[0]: Edit("let wide = 33", "let wide = {}"),
        MANY[1]: Edit("dense n, relu", "dense n + {}, relu"),
    },
    "an experiment with its variants": {
        "a line of `train` edited": Edit("run 30 epochs", "run {} epochs"),
        "a layer edited": Edit("dense  w3,", "dense  {},"),
        CALLED: Edit("dense  w3,", "dense  {},"),
        "a `let` edited": Edit("let w3 = 40", "let w3 = {}"),
        "a block edited": Edit("dense    width,", "dense    width + {},"),
        "a block edited, with a warning": Edit("keep = keep", "keep = 0.{}"),
        "a line of a variant edited": Edit("batch  40", "batch  4{}"),
        "a word misspelt": Edit("dense  w3, relu", "dense  w3, rel{}"),
        "a loss that does not fit": Edit("dense  1, sigmoid", "dense  {}, sigmoid"),
    },
}
"""The lines that are edited, one at a time."""


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench check", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of processes (default: 15)")
    parser.add_argument("--core", type=int, default=default_core(), help="the core to use")
    parser.add_argument("--json", metavar="FILE", help="also write everything measured")
    parser.add_argument("--recheck", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.rounds < 1:
        parser.error("at least one round")
    return options


def main(given: list[str] | None = None) -> int:
    """Measure and report; 1 if a target was missed."""
    options = _arguments(given)
    if options.recheck:
        sys.stdout.write(json.dumps(recheck(options.rounds)))
        return 0
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.core})
    with tempfile.TemporaryDirectory(prefix="specc-bench-") as folder:
        found = measured(Path(folder), options.rounds)
    sys.stdout.write(report(found))
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(value <= TARGETS[name] for name, value in results(found).items()) else 1


def measured(folder: Path, rounds: int) -> dict[str, Any]:
    """Seconds of every process by the clock and of CPU, and of every check in one process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    many = copies(folder / "specs")
    commands = {
        "python": BARE,
        "a million products": LOOP,
        "import lark": LARK,
        "one file": (*CHECK, ONE),
        f"{FILES} files": (*CHECK, *many),
    }
    wall: dict[str, list[float]] = {name: [] for name in commands}
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds, used = process(command, environment)
            if number:
                wall[name].append(seconds)
                cpu[name].append(used)
    again = subprocess.run(
        [sys.executable, "-m", "bench.check", "--recheck", "--rounds", str(rounds)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {"wall": wall, "cpu": cpu, "again": json.loads(again.stdout)}


def copies(folder: Path) -> list[str]:
    """Many files: the specs of `models/`, each of them under several names."""
    folder.mkdir()
    specs = sorted((ROOT / "models").glob("*.dl"))
    paths = [folder / f"{i:03}.dl" for i in range(FILES)]
    for i, path in enumerate(paths):
        path.write_text(specs[i % len(specs)].read_text("utf-8"), "utf-8")
    return [str(path) for path in paths]


def process(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of a Python process: by the clock, and of CPU."""
    before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    seconds, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    return seconds, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def recheck(rounds: int) -> dict[str, list[float]]:
    """CPU seconds of checks of a large text in which one line is another each time: of all of it,
    and with what the last check has left.
    """
    from specc.api.checking import check as called
    from specc.checking import check_source
    from specc.diag.source import Source
    from specc.editing.checker import Checker

    def of_text(source: Source) -> object:
        return called(source.text)

    found: dict[str, list[float]] = {}
    for name, make in LARGE.items():
        text, edits = make(), EDITS[name]
        for kind, edit in {WHOLE: next(iter(edits.values())), **edits}.items():
            check = {WHOLE: check_source, CALLED: of_text}.get(kind) or Checker().check
            check(Source("spec.dl", text))
            versions = (edit.made(text, number) for number in range(rounds + 1))
            _, *times = [_timed(check, Source("spec.dl", version)) for version in versions]
            found[f"{name}, {kind}"] = times
    return found


def _timed(check: Callable[[Source], object], source: Source) -> float:
    gc.collect()
    start = time.process_time()
    check(source)
    return time.process_time() - start


def results(found: dict[str, Any]) -> dict[str, float]:
    """The numbers that have targets."""
    ratio, files, again = TARGETS
    edited = {
        name: seconds
        for name, seconds in found["again"].items()
        if not name.endswith((WHOLE, *MANY))
    }
    pairs = zip(found["wall"]["one file"], found["wall"]["import lark"], strict=True)
    one, many = (found["cpu"][name] for name in ("one file", f"{FILES} files"))
    return {
        ratio: median(a / b for a, b in pairs),
        files: median(b - a for a, b in zip(one, many, strict=True)),
        again: 1e3 * max(map(median, edited.values())),
    }


def report(found: dict[str, Any]) -> str:
    """All medians, and the targets."""
    lines = [f"{'process':32}{'wall ms':>10}{'min':>10}{'CPU ms':>10}"]
    for name, seconds in found["wall"].items():
        numbers = (median(seconds), min(seconds), median(found["cpu"][name]))
        lines.append(f"{name:32}" + "".join(f"{1e3 * s:10.1f}" for s in numbers))
    lines += ["", f"{f'{LINES} lines, in one process':72}{'CPU ms':>10}{'min':>10}"]
    for name, seconds in found["again"].items():
        lines.append(f"{name:72}{1e3 * median(seconds):10.1f}{1e3 * min(seconds):10.1f}")
    lines += ["", f"{'':32}{'':>10}{'target':>10}"]
    for name, value in results(found).items():
        verdict = "" if value <= TARGETS[name] else "   missed"
        lines.append(f"{name:32}{value:10.2f}{TARGETS[name]:10.1f}{verdict}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
