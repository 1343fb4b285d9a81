"""The tables of the grammar, kept beside it: made by lark when the grammar changes.

They are plain data and hold the grammar that they were made from. Where it differs they are not
used but made anew, which needs lark and a moment more. After a change of the grammar,

    python -m specc.lang.tables

writes them.
"""

from __future__ import annotations

import json
import os.path
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import CompilerBug
from specc.lang.automaton import Rule, Tables
from specc.lang.grammar import grammar_path, grammar_text

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule as LarkRule
    from lark.lexer import TerminalDef


def tables() -> Tables:
    """The tables of the language: those that are stored, if they fit the grammar."""
    grammar = grammar_text()
    return loaded(tables_path(), grammar) or _tables(json.loads(dumped(grammar)))


def tables_path() -> str:
    """The file of the tables, beside the grammar."""
    return os.path.splitext(grammar_path())[0] + ".tables.json"


def loaded(path: str, grammar: str) -> Tables | None:
    """The tables of a file; None unless they were made from this grammar."""
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
    except (OSError, ValueError):
        return None
    if not isinstance(stored, dict) or stored.get("grammar") != grammar:
        return None
    return _tables(stored)


def _tables(stored: dict[str, Any]) -> Tables:
    return Tables(
        stored["terminals"],
        stored["words"],
        [Rule(*rule) for rule in stored["rules"]],
        stored["states"],
        stored["start"],
        stored["end"],
    )


def built(grammar: str, debug: bool = False) -> Lark:
    """What lark makes of the text of the grammar; with `debug` it logs conflicts."""
    from lark import Lark
    from lark.lexer import Lexer

    class NoLexer(Lexer):
        """Text becomes tokens in `specc.lang.lexer`; lark makes the parser alone."""

        __future_interface__ = 2

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, lexer_state: object, parser_state: object) -> Any:
            raise CompilerBug("lark was asked to read a text")

    return Lark(grammar, parser="lalr", lexer=NoLexer, maybe_placeholders=False, debug=debug)


def dumped(grammar: str) -> str:
    """The text of a table file."""
    lark = built(grammar)
    parser: Any = lark.parser
    table = parser.parser._parse_table
    order = _in_order(table.states, table.start_states["start"])
    numbers = {state: i for i, state in enumerate(order)}
    rules: dict[Any, int] = {}
    states = [
        {
            name: numbers[target] if _shifts(action) else -1 - rules.setdefault(target, len(rules))
            for name, (action, target) in sorted(actions.items())
        }
        for actions in map(table.states.get, order)
    ]
    words = {t.pattern.value: t.name for t in sorted(lark.terminals, key=_order) if _is_word(t)}
    others = sorted((t for t in lark.terminals if not _is_word(t)), key=_order)
    found = {
        "grammar": grammar,
        "terminals": [[t.name, t.pattern.to_regexp()] for t in others],
        "words": words,
        "rules": [_rule(rule) for rule in rules],
        "states": states,
        "start": numbers[table.start_states["start"]],
        "end": numbers[table.end_states["start"]],
    }
    return json.dumps(found, separators=(",", ":")) + "\n"


def _in_order(states: dict[Any, Any], start: Any) -> list[Any]:
    """The states as they are reached, so that the same grammar gives the same file."""
    order = [start]
    for state in order:
        for _, (action, target) in sorted(states[state].items()):
            if _shifts(action) and target not in order:
                order.append(target)
    return order


def _shifts(action: object) -> bool:
    return str(action) == "Shift"


def _rule(rule: LarkRule) -> list[Any]:
    """A rule with what lark's tree builder does to its parts."""
    options: Any = rule.options
    parts = list(enumerate(rule.expansion))
    kept = [
        [index, not part.is_term and part.name.startswith("_")]
        for index, part in parts
        if options.keep_all_tokens or not (part.is_term and getattr(part, "filter_out", False))
    ]
    whole = len(kept) == len(parts) and not any(spread for _, spread in kept)
    label = rule.alias or rule.origin.name
    single = bool(options.expand1) and not rule.alias
    return [rule.origin.name, label, len(parts), single, None if whole else kept]


def _is_word(terminal: TerminalDef) -> bool:
    return terminal.pattern.type == "str" and terminal.pattern.value.isidentifier()


def _order(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """The order in which lark's own lexer tries terminals."""
    pattern = terminal.pattern
    return (-terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name)


if __name__ == "__main__":
    with open(tables_path(), "w", encoding="utf-8") as output:
        output.write(dumped(grammar_text()))
