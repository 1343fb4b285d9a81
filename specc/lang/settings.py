"""Statements that set something: each once, with its block complete, and made once for all
variants that share it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, TypeVar, cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.lang import report
from specc.lang.bound import DataUse, SearchUse, TrainUse
from specc.lang.columns import columns
from specc.lang.known import Known
from specc.lang.places import misplaced, no_items, nothing_behind, stray_claim
from specc.lang.spec import Call, Statement
from specc.lang.values import Reader
from specc.library.clock import Duration
from specc.library.define import Arg, Definition
from specc.library.define import Statement as Setting
from specc.library.statements import BLOCKS, SplitStatement
from specc.library.training import CheckpointStatement
from specc.library.words import Clip, Metric, Objective, Seed, Stop, Target

D = TypeVar("D", bound=Definition)
DEFAULT_SEED = Seed(1)
DEFAULT_BATCH = 64
DEFAULT_TRIALS = 20


def fill(
    reader: Reader, s: Statement, kind: type[Setting], path: str, known: Known
) -> Definition | None:
    """What a setting statement sets."""
    return known.once(reader, s, kind, lambda s: _fill(reader, s, kind, path))


def _fill(reader: Reader, s: Statement, kind: type[Setting], path: str) -> Definition | None:
    """A setting statement; blocks, claims and names behind it are errors."""
    extra = s.block is not None or s.dims is not None or s.alias is not None
    if extra:
        reader.sink.add(nothing_behind(s, kind))
        return None
    return reader.fill(kind, s.word, s.word_span, s.items, path)


def value_of(setting: Definition | None, name: str, kind: type[D]) -> D | None:
    return None if setting is None else cast(D, getattr(setting, name))


def first_of_each(
    statements: tuple[Statement, ...],
    sink: Sink,
    known: Container[str],
    repeated: tuple[str, ...] = (),
) -> dict[str, Statement]:
    """Statements by word; a second one of a known word is an error unless it may be repeated."""
    found: dict[str, Statement] = {}
    for s in statements:
        if s.claim is not None:
            continue
        if s.word in found and s.word in known and s.word not in repeated:
            sink.add(report.given_twice(s.word, s.word_span, found[s.word].word_span))
        found.setdefault(s.word, s)
    return found


def _settings(
    reader: Reader, block: Statement, known: Known
) -> tuple[dict[str, Definition], Mapping[str, Statement]]:
    sink = reader.sink
    no_items(block, sink)
    inner = first_of_each(block.block or (), sink, BLOCKS[block.word])
    filled: dict[str, Definition] = {}
    for s in block.block or ():
        if s.claim is not None:
            sink.add(stray_claim(s))
        elif s.word not in BLOCKS[block.word]:
            sink.add(misplaced(s, block.word, reader.registry, tuple(BLOCKS[block.word])))
        elif inner[s.word] is s:
            kind = BLOCKS[block.word][s.word]
            setting = fill(reader, s, kind, f"{block.word}.{s.word}", known)
            if setting is not None:
                filled[s.word] = setting
    return filled, inner


def read_data(reader: Reader, block: Statement, known: Known) -> DataUse | None:
    sink = reader.sink
    filled, written = _settings(reader, block, known)
    split = cast(SplitStatement | None, filled.get("split"))
    # A misspelt statement may be the one that is missed: one message per cause.
    whole = not block.items and all(word in BLOCKS["data"] for word in written)
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
    for word in ("source", "train", "dev", "test"):
        if any(a.label == "inputs" and a.many for a in _arguments(filled.get(word))):
            for wrong in columns(written[word]):
                sink.add(wrong)
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
        value_of(filled.get("source"), "source", Definition),
        value_of(filled.get("train"), "source", Definition),
        value_of(filled.get("dev"), "source", Definition),
        value_of(filled.get("test"), "source", Definition),
        split,
        value_of(filled.get("normalize"), "normalizer", Definition),
        value_of(filled.get("target"), "target", Target),
        getattr(filled.get("augment"), "changes", ()),
    )


def _arguments(setting: Definition | None) -> tuple[Arg, ...]:
    """The arguments of the source that a statement names."""
    source = value_of(setting, "source", Definition)
    return () if source is None else source.args


def read_train(reader: Reader, block: Statement, known: Known) -> TrainUse | None:
    sink = reader.sink
    filled, written = _settings(reader, block, known)
    whole = not block.items and all(word in BLOCKS["train"] for word in written)
    if "run" not in written and whole:
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
    run = cast(Duration, value_of(filled["run"], "run", cast(Any, Duration)))
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
    checkpoint = cast(CheckpointStatement | None, filled.get("checkpoint"))
    if checkpoint is not None and checkpoint.every is None and not checkpoint.keep:
        sink.add(
            Diagnostic(
                "E0203",
                "`checkpoint` needs `every` or `keep`",
                Label(written["checkpoint"].span, "how often, or how many?"),
                helps=(Help("for example `checkpoint every = 5 epochs, keep = 3`"),),
            )
        )
    if run.unit == "seconds":
        _counted(filled, written, sink)
    batch = getattr(filled.get("batch"), "batch", DEFAULT_BATCH)
    metrics = filled.get("metrics")
    return TrainUse(
        block.span,
        run,
        batch if isinstance(batch, int) else None,
        getattr(filled.get("seed"), "seed", DEFAULT_SEED),
        getattr(filled.get("shuffle"), "shuffle", True),
        getattr(filled.get("precision"), "precision", "float32"),
        value_of(filled.get("clip"), "clip", Clip),
        value_of(filled.get("stop"), "stop", Stop),
        None if metrics is None else cast("tuple[Metric, ...]", metrics.metrics),  # type: ignore[attr-defined]
        cast(Duration | None, value_of(filled.get("log"), "every", cast(Any, Duration))),
        checkpoint,
        batch == "auto",
    )


def _counted(
    filled: Mapping[str, Definition], written: Mapping[str, Statement], sink: Sink
) -> None:
    """E0206 for what counts updates as a share of a run that is limited by the clock."""
    stop = value_of(filled.get("stop"), "stop", Stop)
    times = {
        "log": getattr(filled.get("log"), "every", None),
        "stop": getattr(stop, "patience", None),
    }
    for word, time in times.items():
        if isinstance(time, Duration) and time.unit == "share":
            sink.add(
                Diagnostic(
                    "E0206",
                    f"`{word}` cannot take {time} of a run in time",
                    Label(written[word].span, "a share of what?"),
                    (Label(written["run"].span, "a run in time"),),
                    notes=("how many updates it makes is not known before it ends",),
                    helps=(Help("give epochs or steps"),),
                )
            )


def read_search(reader: Reader, block: Statement, known: Known) -> SearchUse:
    filled, written = _settings(reader, block, known)
    objective = filled.get("objective")
    span = None
    if objective is not None:
        value = written["objective"].items[0].value
        span = value.items[0].value.span if isinstance(value, Call) else value.span
    return SearchUse(
        block.word_span,
        getattr(filled.get("trials"), "trials", DEFAULT_TRIALS),
        getattr(filled.get("rounds"), "rounds", 1),
        getattr(objective, "objective", Objective("min", "dev.cost")),
        span,
    )
