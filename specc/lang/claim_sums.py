"""Claims that do arithmetic with results that have no dot: `parameters / 1000 <= 9`.

The grammar tells a claim from a statement by its first word. Behind a word without a dot a sign
begins a value (`dense -1`), so such a claim is known by its word and its comparison only.
"""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.tokens import Token

COUNTS: Final = ("parameters", "flops", "memory")
"""The results that have no dot."""
_INVERSE: Final = {"+": "-", "-": "+", "*": "/", "/": "*"}


def claim_sum(statement: list[Token], source: Source) -> Diagnostic | None:
    """E0101 for the tokens of a statement that is such a claim."""
    if len(statement) < 4 or statement[0].text not in COUNTS:
        return None
    word, operator, operand, *_ = statement
    at = next((i for i, t in enumerate(statement) if t.type == "COMPARE"), None)
    if operator.type not in ("SIGN", "FACTOR") or at is None:
        return None
    fix = Help("make a claim of each result")
    inverse = _INVERSE.get(operator.text)
    if operand.type == "NUMBER" and at == 3 and inverse is not None and len(statement) > 4:
        right = statement[4:]
        text = source.text[right[0].start : right[-1].end]
        if inverse in "*/" and any(t.type == "SIGN" for t in right):
            text = f"({text})"
        claim = f"{statement[3]} {text} {inverse} {operand}"
        rest = Span(source, operator.start, right[-1].end)
        fix = Help("move it to the right side", (Edit(rest, claim),))
    return Diagnostic(
        "E0101",
        f"a claim about `{word}` holds it alone, without `{operator}`",
        Label(operator.span(source), "no arithmetic here"),
        notes=("only results with a dot can be added: `dev.cost - train.cost <= 0.1`",),
        helps=(fix,),
    )
