"""The parser's tables, kept beside the grammar, so that not every process computes them again.

That computation is a third of what `specc check` takes to start. The tables are plain data, and
hold the grammar and the version of lark that they were made from: where either differs they are
not used, and nothing is lost but time. After a change of the grammar,

    python -m specc.lang.tables

writes them anew.
"""

from __future__ import annotations

import json
import os.path
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from specc.lang.grammar import grammar_path, grammar_text
from specc.lang.lexer import Scanner


def parser() -> Lark:
    """The parser of the language: from its tables, if they fit the grammar."""
    grammar = grammar_text()
    return loaded(tables_path(), grammar) or built(grammar)


def tables_path() -> str:
    """The file of the tables, beside the grammar."""
    return os.path.splitext(grammar_path())[0] + ".tables.json"


def built(grammar: str) -> Lark:
    """The parser, computed from the text of the grammar."""
    return Lark(grammar, parser="lalr", lexer=Scanner, maybe_placeholders=False)


def dumped(grammar: str) -> str:
    """The text of a table file."""
    data, memo = built(grammar).memo_serialize([TerminalDef, Rule])
    del data["options"]["lexer"], data["parser"]["lexer_conf"]["lexer_type"]
    tables = {"lark": lark.__version__, "grammar": grammar, "data": data, "memo": memo}
    return json.dumps(tables, separators=(",", ":")) + "\n"


def loaded(path: str, grammar: str) -> Lark | None:
    """The parser from its table file; None unless that was made by this lark from this grammar."""
    try:
        with open(path, encoding="utf-8") as file:
            tables = json.load(file)
    except (OSError, ValueError):
        return None
    made_from = {"lark": lark.__version__, "grammar": grammar}
    if not isinstance(tables, dict) or not made_from.items() <= tables.items():
        return None
    data = tables["data"]
    data["options"]["lexer"] = data["parser"]["lexer_conf"]["lexer_type"] = Scanner
    table = data["parser"]["parser"]
    table["tokens"] = _by_number(table["tokens"])
    table["states"] = {
        state: _by_number(actions) for state, actions in _by_number(table["states"]).items()
    }
    # This is what the parsers that `lark.tools.standalone` writes do with theirs; it has no types.
    make: Any = Lark
    found: Lark = make._load_from_dict(data, _by_number(tables["memo"]))
    return found


def _by_number(table: dict[str, Any]) -> dict[int, Any]:
    """JSON makes strings of the numbers that are keys."""
    return {int(key): value for key, value in table.items()}


if __name__ == "__main__":
    with open(tables_path(), "w", encoding="utf-8") as output:
        output.write(dumped(grammar_text()))
