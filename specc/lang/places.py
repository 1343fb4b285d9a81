"""Statements where they do not belong, and what to say about them."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.lang import report
from specc.lang.spec import Statement
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE

TOP = (*BLOCKS[""], *STRUCTURE)


def stray_claim(s: Statement) -> Diagnostic:
    """E0207: a comparison outside `expect`."""
    return Diagnostic(
        "E0207",
        "a comparison stands alone here: it belongs in `expect`",
        Label(s.span, "not here"),
        helps=(Help("`expect { " + s.span.text + " }` holds what must be true"),),
    )


def no_items(s: Statement, sink: Sink) -> None:
    """E0211 for values where only a block goes."""
    if s.items:
        sink.add(
            Diagnostic(
                "E0211",
                f"`{s.word}` takes a block, not values",
                Label(s.items[0].span, "no value here"),
            )
        )


def misplaced(s: Statement, block: str, registry: Registry, known: Sequence[str]) -> Diagnostic:
    """A statement word that this block does not know: another block's, a layer, or a slip."""
    here = f"in `{block}`" if block else "at the top of the file"
    for other in ("", *(name for name in BLOCKS if name)):
        if other != block and s.word in (TOP if other == "" else BLOCKS[other]):
            where = f"a statement of `{other}`" if other else "a statement of the top of the file"
            fix = f"move it into `{other} {{ ... }}`" if other else f"move it out of `{block}`"
            return report.misplaced(s.word, s.word_span, here, where, fix)
    for category in registry.categories(s.word):
        name = report.SINGULAR[category]
        article = "an" if name[0] in "aeiou" else "a"
        return report.misplaced(
            s.word, s.word_span, here, f"{article} {name}", _home(category, s.word)
        )
    what = "statement" if block != "network" else "layer"
    return report.unknown_word(s.word, s.word_span, what, known)


def _home(category: str, word: str) -> str:
    homes = {
        "layers": "layers stand in `network { ... }`",
        "activations": f"write it behind a layer: `dense 64, {word}`",
        "inits": f"write `init {word}`",
        "losses": f"write `loss {word}`",
        "regularizers": f"write `regularize {word}(0.01)`",
        "optimizers": f"write `optimizer {word}(lr = 0.01)`",
        "schedules": f"write `schedule {word}`",
        "metrics": f"write `metrics {word}` in `train {{ ... }}`",
        "sources": f"write `source {word}(...)` in `data {{ ... }}`",
        "normalizers": f"write `normalize {word}` in `data {{ ... }}`",
        "stops": f"write `stop {word}(...)` in `train {{ ... }}`",
    }
    return homes[category]
