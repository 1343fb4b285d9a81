"""Commas behind statements, as in Python and JSON, where each line of a list ends with one: E0107.

    run    50 epochs,
    batch  64,

A comma at the end of a line means that the statement goes on. Where what follows can only be the
next statement, the comma is taken out, here and in the text, and all of a file are one finding. A
single one is said by the parser, which knows what is missing behind it, unless the lines make one
statement that it would read.
"""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source
from specc.lang.problems import Problems
from specc.lang.tokens import CLOSE, OPEN, OPERATORS, PLAIN_VALUE, WORDS, Token

_OF_CLAIMS: Final = frozenset({"COMPARE", "SIGN", "FACTOR", "POWER"})
"""What stands behind the first word of a claim, and of no other statement."""
_JOINS: Final = ("from", "add", "concat", "let")
"""Statements whose values are names that the file gives."""


def without_trailing_commas(tokens: list[Token], source: Source, problems: Problems) -> list[Token]:
    """The tokens of a text with balanced brackets, without the commas that end statements."""
    found = _trailing(tokens, habit=False)
    if not found:
        return tokens
    found = _trailing(tokens, habit=True)
    if len(found) == 1 and not _reads_on(tokens, found[0]):
        return tokens
    for index in found:
        problems.add(_finding(tokens[index], source, len(found) == 1), mended=True)
    gone = frozenset(found)
    return [token for index, token in enumerate(tokens) if index not in gone]


def _finding(comma: Token, source: Source, alone: bool) -> Diagnostic:
    place = comma.span(source)
    edits = (Edit(place, ""),)
    if alone:
        return Diagnostic(
            "E0101",
            "expected a value after `,`, found the end of the line",
            Label(place, "a value is missing after this"),
            notes=("after `,` a statement goes on in the next line",),
            helps=(Help("remove the comma", edits),),
        )
    return Diagnostic(
        "E0107",
        "statements end with their line, not with `,`",
        Label(place, "not part of the statement"),
        helps=(Help("leave the comma out", edits),),
    )


def _trailing(tokens: list[Token], habit: bool) -> list[int]:
    """The commas that end statements. With the `habit` also those behind which the name of a layer
    stands alone, which is no value either.
    """
    names = _Names(tokens)
    found: list[int] = []
    begin = depth = 0
    claim = False
    last = ""
    for index, token in enumerate(tokens):
        kind = token.type
        if kind in OPEN:
            depth += 1
        elif kind in CLOSE:
            depth -= 1
        elif not depth:
            ends = kind in ("LBRACE", "RBRACE")
            if kind == "NEWLINE":
                if last in OPERATORS:
                    continue
                ends = True
            elif kind == "COMPARE":
                claim = begin < index and tokens[begin + 1].type in _OF_CLAIMS
            elif kind == "COMMA":
                after = _behind(tokens, index)
                if after > index + 1 and (
                    _ends(tokens, begin, index, after)
                    or (claim and _is_word(tokens, after))
                    or (habit and _is_alone(tokens, begin, after, names))
                ):
                    found.append(index)
                    begin, claim = after, False
            if ends:
                begin, claim = index + 1, False
        last = kind
    return found


def _behind(tokens: list[Token], index: int) -> int:
    """The first token of the lines behind this one; itself and one where the line goes on."""
    after = index + 1
    while after < len(tokens) and tokens[after].type == "NEWLINE":
        after += 1
    return after if after < len(tokens) else len(tokens) + 1


class _Names:
    """The blocks and the values that a file names, looked up once they are asked for."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._found: dict[str, frozenset[str]] = {}

    def after(self, *words: str) -> frozenset[str]:
        """What stands behind these words."""
        key = " ".join(words)
        if key not in self._found:
            pairs = zip(self._tokens, self._tokens[1:], strict=False)
            self._found[key] = frozenset(b.text for a, b in pairs if a.text in words)
        return self._found[key]


def _ends(tokens: list[Token], begin: int, comma: int, after: int) -> bool:
    """Whether what follows a comma at the end of a line cannot go on with the statement, of which
    `begin` is the first token; `after` is the first one on the lines behind the comma.
    """
    before = tokens[comma - 1]
    if begin == comma:
        return comma > 0 and before.type == "RBRACE"
    if before.type in OPERATORS:
        return False
    if after >= len(tokens) or tokens[after].type == "RBRACE":
        return True
    first, word = tokens[begin], tokens[after]
    second = tokens[after + 1].type if after + 1 < len(tokens) else ""
    if first.type == word.type == "STRING":
        return second in PLAIN_VALUE
    if first.type not in WORDS or word.type not in WORDS:
        return False
    if tokens[begin + 1].type == "EQUAL":
        return second == "EQUAL"
    if comma - 2 > begin and tokens[comma - 2].type == "AS":
        return True
    if second in PLAIN_VALUE:
        from specc.lang.vocabulary import has_argument

        return not has_argument(first.text, word.text)
    if second == "LBRACE":
        from specc.lang.vocabulary import BRACED

        return word.text in BRACED
    return False


def _is_word(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].type in WORDS


def _is_alone(tokens: list[Token], begin: int, after: int, names: _Names) -> bool:
    """Whether a word on the line behind a comma can only begin a statement, though no value
    follows it: the name of a block or of a layer.
    """
    from specc.lang.vocabulary import begins_statement
    from specc.library.registry import standard

    if not _is_word(tokens, after) or tokens[begin].text in _JOINS:
        return False
    word = tokens[after].text
    named = after + 1 < len(tokens) and tokens[after + 1].type == "EQUAL"
    if named or word in names.after("let", "as"):
        return False
    layer = set(standard().categories(word)) <= {"layers"}
    return word in names.after("block") or (begins_statement(word) and layer)


def _reads_on(tokens: list[Token], comma: int) -> bool:
    """Whether the parser would take the lines around a comma for one statement, or would name
    another cause.
    """
    after = _behind(tokens, comma)
    if after >= len(tokens):
        return False
    following = [t.type for t in tokens[after : after + 2]]
    return following == ["NAME", "EQUAL"] or following == ["NAME", "LBRACE"]
