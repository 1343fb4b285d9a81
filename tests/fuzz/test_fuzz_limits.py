"""Texts made to take long or to fill the memory. Each is refused or checked, in 200 MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

MEGABYTES = 200
WORKERS = 2
"""Processes that take turns with the cases, side by side."""
ROOM = 600 * 2**20
"""Address space of the process, Python and its libraries included."""
FRAME = """data { source csv("d.csv", target = "y") }
loss cross_entropy
optimizer adam(lr = 1e-3)
train { run 1 epoch }
"""

WORKER = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
from specc.checking import check_text

def most():
    # Not ru_maxrss where there is better: it starts from what the process that forked this one had.
    try:
        with open("/proc/self/status") as file:
            return next(int(s.split()[1]) for s in file if s.startswith("VmHWM")) // 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

for line in sys.stdin:
    found = [d for d in check_text(json.loads(line)) if d.severity == "error"]
    peak = most()
    first = found[0].message if found else ""
    print(json.dumps([[d.code for d in found], first, peak]), flush=True)
"""


def network(body: str) -> str:
    return f"{FRAME}network {{\ninput 64\n{body}\ndense 10, softmax\n}}\n"


def chain(value: str, rows: range) -> str:
    return "".join(f"let a{i} = {value.format(i - 1)}\n" for i in rows)


def calls(body: str) -> str:
    """Blocks of which each uses the one before ten times."""
    made = "".join(f"block b{i} {{\n{f'b{i - 1}{chr(10)}' * 10}}}\n" for i in range(1, 30))
    return f"block b0 {{ {body} }}\n{made}{network('b29')}"


