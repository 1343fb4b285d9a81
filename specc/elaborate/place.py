"""Where a layer stands while it is built: builder, parameters, random streams, and complaints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.ir.builder import Builder, Sym
from specc.lang.bound import Bound, LayerUse
from specc.library.words import Init, Regularizer
from specc.model import Parameter
from specc.shapes import Shape


class Rejected(Exception):
    """A step of the network about which something was said; what follows would be its echo."""


def uses(chain: tuple[Span, ...]) -> tuple[Label, ...]:
    """The uses of blocks that led to a step, as secondary labels."""
    return tuple(Label(span, "in this use") for span in chain)


@dataclass
class Standing:
    """See `specc.library.words.Place`."""

    b: Builder
    training: bool
    random: bool
    step: Sym
    bound: Bound
    sink: Sink
    use: LayerUse | None = None
    label: str = ""
    number: str = ""
    parameters: list[Parameter] = field(default_factory=list)
    purposes: int = 0

    def parameter(
        self,
        name: str,
        shape: Shape,
        *,
        init: Init | None = None,
        regularize: Regularizer | None = None,
        weight: bool = True,
        fan: tuple[int, int] | None = None,
    ) -> Sym:
        numbers = tuple(cast(int, d) for d in shape)
        penalties = (regularize,) if regularize is not None else self.bound.regularize
        made = Parameter(
            name=f"{self.label}.{name}",
            symbol=f"{name}{self.number}",
            shape=numbers,
            layer=self.label,
            weight=weight,
            init=init or self.bound.init,
            regularize=penalties if weight else (),
            purpose=self.purpose(),
            fan=fan or (numbers[1] if len(numbers) > 1 else 1, numbers[0]),
        )
        self.parameters.append(made)
        sym = self.b.apply("input", name=made.name, shape=numbers, kind="real")
        self.b.rename(sym.id, made.symbol)
        return sym

    def purpose(self) -> int:
        self.purposes += 1
        return self.purposes

    def require(self, holds: bool, argument: str, message: str, label: str, fix: str = "") -> None:
        if holds:
            return
        use = cast(LayerUse, self.use)
        span = use.layer.span(argument) or use.step.head
        helps = (Help(fix),) if fix else ()
        chain = uses(use.step.chain)
        self.sink.add(Diagnostic("E0306", message, Label(span, label), chain, helps=helps))
        raise Rejected
