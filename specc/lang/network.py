"""The `network` block: statements to steps, with the uses of blocks expanded.

A block is expanded where it is used, with its parameters as names for the values given. What is
wrong inside it is said at its place in the block, with the use that led there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Literal, TypeVar, cast

from specc.diag.diagnostic import Diagnostic, Label
from specc.diag.source import Span
from specc.lang import report_network
from specc.lang.again import under, uses_none, worth
from specc.lang.arithmetic import Poison
from specc.lang.blocks import BlockDefinition, given_to
from specc.lang.bound import Body, From, Join, LayerUse, NetworkStep, Residual, Step
from specc.lang.known import PART, Known, Values
from specc.lang.named import names_of_values
from specc.lang.places import misplaced, no_items, stray_claim
from specc.lang.sizes import claimed, times
from specc.lang.spec import Statement, Value
from specc.lang.values import Reader
from specc.lang.vocabulary import FORMS
from specc.library.define import Definition
from specc.library.words import Layer
from specc.record import replace

T = TypeVar("T")
MOST_STEPS = 10_000
"""A network beyond this is a slip of the pen, such as `repeat 10**9`."""
DEEPEST = 100
"""Blocks, repeats and residuals inside each other, those of the blocks that are used included."""


class NetworkReader:
    """Reads one network; counts its steps."""

    def __init__(
        self,
        reader: Reader,
        blocks: Mapping[str, BlockDefinition],
        known: Known,
        hidden: Collection[str] = (),
    ) -> None:
        """`hidden` are words about whose definition something was said."""
        self.reader = reader
        self.blocks = blocks
        self.known = known
        self.hidden = hidden
        self.steps = 0
        self.depth = 0
        self.used: set[str] = set()
        self.active: list[str] = []
        self.alone = {b.name for b in blocks.values() if uses_none(b.body, blocks)}
        self.first: Statement | None = None

    def read(self, block: Statement) -> tuple[NetworkStep, ...]:
        """The steps of a `network` statement, after which unused blocks are checked too."""
        no_items(block, self.reader.sink)
        self.first = block.block[0] if block.block else None
        steps = self._body(block.block or (), self.reader, ())
        for name, unused in self.blocks.items():
            if name not in self.used:
                self._try(unused)
        if not block.block:
            self.reader.sink.add(report_network.empty(block.word_span))
        return steps

    def _try(self, block: BlockDefinition) -> None:
        """Check the words of a block that nothing uses, its parameters unknown."""
        unknown: dict[str, Value | None] = {
            label: default for label, default, _ in block.parameters
        }
        reader = self.reader.inside(unknown, block.places, ())
        self.used.add(block.name)
        self.active.append(block.name)
        self._body(block.body, reader, ())
        self.active.pop()

    def _body(
        self, statements: tuple[Statement, ...], reader: Reader, chain: tuple[Span, ...]
    ) -> tuple[NetworkStep, ...]:
        found: list[NetworkStep] = []
        self.depth += 1
        if reader is not self.reader or len(statements) <= PART:
            found += self._steps(statements, reader, chain)
        else:
            for part in self.known.parts(statements):
                make = partial(self._steps, part, reader, chain)
                found += self._once(NetworkReader, part, reader, make)
        self.depth -= 1
        return tuple(found)

    def _steps(
        self, statements: tuple[Statement, ...], reader: Reader, chain: tuple[Span, ...]
    ) -> list[NetworkStep]:
        found: list[NetworkStep] = []
        for s in statements:
            if s.claim is not None:
                reader.sink.add(stray_claim(s))
                continue
            if not self._count(s, reader):
                break
            step = self._statement(s, reader, chain)
            if step is not None:
                found.append(step)
        return found

    def _statement(
        self, s: Statement, reader: Reader, chain: tuple[Span, ...]
    ) -> NetworkStep | None:
        if s.word in self.blocks:
            block = self.blocks[s.word]
            if reader is not self.reader:  # inside a block, with its parameters as names
                return self._use(s, block, reader, self._common(s, reader, chain))
            return self._once(
                Body,
                (s,),
                reader,
                lambda: self._use(s, block, reader, self._common(s, reader, chain)),
            )
        if s.word == "input" and (self.depth > 1 or reader is not self.reader):
            reader.sink.add(report_network.input_inside(s, self.active, self.first))
            return None
        if s.word not in FORMS:
            if reader is not self.reader:
                return self._layer(s, reader, chain)
            return self.known.once(reader, s, Layer, lambda s: self._layer(s, reader, chain))
        common = self._common(s, reader, chain)
        match s.word:
            case "repeat":
                return self._repeat(s, reader, common)
            case "residual":
                if not self._has_body(s, reader):
                    return None
                no_items(s, reader.sink)
                body = self._body(s.block or (), reader, chain)
                return None if common is None else Residual(common, body)
            case "from":
                names = names_of_values(s, reader.sink, most=1)
                return None if common is None or not names else From(common, *names[0])
            case _:
                kind: Literal["add", "concat"] = "add" if s.word == "add" else "concat"
                names = names_of_values(s, reader.sink, most=None)
                return None if common is None or not names else Join(common, kind, names)

    def _common(self, s: Statement, reader: Reader, chain: tuple[Span, ...]) -> Step | None:
        claim = claimed(reader, s)
        if isinstance(claim, Poison):
            return None
        return Step(
            self._text(s),
            s.word_span,
            s.head,
            chain,
            claim,
            s.dims_span,
            None if s.alias is None else s.alias.text,
            s.items,
            reader.names.lets,
        )

    def _text(self, s: Statement) -> str:
        """The statement as written, on one line, without its claim and body."""
        memo = self.known.memo
        found: str | None = memo.get(Step, s)
        if found is None:
            end = s.items[-1].span if s.items else s.word_span
            found = " ".join(s.word_span.to(end).text.split())
            memo.put(found, Step, s)
        return found

    def _layer(self, s: Statement, reader: Reader, chain: tuple[Span, ...]) -> LayerUse | None:
        common = self._common(s, reader, chain)
        registry = reader.registry
        kind = registry.find("layers", s.word) or registry.find("activations", s.word)
        if kind is None and s.word in self.hidden:
            return None
        if kind is None:
            known = (*registry.words("layers"), *FORMS, *registry.words("activations"))
            found = misplaced(s, "network", registry, (*known, *self.blocks))
            meant = self.blocks.get(found.helps[0].edits[0].text) if _offers(found) else None
            if meant is not None:
                label = Label(meant.place, f"`{meant.name}` is defined here")
                found = replace(found, secondary=(label,))
            reader.sink.add(found)
            return None
        if s.block is not None:
            reader.sink.add(report_network.no_block(s))
            return None
        filled = reader.fill(kind, s.word, s.word_span, s.items, f"network.{s.word}")
        if filled is None or common is None:
            return None
        return LayerUse(common, filled if isinstance(filled, Layer) else _as_layer(filled))

    def _count(self, s: Statement, reader: Reader, times: int = 1) -> bool:
        """Whether so many more statements still make a network that can be built."""
        if self.steps > MOST_STEPS:
            return False
        self.steps += times
        if self.steps > MOST_STEPS:
            reader.sink.add(report_network.too_many(s.head, MOST_STEPS))
        elif self.depth > DEEPEST:
            self.steps = MOST_STEPS + 1
            reader.sink.add(report_network.too_deep(s.head, DEEPEST))
        return self.steps <= MOST_STEPS

    def _has_body(self, s: Statement, reader: Reader) -> bool:
        if s.block:
            return True
        reader.sink.add(report_network.no_layers(s))
        return False

    def _repeat(self, s: Statement, reader: Reader, common: Step | None) -> Body | None:
        ok, count = self._has_body(s, reader), times(reader, s)
        before = self.steps
        body = self._body(s.block or (), reader, common.chain if common else ())
        if not ok or common is None or isinstance(count, Poison):
            return None
        grown = (count - 1) * max(1, self.steps - before)
        return Body(common, count, body) if self._count(s, reader, grown) else None

    def _once(
        self,
        place: object,
        parts: tuple[Statement, ...],
        reader: Reader,
        make: Callable[[], T],
        values: Values = (),
    ) -> T:
        """What statements of the network itself come to, with these values if they mention some, if
        that is known; else it is made.
        """
        known = self.known
        # What is in them counts again, and at another depth it may be too deep.
        at = (self.depth, *values)
        found, key = known.get(place, *parts, at=at)
        if found is not None and self.steps + found[1] <= MOST_STEPS:
            result, steps, used, searches = found
            self.steps += steps
            self.used |= used
            reader.names.searches.extend(searches)
            return cast(T, result)
        before, self.used = self.used, set()
        steps, since = self.steps, len(reader.names.searches)
        said = len(reader.sink.log)
        made = make()
        if len(reader.sink.log) == said and not known.guessed:
            searches = reader.names.searches[since:]
            result = (made, self.steps - steps, self.used, searches)
            known.memo.put(result, *key, at=at)
        self.used = before | self.used
        return made

    def _use(
        self, s: Statement, block: BlockDefinition, reader: Reader, common: Step | None
    ) -> Body | None:
        self.used.add(block.name)
        if s.block is not None:
            reader.sink.add(report_network.no_block(s))
            return None
        given = given_to(block, s, reader, self.reader.names)
        if given is None or common is None:
            return None
        if block.name in self.active:
            reader.sink.add(report_network.circular(s, block, self.active))
            return None
        chain = (*common.chain, s.head)

        def read() -> tuple[NetworkStep, ...]:
            self.active.append(block.name)
            body = self._body(block.body, reader.inside(given, block.places, chain), chain)
            self.active.pop()
            return body

        values = worth(given) if reader is self.reader else None
        if values is None or block.name not in self.alone:
            return Body(common, 1, read())
        body = self._once(BlockDefinition, (block.statement,), reader, read, values)
        if body and body[0].step.chain is not chain:
            body = under(body, chain, reader.inside(given, block.places, chain).names.lets)
        return Body(common, 1, body)


def _offers(found: Diagnostic) -> bool:
    return bool(found.helps and found.helps[0].edits)


def _as_layer(activation: Definition) -> Layer:
    from specc.library.activation_layer import ActivationLayer

    made: Any = ActivationLayer
    return cast(Layer, made(word=activation.word, spans=activation.spans, activation=activation))
