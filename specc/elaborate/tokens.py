"""The inputs that `embedding` looks up, and what must leave them as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.forward import Forward
from specc.ir.graph import Node
from specc.lang.bound import Body, Bound, LayerUse, NetworkStep, Residual
from specc.library.augmentation import Augmentation
from specc.library.tokens import Tokens


def token_inputs(nodes: Sequence[Node]) -> tuple[Tokens, ...]:
    """Every stretch of the inputs that is looked up, each once, in order."""
    found: set[tuple[int, int, int]] = set()
    for node in nodes:
        if node.op == "tokens":
            inputs = nodes[node.inputs[0]]
            start = inputs["start"] if inputs.op == "rows" else 0
            found.add((start, start + cast(int, inputs.type.shape[0]), node["vocabulary"]))
    return tuple(Tokens(*stretch) for stretch in sorted(found))


def only_tokens(nodes: Sequence[Node]) -> bool:
    """Whether all inputs are looked up, and none measures anything."""
    found = token_inputs(nodes)
    if not found:
        return False
    inputs = next(n for n in nodes if n.op == "input" and n["name"] == "X")
    return len({i for t in found for i in range(t.start, t.stop)}) == inputs.type.shape[0]


def embeddings(steps: tuple[NetworkStep, ...]) -> Iterator[LayerUse]:
    """The layers that look token numbers up, in order."""
    for step in steps:
        if isinstance(step, LayerUse) and step.layer.word == "embedding":
            yield step
        elif isinstance(step, Body | Residual):
            yield from embeddings(step.body)


def check_tokens(bound: Bound, forward: Forward, sink: Sink) -> None:
    """E0311 where token numbers would be scaled, or there is nothing else to scale."""
    found = token_inputs(forward.b.nodes)
    if not found:
        return
    word = next(embeddings(bound.network)).step.head
    if bound.data.normalize is not None and only_tokens(forward.b.nodes):
        _refuse("normalize", bound.data.normalize.span(), word, sink)
    for change in bound.data.augment:
        if isinstance(change, Augmentation) and not change.images:
            _refuse(change.word, change.span(), word, sink)


def _refuse(word: str, at: Span | None, embedding: Span, sink: Sink) -> None:
    sink.add(
        Diagnostic(
            "E0311",
            f"`{word}` would change token numbers, and a changed number is another token",
            None if at is None else Label(at, "changes the numbers"),
            (Label(embedding, "looks these numbers up"),),
            helps=(Help("leave it out: token numbers go in as they are", _line_out(at)),),
        )
    )


def _line_out(span: Span | None) -> tuple[Edit, ...]:
    """`normalize standard` with its line, where nothing else stands there."""
    if span is None:
        return ()
    line = span.source.line(span.line)
    words = line.partition("#")[0].split()
    if words[:1] != ["normalize"] or len(words) != 2:
        return ()
    start = span.start - span.column + 1
    return (Edit(Span(span.source, start, start + len(line) + 1), ""),)
