"""What rules ask about arguments, whatever they are called, and about what is written there."""

from __future__ import annotations

from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.environment import Environment
from specc.lang.lets import read_lets
from specc.lang.spec import Spec
from specc.library.define import Arg


def written_names(spec: Spec) -> Environment:
    """The names of a spec with what is written for them, about which everything was said."""
    return Environment(Sink(), read_lets(spec, Sink())[0])


def shown(value: float) -> str:
    """A number as a spec would write it: `1e-6`."""
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e")


def is_literal(place: Span) -> bool:
    """Whether a number stands there, not a name that a variant may set or a range to search."""
    return not place.text.strip("%_.0123456789eE+-")


def is_memory(argument: Arg) -> bool:
    """Whether an argument of an optimiser is the share of an old average that stays."""
    return argument.kind == "float" and argument.at_least == 0 and argument.below == 1
