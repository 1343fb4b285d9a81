"""A spec that does not compile: the two sizes that disagree, and the compiler's own words with the
lines of the spec."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specc_tui import untrusted
from specc_tui.lines import Line, Lines, Role, line, wrap
from specc_tui.printable import printable

MOST_FINDINGS = 200

QUOTED = re.compile(r"`[^`]*`")
SHAPE = re.compile(r"\([^()]*\)")
SIZE = re.compile(r"(?<![\w.])\d[\d_]*(?:,\d{3})*(?![\w.]\d|\w)")
MARKER = re.compile(r"^(\s*\|\s*)([\^~-]+.*)$")
GUTTER = re.compile(r"^(\s*\d*\s*\|)(.*)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of the compiler."""

    code: str
    message: str
    line: int
    label: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a spec: the errors as data, and as the compiler tells them."""

    file: str
    errors: tuple[Finding, ...] = ()
    story: tuple[str, ...] = ()


def read_findings(text: str) -> tuple[Finding, ...]:
    """The errors of `specc check --format json`.

    Raises:
        ValueError: the text is no JSON.
    """
    return tuple(
        Finding(
            untrusted.text(item.get("code"), 20),
            untrusted.text(item.get("message")),
            untrusted.whole(item.get("line")),
            untrusted.text(item.get("label")),
        )
        for item in untrusted.objects(untrusted.parse(text))[:MOST_FINDINGS]
        if item.get("severity") == "error"
    )


def sizes(message: str) -> tuple[str, str] | None:
    """The two sizes of a message such as "`add` cannot join (8, m) and (16, m)"; None if it does
    not speak of two."""
    words = QUOTED.sub(" ", message)
    for pattern in (SHAPE, SIZE):
        found = list(dict.fromkeys(pattern.findall(words)))
        if len(found) == 2:
            return found[0], found[1]
    return None


def failure_lines(findings: Findings, width: int) -> Lines:
    """The error state of the dimensions screen."""
    number = len(findings.errors)
    what = "1 error" if number == 1 else f"{number} errors" if number else "it was refused"
    name = findings.file.replace("\\", "/").rpartition("/")[2]
    rows: list[Line] = [line(f"{name} does not run: {what}", Role.BAD)]
    for error in findings.errors:
        pair = sizes(error.message)
        if pair is not None:
            rows.append(_disagreement(pair, error))
    rows.append(line(""))
    for text in findings.story:
        rows += _told(text, width)
    rows.append(line(""))
    rows += wrap("save a repaired spec and it is checked again; R starts it anew", width, Role.DIM)
    return tuple(rows)


def _disagreement(pair: tuple[str, str], error: Finding) -> Line:
    where = f"line {error.line}" if error.line else ""
    return (
        (f"  {pair[0]} ", Role.STRONG),
        ("≠", Role.BAD),
        (f" {pair[1]}", Role.STRONG),
        (f"   {where}  {error.code}", Role.DIM),
    )


def _told(text: str, width: int) -> Lines:
    """A line of the compiler's report in the roles of the app; long sentences are wrapped."""
    marker = MARKER.match(text)
    if marker is not None:
        role = Role.BAD if "^" in marker[2] else Role.NOTE
        return (((marker[1], Role.DIM), (marker[2], role)),)
    gutter = GUTTER.match(text)
    if gutter is not None:
        return (((gutter[1], Role.DIM), (gutter[2], Role.TEXT)),)
    if text.startswith("error"):
        return wrap(text, width, Role.STRONG)
    if "= help" in text or text.startswith("help"):
        return (line(text, Role.GOOD),)
    return (line(text, Role.DIM if text.lstrip().startswith(("-->", "=")) else Role.TEXT),)


def repaired(file: str) -> str:
    """What is said of a spec whose errors are gone."""
    return printable(f"{file} has no errors now: R trains it")
