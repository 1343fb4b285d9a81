"""SARIF and JUnit against the genuine schemas, where somebody has them at hand.

`SPECC_SCHEMAS` names a folder with `sarif-schema-2.1.0.json` (OASIS) and `junit-10.xsd` (Jenkins'
xUnit plugin); they are not part of this repository, and `tests/schemas/fetch.py` brings them, as
`.ci/run` does. Without them the other tests hold the reports to what `tests/schemas` restates.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_cases import PAGES, cases, completed

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.junit import junit
from specc.diag.sarif import sarif
from specc.diag.source import Source

FOLDER = os.environ.get("SPECC_SCHEMAS")
SUBSET = Path(__file__).parents[1] / "schemas" / "sarif-2.1.0-subset.json"

pytestmark = pytest.mark.skipif(FOLDER is None, reason="SPECC_SCHEMAS is not set")


@cache
def findings() -> Mapping[str, Sequence[Diagnostic]]:
    """What is said about every golden spec, by paths with characters that need care."""
    found: dict[str, Sequence[Diagnostic]] = {}
    for page in sorted(PAGES.glob("*.md")):
        for case in cases(page):
            path = os.path.abspath(f"some/{page.stem} {len(found)}é&.dl")
            found[path] = check_source(Source(path, completed(case.text)))
    assert len({d.code for f in found.values() for d in f}) > 30
    return found


def genuine() -> dict[str, Any]:
    text = Path(str(FOLDER), "sarif-schema-2.1.0.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_sarif() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = json.loads(json.dumps(sarif(findings(), os.getcwd(), "1.0")))
    kind = jsonschema.validators.validator_for(genuine())
    checker = kind(genuine(), format_checker=kind.FORMAT_CHECKER)
    assert [e.message for e in checker.iter_errors(document)] == []
    document["runs"][0]["results"][0]["levl"] = "error"
    assert len(list(checker.iter_errors(document))) == 1


def test_what_is_restated_is_part_of_the_schema() -> None:
    mine, whole = json.loads(SUBSET.read_text("utf-8")), genuine()
    for name, definition in mine["definitions"].items():
        theirs = whole["definitions"][name]
        assert set(definition.get("properties", ())) <= set(theirs.get("properties", ())), name
        assert set(theirs.get("required", ())) <= set(definition.get("required", ())), name


def test_junit(tmp_path: Path) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(str(Path(str(FOLDER), "junit-10.xsd")))
    unreadable = tuple(findings())[:3]
    for strict in (False, True):
        report = tmp_path / "report.xml"
        report.write_text(junit(findings(), strict=strict, unreadable=unreadable), "utf-8")
        assert [e.reason for e in schema.iter_errors(str(report))] == []
