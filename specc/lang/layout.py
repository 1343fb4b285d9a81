"""Newlines to ends of statements: the filter between the lexer and the parser.

Exactly one _END follows every statement, also the last before a `}` and before the end of the file;
none stands anywhere else. Brackets are balanced when this runs.
"""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.claim_sums import claim_sum
from specc.lang.matching import DEEPEST
from specc.lang.problems import Problems
from specc.lang.tokens import CLOSE, OPEN, OPERATORS, Token, missing

_LAYOUT = frozenset({"NEWLINE", "LBRACE", "RBRACE"}) | OPEN | CLOSE
_OPENED = frozenset({"", "_END", "LBRACE"})
_GOES_ON = OPERATORS | _OPENED
UNNAMED = frozenset(("data", "network", "train", "expect", "search", "residual"))
"""Statements that are nothing but their block."""
_ARITHMETIC = frozenset({"SIGN", "FACTOR", "POWER", "COMPARE"})


def lay_out(tokens: list[Token], source: Source, problems: Problems) -> list[Token]:
    """The tokens that the parser reads."""
    out: list[Token] = []
    depth = 0
    begin = 0
    last = ""
    for token in tokens:
        kind = token.type
        if kind in _LAYOUT:
            if kind == "NEWLINE":
                if depth or last in _GOES_ON:
                    continue
                _finish(out, begin, source, problems)
                begin, last = len(out), "_END"
                continue
            if kind in OPEN:
                depth += 1
            elif kind in CLOSE:
                depth -= 1
            elif kind == "LBRACE":
                if last == "_END" and len(out) > 1 and out[-2].type != "RBRACE":
                    _brace_on_its_own_line(out, token, source, problems)
                else:
                    _check_head(out, begin, source, problems, opens=True)
                begin = len(out) + 1
            else:
                if last not in _OPENED:
                    _finish(out, begin, source, problems)
                begin = len(out) + 1
        out.append(token)
        last = kind
    if last not in _OPENED:
        _finish(out, begin, source, problems)
    return out


def _finish(out: list[Token], begin: int, source: Source, problems: Problems) -> None:
    """End the statement whose words begin at `begin`."""
    _check_head(out, begin, source, problems)
    if len(out) > begin + 1 and out[begin + 1].type in _ARITHMETIC:
        wrong = claim_sum(out[begin:], source)
        if wrong is not None:
            problems.add(wrong)
            problems.mark(out[begin].start)
            del out[begin + 1 :]
    if out and (len(out) > begin or out[-1].type == "RBRACE"):
        out.append(missing("_END", out[-1].end))


def _check_head(
    out: list[Token], begin: int, source: Source, problems: Problems, opens: bool = False
) -> None:
    """Look at a statement, or at what stands before the `{` that `opens` its block."""
    length = len(out) - begin
    if length > 2 and out[begin + 1].type == "LPAR" and out[begin].type == "NAME":
        block = out[begin].text in UNNAMED and not opens
        if block or out[begin].end == out[begin + 1].start:
            _like_a_call(out, begin, source, problems, block)
    if length > DEEPEST:
        _check_depth(out, begin, source, problems)


