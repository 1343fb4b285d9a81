"""The blocks that a spec defines: their names, parameters and bodies."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.source import Span
from specc.lang import report
from specc.lang.spec import Call, Item, Name, Spec, Statement, Value
from specc.lang.values import Reader
from specc.lang.vocabulary import FORMS
from specc.record import Record


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
            items = value.items if isinstance(value, Call) else ()
            blocks[name] = BlockDefinition(name, place, _parameters(name, items, reader), s)
    return blocks


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
    return tuple(found.values())
