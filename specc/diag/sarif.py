"""Findings in SARIF 2.1.0, the format in which services for code scanning take results.

Paths are relative to `%SRCROOT%`, columns count characters, ends are excluded. Secondary labels are
related locations, helps with edits are fixes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specc.diag.codes import explain_page, summaries
from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.escape import escape
from specc.diag.places import relative, uri
from specc.diag.source import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASE = "%SRCROOT%"


def sarif(files: Mapping[str, Sequence[Diagnostic]], root: str, version: str) -> dict[str, Any]:
    """The document, as plain data.

    Args:
        files: What was found, by the file that was checked.
        root: The folder that paths are relative to: the top of the repository.
        version: The version of specc.
    """
    rules = summaries()
    places = {code: i for i, code in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = [_result(d, path, root, places, seen) for path, found in files.items() for d in found]
    driver = {
        "name": "specc",
        "version": version,
        "rules": [_rule(code, text) for code, text in rules.items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "the top folder of the project"}}},
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, text: str) -> dict[str, Any]:
    page = explain_page(code) or ""
    # Behind the title the page begins with a paragraph that says what is wrong.
    first = page.partition("\n\n")[2].partition("\n\n")[0]
    plain = " ".join(first.split()) or text
    return {
        "id": code,
        "shortDescription": {"text": text},
        "fullDescription": {"text": plain},
        "help": {"text": plain, "markdown": page or plain},
        "defaultConfiguration": {"level": "warning" if code.startswith("W") else "error"},
    }


def _result(
    d: Diagnostic, path: str, root: str, rules: Mapping[str, int], seen: Counter[str]
) -> dict[str, Any]:
    lines = [d.message, *d.table, *d.notes, *(h.text for h in d.helps)]
    result: dict[str, Any] = {
        "ruleId": d.code,
        "level": d.severity,
        "message": _message("\n".join(lines)),
        "locations": [_location(d.primary, path, root)],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(d, path, root, seen)},
    }
    if d.code in rules:
        result["ruleIndex"] = rules[d.code]
    related = [_location(label, path, root) for label in dict.fromkeys(d.secondary)]
    if related:
        result["relatedLocations"] = related
    fixes = [_fix(h, root) for h in dict.fromkeys(d.helps) if h.edits]
    if fixes:
        result["fixes"] = fixes
    return result


def _message(text: str) -> dict[str, str]:
    # `[words](1)` would be a link; whatever a spec says stays words.
    plain = re.sub(r"\[(?=[^\]]*\]\()", r"\\[", escape(text, keep="\n"))
    return {"text": plain}


def _location(label: Label | None, path: str, root: str) -> dict[str, Any]:
    where = path if label is None else label.span.source.path
    region = {"startLine": 1} if label is None else _region(label.span)
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": _artifact(where, root), "region": region}
    }
    if label is not None and label.text:
        location["message"] = _message(label.text)
    return location


def _region(span: Span) -> dict[str, int]:
    end_line, end_column = span.end_position
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _artifact(path: str, root: str) -> dict[str, str]:
    inside = relative(path, root)
    if inside is None:
        return {"uri": "file://" + uri(Path(path).absolute().as_posix())}
    return {"uri": uri(inside), "uriBaseId": BASE}


def _fix(fix: Help, root: str) -> dict[str, Any]:
    changes = [
        {
            "artifactLocation": _artifact(source.path, root),
            "replacements": [
                {"deletedRegion": _region(e.span), "insertedContent": {"text": e.text}}
                for e in fix.edits
                if e.span.source is source
            ],
        }
        for source in dict.fromkeys(e.span.source for e in fix.edits)
    ]
    return {"description": _message(fix.text), "artifactChanges": changes}


def _fingerprint(d: Diagnostic, path: str, root: str, seen: Counter[str]) -> str:
    """Stays the same when lines above change: the code and what the line says, numbered where the
    same line with the same finding comes again.
    """
    where, line = path, ""
    if d.primary is not None:
        span = d.primary.span
        where, line = span.source.path, " ".join(span.source.line(span.line).split())
    text = "\0".join((d.code, relative(where, root) or where, line or d.message))
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    seen[key] += 1
    return f"{key}:{seen[key]}"
