"""Goldens of diagnostics: `tests/cases/diagnostics/*.md`, a page per feature of the language.

A case is a heading, prose, and fences:

    ```dl              a spec; the statements of `frame.dl` that it lacks are put behind it, so that
                       a case shows nothing but its point, with the line numbers it has here
    ```dl whole        a spec as it stands, where broken brackets would swallow the frame
    ```dl blocks.dl    another file, for `use`
    ```error           what `specc check` says, every error of it and no warning

`--update-cases` writes the last of these anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits
from specc.diag.render import render_text
from specc.diag.source import Source

PAGES = Path(__file__).parent / "cases" / "diagnostics"
LEAST = 80
"""Diagnostics that are pinned."""

FRAME = re.findall(
    r"^[a-z]+ .*?(?=^[a-z]|\Z)", (PAGES / "frame.dl").read_text("utf-8"), re.M | re.S
)
_FENCE = re.compile(r"^```(dl(?: \S+)?|error)\n(.*?)^```$", re.M | re.S)


class Case(NamedTuple):
    """One spec and what is said about it."""

    page: Path
    title: str
    files: tuple[tuple[str, str], ...]
    text: str
    pinned: str


def completed(text: str) -> str:
    """A spec with the statements of the frame that it lacks."""
    there = set(re.findall(r"^([a-z]+)", text, re.M))
    return text + "".join(part for part in FRAME if part.split()[0] not in there)


def cases(page: Path) -> Iterator[Case]:
    """The cases of a page, in order."""
    title, text = "", ""
    files: list[tuple[str, str]] = []
    for match in re.finditer(
        rf"^## (?P<title>[^\n]*)$|{_FENCE.pattern}", page.read_text("utf-8"), re.M | re.S
    ):
        info, body = match[2], match[3]
        if match["title"] is not None:
            title = match["title"]
        elif info == "error":
            yield Case(page, title, tuple(files), text, body)
            files = []
        elif info == "dl":
            text = completed(body)
        elif info == "dl whole":
            text = body
        else:
            files.append((info.removeprefix("dl "), body))


ALL = tuple(case for page in sorted(PAGES.glob("*.md")) for case in cases(page))
each_case = pytest.mark.parametrize("case", ALL, ids=[f"{c.page.stem}: {c.title}" for c in ALL])


@pytest.fixture
def found(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The errors of a case."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()  # the top of a project, out of which `use` may not lead
    for name, text in case.files:
        (tmp_path / name).write_text(text, "utf-8")
    source = Source("spec.dl", case.text)
    return source, errors(source)


def errors(source: Source) -> tuple[Diagnostic, ...]:
    return tuple(d for d in check_source(source) if d.severity == "error")


Found = tuple[Source, tuple[Diagnostic, ...]]


@each_case
def test_what_is_said(case: Case, found: Found, request: pytest.FixtureRequest) -> None:
    rendered = "\n\n".join(render_text(d, colour=False) for d in found[1]) + "\n"
    if request.config.getoption("--update-cases") and rendered != case.pinned:
        page = case.page.read_text("utf-8")
        before = f"```error\n{case.pinned}```\n"
        start = page.index(before, page.index(f"## {case.title}\n"))
        after = page[start + len(before) :]
        case.page.write_text(f"{page[:start]}```error\n{rendered}```\n{after}", "utf-8")
        return
    assert rendered == case.pinned, "--update-cases writes it anew"


@each_case
def test_wording(case: Case, found: Found) -> None:
    assert found[1], "nothing is wrong with this spec"
    for d in found[1]:
        assert d.message[0] == "`" or d.message[0].islower()
        assert not d.message.endswith(".")
        assert d.primary is not None
        assert 0 < len(d.primary.text.split()) <= 9
        for label in d.secondary:
            assert 0 < len(label.text.split()) <= 9
        for text in (*d.notes, *(h.text for h in d.helps)):
            assert text[0] == "`" or not text[0].isupper()
            assert not text.endswith(".") or text.endswith("...")


@each_case
def test_edits_repair(case: Case, found: Found) -> None:
    """After any edit that is offered, this is not said again."""
    source, diagnostics = found
    for d in diagnostics:
        for fix in d.helps:
            if fix.edits and all(e.span.source is source for e in fix.edits):
                after = errors(Source(source.path, apply_edits(source, fix.edits)))
                key = (d.code, d.message)
                before = sum((o.code, o.message) == key for o in diagnostics)
                assert sum((o.code, o.message) == key for o in after) < before


def test_titles_are_unique() -> None:
    names = [(case.page, case.title) for case in ALL]
    assert len(set(names)) == len(names)


def test_enough_is_pinned() -> None:
    headlines = re.findall(r"^error\[(E\d{4})\]: ", "".join(case.pinned for case in ALL), re.M)
    assert len(headlines) >= LEAST
    assert {code[:3] for code in headlines} >= {"E01", "E02", "E03", "E04"}
