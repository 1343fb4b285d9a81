"""`python -m bench`: times our step against its peers on the same work; `python -m bench check`
times the compiler, `python -m bench watch` the terminal app.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

# Before NumPy is imported: every library is to use the kernels that it chooses for the processor,
# not those that the surroundings hold one of them to.
SET_ASIDE: dict[str, str] = {}
if __name__ == "__main__" and "--as-is" not in sys.argv and "OPENBLAS_CORETYPE" in os.environ:
    SET_ASIDE["OPENBLAS_CORETYPE"] = os.environ.pop("OPENBLAS_CORETYPE")

from bench import check, report  # noqa: E402
from bench.runner import PEERS, WorkerFailed, default_core, measure  # noqa: E402
from bench.workloads import WORKLOADS  # noqa: E402


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--workloads", default=",".join(WORKLOADS), help="which, such as W1,W3 (default: all)")
    add("--peers", default=",".join(PEERS), help="which implementations, beside ours")
    add("--rounds", type=int, default=7, help="blocks per implementation (default: 7, at least 1)")
    add("--block", type=float, default=0.3, help="CPU seconds of a block (default: 0.3)")
    add("--core", type=int, default=default_core(), help="the core to use (default: the last)")
    add("--quick", action="store_true", help="5 rounds of 0.1 s, for a first look")
    add("--json", metavar="FILE", help="also write everything measured")
    add("--as-is", action="store_true", help="keep OPENBLAS_CORETYPE, if it is set")
    options = parser.parse_args(given)
    for chosen, known, what in (
        (options.workloads.split(","), tuple(WORKLOADS), "workload"),
        (options.peers.split(","), PEERS, "implementation"),
    ):
        for name in chosen:
            if name not in known:
                parser.error(f"there is no {what} `{name}`; there are {', '.join(known)}")
    if options.rounds < 1 or options.block <= 0:
        parser.error("at least one round, and blocks longer than 0 seconds")
    if options.quick:
        options.rounds, options.block = 5, 0.1
    return options


def main(given: list[str] | None = None) -> int:
    """Measure and report; 1 if a target was missed."""
    words = sys.argv[1:] if given is None else given
    if words[:1] == ["check"]:
        return check.main(words[1:])
    if words[:1] == ["watch"]:
        from bench import watch  # the app, and a terminal, which not every machine has

        return watch.main(words[1:])
    options = _arguments(given)
    wanted = options.peers.split(",")
    peers = tuple(name for name in PEERS if name == "ours" or name in wanted)
    about = report.environment(options.rounds, options.block, options.core)
    about["set aside"] = SET_ASIDE
    show = sys.stderr.isatty()

    def tell(line: str) -> None:
        if show:
            sys.stderr.write(f"\r\033[K{line}")
            sys.stderr.flush()

    try:
        with tempfile.TemporaryDirectory(prefix="specc-bench-") as folder:
            results = [
                measure(
                    WORKLOADS[name],
                    Path(folder) / name,
                    rounds=options.rounds,
                    seconds=options.block,
                    peers=peers,
                    core=options.core,
                    tell=tell,
                )
                for name in options.workloads.split(",")
            ]
    except WorkerFailed as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    tell("")
    sys.stdout.write(report.text(results, about))
    if options.json:
        document = json.dumps(report.document(results, about), indent=1)
        Path(options.json).write_text(document + "\n", encoding="utf-8")
    return 0 if report.passed(results) else 1


if __name__ == "__main__":
    sys.exit(main())
