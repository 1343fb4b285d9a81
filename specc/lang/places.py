"""Statements where they do not belong, and what to say about them."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.suggest import suggest
from specc.lang import report
from specc.lang.foreign import plain
from specc.lang.foreign_statements import habit
from specc.lang.spec import Statement
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE
from specc.record import replace

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
            where = f"a statement of `{other}`" if other else "a statement of the file itself"
            fix = f"move it into `{other} {{ ... }}`" if other else f"move it out of `{block}`"
            return report.misplaced(s.word, s.word_span, here, where, Help(fix))
    for category in registry.categories(s.word):
        where = report.called(category)
        return report.misplaced(s.word, s.word_span, here, where, _home(category, s, block))
    what = "layer" if block == "network" else "statement"
    found = report.unknown_word(s.word, s.word_span, what, known, "layers" * (block == "network"))
    near = suggest(s.word, known, 1)
    if any(h.edits for h in found.helps) and not (near and plain(near[0]) != plain(s.word)):
        return found
    elsewhere = _elsewhere(s, block, registry)
    return replace(found, helps=elsewhere) if elsewhere else found


def _home(category: str, s: Statement, block: str) -> Help:
    """Where a word of a category is written, as an edit if that is in this block."""
    word, items = s.word, _items(s)
    call = f"{word}({items})" if items else word
    homes = {
        "activations": ("network", f"dense 64, {word}", "write it behind a layer: "),
        "inits": ("", f"init {call}", ""),
        "losses": ("", f"loss {call}", ""),
        "regularizers": ("", f"regularize {call}", ""),
        "optimizers": ("", f"optimizer {call}", ""),
        "schedules": ("", f"schedule {call}", ""),
        "metrics": ("train", f"metrics {word}", ""),
        "sources": ("data", f"source {call}", ""),
        "normalizers": ("data", f"normalize {call}", ""),
        "clips": ("train", f"clip {call}", ""),
        "stops": ("train", f"stop {call}", ""),
        "masks": ("network", f"dropout keep = 0.9, mask = {call}", "write it behind a layer: "),
        "targets": ("data", f"target {call}", ""),
        "augmentations": ("data", f"augment {call}", ""),
    }
    if category not in homes:
        return Help("layers stand in `network { ... }`")
    home, text, lead = homes[category]
    if home == block and not lead and s.block is None and s.dims is None:
        return Help(f"write `{text}`", (Edit(s.head, text),))
    if home:
        return Help(f"{lead or 'write '}`{text}`" + ("" if lead else f" in `{home} {{ ... }}`"))
    return Help(f"write `{text}` at the top of the file")


def _elsewhere(s: Statement, block: str, registry: Registry) -> tuple[Help, ...]:
    """What other tools call so, where it is not the same word spelt otherwise."""
    found = habit(s.word)
    if found is None:
        return ()
    items = _items(s)
    text = found.write.replace("{}", items or "...")
    there = {"": TOP, "network": registry.words("layers")}.get(found.block)
    if text.split()[0] not in (there if there is not None else BLOCKS[found.block]):
        return ()
    lead = found.remark and f"{found.remark} "
    kept = "{}" in found.write and bool(items) and s.block is None
    exact = found.block == block and not found.remark and kept
    edits = (Edit(s.head, text),) if exact and s.dims is None else ()
    if found.block == block:
        return (Help(f"{lead or 'write '}`{text}`", edits),)
    home = f"in `{found.block} {{ ... }}`" if found.block else "at the top of the file"
    return (Help(f"{lead or 'write '}`{text}` {home}"),)


def _items(s: Statement) -> str:
    """The values of a statement, as written, on one line."""
    if not s.items:
        return ""
    return " ".join(s.items[0].span.to(s.items[-1].span).text.split())
