"""Spec to bound spec: every word is found, every argument checked, every block complete.

All findings of the phase are collected; a statement about which something was said stays silent
afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.blocks import read_blocks
from specc.lang.bound import Bound, Claim, DataUse, NetworkStep, SearchUse, TrainUse
from specc.lang.environment import Environment
from specc.lang.expectations import read_claims
from specc.lang.known import Known
from specc.lang.lets import named_by, read_lets
from specc.lang.memo import Memo
from specc.lang.network import NetworkReader
from specc.lang.ornaments import ornaments
from specc.lang.places import TOP, misplaced, stray_claim
from specc.lang.rebind import keep, rebound
from specc.lang.settings import (
    fill,
    first_of_each,
    read_data,
    read_search,
    read_train,
    value_of,
)
from specc.lang.spec import Spec, Statement
from specc.lang.values import Reader
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE
from specc.library.words import (
    Init,
    Loss,
    Optimizer,
    Regularizer,
    Schedule,
)

REQUIRED = {
    "data": 'data { source csv("data.csv", target = "label") }',
    "network": "network { input 64 ... }",
    "loss": "loss cross_entropy",
    "optimizer": "optimizer adam(lr = 1e-3)",
    "train": "train { run 30 epochs }",
}


def bind(
    spec: Spec,
    variant: str | None,
    registry: Registry,
    sink: Sink,
    memo: Memo | None = None,
    *,
    nominal: bool = True,
) -> Bound | None:
    """Check a spec whose variant is already applied; None after errors.

    Args:
        spec: The statements.
        variant: The name of the variant.
        registry: The words of the language.
        sink: Where errors go.
        memo: What was made from statements of the same file.
        nominal: Whether all ranges stand at the values of the file, from which variants are bound.
    """
    memo, said = memo or Memo(), len(sink.log)
    if memo.lasting and nominal:
        again = rebound(spec, memo, partial(_read_anew, spec, registry, memo))
        if again is not None:
            return again
    # What a misspelt `let` or `block` defines is not unknown as well.
    stray = [s for s in spec.statements if s.claim is not None or s.word not in TOP]
    hidden = named_by(s for s in stray if s.claim is None)
    hidden += _misplaced_names(spec)
    known = Known(spec, memo, bool(hidden))
    reader = _reader(spec, known, hidden, registry, sink)
    repeated = ("let", "variant", "regularize", "block")
    top = first_of_each(spec.statements, sink, TOP, repeated)
    start = Span(spec.source, 0, 0)
    for s in stray:
        inside = spec.variant is not None and spec.variant.span.holds(s.span)
        found = stray_claim(s) if s.claim is not None else None
        sink.add(found or misplaced(s, "", registry, TOP, in_variant=inside))
    for s in spec.statements:
        if s.word in STRUCTURE and (s.dims is not None or s.alias is not None):
            for ornament in ornaments(s):
                sink.add(ornament)
    # A word that nobody knows may be the one that is missed: one message per cause.
    if not stray:
        _require(top, start, sink)
    settings = {
        word: fill(reader, top[word], BLOCKS[""][word], word, known)
        for word in ("spec", "init", "loss", "optimizer", "schedule")
        if word in top
    }
    penalties: list[Regularizer] = []
    for s in spec.statements:
        if s.word == "regularize":
            filled = fill(reader, s, BLOCKS[""]["regularize"], "regularize", known)
            penalties += filled.penalties if filled is not None else ()  # type: ignore[attr-defined]
    data: DataUse | None = None
    train: TrainUse | None = None
    search: SearchUse | None = None
    expect: tuple[Claim, ...] = ()
    if "data" in top:
        data = _read_block(reader, top["data"], known)
    blocks = known.memo.get(read_blocks, known.scope)
    if blocks is None:
        blocks = read_blocks(spec, reader)
        if not sink.failed:
            known.memo.put(blocks, read_blocks, known.scope)
    layers: tuple[NetworkStep, ...] = ()
    if "network" in top:
        network = NetworkReader(reader, blocks, known, hidden)
        # Blocks that it does not use are read too.
        also = known.scope.blocks
        layers = known.once(reader, top["network"], NetworkReader, network.read, also)
    if "train" in top:
        train = _read_block(reader, top["train"], known)
    if "search" in top:
        search = _read_block(reader, top["search"], known)
    if "expect" in top:
        expect = _read_block(reader, top["expect"], known)
    if sink.failed or data is None or train is None:
        return None
    init = value_of(settings.get("init"), "init", Init)
    if init is None:
        he: Any = registry.find("inits", "he")
        init = cast(Init, known.memo.get(he) or he(word="he"))
        known.memo.put(init, he)
    bound = Bound(
        spec.source,
        variant,
        data,
        layers,
        init,
        cast(Loss, value_of(settings["loss"], "loss", Loss)),
        tuple(penalties),
        cast(Optimizer, value_of(settings["optimizer"], "optimizer", Optimizer)),
        _schedule(settings.get("schedule")),
        train,
        expect,
        tuple(reader.names.searches),
        search,
    )
    if memo.lasting and nominal and len(sink.log) == said:
        keep(spec, memo, bound)
    return bound


def _read_block(reader: Reader, s: Statement, known: Known) -> Any:
    """What a block of settings or claims comes to, None after errors that leave nothing of it."""
    if s.word == "expect":
        return known.once(reader, s, Claim, lambda s: read_claims(reader, s))
    read: Callable[[Reader, Statement, Known], Any]
    read = {"data": read_data, "train": read_train, "search": read_search}[s.word]
    return known.once(reader, s, read, lambda s: read(reader, s, known))


def _read_anew(spec: Spec, registry: Registry, memo: Memo, word: str) -> object:
    """What the block of a variant comes to; None if something is said about it, or a search range
    stands in it.
    """
    sink, known = Sink(), Known(spec, memo)
    reader = _reader(spec, known, (), registry, sink)
    before = len(reader.names.searches)
    found: object = _read_block(reader, next(s for s in spec.statements if s.word == word), known)
    return None if sink.log or len(reader.names.searches) > before else found


def _misplaced_names(spec: Spec) -> tuple[str, ...]:
    """The names of lets that stand in a block, where they do not belong."""
    blocks = (s.block or () for s in spec.statements if s.word != "variant")
    return named_by(s for block in blocks for s in block if s.word == "let" and s.claim is None)


def _reader(
    spec: Spec,
    known: Known,
    hidden: tuple[str, ...],
    registry: Registry,
    sink: Sink,
) -> Reader:
    """A reader that knows what every `let` comes to."""
    found = None if hidden else known.memo.get(known.scope)
    if found is not None:
        lets, places, searches = found
        names = Environment(sink, lets, list(searches), None, places, {})
        return Reader(registry, names)
    lets, places = read_lets(spec, sink)
    names = Environment(sink, dict.fromkeys(hidden) | lets, places=places).closed()
    if not (hidden or sink.failed):
        known.memo.put((names.lets, places, tuple(names.searches)), known.scope)
    return Reader(registry, names)


def _require(top: Mapping[str, Statement], start: Span, sink: Sink) -> None:
    """E0209 for all statements that every spec needs and this one lacks."""
    lacking = [word for word in REQUIRED if word not in top]
    if not lacking:
        return
    *most, last = (f"no `{word}`" for word in lacking)
    names = f"{', '.join(most)} and {last}" if most else last
    sink.add(
        Diagnostic(
            "E0209",
            f"`{start.source.path}` has {names}",
            Label(start, f"no `{lacking[0]}` in this file" if len(lacking) == 1 else "incomplete"),
            helps=tuple(Help(f"add, for example, `{REQUIRED[word]}`") for word in lacking),
        )
    )


def _schedule(setting: Definition | None) -> tuple[Schedule, ...]:
    """The schedules one after the other; none where the learning rate stays."""
    return () if setting is None else cast("tuple[Schedule, ...]", getattr(setting, "schedule"))  # noqa: B009 - of one statement
