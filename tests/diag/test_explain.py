"""The pages of `specc explain CODE` are true: the failing spec fails so, the repaired one passes.

A page holds fenced blocks, in the order of reading:

    ```csv points.csv        a data file, written beside the specs that follow
    ```python makes-files    a program that writes data files, run in the same place
    ```dl fails              must yield exactly the code of the page
    ```dl warns              the same for a warning: it compiles all the same
    ```dl fails-when-run     may yield nothing when checked, must yield the code when trained
    ```dl                    must yield nothing, on the page of an error no error

What a page of an error shows may be small enough to be warned about.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from specc.checking import check_text
from specc.diag.codes import explain_page, summaries
from specc.diag.diagnostic import RunError
from specc.diag.source import Source
from specc.driver import compile_source
from specc.run.events import Finished
from specc.training import prepare_job, run_job

CODES = tuple(summaries())
WITHOUT_FAILING_SPEC = {"E0511", "E0515"}
"""A folder or an installation is at fault there, never a spec."""


FAIL_WHEN_RUN = tuple(c for c in CODES if "```dl fails-when-run\n" in (explain_page(c) or ""))


class Fence(NamedTuple):
    info: str
    text: str


def fences(code: str) -> list[Fence]:
    page = explain_page(code)
    assert page is not None
    return [Fence(*found) for found in re.findall(r"^```(\S.*)\n((?:.*\n)*?)```$", page, re.M)]


@pytest.mark.parametrize("code", CODES)
def test_page_is_complete(code: str) -> None:
    page = explain_page(code)
    assert page is not None
    title, blank, first = page.split("\n")[:3]
    assert re.fullmatch(r"[EW]\d{4}: \S.{8,80}[^.]", title.removeprefix("# "))
    assert blank == ""
    assert len(first) > 20
    assert "\n## Why\n\n" in page
    assert page.count("```") == 2 * len(fences(code))
    assert {fence.info.split()[0] for fence in fences(code)} <= {"dl", "csv", "python"}


@pytest.mark.parametrize("code", CODES)
def test_specs_are_complete_and_differ_by_the_repair_only(code: str) -> None:
    specs = [fence for fence in fences(code) if fence.info.startswith("dl")]
    kinds = [spec.info for spec in specs]
    if code in WITHOUT_FAILING_SPEC:
        assert kinds == ["dl"]
        return
    first = ("dl warns",) if code.startswith("W") else ("dl fails", "dl fails-when-run")
    assert kinds in [[kind, "dl"] for kind in first]
    before, after = (spec.text.splitlines() for spec in specs)
    assert {"data {", "network {", "train {"} <= set(after)
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    if before == after:
        files = [fence for fence in fences(code) if not fence.info.startswith("dl")]
        assert len(files) == 2
        assert files[0] != files[1]
    elif code != "E0109":
        assert len(changed) <= 4


@pytest.mark.parametrize("code", CODES)
def test_specs_compile_as_the_page_says(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for info, text in specs_with_their_files(code):
        found = check_text(text, str(tmp_path))
        if code.startswith("E"):
            found = tuple(d for d in found if d.severity == "error")
        match info:
            case "dl fails" | "dl warns":
                assert [d.code for d in found] == [code]
            case "dl fails-when-run":
                assert {d.code for d in found} <= {code}
            case _:
                assert found == ()


@pytest.mark.parametrize("code", FAIL_WHEN_RUN)
def test_specs_run_as_the_page_says(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if code == "E0512":
        # The story of that page begins with the repaired spec.
        failing, repaired = (text for _, text in specs_with_their_files(code))
        assert trained(repaired, "run") == "finished"
        assert trained(failing, "run", resume=True) == code
        return
    ends = [trained(text, info) for info, text in specs_with_their_files(code)]
    assert ends == ["diverged" if code == "E0513" else code, "finished"]


def specs_with_their_files(code: str) -> Iterator[Fence]:
    """The specs of a page, each when the files before it are in the current folder."""
    for fence in fences(code):
        match fence.info.split():
            case ["csv", name]:
                Path(name).write_text(fence.text)
            case ["python", "makes-files"]:
                exec(compile(fence.text, f"{code}.md", "exec"), {})
            case _:
                yield fence


def trained(text: str, out: str, resume: bool = False) -> str:
    """How a run of a spec ends: its status, or the code of what it failed with."""
    try:
        job = prepare_job(compile_source(Source("spec.dl", text)), out)
        *_, last = run_job(job, resume=resume)
    except RunError as problem:
        return problem.diagnostic.code
    assert isinstance(last, Finished)
    return last.status
