"""What every finding about every text promises, whatever the text is."""

from __future__ import annotations

import json

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits
from specc.diag.machine import concise, to_json
from specc.diag.render import render_text
from specc.diag.source import Source


def check(text: str) -> tuple[Diagnostic, ...]:
    """The findings about a text, each held to its promises."""
    source = Source("spec.dl", text)
    found = check_source(source)
    for diagnostic in found:
        _hold(diagnostic, source)
    return found


def _hold(d: Diagnostic, source: Source) -> None:
    labels = [label for label in (d.primary, *d.secondary) if label is not None]
    edits = [e for h in d.helps for e in h.edits]
    for span in (*(label.span for label in labels), *(e.span for e in edits)):
        assert span.source is source
        assert 0 <= span.start <= span.end <= len(source.text)
    assert "\n" not in d.message
    for fix in d.helps:
        assert isinstance(apply_edits(source, fix.edits), str)
    for shown in (render_text(d, colour=False), concise(d)):
        assert all(char.isprintable() or char == "\n" for char in shown)
    plain = render_text(d, colour=True, width=40)
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m"):
        plain = plain.replace(code, "")
    for code in ("31", "33", "94", "36"):
        plain = plain.replace(f"\x1b[1;{code}m", "")
    assert all(char.isprintable() or char == "\n" for char in plain)
    assert json.loads(json.dumps(to_json(d)))["code"] == d.code
