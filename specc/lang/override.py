"""Variants: statements that take the place of others, before anything is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.suggest import suggest
from specc.lang.memo import Memo
from specc.lang.ornaments import ornaments
from specc.lang.report import given_twice, listing
from specc.lang.spec import Call, Name, Spec, Statement
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
        for ornament in ornaments(s):
            sink.add(ornament)
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
        named = defined(s) if s.word in ("let", "block") else None
        first = seen.setdefault((s.word, named), s)
        if first is not s:
            sink.add(given_twice(f"{s.word} {named or ''}".strip(), s.head, first.head))
        if s.word in MERGED:
            _check_twice(s.block or (), sink)


def apply_variant(
    spec: Spec,
    name: str | None,
    sink: Sink,
    named: Mapping[str, Statement] | None = None,
    memo: Memo | None = None,
) -> Spec:
    """The spec of one variant; without a name the file as it stands, variants left out. What is
    wrong with variants as such is for `check_variants`.

    Args:
        spec: The file.
        name: The variant.
        sink: Where an error about the name goes.
        named: All variants by their names, if they are known.
        memo: What was made of the same statements.
    """
    memo = memo or Memo()
    base = without_variants(spec, memo)
    if name is None:
        return replace(spec, statements=base)
    variant = variant_called(spec, name) if named is None else named.get(name)
    if variant is not None:
        statements = _overridden(base, variant, memo)
        return replace(spec, statements=statements, variant=variant)
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


def without_variants(spec: Spec, memo: Memo) -> tuple[Statement, ...]:
    """The statements of a file that are no variants."""
    found: tuple[Statement, ...] | None = memo.get(without_variants, spec)
    if found is None:
        found = tuple(s for s in spec.statements if s.word != "variant")
        memo.put(found, without_variants, spec)
    return found


def _overridden(
    base: tuple[Statement, ...], variant: Statement, memo: Memo
) -> tuple[Statement, ...]:
    """The statements of a file without its variants, with those of one variant in their places."""
    if any(new.word == "regularize" for new in variant.block or ()):
        # There may be several: those of a variant take the place of all of them.
        base = tuple(old for old in base if old.word != "regularize")
    for new in variant.block or ():
        base = (*base, new) if new.word == "regularize" else override(base, new, memo)
    return base


def override(
    statements: tuple[Statement, ...], new: Statement, memo: Memo | None = None
) -> tuple[Statement, ...]:
    """The statements with `new` in the place of the one it overrides, or behind them."""
    for i, old in enumerate(statements):
        if old.word != new.word:
            continue
        if new.word in ("let", "block") and defined(old) != defined(new):
            continue
        made = memo.get(_merged, old, new) if memo is not None else None
        if made is None:
            made = _merged(old, new)
            if memo is not None:
                memo.put(made, _merged, old, new)
        return (*statements[:i], made, *statements[i + 1 :])
    return (*statements, new)


def _merged(old: Statement, new: Statement) -> Statement:
    """What stands in the place of a statement that is overridden."""
    if old.block is None or new.block is None:
        return new
    if new.word in MERGED:
        block = old.block
        for inner in new.block:
            block = override(block, inner)
        return replace(old, block=block)
    if new.word == "expect":
        results = {_result(claim) for claim in new.block}
        kept = tuple(claim for claim in old.block if _result(claim) not in results)
        return replace(old, block=(*kept, *new.block))
    return new


def _result(claim: Statement) -> str:
    """What a claim is about: those of a variant take the place of all that the file makes of it."""
    return "".join(claim.claim.left.span.text.split()) if claim.claim is not None else claim.word


def defined(statement: Statement) -> str | None:
    """What a `let` or a `block` defines."""
    if not statement.items:
        return None
    item = statement.items[0]
    if isinstance(item.value, Call):
        return item.value.word
    return item.name if item.name is not None else item.value.span.text
