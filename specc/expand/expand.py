"""`specc expand`: a spec with every value that holds written out, and where each comes from.

The expanded spec is a spec: it compiles to the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specc.checking import open_source
from specc.diag.escape import escape
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.driver import Compilation
from specc.expand.arguments import Arguments, statement
from specc.expand.carried import carry
from specc.expand.closing import close_claim, top_scope
from specc.expand.effective import Effective, Place
from specc.expand.literals import call, literal, number
from specc.expand.literals import word as bare
from specc.expand.network import Flattener, block_definitions
from specc.expand.origins import Origin, Origins, default
from specc.lang.assign import apply_settings
from specc.lang.behind import Names
from specc.lang.format import format_spec
from specc.lang.override import apply_variant
from specc.lang.read import read
from specc.lang.spec import Call, Item, Name, Spec, Statement, Value
from specc.lang.uses import include
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS
from specc.record import Record, fields, replace

ORDER = (
    "data",
    "network",
    "init",
    "loss",
    "regularize",
    "optimizer",
    "schedule",
    "train",
    "search",
    "expect",
)
APART = ("let", "data", "network", "init", "train", "search", "expect")
"""What begins a part, behind a blank line."""


class Expansion(Record):
    """The expanded spec as text, and its values one by one."""

    text: str
    values: tuple[Effective, ...]


def expand(
    compilation: Compilation,
    settings: Sequence[str] = (),
    registry: Registry | None = None,
    examples: int | None = None,
) -> Expansion:
    """Expand a spec that compiles.

    Args:
        compilation: The spec, for one variant.
        settings: The `--set` that it was compiled with.
        registry: The words that it was compiled with.
        examples: The size of the training set, where it is known: then `batch auto` is a number.
    """
    source, variant = compilation.source, compilation.bound.variant
    file = include(read(source, Sink()), open_source, Sink())
    spec = apply_variant(file, variant, Sink())
    given: dict[Source, str] = {}
    words = registry or Registry()
    for setting in settings:
        before = _sources(spec)
        spec = apply_settings(spec, [setting], words, Sink())
        given |= dict.fromkeys(_sources(spec) - before, setting)
    whole = next((s.span for s in file.statements if _is_variant(s, variant)), None)
    origins = Origins(source, None if whole is None else (str(variant), whole), given)
    arguments = Arguments(words, origins, Names(spec))
    maker = _Maker(compilation, spec, arguments, examples)
    statements = carry(compilation, maker.statements(), words)
    head = (
        f"# {escape(source.path)}{_of(variant, settings)}: every value that holds",
        "# (behind each line stands where it comes from: a line of that file, or a default)",
        "",
    )
    first = replace(statements[0], leading=head)
    text = format_spec(Spec(source, (first, *statements[1:])))
    return Expansion(text, tuple(arguments.values))


def _of(variant: str | None, settings: Sequence[str]) -> str:
    parts = [f", variant {variant}"] if variant else []
    parts += [f", --set {escape(' '.join(s.split()))}" for s in settings]
    return "".join(parts)


def _is_variant(s: Statement, name: str | None) -> bool:
    return s.word == "variant" and bool(s.items) and s.items[0].value.span.text == name


class _Maker:
    """Makes the statements of the expanded spec."""

    def __init__(
        self, compilation: Compilation, spec: Spec, arguments: Arguments, examples: int | None
    ) -> None:
        self.model = compilation.model
        self.examples = examples
        self.bound = compilation.bound
        self.notes = {row.label: row.note for row in compilation.model.layers}
        self.spec = spec
        self.arguments = arguments
        self.scope, self.kept = top_scope(spec)

    def statements(self) -> list[Statement]:
        """All of them, in canonical order, blank lines between the parts."""
        blocks = block_definitions(self.spec.statements)
        flattener = Flattener(self.arguments, blocks, self.scope, self.notes)
        made: dict[str, list[Statement]] = {word: [] for word in ("spec", "let", *ORDER)}
        for s in self.spec.statements:
            if s.word == "network":
                made["network"].append(self._block(s, flattener.network(s)))
            elif s.word == "expect":
                made["expect"].append(self._block(s, self._claims(s)))
            elif s.word in BLOCKS and s.block is not None:
                made.setdefault(s.word, []).append(self._block(s, self._settings(s)))
            elif s.word in BLOCKS[""]:
                there = made.setdefault(s.word, [])
                there.append(self._setting("", s, len(there)))
        self._add_defaults(made)
        made["let"] = [self._let(s) for s in self.kept] + flattener.lets
        parts = [group for group in made.values() if group]
        return [
            replace(s, blank_before=i == 0 and s.word in APART)
            for group in parts
            for i, s in enumerate(group)
        ]

    def _add_defaults(self, made: dict[str, list[Statement]]) -> None:
        """The statements of the top that are not there, but hold."""
        nowhere = Span(self.spec.source, 0, 0)
        if not made["spec"]:
            one = Item(None, None, number(1), nowhere)
            made["spec"].append(statement("spec", (one,), "# default of spec", nowhere))
            self._keep("spec", number(1), "spec")
        if not made["init"]:
            made["init"].append(self._absent("init", "init", self.bound.init))
        if not made["schedule"]:
            constant = self.arguments.registry.find("schedules", "constant")
            if constant is not None:
                same: Any = constant
                made["schedule"].append(self._absent("schedule", "schedule", same(word="constant")))

    def _block(self, s: Statement, inner: tuple[Statement, ...]) -> Statement:
        place = Place(s.word, s.head, self.scope)
        return statement(s.word, (), self.arguments.comment(place, ()), s.head, block=inner)

    def _setting(self, block: str, s: Statement, before: int = 0) -> Statement:
        path = f"{block}.{s.word}" if block else s.word
        if before:  # one more `regularize`
            path = f"{path}.{before + 1}"
        place = Place(path, s.head, self.scope)
        kind = BLOCKS[block][s.word]
        items, notes = self.arguments.items(kind, s.word, s.items, place)
        if path == "train.batch" and self.bound.train.auto:
            items, why = self._chosen(items)
            notes = (*notes, why)
        return statement(s.word, items, self.arguments.comment(place, notes), s.head)

    def _chosen(self, items: tuple[Item, ...]) -> tuple[tuple[Item, ...], str]:
        """`batch auto` as what it stands for, if that is known, and why."""
        if self.examples is None:
            return items, "auto: chosen when the data are there"
        from specc.batching import automatic

        found = automatic(self.model, self.bound.train.precision, self.examples)
        size = bare("full") if found.full else number(found.batch)
        kept = self.arguments.values[-1]
        self.arguments.values[-1] = replace(
            kept, value="full" if found.full else found.batch, written="auto", why=found.reason
        )
        return (replace(items[0], value=size),), found.reason

    def _settings(self, block: Statement) -> tuple[Statement, ...]:
        """The statements of `data`, `train` or `search`, then those that hold by default."""
        inner = block.block or ()
        made = [self._setting(block.word, s) for s in inner]
        there = {s.word for s in inner}
        used = getattr(self.bound, block.word)
        for word in BLOCKS[block.word]:
            value = getattr(used, word, None)
            if block.word == "train" and word == "metrics" and value is None:
                value = self.model.metrics
            elif block.word == "train" and word == "batch" and value is None:
                value = "full"
            if word not in there and value is not None and block.word != "data":
                made.append(self._absent(word, f"{block.word}.{word}", value))
        return tuple(made)

    def _absent(self, word: str, path: str, value: Any) -> Statement:
        """A statement that is not there, with the value that holds without it."""
        nowhere = Span(self.spec.source, 0, 0)
        values = value if isinstance(value, tuple) else (value,)
        kind = BLOCKS[path.rpartition(".")[0]][word]
        made: list[Value] = []
        for one in values:
            found = call(one) if isinstance(one, Definition) else literal(kind.args[0], one)
            if found is not None:
                made.append(found)
                one_path = f"{path}.{len(made)}" if len(values) > 1 else path
                self._keep(one_path, found, word)
        items = tuple(Item(None, None, v, v.span) for v in made)
        return statement(word, items, f"# {default(word).text}", nowhere)

    def _keep(self, path: str, value: Value, word: str) -> None:
        """Keep a value that holds by default, and each argument of one that has some."""
        items = value.items if isinstance(value, Call) else ()
        head = Name(value.word, value.word_span) if isinstance(value, Call) else value
        self.arguments.keep(path, head, default(word))
        for item in items:
            self._keep(f"{path}.{item.name}", item.value, word)

    def _let(self, s: Statement) -> Statement:
        item = s.items[0]
        origin: Origin = self.arguments.origins.of(item.value.span)
        self.arguments.keep(f"let.{item.name}", item.value, origin)
        return statement("let", s.items, f"# {origin.text}", s.head)

    def _claims(self, block: Statement) -> tuple[Statement, ...]:
        made: list[Statement] = []
        for s in block.block or ():
            if s.claim is None:
                continue
            place = Place("expect", s.span, self.scope)
            claim = close_claim(s.claim, self.scope)
            comment = self.arguments.comment(place, ())
            made.append(replace(s, claim=claim, trailing=comment, leading=(), blank_before=False))
        return tuple(made)


def _sources(node: Any) -> set[Source]:
    """The texts that a piece of a spec was read from."""
    found: set[Source] = set()
    open_ = [node]
    while open_:
        one = open_.pop()
        if isinstance(one, tuple):
            open_ += one
        elif isinstance(one, Span):
            found.add(one.source)
        elif isinstance(one, Record):
            open_ += [getattr(one, name) for name in fields(one)]
    return found
