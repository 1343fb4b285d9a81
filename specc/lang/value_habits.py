"""What was meant by a value of the wrong kind, as people write it who know another tool."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specc.diag.diagnostic import Edit, Help
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang.foreign import plain
from specc.lang.report import meant
from specc.lang.report_values import DOMAINS, FORMATS, NOTHING
from specc.lang.spec import Binary, Boolean, Call, Group, Name, Number, String, Value
from specc.lang.vocabulary import statement_of
from specc.library.define import Arg
from specc.library.statements import BLOCKS

YES = {"true": "true", "yes": "true", "on": "true", "1": "true"}
NO = {"false": "false", "no": "false", "off": "false", "0": "false"}
OPTIONAL = (
    "init",
    "regularize",
    "schedule",
    "normalize",
    "augment",
    "target",
    "clip",
    "stop",
    "metrics",
)
"""Statements of words that a spec may lack."""
_NUMBER = re.compile(r"-?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?%?")


def instead(arg: Arg, value: Value, word: str, words: Sequence[str]) -> tuple[Help, ...]:
    """What was probably meant by a value of the wrong kind, as an edit."""
    span = value.span
    match value:
        case String():
            return _without_quotes(arg, value, word, words)
        case Name() if value.text.lower() in NOTHING and not arg.required:
            return (Help(f"leave `{arg.label}` out"),)
        case Name() if value.text.lower() in NOTHING and arg.kind == "word":
            return (Help(f"leave the statement `{word}` out"),) if word in OPTIONAL else ()
        case Name() if value.text.lower() in NOTHING and arg.many and arg.kind == "dim":
            return (_without_axis(value),)
        case Name() if arg.kind in ("string", "path"):
            return (Help("put it in double quotes", (Edit(span, f'"{value.text}"'),)),)
        case Name() if arg.kind == "objective":
            best = "min" if value.text.endswith(("cost", "loss", "mae")) else "max"
            text = f"{best}({value.text})"
            return (Help(f"write `{text}`", (Edit(span, text),)),)
        case Name() | Number() | Boolean() if arg.kind in ("bool", "shuffle"):
            said = plain(span.text)
            near = suggest(said, ("true", "false"), 1)
            text = YES.get(said) or NO.get(said) or "".join(near)
            return (Help(f"write `{text}`", (Edit(span, text),)),) if text else ()
        case Binary() if "//" in span.text and arg.kind not in ("dim", "int", "float"):
            start = span.start + span.text.index("//")
            edits = (Edit(Span(span.source, start, start + 2), "#"),)
            return (Help("a comment begins with `#`", edits),)
        case Binary() if arg.sequence and value.operator == "+":
            gap = Span(span.source, value.left.span.end, value.right.span.start)
            return (Help("one follows the other by `then`", (Edit(gap, " then "),)),)
        case Number() if arg.category == "regularizers":
            return (Help(f"for example `l2({span.text})`"),)
        case Number() | Binary() if arg.category == "normalizers":
            one = f"1/{span.text}" if isinstance(value, Number) else span.text
            return (Help(f"write `scale({one})`", (Edit(span, f"scale({one})"),)),)
        case Number() if arg.category == "clips":
            return (Help(f"for example `norm({span.text})`"),)
        case Binary() if arg.category == "activations" and isinstance(value.right, Name):
            named = value.right.text
            return (Help(f"values are added by a statement, `add {named}` on the next line"),)
        case Binary() if isinstance(value.right, Call) and arg.kind == "word" and not arg.sequence:
            return _of_its_own(value.right.word, value.right.span.text)
        case Group() if arg.kind in ("dim", "int", "float") and not arg.many:
            first = value.values[0].span.text
            text = f"{first} in {{{span.text[1:-1].strip()}}}"
            return (Help(f"choices of a search are written `{text}`"),)
        case Call() if value.word in DOMAINS:
            return (Help(f"a search range stands behind a value: `1e-3 in {span.text}`"),)
    if arg.kind != "word" and isinstance(value, Name | Call):
        return _of_its_own(value.text if isinstance(value, Name) else value.word, span.text)
    return ()


def _of_its_own(word: str, text: str) -> tuple[Help, ...]:
    """`lr = exponential(...)`: a word that a statement takes."""
    statement = statement_of(word)
    block = next((b for b, words in BLOCKS.items() if statement in words), "")
    where = f" in `{block} {{ ... }}`" if block else " at the top of the file"
    return (Help(f"it is said by a statement: `{statement} {text}`{where}"),) if statement else ()


def _without_axis(value: Name) -> Help:
    """`input None, 64`."""
    text, end = value.span.source.text, value.span.end
    while text[end : end + 1] in (",", " "):
        end += 1
    gap = Span(value.span.source, value.span.start, end)
    edits = (Edit(gap, ""),) if "," in gap.text else ()
    return Help("sizes are those of one example: leave the axis of the examples out", edits)


def _without_quotes(arg: Arg, value: String, word: str, words: Sequence[str]) -> tuple[Help, ...]:
    text, span = value.value, value.span
    bare = (Help("leave the quotes out", (Edit(span, text),)),)
    if arg.kind == "word":
        if text in words:
            return bare
        if arg.category == "sources":
            end = "." + text.rpartition(".")[2]
            reader = FORMATS.get(end, "csv")
            rest = ', target = "label"' if reader == "csv" else ', inputs = "X", target = "Y"'
            return (Help(f"say how to read it, for example `{reader}({span.text}{rest})`"),)
        found = meant(text, span, words, arg.category)
        return tuple(h for h in found if h.edits)
    numeric = arg.kind in ("dim", "int", "float", "seed") and _NUMBER.fullmatch(text)
    known = text in arg.one_of or (arg.kind == "bool" and text in ("true", "false"))
    timed = arg.kind == "duration" and re.fullmatch(r"[0-9.]+ [a-z]+|[0-9.]+%", text)
    dotted = arg.kind == "metric" and re.fullmatch(r"\w+\.\w+", text, re.ASCII)
    return bare if numeric or known or timed or dotted else ()
