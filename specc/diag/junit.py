"""Findings as a JUnit report: every file that was checked is a test, which fails if the file does.

The form is that of the schema of Jenkins's xUnit plugin (`junit-10.xsd`), which other services read
as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from xml.etree import ElementTree as ET

from specc.diag.diagnostic import Diagnostic
from specc.diag.escape import escape
from specc.diag.render import render_all, summary


def junit(
    files: Mapping[str, Sequence[Diagnostic]],
    *,
    strict: bool = False,
    unreadable: Collection[str] = (),
) -> str:
    """The report, an XML document.

    Args:
        files: What was found, by the file that was checked.
        strict: Warnings fail a file, too.
        unreadable: Files that were not checked, because they cannot be read: errors, not failures.
    """
    cases = [_case(path, found, strict, path in unreadable) for path, found in files.items()]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    top = ET.Element("testsuites", counts)
    suite = ET.SubElement(top, "testsuite", {"name": "specc check", **counts})
    suite.extend(cases)
    ET.indent(top)
    # What is not ASCII becomes a reference to a character: the stream may have another encoding.
    text = ET.tostring(top, "us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(path: str, found: Sequence[Diagnostic], strict: bool, unread: bool) -> ET.Element:
    case = ET.Element("testcase", {"classname": "specc.check", "name": escape(path)})
    if not found:
        return case
    # Rendered text is escaped: of all control characters it holds newlines alone, so XML takes it.
    text = render_all(found, colour=False)
    worst = next((d for d in found if d.severity == "error"), found[0])
    if unread or strict or worst.severity == "error":
        kind = "error" if unread else "failure"
        ET.SubElement(case, kind, {"type": worst.code, "message": summary(found)}).text = text
    else:
        ET.SubElement(case, "system-out").text = text
    return case
