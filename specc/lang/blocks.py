"""The blocks that a spec defines: their names, parameters and bodies, and the values that a use
gives for the parameters.
"""

from __future__ import annotations

from typing import TypeGuard

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.source import Span
from specc.lang import report
from specc.lang.environment import Environment
from specc.lang.report_values import unknown_name
from specc.lang.spec import Call, Item, Name, Spec, Statement, Value
from specc.lang.values import Reader
from specc.lang.vocabulary import FORMS
from specc.record import Record

MOST_PARAMETERS = 100
"""Parameters of a block, each of which every use of it gives a value."""


class BlockDefinition(Record):
    """`block conv_bn(channels, stride = 1) { ... }`."""

    name: str
    place: Span
    parameters: tuple[tuple[str, Value | None, Span], ...]
    statement: Statement

    @property
    def places(self) -> dict[str, Span]:
        """Where each parameter is declared, its name alone."""
        return {
            label: Span(span.source, span.start, span.start + len(label))
            for label, _, span in self.parameters
        }

    @property
    def body(self) -> tuple[Statement, ...]:
        return self.statement.block or ()


def read_blocks(spec: Spec, reader: Reader) -> dict[str, BlockDefinition]:
    """The blocks that a spec defines."""
    blocks: dict[str, BlockDefinition] = {}
    for s in spec.statements:
        if s.word != "block":
            continue
        value = s.items[0].value if len(s.items) == 1 and s.items[0].name is None else None
        if not isinstance(value, Name | Call) or s.block is None:
            reader.sink.add(
                Diagnostic(
                    "E0203",
                    "`block` needs a name, its parameters and a body",
                    Label(s.head, "needs `name(parameters) { ... }`"),
                    helps=(Help("for example `block unit(size) { dense size, relu }`"),),
                )
            )
            continue
        name, place = (
            (value.text, value.span) if isinstance(value, Name) else (value.word, value.word_span)
        )
        if name in blocks:
            reader.sink.add(report.given_twice(f"block {name}", place, blocks[name].place))
        elif reader.registry.categories(name) or name in FORMS:
            reader.sink.add(
                Diagnostic(
                    "E0208",
                    f"`{name}` is a word of the language already",
                    Label(place, "taken"),
                    helps=(Help("give the block another name"),),
                )
            )
        else:
            if not s.block:
                reader.sink.add(_empty(name, s))  # what uses it is known all the same
            items = value.items if isinstance(value, Call) else ()
            blocks[name] = BlockDefinition(name, place, _parameters(name, items, reader), s)
    return blocks


def _empty(name: str, s: Statement) -> Diagnostic:
    return Diagnostic(
        "E0203",
        f"the block `{name}` has no layers",
        Label(s.head, "no statement in it"),
        helps=(Help(f"for example `block {name} {{ dense 64, relu }}`"),),
    )


def _parameters(
    name: str, items: tuple[Item, ...], reader: Reader
) -> tuple[tuple[str, Value | None, Span], ...]:
    found: dict[str, tuple[str, Value | None, Span]] = {}
    for item in items:
        if item.name is not None:
            label, default = item.name, item.value
        elif isinstance(item.value, Name) and "." not in item.value.text:
            label, default = item.value.text, None
        else:
            reader.sink.add(
                Diagnostic(
                    "E0204",
                    f"a parameter of `{name}` is a name, with a default or without",
                    Label(item.span, "not a name"),
                    helps=(Help(f"for example `block {name}(size, rate = 0.5)`"),),
                )
            )
            continue
        if label in found:
            reader.sink.add(report.given_twice(label, item.span, found[label][2]))
        found.setdefault(label, (label, default, item.span))
        if len(found) > MOST_PARAMETERS:
            reader.sink.add(
                Diagnostic(
                    "E0214",
                    f"the block `{name}` has more than {MOST_PARAMETERS} parameters",
                    Label(item.span, "the first one too many"),
                    helps=(Help("name with `let` what is the same in every use"),),
                )
            )
            break
    return tuple(found.values())


def given_to(
    block: BlockDefinition, s: Statement, reader: Reader, outer: Environment
) -> dict[str, Value | None] | None:
    """The parameters of a block with the values of one use, or None after a message.

    Args:
        block: The block.
        s: The use.
        reader: Knows the names that may stand there.
        outer: The names of the file, which the defaults of parameters mention.
    """
    labels = [label for label, _, _ in block.parameters]
    given: dict[str, Value | None] = {}
    places: dict[str, Span] = {}
    ok = True
    for item in s.items:
        free = [label for label in labels if label not in given]
        label = item.name if item.name is not None else (free[0] if free else None)
        if label is None:
            reader.sink.add(
                Diagnostic(
                    "E0211",
                    f"`{block.name}` takes no more than {len(labels)} "
                    f"value{'s' if len(labels) != 1 else ''}",
                    Label(item.span, "one too many"),
                    (Label(block.place, "defined here"),),
                    helps=(Help("leave it out"),),
                )
            )
            ok = False
        elif label not in labels:
            span = item.name_span or item.span
            helps = report.meant(label, span, labels, "arguments")
            near = helps[0].edits[0].text if helps and helps[0].edits else ""
            reader.sink.add(
                Diagnostic(
                    "E0202",
                    f"`{block.name}` has no parameter `{label}`",
                    Label(span, "unknown parameter"),
                    (Label(block.places.get(near, block.place), "defined here"),),
                    helps=helps,
                )
            )
            ok = False
        elif label in given:
            reader.sink.add(report.given_twice(label, item.name_span or item.span, places[label]))
            ok = False
        elif _nothing(item.value, reader):
            reader.sink.add(unknown_name(item.value, tuple(reader.names.lets), reader.names.places))
            given[label], places[label], ok = None, item.span, False
        else:
            stray = None if item.name else report.out_of_order(item, s.items, label)
            if stray is not None:
                reader.sink.add(stray)
                ok = False
            given[label], places[label] = reader.names.close(item.value), item.span
            reader.names.search(f"network.{block.name}.{label}", item.value)
    for label, default, place in block.parameters:
        if label in given:
            continue
        if default is None:
            if ok:
                reader.sink.add(
                    Diagnostic(
                        "E0203",
                        f"`{block.name}` needs `{label}`",
                        Label(s.head, f"`{label}` is missing"),
                        (Label(place, "declared here, without a default"),),
                    )
                )
            ok = False
        else:
            given[label] = outer.close_once(default)
            outer.search(f"network.{block.name}.{label}", default)
    return given if ok else None


def _nothing(value: Value, reader: Reader) -> TypeGuard[Name]:
    """Whether a value is a name that nothing has."""
    return (
        isinstance(value, Name)
        and value.text not in reader.names.lets
        and not reader.registry.categories(value.text)
    )