BIG = 2**20
CASES: dict[str, tuple[str, str]] = {
    "repeat 10**9": (network("repeat 10**9 { dense 3 }"), "more than 10,000 layers"),
    "repeats in repeats": (
        network("repeat 999 { repeat 999 { repeat 999 { dense 3 } } }"),
        "more than 10,000 layers",
    ),
    "a tower": ("let a = 2**2**2**100\n" + network("dense a"), "cannot be computed"),
    "a large number": (network(f"dense {'9' * 290}"), "below 2**63"),
    "a longer number": (network(f"dense {'9' * 100_000}"), "number out of range"),
    "a sum of sums": ("let a0 = 1\n" + chain("a{0} + a{0}", range(1, 60)) + network(""), ""),
    "sums backwards": (
        chain("a{0} + a{0}", range(60, 0, -1)) + "let a0 = 1\n" + network(""),
        "",
    ),
    "a chain of lets": (chain("a{0}", range(2_000, 0, -1)) + "let a0 = 1\n" + network(""), ""),
    "a circle of lets": (
        chain("a{0}", range(1, 2_000)) + "let a0 = a1999\n" + network(""),
        "itself",
    ),
    "blocks of blocks": (calls("dense 3"), "more than 10,000 layers"),
    "blocks of nothing": (calls(""), "has no layers"),
    "deep blocks": (
        "block b0 { relu }\n"
        + "".join(
            f"block b{i} {{ {'residual { ' * 60} b{i - 1} {'} ' * 60} }}\n" for i in range(1, 31)
        )
        + network("b30"),
        "nest deeper than 100 levels",
    ),
    "deep braces": ("a {\n" * 5_000, "deeper than 64"),
    "deep brackets": ("a " + "(" * 100_000, "deeper than 64"),
    "deep signs": ("a " + "-" * 100_000 + "1", "deeper than 64"),
    "a long sum": ("a 1" + " + 1" * 30_000, "deeper than 64"),
    "10,000 statements": (network("dense 8, relu\n" * 9_000), ""),
    "10,000 unknown statements": ("".join(f"w{i} 3\n" for i in range(10_000)), "is called `w0`"),
    "10,000 wrong claims": (
        network("") + "expect {\n" + "dev.cost <= 1\n" * 10_000 + "}",
        "needs a dev set",
    ),
    "10,000 variants": (
        network("") + "".join(f"variant v{i} {{ init zeros }}\n" for i in range(10_000)),
        "more than 1,000 variants",
    ),
    "100 wrong variants": (
        network("") + "".join(f"variant v{i} {{ init z{i} }}\n" for i in range(100)),
        "is called `z0`",
    ),
    "10,000 names and 900 variants": (
        "".join(f"let a{i} = 2\n" for i in range(10_000))
        + network("dense a1, relu")
        + "".join(f"variant v{i} {{ let a1 = {i + 3} }}\n" for i in range(900)),
        "the variants have more than 30,000 layers to check",
    ),
    "10,000 names and 3,000 uses of a block": (
        "".join(f"let a{i} = 2\n" for i in range(10_000))
        + "block b(x) { dense x, relu }\n"
        + network("".join(f"b {i % 7 + 1}\n" for i in range(3_000))),
        "",
    ),
    "parameters": (
        f"block b({', '.join(f'p{i} = {i}' for i in range(5_000))}) {{ dense 3, relu }}\n"
        + network("b\n" * 1_000),
        "more than 100 parameters",
    ),
    "a long default and 2,000 uses of a block": (
        f"block b(x = {' then '.join(['warmup(1 step)'] * 5_000)}) {{ relu }}\n"
        + network("b\n" * 2_000),
        "",
    ),
    "60,000 sizes": (
        network("").replace("input 64", f"input {', '.join(f'n{i}' for i in range(60_000))}"),
        "nothing is called `n0`",
    ),
    "names for twice a name": (
        "let a0 = warmup(1 step)\n"
        + chain("a{0} then a{0}", range(1, 60))
        + network("dense 3, relu")
        + "schedule a59\n",
        "names stand for more than 100,000 values",
    ),
    "calls of calls": (
        "let a0 = adam(lr = 1)\n"
        + chain("adam(lr = a{0}, beta1 = a{0})", range(1, 60))
        + network(""),
        "names stand for more than 100,000 values",
    ),
    "sizes that double": (
        network("relu as a0\n" + "".join(f"concat a{i}, a{i} as a{i + 1}\n" for i in range(2_000))),
        "and a size is below 2**63",
    ),
    "many choices": (
        network(f"dense 3 in {{{', '.join(map(str, range(1, 2_000)))}}}"),
        "more than 64 choices",
    ),
    "many inputs": (
        f"{FRAME}network {{\n"
        + "".join(f"input 3 as i{k}\n" for k in range(500))
        + f"concat {', '.join(f'i{k}' for k in range(500))}\ndense 10, softmax\n}}\n",
        "",
    ),
    "too long": (" " * (BIG + 1), "longer than 1 MiB"),
    "too many words": ("a 1" + ",1" * 200_000, "more than 200,000 words"),
    **{
        f"a megabyte of {name}": ((text * (BIG // len(text))), said)
        for name, text, said in (
            ("zeros", "0", "malformed number"),
            ("exponents", "1e-", "malformed number"),
            ("underscores", "1_", "malformed number"),
            ("dots", "a.", "unknown character"),
            ("one name", "a", "no statement is called"),
            ("lines", "\n", "200,000 words"),
            ("empty comments", "#\n", "200,000 words"),
            ("carriage returns", "\r", "end with a carriage return"),
            ("braces", "}", "200,000 words"),
            ("quotes", '"', "200,000 words"),
            ("single quotes", "'", "double quotes"),
            ("backslashes", '"\\', "unterminated string"),
            ("stars", "/*", "comments begin"),
            ("slashes", "//", "comments begin"),
            ("semicolons", ";", "statements end"),
            ("comments", "#", "no `data`"),
            ("dollars", "$ ", "unknown character"),
            ("letters with accents", "\u00e9", "holds the character"),
            ("wrong letters", "a\u00e9 ", "holds the character"),
        )
    },
    "20,000 allows": ("# allow W0306: so it was\n" * 20_000 + network("dense 3, relu"), ""),
    "20,000 unused names": (
        "".join(f"let a{i} = {i}\n" for i in range(20_000)) + network("dense 3, relu"),
        "",
    ),
    "3,000 schedules": (
        network("relu") + f"schedule {' then '.join(['warmup(1 step)'] * 3_000)}\n",
        "",
    ),
    "30,000 schedules": (
        network("relu") + f"schedule {' then '.join(['warmup(1 step)'] * 30_000)}\n",
        "joins more than 10,000 values",
    ),
    "numbers and words": (network("dense 3 x\n" * 20_000), "missing comma"),
    "indentation": ("network\n  relu\n" * 15_000, "stand in braces"),
    "bells": ("\x07 " * 100_000, "control character"),
    "reading orders": ("a\u202e" * 100_000, "bidirectional character"),
    "no UTF-8": ("\ufffd" * 100_000, "not valid UTF-8"),
    "colons": ("a:\n" * 30_000, "braces"),
    "assignments": ("a = 1\n" * 30_000, "no statement"),
    "calls": ("dense(64)\n" * 20_000, "without brackets"),
    "square brackets": ("a []\n" * 20_000, "not part of the language"),
    "closing braces": ("}\n" * 30_000, "unmatched"),
    "empty blocks": ("a {}\n" * 20_000, "`a`"),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[list[str], str, int]]:
    """The codes and the first message of each case, and the memory at its peak, from processes
    that may not have more.
    """
    found: dict[str, tuple[list[str], str, int]] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        for part in pool.map(_answered, [list(CASES)[i::WORKERS] for i in range(WORKERS)]):
            found |= part
    return found


def _answered(names: list[str]) -> dict[str, tuple[list[str], str, int]]:
    """The answers of one process."""
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(ROOM)],
        input="".join(json.dumps(CASES[name][0]) + "\n" for name in names),
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answered = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(names, map(tuple, answered), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_says_what_is_too_much(name: str, answers: dict[str, tuple[list[str], str, int]]) -> None:
    codes, message, _ = answers[name]
    said = CASES[name][1]
    assert bool(codes) == bool(said)
    assert said in message


def test_memory_stays_small(answers: dict[str, tuple[list[str], str, int]]) -> None:
    assert max(peak for _, _, peak in answers.values()) <= MEGABYTES
