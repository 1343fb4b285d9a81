"""`specc explain`: a page about a code or a word."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from specc.cli.output import say
from specc.diag.escape import escape

if TYPE_CHECKING:
    from specc.library.registry import Registry


def explain(chosen: argparse.Namespace) -> int:
    """Print the page, or what there are pages about; 2 if nothing is called so."""
    if chosen.subject is None:
        _list()
        return 0
    subject = str(chosen.subject)
    known: tuple[str, ...]
    number = re.fullmatch(r"([EW]?)0*([1-9]\d*)", subject.upper(), re.ASCII)
    if number is not None:
        from specc.diag.codes import explain_page, summaries

        page = explain_page(subject)
        if page is not None:
            say(_plain(page))
            return 0
        codes = tuple(summaries())
        known = tuple(c for c in codes if c.endswith(number[1] + number[2].zfill(4))) or codes
        if known is not codes:
            return _nothing(subject, f"did you mean {_either(known)}?")
    else:
        from specc.library.docs import all_words, describe
        from specc.library.registry import Registry

        registry = Registry()
        text = describe(subject, registry)
        if text is not None:
            say(_plain(text))
            return 0
        known = all_words(registry)
        theirs = _called(subject, registry)
        if theirs:
            return _nothing(subject, f"`{subject}` is called {theirs} here")
    from specc.diag.suggest import suggest

    near = suggest(subject, known)
    return _nothing(subject, f"did you mean {_either(near)}?" if near else "see `specc explain`")


def _either(words: Iterable[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)


def _called(subject: str, registry: Registry) -> str:
    """What other tools call so, in the words of this language; empty if none of them does."""
    from specc.lang.foreign import ours
    from specc.library.registry import CATEGORIES

    labels = {a.label for _, _, kind in registry.every() for a in kind.args}
    places = [(c, registry.words(c)) for c in CATEGORIES] + [("arguments", sorted(labels))]
    found = (ours(subject, category, words) for category, words in places)
    return _either(dict.fromkeys(word for word in found if word is not None))


def _nothing(subject: str, fix: str) -> int:
    sys.stderr.write(f"error: nothing is called `{escape(subject)}`\nhelp: {escape(fix)}\n")
    return 2


def _plain(page: str) -> str:
    """A page of Markdown as a terminal shows it best: code indented, no fences, no `#`."""
    lines: list[str] = []
    code = False
    for line in page.rstrip().splitlines():
        if line.lstrip().startswith("```"):
            code = not code
        elif code:
            lines.append(f"    {line}".rstrip())
        else:
            lines.append(re.sub(r"^#+ ", "", line))
    return "\n".join(lines)


def _list() -> None:
    """Everything that `explain` knows."""
    from specc.diag.codes import summaries
    from specc.library.docs import NETWORK, RANGES, RESULTS, VALUES
    from specc.library.registry import CATEGORIES, Registry
    from specc.library.statements import BLOCKS, STRUCTURE

    registry = Registry()
    rows = [["statements", ", ".join(sorted({*BLOCKS[""], *STRUCTURE}))]]
    rows += [[f"  of `{name}`", ", ".join(words)] for name, words in BLOCKS.items() if name]
    rows.insert(2, ["  of `network`", ", ".join(NETWORK)])
    rows += [["search ranges", ", ".join(RANGES)], ["in values", ", ".join(VALUES)]]
    rows.append(["results", ", ".join(RESULTS)])
    rows += [[category, ", ".join(registry.words(category))] for category in CATEGORIES]
    rows += [[code, text] for code, text in summaries().items()]
    wide = max(len(name) for name, _ in rows) + 2
    for name, text in rows:
        lines = textwrap.wrap(text, 96 - wide, break_on_hyphens=False)
        for i, line in enumerate(lines):
            say(f"{'' if i else name:{wide}}{line}")
