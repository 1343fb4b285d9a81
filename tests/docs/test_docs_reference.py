"""The reference is made from the definitions; `--update-cases` writes it anew."""

from __future__ import annotations

import re

import pytest
from doc_pages import DOCS, PAGES

from specc.diag.codes import summaries
from specc.lang.network import FORMS
from specc.lang.places import TOP
from specc.lang.report_values import DOMAINS
from specc.lang.tables import tables
from specc.library.docs import NETWORK, RANGES, all_words, describe, parts
from specc.library.reference import reference
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE

REGISTRY = Registry()
PAGE = DOCS / "reference.md"


def test_the_page_is_up_to_date(request: pytest.FixtureRequest) -> None:
    text = reference(REGISTRY)
    if request.config.getoption("--update-cases"):
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text, "--update-cases writes it anew"


def test_every_word_and_every_code_has_its_place() -> None:
    text = reference(REGISTRY)
    for word in all_words(REGISTRY):
        assert f"`{word}`" in text
    for code, line in summaries().items():
        assert f"| {code} | {line} |" in text


def test_forms_without_a_definition_are_all_described() -> None:
    assert tuple(NETWORK) == FORMS
    assert tuple(RANGES) == DOMAINS
    assert set(TOP) == {*BLOCKS[""], *STRUCTURE}
    for word in (*FORMS, *DOMAINS, *tables().words, "legacy"):
        assert describe(word, REGISTRY) is not None


@pytest.mark.parametrize("entry", REGISTRY.every(), ids=lambda e: f"{e[0]}.{e[1]}")
def test_a_definition_has_text_facts_and_one_example(entry: tuple[str, str, type]) -> None:
    _, word, kind = entry
    found = parts(kind)
    assert found[0].kind == "text"
    examples = [p for p in found if p.kind == "example"]
    assert len(examples) == 1
    assert word in "\n".join(examples[0].lines) or "accuracy mae".find(word) >= 0
    for part in found:
        assert all("Example" not in line for line in part.lines)
        if part.kind == "text":
            assert not part.lines[0].startswith(" ")


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        for file, anchor in re.findall(r"\]\(([\w/.]*)(?:#([\w-]+))?\)", text):
            target = page.parent / file if file else page
            assert target.exists(), f"{page.name}: {file}"
            if anchor:
                titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.M)
                slugs = {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}
                assert anchor in slugs, f"{page.name}: {anchor}"
