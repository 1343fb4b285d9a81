"""`--set`: values that take the place of those in a spec, before anything is checked."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Help
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.diag.suggest import suggest
from specc.lang.override import defined, override
from specc.lang.read import read
from specc.lang.report import listing
from specc.lang.spec import Call, Item, Name, Spec, Statement
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS
from specc.record import replace


def apply_settings(spec: Spec, settings: Sequence[str], words: Registry, sink: Sink) -> Spec:
    """The spec with `path=value` settings: `width=32`, `train.batch=128`, `optimizer.lr=0.01`."""
    statements = spec.statements
    for setting in settings:
        path, found, text = setting.partition("=")
        path, text = path.strip(), text.strip()
        if not found or not path or not text:
            sink.add(
                Diagnostic(
                    "E0202",
                    f"`--set {setting}` is not of the form path=value",
                    helps=(Help("for example `--set train.batch=128`"),),
                )
            )
            continue
        statements = _Setting(path, text, words, sink).applied(statements)
    return replace(spec, statements=statements)


class _Setting:
    """One `path=value`. What is wrong with it goes to the sink, and nothing changes."""

    def __init__(self, path: str, text: str, words: Registry, sink: Sink) -> None:
        self.path = path
        self.text = text
        self.words = words
        self.sink = sink

    def applied(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        head, _, rest = self.path.partition(".")
        lets = tuple(d for s in statements if s.word == "let" and (d := defined(s)) is not None)
        if not rest and head in lets:
            return _replaced(statements, self._value(f"let {head} ="))
        if head not in (*BLOCKS, *BLOCKS[""]) or not head:
            return self._nothing(statements, head, (*lets, *BLOCKS[""], *filter(None, BLOCKS)))
        if not rest:
            return _replaced(statements, self._read(f"{head} {self.text}"))
        if head in BLOCKS:
            return self._in_block(statements, head, rest)
        return self._in_statement(statements, rest, BLOCKS[""][head], head)

    def _in_block(
        self, statements: tuple[Statement, ...], block: str, rest: str
    ) -> tuple[Statement, ...]:
        """`train.batch=128` replaces a statement, `train.stop.patience=9` an argument in it."""
        word, _, argument = rest.partition(".")
        for i, old in enumerate(statements):
            if old.word == block and old.block is not None:
                if argument:
                    kind = BLOCKS[block].get(word)
                    inner = self._in_statement(old.block, argument, kind, word)
                else:
                    inner = _replaced(old.block, self._read(f"{word} {self.text}"))
                return (*statements[:i], replace(old, block=inner), *statements[i + 1 :])
        return _replaced(statements, self._read(f"{block} {{ {rest} {self.text} }}"))

    def _in_statement(
        self,
        statements: tuple[Statement, ...],
        label: str,
        kind: type[Definition] | None,
        word: str,
    ) -> tuple[Statement, ...]:
        """`optimizer.lr=0.01`: an argument of a statement, or of the word in it."""
        if "." in label:
            path = self.path.removesuffix(label) + label.partition(".")[0]
            return self._nothing(statements, fix=f"a path ends with an argument, as in `{path}`")
        for i, old in enumerate(statements):
            if old.word == word:
                new = self._value(f"{word} {label} =")
                if new is None:
                    return statements
                changed = self._with_argument(old, new.items[0], kind)
                return (*statements[:i], changed, *statements[i + 1 :])
        if kind is None:
            return self._nothing(statements, word, tuple(sorted({s.word for s in statements})))
        whole = self.path.removesuffix(f".{label}")
        fix = f"there is no `{word}` to change; give all of it: `--set '{whole}=...'`"
        return self._nothing(statements, fix=fix)

    def _with_argument(
        self, statement: Statement, item: Item, kind: type[Definition] | None
    ) -> Statement:
        """`optimizer adam(lr = 1e-3)` with another `lr`; a bare `adam` becomes a call."""
        first = statement.items[0].value if statement.items else None
        if isinstance(first, Name):
            first = Call(first.text, first.span, (), first.span)
        if not isinstance(first, Call):
            return replace(statement, items=_with(statement.items, item, kind))
        categories = [a.category for a in kind.args if a.category] if kind is not None else []
        found = (self.words.find(c, first.word) for c in categories)
        called = next((f for f in found if f is not None), None)
        call = replace(first, items=_with(first.items, item, called))
        whole = replace(statement.items[0], value=call)
        return replace(statement, items=(whole, *statement.items[1:]))

    def _read(self, text: str) -> Statement | None:
        """The one statement in a text, None after a message."""
        spec = read(Source("--set", text), self.sink)
        if len(spec.statements) == 1 and not self.sink.failed:
            return spec.statements[0]
        if not self.sink.failed:
            self._several()
        return None

    def _value(self, name: str) -> Statement | None:
        """The statement that says `name = value` and nothing else, None after a message."""
        found = self._read(f"{name} {self.text}")
        if found is None:
            return None
        more = found.dims is not None or found.alias is not None or found.block is not None
        if more or len(found.items) != 1:
            self._several()
            return None
        return found

    def _several(self) -> None:
        fix = Help("repeat `--set` for further values")
        self.sink.add(Diagnostic("E0202", "`--set` takes one value on one line", helps=(fix,)))

    def _nothing(
        self,
        statements: tuple[Statement, ...],
        word: str = "",
        known: Sequence[str] = (),
        fix: str = "",
    ) -> tuple[Statement, ...]:
        """Say that there is nothing at this path; the statements as they are."""
        near = suggest(word, known)
        if near:
            fix = f"did you mean `{near[0]}`?"
        elif word == "network":
            fix = "give the size a name, `let width = 64`, and set that: `--set width=32`"
        message = f"`--set {self.path}={self.text}` sets nothing"
        helps = (Help(fix or f"it can set {listing(known)}"),)
        self.sink.add(Diagnostic("E0202", message, helps=helps))
        return statements


def _replaced(statements: tuple[Statement, ...], new: Statement | None) -> tuple[Statement, ...]:
    return statements if new is None else override(statements, new)


def _with(items: tuple[Item, ...], new: Item, kind: type[Definition] | None) -> tuple[Item, ...]:
    """The arguments with one in the place of that of its name, or behind them."""
    takes = [a for a in kind.args if not a.keyword] if kind is not None else []
    for i, old in enumerate(items):
        if old.name is None and i < len(takes) and takes[i].label == new.name:
            if takes[i].many:
                break
            return (*items[:i], replace(new, name=None, name_span=None), *items[i + 1 :])
    return (*(i for i in items if i.name is None or i.name != new.name), new)
