"""Findings about the text in the editor: which one is meant, what is said about it, and its fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specc.diag.edits import common_ends
from specc_tui.figures import count
from specc_tui.lines import Line, Lines, Role, fit, line, wrap
from specc_tui.printable import printable

if TYPE_CHECKING:
    from specc.editing.study import Finding, Study


def current(findings: Sequence[Finding], offset: int, line_start: int, line_end: int) -> int | None:
    """The finding to show for a cursor: one under it, one on its line, the next one, the last."""
    if not findings:
        return None
    under = [i for i, f in enumerate(findings) if f.start <= offset <= f.end]
    on_line = [i for i, f in enumerate(findings) if line_start <= f.start <= line_end]
    after = [i for i, f in enumerate(findings) if f.start > offset]
    return next(iter((*under, *on_line, *after)), len(findings) - 1)


def onward(findings: Sequence[Finding], offset: int, by: int) -> int | None:
    """The next finding behind (1) or before (-1) an offset, round the ends of the text."""
    if not findings:
        return None
    order = range(len(findings)) if by > 0 else range(len(findings) - 1, -1, -1)
    ahead = (i for i in order if (findings[i].start - offset) * by > 0)
    return next(ahead, order[0])


def message_lines(finding: Finding | None, study: Study | None, width: int) -> Lines:
    """The finding as `specc check` prints it, or that there is none."""
    if study is None:
        return (line("checking ...", Role.DIM),)
    if finding is None:
        fits = f"{count(study.layers)} layers, {count(study.parameters)} parameters"
        return (line(f"no findings: {fits}" if study.layers else "no findings", Role.GOOD),)
    bad = Role.BAD if finding.severity == "error" else Role.NOTE
    rows: list[Line] = []
    for i, text in enumerate(finding.text(max(40, width)).split("\n")):
        if i == 0:
            rows += wrap(printable(text), max(1, width), bad)
        else:
            rows.append(fit(line(printable(text), _role(text)), width))
    return tuple(rows)


def _role(text: str) -> Role:
    bare = text.strip()
    if bare.startswith("help:"):
        return Role.GOOD
    if bare.startswith(("-->", ":::", "...")) or bare == "|":
        return Role.DIM
    return Role.TEXT


def summary(study: Study | None) -> tuple[str, Role]:
    """`2 errors, 1 warning`."""
    if study is None:
        return "checking ...", Role.DIM
    kinds = [f.severity for f in study.findings]
    counts = [(kinds.count(kind), kind) for kind in ("error", "warning")]
    said = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for n, kind in counts if n)
    role = Role.BAD if "error" in kinds else Role.NOTE if kinds else Role.GOOD
    return said or "no findings", role


def fixed(text: str, finding: Finding) -> str:
    """The text after the first fix of a finding."""
    parts: list[str] = []
    at = 0
    for start, end, new in finding.fix.edits if finding.fix is not None else ():
        parts += (text[at:start], new)
        at = end
    return "".join((*parts, text[at:]))


def changed_lines(before: str, after: str) -> tuple[int, int, list[str]] | None:
    """The lines (first, last excluded) of a text that another differs in, and what they become, so
    that an editor changes only these and its cursor stays; None where nothing differs."""
    old, new = before.split("\n"), after.split("\n")
    if old == new:
        return None
    head, tail = common_ends(old, new)
    return head, len(old) - tail, new[head : len(new) - tail]
