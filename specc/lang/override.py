"""Variants and `--set`: statements that take the place of others, before anything is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.diag.suggest import suggest
from specc.lang.read import read
from specc.lang.report import given_twice, listing
from specc.lang.spec import Call, Item, Name, Spec, Statement
from specc.library.statements import BLOCKS
from specc.record import replace

MERGED = ("data", "train")
"""Blocks of settings: a variant replaces the statements it names and keeps the others."""
MOST_VARIANTS = 1_000
"""Variants of a file; each is checked whole."""


def _named(spec: Spec) -> Iterator[tuple[str, Statement]]:
    """Every variant that has a name, with it."""
    for s in spec.statements:
        value = s.items[0].value if s.word == "variant" and s.items else None
        if isinstance(value, Name):
            yield value.text, s


def variants(spec: Spec) -> tuple[str, ...]:
    """The names of the variants of a spec, in order."""
    return tuple(name for name, _ in _named(spec))


def variant_statements(spec: Spec) -> tuple[tuple[str, Statement], ...]:
    """The variants of a spec by their names, each name once."""
    found: dict[str, Statement] = {}
    for name, s in _named(spec):
        found.setdefault(name, s)
    return tuple(found.items())


def variant_called(spec: Spec, name: str | None) -> Statement | None:
    """The first variant of this name."""
    return next((s for found, s in _named(spec) if found == name), None)


def in_variant(findings: Sequence[Diagnostic], variant: Statement) -> tuple[Diagnostic, ...]:
    """Errors of a variant, of which those that show elsewhere say where they come from."""
    return tuple(
        d
        if d.severity != "error" or d.primary is None or variant.span.holds(d.primary.span)
        else replace(d, secondary=(*d.secondary, Label(variant.head, "in this variant")))
        for d in findings
    )


def check_variants(spec: Spec, sink: Sink) -> None:
    """E0203, E0208 and E0212: variants without a name, with the same name, or that override
    nothing.
    """
    seen: dict[str, Statement] = {}
    count = 0
    for s in spec.statements:
        if s.word != "variant":
            continue
        count += 1
        if count > MOST_VARIANTS:
            message = f"the file has more than {MOST_VARIANTS:,} variants"
            fix = Help("a search tries many values of one statement: `1e-3 in log(1e-4, 1e-1)`")
            sink.add(Diagnostic("E0214", message, Label(s.head, "one too many"), helps=(fix,)))
            break
        if len(s.items) != 1 or not isinstance(s.items[0].value, Name) or s.items[0].name:
            sink.add(
                Diagnostic(
                    "E0203",
                    "`variant` needs one name",
                    Label(s.head, "needs a name"),
                    helps=(Help("for example `variant zeros { init zeros }`"),),
                )
            )
            continue
        name = s.items[0].value.text
        if name in seen:
            sink.add(given_twice(f"variant {name}", s.head, seen[name].head))
        seen.setdefault(name, s)
        for inner in s.block or ():
            if inner.word in ("variant", "spec", "use", "search"):
                sink.add(
                    Diagnostic(
                        "E0207",
                        f"`{inner.word}` does not belong in a variant",
                        Label(inner.word_span, "not here"),
                        (Label(s.head, "inside this variant"),),
                        helps=(Help("it holds for the whole file: move it out"),),
                    )
                )
        _check_twice(s.block or (), sink)
        if not s.block:
            sink.add(
                Diagnostic(
                    "E0212",
                    f"the variant `{name}` overrides nothing",
                    Label(s.head, "no statement in it"),
                    helps=(Help(f"for example `variant {name} {{ init zeros }}`"),),
                )
            )


def _check_twice(block: tuple[Statement, ...], sink: Sink) -> None:
    """E0208: of two statements that replace the same one, the first would be lost."""
    seen: dict[tuple[str, str | None], Statement] = {}
    for s in block:
        if s.claim is not None or s.word == "regularize":
            continue
        named = _defined(s) if s.word in ("let", "block") else None
        first = seen.setdefault((s.word, named), s)
        if first is not s:
            sink.add(given_twice(f"{s.word} {named or ''}".strip(), s.head, first.head))
        if s.word in MERGED:
            _check_twice(s.block or (), sink)


def apply_variant(spec: Spec, name: str | None, sink: Sink) -> Spec:
    """The spec of one variant; without a name the file as it stands, variants left out. What is
    wrong with variants as such is for `check_variants`.
    """
    base = tuple(s for s in spec.statements if s.word != "variant")
    if name is None:
        return replace(spec, statements=base)
    variant = variant_called(spec, name)
    if variant is not None:
        new_words = {new.word for new in variant.block or ()}
        if "regularize" in new_words:
            # There may be several: those of a variant take the place of all of them.
            base = tuple(old for old in base if old.word != "regularize")
        for new in variant.block or ():
            base = (*base, new) if new.word == "regularize" else _override(base, new)
        return replace(spec, statements=base)
    known = variants(spec)
    near = suggest(name, known)
    help_text = f"did you mean `{near[0]}`?" if near else f"this file has {listing(known)}"
    sink.add(
        Diagnostic(
            "E0212",
            f"`{spec.source.path}` has no variant `{name}`",
            helps=(Help(help_text if known else "this file has no variants"),),
        )
    )
    return replace(spec, statements=base)


def _override(statements: tuple[Statement, ...], new: Statement) -> tuple[Statement, ...]:
    """The statements with `new` in the place of the one it overrides, or behind them."""
    for i, old in enumerate(statements):
        if old.word != new.word:
            continue
        if new.word in ("let", "block") and _defined(old) != _defined(new):
            continue
        if new.word in MERGED and old.block is not None and new.block is not None:
            block = old.block
            for inner in new.block:
                block = _override(block, inner)
            new = replace(old, block=block)
        elif new.word == "expect" and old.block is not None and new.block is not None:
            results = {_result(claim) for claim in new.block}
            kept = tuple(claim for claim in old.block if _result(claim) not in results)
            new = replace(old, block=(*kept, *new.block))
        return (*statements[:i], new, *statements[i + 1 :])
    return (*statements, new)


def _result(claim: Statement) -> str:
    """What a claim is about: those of a variant take the place of all that the file makes of it."""
    return "".join(claim.claim.left.span.text.split()) if claim.claim is not None else claim.word


def _defined(statement: Statement) -> str | None:
    """What a `let` or a `block` defines."""
    if not statement.items:
        return None
    item = statement.items[0]
    if isinstance(item.value, Call):
        return item.value.word
    return item.name if item.name is not None else item.value.span.text


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
    lets = tuple(d for s in statements if s.word == "let" and (d := _defined(s)) is not None)
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
    return statements if new is None else _override(statements, new)


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
