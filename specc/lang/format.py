"""`Spec` to text in the canonical form, the one that `specc fmt` writes.

    network{                            network {
      input 64                              input  64
      dense width//2,relu -> 32     =>      dense  width // 2, relu  -> 32
    }                                   }

Formatting what is formatted changes nothing, and reading the text gives the same spec, comments
included.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from specc.lang.format_values import (
    SUM,
    item_pieces,
    joined,
    listed,
    value_pieces,
)
from specc.lang.spec import Spec, Statement

WIDTH = 88
INDENT = 4
CONTINUED = 8
"""Further indentation of the lines on which a long statement goes on."""


def format_spec(spec: Spec) -> str:
    """The canonical text of a spec that was read without errors."""
    lines = _statements(spec.statements, 0) + _comments(spec.closing, 0)
    return "\n".join(lines) + "\n" if lines else ""


class _Form(Enum):
    """How a statement takes up lines, which decides what it is aligned with."""

    SIMPLE = "no block"
    ONE_LINE = "its block on the same line"
    BLOCK = "a block over several lines"


def _statements(statements: tuple[Statement, ...], indent: int) -> list[str]:
    lines: list[str] = []
    for form, group in _groups(statements, indent):
        if form is _Form.BLOCK:
            lines += _block(group[0], indent)
            continue
        texts = _simple(group, indent) if form is _Form.SIMPLE else _one_line(group, indent)
        column = _comment_column(group, texts)
        for statement, text in zip(group, texts, strict=True):
            lines += _above(statement, indent)
            if statement.trailing is not None:
                text[-1] = f"{text[-1].ljust(column)}  {statement.trailing}"
            lines += text
    return lines


def _groups(
    statements: tuple[Statement, ...], indent: int
) -> Iterator[tuple[_Form, list[Statement]]]:
    """Runs of statements of one form with no blank line between: what is aligned together."""
    group: list[Statement] = []
    form = _Form.BLOCK
    for statement in statements:
        own = _form(statement, indent)
        apart = statement.blank_before or "" in statement.leading
        if group and (form is _Form.BLOCK or own is not form or apart):
            yield form, group
            group = []
        form = own
        group.append(statement)
    if group:
        yield form, group


def _form(statement: Statement, indent: int) -> _Form:
    if statement.block is None:
        return _Form.SIMPLE
    return _Form.ONE_LINE if _fits_one_line(statement, indent) else _Form.BLOCK


def _fits_one_line(statement: Statement, indent: int) -> bool:
    if statement.inner or statement.ending or statement.block is None or len(statement.block) > 1:
        return False
    for child in statement.block:
        if not statement.one_line or child.leading or child.trailing is not None:
            return False
        if child.block is not None and not _fits_one_line(child, indent):
            return False
    return indent + len(_flat(statement)) <= WIDTH


def _flat(statement: Statement) -> str:
    """A statement on one line, nothing aligned."""
    head = " ".join(_head(statement))
    if statement.block is None:
        return head
    return f"{head} {_braces(statement)}"


def _braces(statement: Statement) -> str:
    return "".join(["{ ", *(_flat(child) + " " for child in statement.block or ()), "}"])


def _head(statement: Statement, word: int = 0, left: int = 0) -> list[str]:
    """The pieces of a statement up to its block.

    Args:
        statement: Any statement.
        word: What to pad its word to, if arguments follow.
        left: What to pad the left side of a claim to.
    """
    if statement.claim is not None:
        claimed = [_left(statement).ljust(left)]
        right = value_pieces(statement.claim.right, SUM)
        return joined(claimed, [f" {statement.claim.operator} "], right)
    pieces = [statement.word]
    if statement.items:
        gap = " " * max(word - len(statement.word), 1)
        pieces = joined(pieces, [gap], listed([item_pieces(i) for i in statement.items]))
    if statement.dims is not None:
        pieces = joined(pieces, ["  -> "], listed([value_pieces(v) for v in statement.dims]))
    if statement.alias is not None:
        pieces = joined(pieces, [f" as {statement.alias.text}"])
    return pieces


def _left(statement: Statement) -> str:
    """The left side of a claim."""
    return "" if statement.claim is None else " ".join(value_pieces(statement.claim.left, SUM))


def _simple(group: list[Statement], indent: int) -> list[list[str]]:
    """The lines of statements without blocks: arguments in one column, claims in another."""
    words = [len(s.word) for s in group if s.claim is None]
    word = max(words) + 2 if len(words) > 1 else 0
    left = max(len(_left(s)) for s in group)
    return [_filled(_head(s, word, left), indent) for s in group]


def _one_line(group: list[Statement], indent: int) -> list[list[str]]:
    """The lines of blocks that take one line each, their braces in one column where that fits."""
    heads = [" " * indent + " ".join(_head(s)) for s in group]
    blocks = [_braces(s) for s in group]
    column = max(len(head) for head in heads) + 2 if len(group) > 1 else 0
    if column + max(len(block) for block in blocks) > WIDTH:
        column = 0
    pairs = zip(heads, blocks, strict=True)
    return [[head.ljust(max(column, len(head) + 1)) + block] for head, block in pairs]


def _block(statement: Statement, indent: int) -> list[str]:
    lines = _filled(joined(_head(statement), [" {"]), indent)
    if statement.trailing is not None:
        lines[-1] += f"  {statement.trailing}"
    lines += _statements(statement.block or (), indent + INDENT)
    lines += _comments(statement.inner, indent + INDENT)
    lines.append(" " * indent + "}" + (f"  {statement.ending}" if statement.ending else ""))
    return [*_above(statement, indent), *lines]


def _filled(pieces: list[str], indent: int) -> list[str]:
    """Pieces on as few lines as they need."""
    lines = [" " * indent + pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= WIDTH:
            lines[-1] += " " + piece
        else:
            lines.append(" " * (indent + CONTINUED) + piece)
    return lines


def _above(statement: Statement, indent: int) -> list[str]:
    blank = [""] if statement.blank_before else []
    return blank + _comments(statement.leading, indent)


def _comments(comments: tuple[str, ...], indent: int) -> list[str]:
    return [" " * indent + comment if comment else "" for comment in comments]


def _comment_column(group: list[Statement], texts: list[list[str]]) -> int:
    """The width to which to pad lines with a comment; 0 where they would become too long."""
    pairs = [(len(t[-1]), s.trailing) for s, t in zip(group, texts, strict=True) if s.trailing]
    column = max((length for length, _ in pairs), default=0)
    return column if all(column + 2 + len(comment) <= WIDTH for _, comment in pairs) else 0
