"""The parser at work: an LALR automaton that runs over the tables of the grammar.

lark makes the tables (`specc.lang.tables`). To run them takes a loop, so that reading a spec does
not wait for lark, which takes longer to import than a spec to check.
"""

from __future__ import annotations

from typing import Any

from specc.diag.diagnostic import CompilerBug
from specc.lang.tokens import Token, missing
from specc.record import Record


class Node:
    """A node of the tree: the rule that made it, and its parts."""

    __slots__ = ("children", "data")

    def __init__(self, data: str, children: list[Part]) -> None:
        self.data = data
        self.children = children


Part = Node | Token


class Rule(Record):
    """What to do with the parts of a rule that is complete.

    origin: the rule's name in the grammar, label: that of the node. size: how many parts it has.
    single: whether a node with one part gives way to the part. kept: the parts that stay, each with
    whether its own parts take its place; None if all stay as they are.
    """

    origin: str
    label: str
    size: int
    single: bool
    kept: list[tuple[int, bool]] | None

    @property
    def hands_on(self) -> bool:
        """Whether it only gives its one part another name, as `sum` to a `product`."""
        return self.size == 1 and self.single and self.kept is None


class Tables(Record):
    """A grammar made ready.

    terminals: names and patterns in the order in which they are tried. words: those that are spelt
    like names. states: for each what comes next: a token or rule leads to a state, or, below 0, to
    the rule `-1 - n` that is complete.
    """

    terminals: list[tuple[str, str]]
    words: dict[str, str]
    rules: list[Rule]
    states: list[dict[str, int]]
    start: int
    end: int


class Automaton:
    """One parse: the stacks of states and of the parts so far."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._handing = [rule.hands_on for rule in tables.rules]
        self._ends: dict[tuple[int, int, str], int] = {}
        self.state_stack = [tables.start]
        self.value_stack: list[Any] = []

    def run(self, tokens: list[Token], first: int, end: int) -> int:
        """Read the tokens from one on, before another; the index of the first one refused, or where
        it stopped.
        """
        states, rules, handing = self._tables.states, self._tables.rules, self._handing
        state_stack, value_stack = self.state_stack, self.value_stack
        state = state_stack[-1]
        for index in range(first, end):
            token = tokens[index]
            kind = token.type
            while (action := states[state].get(kind)) is not None and action < 0:
                if handing[-1 - action]:
                    state = state_stack[-1] = self._handed_on(state_stack[-2], state, kind)
                    continue
                rule = rules[-1 - action]
                size = rule.size
                if size:
                    parts = value_stack[-size:]
                    del state_stack[-size:], value_stack[-size:]
                else:
                    parts = []
                value_stack.append(_made(rule, parts))
                state = states[state_stack[-1]][rule.origin]
                state_stack.append(state)
            if action is None:
                return index
            state = action
            state_stack.append(state)
            value_stack.append(token)
        return max(first, end)

    def _handed_on(self, below: int, state: int, kind: str) -> int:
        """The state after all rules in a row that hand a value on: a number is a power, a product,
        a sum, and so on up to an item, the same way each time.
        """
        key = below, state, kind
        if key not in self._ends:
            states, rules = self._tables.states, self._tables.rules
            while (action := states[state].get(kind, 0)) < 0 and self._handing[-1 - action]:
                state = states[below][rules[-1 - action].origin]
            self._ends[key] = state
        return self._ends[key]

    def feed(self, token: Token) -> None:
        """Read one token that must fit."""
        if self.run([token], 0, 1) == 0:
            raise CompilerBug(f"the parser refused {token!r}")

    @property
    def wanted(self) -> set[str]:
        """The kinds of token that would be taken now."""
        return {kind for kind in self._tables.states[self.state_stack[-1]] if kind.isupper()}

    def finish(self, at: int) -> Node:
        """The tree, after the last token."""
        self.run(
            [missing("$END", at)], 0, 1
        )  # completes the rules that are open, and takes nothing
        tree = self.value_stack[-1]
        if self.state_stack[-1] != self._tables.end or not isinstance(tree, Node):
            raise CompilerBug("the parser made no tree")
        return tree


def _made(rule: Rule, parts: list[Any]) -> Part:
    """The node of a complete rule."""
    if rule.kept is not None:
        kept: list[Part] = []
        for index, spread in rule.kept:
            if spread and not kept:
                kept = parts[index].children  # of no other node: a long list grows in place
            elif spread:
                kept += parts[index].children
            else:
                kept.append(parts[index])
        parts = kept
    if rule.single and len(parts) == 1:
        part: Part = parts[0]
        return part
    return Node(rule.label, parts)
