"""Where a layer stands while it is built: builder, parameters, random streams, and complaints."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.story import Story
from specc.ir.builder import Builder, Sym
from specc.lang.bound import Bound, LayerUse
from specc.library.words import Init, Regularizer
from specc.model import Parameter, Running
from specc.shapes import Shape, size


class Rejected(Exception):
    """A step of the network about which something was said; what follows would be its echo."""


def uses(chain: tuple[Span, ...]) -> tuple[Label, ...]:
    """The uses of blocks that led to a step, as secondary labels."""
    return tuple(Label(span, "in this use") for span in chain)


def wanted_symbol(name: str, number: str) -> str:
    """The symbol of a parameter in a layer of this number, if no other has it."""
    return f"{name}_{number}" if len(name) > 2 else f"{name}{number}"


class Standing:
    """See `specc.library.words.Place`.

    own: parameters (by name) with an `init` or `regularize` that is not that of the file. tell: how
    what arrives came about, and the shapes up to here.
    """

    def __init__(
        self,
        b: Builder,
        training: bool,
        random: bool,
        step: Sym,
        bound: Bound,
        sink: Sink,
        use: LayerUse | None = None,
    ) -> None:
        self.b = b
        self.training = training
        self.random = random
        self.step = step
        self.bound = bound
        self.sink = sink
        self.use = use
        self.label = ""
        self.number = ""
        self.parameters: list[Parameter] = []
        self.runnings: list[Running] = []
        self.kept: dict[str, Sym] = {}
        self.own: set[tuple[str, str]] = set()
        self.symbols: dict[str, int] = {}
        self.tell: Callable[[], tuple[Story, tuple[str, ...]]] | None = None
        self.purposes = 0
        self.rows: dict[int, int] = {}

    def parameter(
        self,
        name: str,
        shape: Shape,
        *,
        init: Init | None = None,
        regularize: Regularizer | None = None,
        weight: bool = True,
        fan: tuple[int, int] | None = None,
        start: float = 0.0,
    ) -> Sym:
        numbers = tuple(cast(int, d) for d in shape)
        penalties = (regularize,) if regularize is not None else self.bound.regularize
        made = Parameter(
            f"{self.label}.{name}",
            self._symbol(name),
            numbers,
            self.label,
            weight,
            init or self.bound.init,
            penalties if weight else (),
            self.purpose(),
            fan or (numbers[1] if len(numbers) > 1 else 1, numbers[0]),
            0,
            start,
        )
        self.parameters.append(made)
        if init is not None:
            self.own.add((made.name, "init"))
        if regularize is not None or not weight:
            self.own.add((made.name, "regularize"))
        return self._input(made.name, numbers, made.symbol)

    def running(self, name: str, shape: Shape, start: float) -> Sym:
        numbers = tuple(cast(int, d) for d in shape)
        symbol = self._symbol(f"running_{name}")
        made = Running(f"{self.label}.{name}", symbol, numbers, self.label, start)
        self.runnings.append(made)
        return self._input(made.key, numbers, made.symbol)

    def keep(self, name: str, new: Sym) -> None:
        self.kept[f"running.{self.label}.{name}"] = new

    def _input(self, name: str, shape: tuple[int, ...], symbol: str) -> Sym:
        sym = self.b.apply("input", name=name, shape=shape, kind="real")
        self.b.rename(sym.id, symbol)
        return sym

    def _symbol(self, name: str) -> str:
        """`W1`, and `beta_1` where the name is a word, since `beta1` is an optimiser's; with one
        more number where two layers of one number have it.
        """
        wanted = self.wanted(name)
        count = self.symbols[wanted] = self.symbols.get(wanted, 0) + 1
        return wanted if count == 1 else f"{wanted}_{count}"

    def wanted(self, name: str) -> str:
        return wanted_symbol(name, self.number)

    def purpose(self) -> int:
        self.purposes += 1
        return self.purposes

    def drawn(self, seed: int, shape: Shape) -> int:
        before = self.rows.get(seed, 0)
        self.rows[seed] = before + cast(int, size(shape[:-1]))
        return before

    def require(
        self,
        holds: bool,
        argument: str,
        message: str,
        label: str,
        fix: str = "",
        *,
        note: str = "",
        arrives: bool = False,
    ) -> None:
        if holds:
            return
        use = cast(LayerUse, self.use)
        span = use.layer.span(argument) or use.step.head
        helps = (Help(fix),) if fix else ()
        labels, table = uses(use.step.chain), cast("tuple[str, ...]", ())
        notes = (note,) if note else ()
        if arrives and self.tell is not None:
            story, table = self.tell()
            labels, notes = story.labels, (*story.notes, *notes)
        at = Label(span, label)
        self.sink.add(
            Diagnostic("E0306", message, at, labels, table=table, notes=notes, helps=helps)
        )
        raise Rejected
