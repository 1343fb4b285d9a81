"""Specs that the tests of the language share, and how to compare what was read."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.lang.read import read
from specc.lang.spec import Number, Spec, Statement, String
from specc.record import Record, fields

TOUR = """\
spec 1                                       # language version

let width = 64

data {
    source     csv("data/digits.csv.gz", target = "label")
    split      train = 80%, dev = 10%, test = 10%, seed = 7, stratify = true
    normalize  standard                      # mean and variance of train, reused on dev and test
}

network {
    input    64
    dense    width, relu
    dropout  keep = 0.9
    dense    width // 2, relu        -> 32   # a claim, proven by the compiler
    dense    10, softmax
}

init        he
loss        cross_entropy
regularize  l2(0.01)
optimizer   adam(lr = 1e-3 in log(1e-4, 1e-1))
schedule    exponential(rate = 0.95, every = 1 epoch)

train {
    run    30 epochs
    batch  64 in {32, 64, 128}
    seed   1
    stop   early(on = dev.cost, patience = 5 epochs)
}

expect {
    parameters   <= 10_000
    dev.accuracy >= 95%
}
"""

REUSE = """\
block conv_bn(channels, stride = 1) {
    conv       channels, kernel = 3, stride = stride, pad = same
    batchnorm
    relu
}

network {
    input    32, 32, 3                       # height, width, channels
    conv_bn  16
    repeat 3 {
        residual {
            conv_bn    16
            conv       16, kernel = 3, pad = same
            batchnorm
        }
        relu
    }
    avgpool  global
    dense    10, softmax
}
"""

VARIANTS = """\
variant zeros  { init zeros }
variant large  { init normal(10) }
variant he     { init he }
"""

SEARCH = """\
search {
    trials     60
    rounds     2                             # coarse, then zoom into the best region
    objective  min(dev.cost)
}
"""

TOURS = (TOUR, REUSE, VARIANTS, SEARCH)


def findings(text: str) -> tuple[Spec, tuple[Diagnostic, ...]]:
    """The spec in a text, and what was wrong with it."""
    sink = Sink()
    spec = read(Source("model.dl", text), sink)
    return spec, sink.sorted()


def spec_of(text: str) -> Spec:
    """The spec in a text that has to be without error."""
    spec, found = findings(text)
    assert found == ()
    return spec


def statement_of(text: str) -> Statement:
    """The one statement of a text."""
    (statement,) = spec_of(text).statements
    return statement


def places(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of everything found in a text."""
    _, found = findings(text)
    spans = [(d.code, d.primary.span if d.primary else None) for d in found]
    return [(code, span.line, span.column) for code, span in spans if span is not None]


def content(node: object) -> object:
    """What a piece of a spec says: without spans and layout, literals as they are written."""
    if isinstance(node, Number | String):
        return (type(node).__name__, node.value, node.span.text)
    if isinstance(node, tuple):
        return tuple(content(n) for n in node)
    if isinstance(node, Record):
        kept = [name for name in fields(node) if name not in ("source", "one_line")]
        values = [getattr(node, name) for name in kept]
        return (type(node).__name__, *(content(v) for v in values if not isinstance(v, Span)))
    return node