def _like_a_call(
    out: list[Token], begin: int, source: Source, problems: Problems, block: bool
) -> None:
    """`dense(64, relu)`: take the brackets away, in the text with an edit, here at once. Where a
    `block` is missing behind the word, they take its place.
    """
    depth = 0
    for index in range(begin + 1, len(out)):
        depth += (out[index].type in OPEN) - (out[index].type in CLOSE)
        if depth == 0:
            break
    if index + 1 < len(out) and out[index + 1].type not in ("ARROW", "AS"):
        return
    if not out[index].text:  # never closed, which is said already
        return
    if block and index > begin + 2:
        _in_braces(out, begin, index, source, problems)
        return
    if not problems.wants(out[begin].start):
        problems.mark(out[begin].start)
        del out[index], out[begin + 1]
        return
    first, last = out[begin + 1].span(source), out[index].span(source)
    edits: tuple[Edit, ...]
    from specc.lang.foreign_advice import word_advice
    from specc.lang.foreign_calls import translated
    from specc.lang.vocabulary import layer_meant, statement_of

    home = statement_of(out[begin].text)
    if home is not None:
        place = out[begin].span(source)
        start = Span(source, place.start, place.start)
        edits = (Edit(start, f"{home} "),) if place.column == 1 else ()
        problems.add(
            Diagnostic(
                "E0107",
                f"`{out[begin]}(...)` is a value, not a statement",
                Label(place, f"belongs behind `{home}`"),
                helps=(Help(f"write `{home} {out[begin]}(...)`", edits),),
            )
        )
        del out[index], out[begin + 1]
        return
    inside = Span(source, first.end, last.start)
    statement = translated(out[begin].text, inside.text)
    word = layer_meant(out[begin].text) or out[begin].text
    edits = (Edit(first, " " if index > begin + 2 else ""), Edit(last, ""))
    if word != out[begin].text:
        edits = (Edit(out[begin].span(source), word), *edits)
    fix = f"write `{word}`, a space and the arguments"
    if index == begin + 2:
        fix = f"write `{word}` alone"
    if statement not in (None, f"{word} {inside.text}".strip()):
        fix = f"write `{statement}`"
        edits = (Edit(out[begin].span(source).to(last), f"{statement}"),)
    advice = word_advice(out[begin].text, "layers")
    problems.add(
        Diagnostic(
            "E0107",
            f"the arguments of `{out[begin]}` stand without brackets",
            Label(
                first.to(last) if "\n" not in first.to(last).text else first,
                "a statement is not a call",
            ),
            helps=(Help(fix, edits) if advice is None else Help(advice),),
        )
    )
    del out[index], out[begin + 1]


def _in_braces(
    out: list[Token], begin: int, close: int, source: Source, problems: Problems
) -> None:
    """`residual(dense 64) as x`: statements in round brackets, in the text and here."""
    from specc.lang.called_blocks import CalledBlock

    block = CalledBlock(out, begin, close, source)
    problems.add(block.error)
    opener, closer, *behind = (out[begin + 1], *out[close:])
    del out[begin + 1 :]
    if not block.pieces:
        problems.mark(out[begin].start)
        return
    opener.type, closer.type = "LBRACE", "RBRACE"
    out += (*behind, opener)
    for piece in block.pieces:
        out += piece
        _finish(out, len(out) - len(piece), source, problems)
    out.append(closer)


def _check_depth(out: list[Token], begin: int, source: Source, problems: Problems) -> None:
    """Bound the depth of a statement's tree, which brackets alone do not: `1 + 1 + 1 + ...`."""
    operators, inside, deepest = 0, 0, 0
    outer: list[tuple[int, int, int]] = []
    for index in range(begin, len(out)):
        kind = out[index].type
        if kind in OPEN:
            outer.append((operators, inside, deepest))
            operators = inside = deepest = 0
        elif kind in CLOSE:
            within = max(deepest, operators + inside) + 1
            operators, inside, deepest = outer.pop()
            inside = max(inside, within)
        elif kind == "COMMA":
            deepest, operators, inside = max(deepest, operators + inside), 0, 0
        elif kind in _ARITHMETIC:
            operators += 1
        if operators + inside > DEEPEST:
            break
    else:
        return
    problems.add(
        Diagnostic(
            "E0109",
            f"a value is nested deeper than {DEEPEST} levels",
            Label(out[index].span(source), f"level {DEEPEST + 1}"),
            helps=(Help("name parts of it with `let`"),),
        )
    )
    problems.mark(out[begin].start)
    del out[begin + 1 :]


def _brace_on_its_own_line(
    out: list[Token], brace: Token, source: Source, problems: Problems
) -> None:
    """`network`, newline, `{`: take the end of the line back."""
    out.pop()
    span = brace.span(source)
    gap = Span(source, out[-1].end, span.start)
    edits = (Edit(gap, " "),) if not gap.text.strip() else ()
    problems.add(
        Diagnostic(
            "E0101",
            "`{` stands on the line of its statement",
            Label(span, "a new line ended the statement"),
            helps=(Help("move it up", edits),),
        )
    )
