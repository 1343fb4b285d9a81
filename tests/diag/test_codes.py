"""The list of codes is the folder of pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import specc
from specc.diag.codes import explain_page, summaries


def test_every_summary_has_its_page_and_the_reverse() -> None:
    found = summaries()
    assert list(found) == sorted(found)
    assert "E0302" in found
    for code, text in found.items():
        page = explain_page(code)
        assert page is not None
        assert page.startswith(f"# {code}: {text}\n")


def test_every_code_in_the_source_has_its_page() -> None:
    folders = [Path(folder) for folder in specc.__path__]
    texts = [file.read_text("utf-8") for folder in folders for file in folder.rglob("*.py")]
    used = {code for text in texts for code in re.findall(r'"([EW]\d{4})"', text)}
    assert "E0302" in used
    assert used <= summaries().keys()


def test_case_does_not_matter() -> None:
    assert explain_page("e0302") == explain_page("E0302")


@pytest.mark.parametrize(
    "code",
    ["E9999", "", "E0302.md", "../explain/E0302", "E030", "E\uff10302", "E0302\n", "\0", "dense"],
)
def test_what_is_no_code_has_no_page(code: str) -> None:
    assert explain_page(code) is None


def test_the_list_is_the_callers_own() -> None:
    summaries().clear()
    assert summaries()
