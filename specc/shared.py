"""Files of lets and blocks that specs take in by `use`: they are checked for what they are."""

from __future__ import annotations

from specc.checking import open_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.bind import bind
from specc.lang.read import read
from specc.lang.spec import Spec
from specc.lang.uses import SHARED, include
from specc.library.registry import Registry
from specc.record import replace

REST = """\
data { source circles }
network { input 1 }
loss mse
optimizer sgd
train { run 1 epoch }
"""
"""What such a file leaves to the spec that uses it."""


def is_shared(spec: Spec) -> bool:
    """Whether a file holds lets and blocks, and nothing that others could not use."""
    words = {s.word for s in spec.statements if s.claim is None}
    plain = all(s.claim is None for s in spec.statements)
    return plain and words <= set(SHARED) and not words.isdisjoint(("let", "block"))


def read_spec(source: Source) -> Spec:
    """The spec in a text, as far as it can be read."""
    return read(source, Sink())


def check_shared(source: Source, registry: Registry | None = None) -> tuple[Diagnostic, ...]:
    """The findings about the lets and blocks of a file."""
    sink = Sink()
    spec = include(read(source, sink), open_source, sink)
    if not sink.failed:
        rest = read(Source("", REST), sink)
        whole = replace(spec, statements=(*spec.statements, *rest.statements))
        bind(whole, None, registry or Registry(), sink)
    return sink.sorted()
