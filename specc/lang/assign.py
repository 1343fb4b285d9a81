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
from specc.library.statements import BLOCKS
from specc.record import replace


def apply_settings(spec: Spec, settings: Sequence[str], sink: Sink) -> Spec:
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
        statements = _set(statements, path, text, sink)
    return replace(spec, statements=statements)


def _read_one(text: str, sink: Sink) -> Statement | None:
    """The one statement in a text, None after a message."""
    spec = read(Source("--set", text), sink)
    if len(spec.statements) == 1 and not sink.failed:
        return spec.statements[0]
    if not sink.failed:
        message = "`--set` takes one value on one line"
        sink.add(Diagnostic("E0202", message, helps=(Help("repeat `--set` for further values"),)))
    return None


def _set(
    statements: tuple[Statement, ...], path: str, text: str, sink: Sink
) -> tuple[Statement, ...]:
    head, _, rest = path.partition(".")
    lets = tuple(d for s in statements if s.word == "let" and (d := defined(s)) is not None)
    if not rest and head in lets:
        return _replaced(statements, _read_one(f"let {head} = {text}", sink))
    if head not in (*BLOCKS, *BLOCKS[""]) or not head:
        sink.add(_cannot_set(path, head, text, (*lets, *BLOCKS[""], *filter(None, BLOCKS))))
        return statements
    if not rest:
        return _replaced(statements, _read_one(f"{head} {text}", sink))
    if head in BLOCKS:
        return _set_in_block(statements, head, rest, text, sink)
    return _set_argument(statements, path, text, sink)


def _replaced(statements: tuple[Statement, ...], new: Statement | None) -> tuple[Statement, ...]:
    return statements if new is None else override(statements, new)


def _set_in_block(
    statements: tuple[Statement, ...], block: str, rest: str, text: str, sink: Sink
) -> tuple[Statement, ...]:
    """`train.batch=128` replaces a statement, `train.stop.patience=9` an argument in it."""
    word, _, argument = rest.partition(".")
    for i, old in enumerate(statements):
        if old.word == block and old.block is not None:
            if argument:
                inner = _set_argument(old.block, rest, text, sink)
            else:
                inner = _replaced(old.block, _read_one(f"{word} {text}", sink))
            return (*statements[:i], replace(old, block=inner), *statements[i + 1 :])
    return _replaced(statements, _read_one(f"{block} {{ {rest} {text} }}", sink))


def _set_argument(
    statements: tuple[Statement, ...], path: str, text: str, sink: Sink
) -> tuple[Statement, ...]:
    """`optimizer.lr=0.01`: an argument of a statement, or of the word in it."""
    head, _, label = path.partition(".")
    for i, old in enumerate(statements):
        if old.word == head and "." not in label:
            item = _read_one(f"{head} {label} = {text}", sink)
            if item is None:
                return statements
            changed = _with_argument(old, item.items[0])
            return (*statements[:i], changed, *statements[i + 1 :])
    sink.add(_cannot_set(path, head, text, tuple(sorted({s.word for s in statements}))))
    return statements


def _cannot_set(path: str, word: str, text: str, known: Sequence[str]) -> Diagnostic:
    near = suggest(word, known)
    fix = f"did you mean `{near[0]}`?" if near else f"it can set {listing(known)}"
    if word == "network":
        fix = "give the size a name, `let width = 64`, and set that: `--set width=32`"
    return Diagnostic("E0202", f"`--set {path}={text}` sets nothing", helps=(Help(fix),))


def _with_argument(statement: Statement, item: Item) -> Statement:
    """`optimizer adam(lr = 1e-3)` with another `lr`; a bare `adam` becomes a call."""
    first = statement.items[0].value if statement.items else None
    if isinstance(first, Name):
        first = Call(first.text, first.span, (), first.span)
    if isinstance(first, Call):
        kept = tuple(i for i in first.items if i.name != item.name)
        call = replace(first, items=(*kept, item))
        return replace(
            statement, items=(replace(statement.items[0], value=call), *statement.items[1:])
        )
    kept = tuple(i for i in statement.items if i.name != item.name)
    return replace(statement, items=(*kept, item))
