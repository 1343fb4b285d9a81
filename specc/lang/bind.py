"""Spec to bound spec: every word is found, every argument checked, every block complete.

All findings of the phase are collected; a statement about which something was said stays silent
afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report
from specc.lang.blocks import read_blocks
from specc.lang.bound import Bound, DataUse, SearchUse, TrainUse
from specc.lang.expectations import read_claims
from specc.lang.lets import named_by, read_lets
from specc.lang.network import NetworkReader
from specc.lang.places import TOP, misplaced, no_items, stray_claim
from specc.lang.spec import Call, Spec, Statement, Value
from specc.lang.values import Reader
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, SplitStatement
from specc.library.statements import Statement as Setting
from specc.library.words import (
    Duration,
    Init,
    Loss,
    Metric,
    Objective,
    Optimizer,
    Regularizer,
    Schedule,
    Seed,
    Stop,
)

D = TypeVar("D", bound=Definition)
REQUIRED = {
    "data": 'data { source csv("data.csv", target = "label") }',
    "network": "network { input 64 ... }",
    "loss": "loss cross_entropy",
    "optimizer": "optimizer adam(lr = 1e-3)",
    "train": "train { run 30 epochs }",
}
DEFAULT_SEED = Seed(1)
DEFAULT_BATCH = 64
DEFAULT_TRIALS = 20


def bind(
    spec: Spec,
    variant: str | None,
    registry: Registry,
    sink: Sink,
    picks: Mapping[Span, Value] | None = None,
) -> Bound | None:
    """Check a spec whose variant is already applied; None after errors.

    `picks` puts other values in the place of search ranges.
    """
    lets, places = read_lets(spec, sink)
    # What a misspelt `let` or `block` defines is not unknown as well.
    hidden = named_by(s for s in spec.statements if s.claim is None and s.word not in TOP)
    lets = dict.fromkeys(hidden) | lets
    reader = Reader(registry, sink, lets, picks=picks or {}, places=places).closed()
    top = _once(spec.statements, sink, repeated=("let", "variant", "regularize", "block"))
    start = Span(spec.source, 0, 0)
    for s in spec.statements:
        if s.claim is not None:
            sink.add(stray_claim(s))
        elif s.word not in TOP:
            sink.add(misplaced(s, "", registry, TOP))
    # A word that nobody knows may be the one that is missed: one message per cause.
    if all(s.claim is None and s.word in TOP for s in spec.statements):
        _require(top, start, sink)
    settings = {
        word: _fill(reader, top[word], BLOCKS[""][word], word)
        for word in ("spec", "init", "loss", "optimizer", "schedule")
        if word in top
    }
    penalties: list[Regularizer] = []
    for s in spec.statements:
        if s.word == "regularize":
            filled = _fill(reader, s, BLOCKS[""]["regularize"], "regularize")
            penalties += filled.penalties if filled is not None else ()  # type: ignore[attr-defined]
    data = _data(reader, top["data"], sink) if "data" in top else None
    blocks = read_blocks(spec, reader)
    network = NetworkReader(reader, blocks, hidden).read(top["network"]) if "network" in top else ()
    train = _train(reader, top["train"], sink) if "train" in top else None
    search = _search(reader, top["search"], sink) if "search" in top else None
    expect = read_claims(reader, top["expect"]) if "expect" in top else ()
    if sink.failed or data is None or train is None:
        return None
    init = _of(settings.get("init"), "init", Init)
    he = registry.find("inits", "he")
    if init is None:
        init = cast(Init, cast(Any, he)(word="he"))
    return Bound(
        source=spec.source,
        variant=variant,
        data=data,
        network=network,
        init=init,
        loss=cast(Loss, _of(settings["loss"], "loss", Loss)),
        regularize=tuple(penalties),
        optimizer=cast(Optimizer, _of(settings["optimizer"], "optimizer", Optimizer)),
        schedule=_of(settings.get("schedule"), "schedule", Schedule),
        train=train,
        expect=expect,
        searches=tuple(reader.searches),
        search=search,
    )


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


def _of(setting: Definition | None, name: str, kind: type[D]) -> D | None:
    return None if setting is None else cast(D, getattr(setting, name))


def _once(
    statements: tuple[Statement, ...], sink: Sink, repeated: tuple[str, ...] = ()
) -> dict[str, Statement]:
    """Statements by word; a second one of the same word is an error unless it may be repeated."""
    found: dict[str, Statement] = {}
    for s in statements:
        if s.claim is not None:
            continue
        if s.word in found and s.word not in repeated:
            sink.add(report.given_twice(s.word, s.word_span, found[s.word].word_span))
        found.setdefault(s.word, s)
    return found


def _fill(reader: Reader, s: Statement, kind: type[Setting], path: str) -> Definition | None:
    """A setting statement; blocks, claims and names behind it are errors."""
    extra = s.block is not None or s.dims is not None or s.alias is not None
    if extra:
        what = "block" if s.block is not None else "shape" if s.dims is not None else "name"
        reader.sink.add(
            Diagnostic(
                "E0211",
                f"`{s.word}` takes no {what}",
                Label(s.span if s.block is None else s.head, f"takes no {what}"),
            )
        )
        return None
    return reader.fill(kind, s.word, s.word_span, s.items, path)


def _settings(
    reader: Reader, block: Statement, sink: Sink
) -> tuple[dict[str, Definition], Mapping[str, Statement]]:
    no_items(block, sink)
    inner = _once(block.block or (), sink)
    filled: dict[str, Definition] = {}
    for s in block.block or ():
        if s.claim is not None:
            sink.add(stray_claim(s))
        elif s.word not in BLOCKS[block.word]:
            sink.add(misplaced(s, block.word, reader.registry, tuple(BLOCKS[block.word])))
        elif inner[s.word] is s:
            setting = _fill(reader, s, BLOCKS[block.word][s.word], f"{block.word}.{s.word}")
            if setting is not None:
                filled[s.word] = setting
    return filled, inner


def _data(reader: Reader, block: Statement, sink: Sink) -> DataUse | None:
    filled, written = _settings(reader, block, sink)
    split = cast(SplitStatement | None, filled.get("split"))
    # A misspelt statement may be the one that is missed: one message per cause.
    whole = all(word in BLOCKS["data"] for word in written)
    if "source" not in written and "train" not in written and whole:
        sink.add(
            Diagnostic(
                "E0209",
                "`data` has no `source`",
                Label(block.word_span, "no `source` in this block"),
                helps=(Help('add, for example, `source csv("data.csv", target = "label")`'),),
            )
        )
    if "source" in written:
        for word in ("train", "dev", "test"):
            if word in written:
                sink.add(
                    Diagnostic(
                        "E0208",
                        f"both `source` and `{word}` say where examples come from",
                        Label(written[word].word_span, "given apart here"),
                        (Label(written["source"].word_span, "all examples here"),),
                        helps=(Help("keep `source` and `split`, or give `train`, `dev`, `test`"),),
                    )
                )
    elif "split" in written and "train" in written:
        sink.add(
            Diagnostic(
                "E0208",
                "`split` divides a `source`, but the sets are given apart",
                Label(written["split"].word_span, "nothing to split"),
                (Label(written["train"].word_span, "given apart here"),),
            )
        )
    if split is not None and split.train + split.dev + split.test > 1 + 1e-9:
        total = split.train + split.dev + split.test
        sink.add(
            Diagnostic(
                "E0405",
                f"the shares of `split` add up to {total * 100:g}%",
                Label(written["split"].span, "more than 100%"),
                notes=(
                    f"{split.train * 100:g}% + {split.dev * 100:g}% + {split.test * 100:g}% = "
                    f"{total * 100:g}%",
                ),
            )
        )
    return DataUse(
        block.span,
        _of(filled.get("source"), "source", Definition),
        _of(filled.get("train"), "source", Definition),
        _of(filled.get("dev"), "source", Definition),
        _of(filled.get("test"), "source", Definition),
        split,
        _of(filled.get("normalize"), "normalizer", Definition),
    )


def _train(reader: Reader, block: Statement, sink: Sink) -> TrainUse | None:
    filled, written = _settings(reader, block, sink)
    if "run" not in written and all(word in BLOCKS["train"] for word in written):
        sink.add(
            Diagnostic(
                "E0209",
                "`train` has no `run`",
                Label(block.word_span, "for how long?"),
                helps=(Help("add, for example, `run 30 epochs`"),),
            )
        )
    if "run" not in filled:
        return None
    run = cast(Duration, _of(filled["run"], "run", cast(Any, Duration)))
    if run.unit == "share":
        sink.add(
            Diagnostic(
                "E0206",
                "`run` needs epochs, steps or a time, not a share of itself",
                Label(written["run"].span, "a share of what?"),
                helps=(Help("for example `run 30 epochs`"),),
            )
        )
        return None
    batch = getattr(filled.get("batch"), "batch", DEFAULT_BATCH)
    metrics = filled.get("metrics")
    return TrainUse(
        block.span,
        run,
        None if batch == "full" else batch,
        getattr(filled.get("seed"), "seed", DEFAULT_SEED),
        getattr(filled.get("shuffle"), "shuffle", True),
        getattr(filled.get("precision"), "precision", "float32"),
        _of(filled.get("stop"), "stop", Stop),
        None if metrics is None else cast("tuple[Metric, ...]", metrics.metrics),  # type: ignore[attr-defined]
        cast(Duration | None, _of(filled.get("log"), "every", cast(Any, Duration))),
    )


def _search(reader: Reader, block: Statement, sink: Sink) -> SearchUse:
    filled, written = _settings(reader, block, sink)
    objective = filled.get("objective")
    span = None
    if objective is not None:
        value = written["objective"].items[0].value
        span = value.items[0].value.span if isinstance(value, Call) else value.span
    return SearchUse(
        getattr(filled.get("trials"), "trials", DEFAULT_TRIALS),
        getattr(filled.get("rounds"), "rounds", 1),
        getattr(objective, "objective", Objective("min", "dev.cost")),
        span,
    )
