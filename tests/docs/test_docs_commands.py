"""Commands in the documentation parse, and those with an output print it.

`--update-cases` writes outputs that differ into the pages. It alone runs what is marked `slow`.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from doc_pages import DOCS, PAGES, Fence, fences, furnish

from specc.cli.arguments import parse
from specc.cli.main import run

NOISE = re.compile(r"(run directory: |look at it: |training \S+ in )")
"""Lines that name the folder of the run."""
TIMING = re.compile(r"[\d.,]+ (s|min|ms)\b|[\d,.]+k? examples per second")
NUMBER = re.compile(r"[-+]?\d[\d,_]*(?:\.\d+)?(?:e[-+]?\d+)?%?")


def commands() -> list[tuple[str, str]]:
    """All command lines of fenced blocks, with their places."""
    found = []
    for page in PAGES:
        for fence in fences(page):
            for line in fence.text.splitlines():
                if fence.language == "console" and line.startswith("$ "):
                    found.append((fence.id, line[2:]))
                elif fence.language == "sh":
                    found += [(fence.id, part.strip()) for part in line.split("&&")]
    return [(place, line) for place, line in found if re.match(r"(\S*/)?specc ", line)]


def inline_commands() -> list[tuple[str, str]]:
    """Commands within a sentence or a list, with arguments; `specc check --data` is a name."""
    found = []
    for page in PAGES:
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
        lines = re.findall(r"`(specc [^`\n]+)`", text)
        lines += re.findall(r"^    (specc .*?)(?:   .*)?$", text, re.M)
        for line in lines:
            given = [word for word in line.split()[2:] if not word.startswith("-")]
            if given and "COMMAND" not in line:
                found.append((page.name, line))
    return found


def test_commands_are_found() -> None:
    assert len(commands()) > 20
    assert len(inline_commands()) > 5


@pytest.mark.parametrize(("place", "line"), [*commands(), *inline_commands()])
def test_commands_parse(place: str, line: str) -> None:
    _, *arguments = shlex.split(line)
    assert parse(arguments) is not None


def outputs(page: Path) -> list[Fence]:
    return [f for f in fences(page) if f.language == "console"]


OUTPUTS = [fence for page in sorted(DOCS.glob("*.md")) for fence in outputs(page)]


@pytest.mark.parametrize("fence", OUTPUTS, ids=lambda f: f.id)
def test_outputs_are_those_of_a_run(
    fence: Fence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    update = bool(request.config.getoption("--update-cases"))
    if "slow" in fence.flags and not update:
        assert len(fence.text.splitlines()) > 1
        return
    furnish(tmp_path, fence.page)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    command, *shown = fence.text.rstrip().splitlines()
    _, *arguments = shlex.split(command.removeprefix("$ "))
    capsys.readouterr()
    run(arguments)
    printed = capsys.readouterr()
    lines = [x for x in (printed.out + printed.err).rstrip().splitlines() if not NOISE.match(x)]
    now = cut(lines, fence.flags)
    difference = differs(shown, now, "about" in fence.flags)
    if difference and update:
        page = DOCS / fence.page
        text = page.read_text("utf-8")
        page.write_text(text.replace(fence.text, "\n".join([command, *now]) + "\n", 1), "utf-8")
        return
    assert not difference, difference


def cut(lines: list[str], flags: tuple[str, ...]) -> list[str]:
    """The lines that a page shows, with `...` for those that it leaves out."""
    while lines and not lines[-1]:
        lines.pop()
    lines = [line.rstrip() for line in lines]
    for flag in flags:
        kind, _, count = flag.partition("=")
        if kind == "tail" and len(lines) > int(count):
            lines = ["...", *lines[-int(count) :]]
        elif kind == "head" and len(lines) > int(count):
            lines = [*lines[: int(count)], "..."]
    return lines


def differs(shown: list[str], now: list[str], roughly: bool) -> str:
    """What is not the same in two outputs, or nothing. Times are not compared."""
    if len(shown) != len(now):
        return f"{len(shown)} lines are shown, {len(now)} are printed:\n" + "\n".join(now)
    for old, new in zip(shown, now, strict=True):
        before, after = TIMING.sub("TIME", old), TIMING.sub("TIME", new)
        words = NUMBER.sub("#", before).split(), NUMBER.sub("#", after).split()
        pairs = zip(NUMBER.findall(before), NUMBER.findall(after), strict=False)
        if words[0] != words[1] or not all(close(a, b, roughly) for a, b in pairs):
            return f"shown:   {old}\nprinted: {new}"
    return ""


def close(old: str, new: str, roughly: bool) -> bool:
    """Whether two printed numbers are the same result, on this machine and on another."""
    a, b = (float(re.sub("[,_%]", "", text)) for text in (old, new))
    if a == b:
        return True
    if re.fullmatch(r"[-+\d,_]+", old):
        return False
    if "e-" in old:  # differences of a gradient check, made of rounding
        return max(a, b) <= 100 * min(a, b)
    return abs(a - b) <= (0.25 if roughly else 0.02) * max(abs(a), abs(b))


def test_numbers_are_compared() -> None:
    assert differs(["cost  0.6931  50.00 %  1.2 s"], ["cost 0.6930 50.00 %  3 s"], False) == ""
    assert differs(["cost 0.6931"], ["cost 0.7931"], False)
    assert differs(["cost 0.6931"], ["loss 0.6931"], False)
    assert differs(["1,500 steps"], ["1,501 steps"], False)
    assert differs(["a"], ["a", "b"], False)
