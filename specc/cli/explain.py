"""`specc explain`: a page about a code or a word."""

from __future__ import annotations

import argparse
import re
import sys

from specc.cli.output import say
from specc.diag.escape import escape


def explain(chosen: argparse.Namespace) -> int:
    """Print the page; 2 if nothing is called so."""
    subject = str(chosen.subject)
    if re.fullmatch(r"[EWew]\d{4}", subject):
        from specc.diag.codes import explain_page, summaries

        page = explain_page(subject.upper())
        if page is not None:
            say(page.rstrip())
            return 0
        known: tuple[str, ...] = tuple(summaries())
    else:
        from specc.library.docs import all_words, describe
        from specc.library.registry import Registry

        registry = Registry()
        text = describe(subject, registry)
        if text is not None:
            say(text.rstrip())
            return 0
        known = all_words(registry)
    from specc.diag.suggest import suggest

    near = suggest(subject, known)
    hint = f"; did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""
    sys.stderr.write(f"error: nothing is called `{escape(subject)}`{hint}\n")
    return 2
