"""The pages of `specc explain CODE` are true: the failing spec fails so, the repaired one passes.

A page holds fenced blocks, in the order of reading:

    ```csv points.csv        a data file, written beside the specs that follow
    ```python makes-files    a program that writes data files, run in the same place
    ```dl fails              must yield exactly the code of the page
    ```dl fails-when-run     may yield nothing, since only a run finds it
    ```dl                    must yield nothing
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from specc.diag.codes import explain_page, summaries

CODES = tuple(summaries())
WITHOUT_FAILING_SPEC = {"E0511"}
"""A folder is at fault there, never a spec."""


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
    assert kinds in (["dl fails", "dl"], ["dl fails-when-run", "dl"])
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
    driver = pytest.importorskip("specc.driver")
    monkeypatch.chdir(tmp_path)
    for info, text in fences(code):
        match info.split():
            case ["csv", name]:
                (tmp_path / name).write_text(text)
            case ["python", "makes-files"]:
                exec(compile(text, f"{code}.md", "exec"), {})
            case ["dl", "fails"]:
                assert [d.code for d in driver.check_text(text, str(tmp_path))] == [code]
            case ["dl", "fails-when-run"]:
                assert {d.code for d in driver.check_text(text, str(tmp_path))} <= {code}
            case ["dl"]:
                assert driver.check_text(text, str(tmp_path)) == ()
            case _:
                pytest.fail(f"a block of unknown kind: {info}")
