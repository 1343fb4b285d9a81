"""What an editor shows about a text: every finding with its place and its fix, and the shape that
each line of the network gives, as far as the network fits together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from specc.checking import check_source, open_source
from specc.diag.diagnostic import Diagnostic, SpecError
from specc.diag.escape import escape
from specc.diag.render import render_text
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.editing.checker import Checker
from specc.elaborate.forward import Forward
from specc.lang.bind import bind
from specc.lang.format import format_spec
from specc.lang.memo import Memo
from specc.lang.read import read
from specc.lang.spec import Spec, Statement
from specc.lang.uses import SHARED, include
from specc.library.registry import standard
from specc.record import Record, replace
from specc.shapes import show
from specc.shared import REST, check_shared, is_shared

MOST_SHAPES = 3
"""Different shapes of one line that are told."""


class Fix(Record):
    """What a fix says, and its edits: begin and end (offsets) and the text that takes their place,
    in order."""

    text: str
    edits: tuple[tuple[int, int, str], ...]


class Finding(Record):
    """A finding at the characters `start` to `end`; that of another file is at the start."""

    code: str
    severity: str
    message: str
    start: int
    end: int
    diagnostic: Diagnostic
    fix: Fix | None

    def text(self, width: int) -> str:
        """The finding with its lines, notes and helps, as `specc check` prints it."""
        return render_text(self.diagnostic, colour=False, width=width)


class Study(Record):
    """A text and what is known about it.

    shapes: by line (from 1) what a statement gives and how many parameters it has. layers,
    parameters: of the whole network, as far as it fits together.
    """

    text: str
    findings: tuple[Finding, ...]
    shapes: dict[int, str]
    layers: int
    parameters: int


def study(text: str, path: str, checker: Checker | None = None) -> Study:
    """Everything about a text that stands, or would stand, in the file `path`. With the checker of
    the versions before it, what did not change is not looked at again.

    Never raises for what is in the text. Imports no NumPy.
    """
    source, sink = Source(path, text), Sink()
    spec = None if checker is None else checker.read(source)
    memo = None if checker is None or spec is None else checker.memo
    if spec is None:
        spec = read(source, sink)
    check = check_source if checker is None else checker.check
    try:
        shared = not sink.failed and is_shared(spec)
        found = check_shared(source) if shared else check(source)
    except SpecError as error:
        found, shared = error.diagnostics, False
    findings = tuple(_finding(d, source) for d in found)
    forward = None if shared or sink.failed else _walked(spec, memo)
    wrong = {source.position(f.start)[0] for f in findings if f.severity == "error"}
    if forward is None and not shared:
        source = _without(source, wrong)
        spec = read(source, Sink())
        forward = _walked(spec)
    else:
        wrong.clear()
    if forward is None:
        return Study(text, findings, {}, 0, 0)
    sizes = {p.name: p.size for p in forward.place.parameters}
    shapes = _shapes(forward, source, sizes)
    # What stands behind a statement that cannot be read is not known.
    shapes = {line: told for line, told in shapes.items() if all(line < w for w in wrong)}
    return Study(text, findings, shapes, len(forward.rows), sum(sizes.values()))


def formatted(text: str, path: str) -> str | None:
    """The text in canonical form; None if its syntax has errors."""
    sink = Sink()
    spec = read(Source(path, text), sink)
    return None if sink.failed else format_spec(spec)


def _finding(d: Diagnostic, source: Source) -> Finding:
    place = d.primary.span if d.primary is not None else None
    here = place is not None and place.source is source
    start, end = (place.start, place.end) if place is not None and here else (0, 0)
    return Finding(
        d.code, d.severity, escape(d.message), start, end, d, next(_fixes(d, source), None)
    )


def _fixes(d: Diagnostic, source: Source) -> Iterator[Fix]:
    """The fixes that change this text alone."""
    for h in d.helps:
        if h.edits and all(e.span.source is source for e in h.edits):
            edits = tuple(sorted((e.span.start, e.span.end, e.text) for e in h.edits))
            if all(a[1] <= b[0] for a, b in pairwise(edits)):
                yield Fix(escape(h.text), edits)


def _without(source: Source, lines: set[int]) -> Source:
    """The text with nothing on these lines."""
    kept = source.text.split("\n")
    for line in lines:
        kept[line - 1] = ""
    return Source(source.path, "\n".join(kept))


def _walked(spec: Spec, memo: Memo | None = None) -> Forward | None:
    """The network on symbolic values, up to the first layer that does not fit.

    No other statement than those that the network needs changes a shape, so that the rest may be
    wrong or missing.
    """
    sink = Sink()
    own = [s for s in spec.statements if s.word in (*SHARED, "network")]
    whole = replace(spec, statements=(*own, *_rest()))
    try:
        bound = bind(include(whole, open_source, sink), None, standard(), sink, memo=memo)
    except SpecError:
        return None
    if bound is None or not bound.network:
        return None
    forward = Forward(bound, sink, training=True, memo=memo)
    forward.run()
    return forward


@cache
def _rest() -> tuple[Statement, ...]:
    """What a spec needs besides its network."""
    rest = read(Source("", REST), Sink()).statements
    return tuple(s for s in rest if s.word != "network")


def _shapes(forward: Forward, source: Source, sizes: dict[str, int]) -> dict[int, str]:
    """`(64, m), 4,160 parameters` by line; of a line that makes several layers, what they give."""
    outputs: dict[int, dict[str, None]] = {}
    counts: dict[int, int] = {}
    for row in forward.rows:
        step, _ = forward.ends[row.label]
        own = sum(sizes.get(p, 0) for p in row.parameters)
        for span in {step.head, *step.chain}:
            if span.source is source:
                given = outputs.setdefault(span.line, {})
                if span is not step.head:
                    given.clear()  # of the use of a block its last layer counts
                given[show(row.output)] = None
                counts[span.line] = counts.get(span.line, 0) + own
    return {line: _told(list(given), counts[line]) for line, given in outputs.items()}


def _told(shapes: list[str], parameters: int) -> str:
    more = " ..." if len(shapes) > MOST_SHAPES else ""
    text = " | ".join(shapes[:MOST_SHAPES]) + more
    return f"{text}, {parameters:,} parameters" if parameters else text
