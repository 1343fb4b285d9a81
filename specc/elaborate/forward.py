"""The network on symbolic values: definitions run one after the other, shapes follow.

The first value that cannot be made ends it; a claim that does not hold is said and the value goes
on. `from`, `add` and `concat` look names up in scopes: what is named inside a block, a `repeat` or
a `residual` is known there only.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, cast

from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.ahead import first_layer, next_layer, settled
from specc.elaborate.inputs import Inputs
from specc.elaborate.place import Rejected, Standing
from specc.elaborate.story import Round, Story, shape_table, tell
from specc.ir.builder import Builder, Sym
from specc.ir.op import ShapeError
from specc.lang.bound import Body, Bound, From, Join, LayerUse, NetworkStep, Residual, Step
from specc.lang.memo import Memo
from specc.lang.report import given_twice
from specc.lang.report_numbers import LARGEST
from specc.model import LayerRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from specc.elaborate.stretch import Stretches
    from specc.elaborate.summary import Summaries

Scope = dict[str, tuple[Sym, Step]]


class Forward:
    """One walk through the network, for training or for evaluation."""

    def __init__(
        self,
        bound: Bound,
        sink: Sink,
        *,
        training: bool,
        stochastic: bool = True,
        memo: Memo | None = None,
    ) -> None:
        """With `memo`, layers that it knows are not built: see `specc.elaborate.summary`."""
        self.bound = bound
        self.sink = sink
        self.b = Builder()
        self.place = Standing(
            self.b, training, training and stochastic, self.b.input("t", (), "host"), bound, sink
        )
        self.rows: list[LayerRow] = []
        self.made: dict[str, slice] = {}
        self.makers: dict[int, Step] = {}
        self.reasons: dict[int, Callable[[], str]] = {}
        self.shapers: dict[int, Step] = {}
        self.ends: dict[str, tuple[Step, int]] = {}
        self.counts: Counter[str] = Counter()
        self.weighted = 0
        self.sequential = False
        self.inputs = Inputs(bound.network)
        self.output: Sym | None = None
        self.ending: LayerUse | None = None
        self.names: Scope = {}
        self.rounds: list[Round] = []
        self.summaries: Summaries | None = None
        self.stretches: Stretches | None = None
        self.closing: set[int] = set()
        self.steps = bound.network
        if memo is not None:
            from specc.elaborate.stretch import Stretches
            from specc.elaborate.summary import Summaries, closing, in_line

            self.summaries = Summaries(memo, bound, self.place)
            self.stretches = Stretches(self, self.summaries)
            self.closing = closing(bound.network)
            self.steps = in_line(bound.network)

    def run(self) -> Sym | None:
        """The output of the network, None after a message."""
        with suppress(Rejected):
            if self._starts():
                self.output = self._body(self.steps, None, self.names)
        return self.output

    def _starts(self) -> bool:
        if not self.bound.network:
            return False
        first = self.bound.network[0]
        if isinstance(first, LayerUse) and first.layer.word == "input":
            return True
        from specc.elaborate.report_step import nothing_arrives

        self.sink.add(nothing_arrives(first.step))
        return False

    def _body(
        self,
        steps: tuple[NetworkStep, ...],
        x: Sym | None,
        scope: Scope,
        behind: LayerUse | None = None,
    ) -> Sym:
        """The value of a body; `behind` is the only layer that takes it."""
        own: dict[str, Step] = {}
        known = self.stretches if scope is self.names else None
        for i, step in enumerate(steps):
            if known is not None:
                x = known.again(steps, i, x)
                if known.past(i):
                    continue
            x = self._step(step, x, scope, next_layer(steps, i, behind))
            if known is not None:
                known.walked(steps, i)
            self.makers[x.id] = step.step
            if step.step.claim is not None:
                self._claimed(step, x)
            name = step.step.alias
            if name is not None:
                if name in own:
                    self._reject(given_twice(name, step.step.head, own[name].head))
                own[name] = step.step
                scope[name] = (x, step.step)
        return cast(Sym, x)

    def _step(self, step: NetworkStep, x: Sym | None, scope: Scope, behind: LayerUse | None) -> Sym:
        match step:
            case LayerUse() if step.layer.word == "input":
                return self._input(step)
            case LayerUse():
                # What the loss takes is looked at closely.
                known = None if id(step) in self.closing else self.summaries
                use, note = settled(step, behind) if known is None else known.settled(step, behind)
                return self._layer(use, note, cast(Sym, x), known)
            case Body():
                for number in range(step.count):
                    self.rounds.append(Round(step.step.head, number + 1, step.count))
                    last = number + 1 == step.count
                    after = behind if last else first_layer(step.body)
                    x = self._body(step.body, x, dict(scope), after)
                    self.rounds.pop()
                return cast(Sym, x)
            case Residual():
                inner = self._body(step.body, x, dict(scope))
                return self._joined(step, "add", [cast(Sym, x), inner])
            case From():
                return self._find(step.name, step.name_span, step.step, scope)
            case Join():
                return self._join(step, cast(Sym, x), scope)

    def _input(self, use: LayerUse) -> Sym:
        self.counts["input"] += 1
        label, x = self.inputs.read(self.b, use, self.counts["input"])
        row = self._row(use.step, label, "0", x, x, len(self.place.parameters), "")
        self._record(use.step, row, x, 0)
        return x

    def _layer(self, use: LayerUse, note: str, x: Sym, summaries: Summaries | None = None) -> Sym:
        word, place = use.layer.word, self.place
        self.counts[word] += 1
        # A layer with weights starts a new number; what follows it shares that number.
        self.weighted += use.layer.weighted
        place.use, place.label = use, f"{word}{self.counts[word]}"
        place.number = str(max(self.weighted, 1))
        if summaries is not None:
            known = summaries.again(use, note, x)
            if known is not None:
                return self._behind(use, x, *known, len(self.b.nodes) - 1)
        wanted = use.layer.axes
        if wanted is not None and wanted != len(x.shape) - 1:
            from specc.elaborate.axes import other_axes

            self._reject(other_axes(use, wanted, x, self))
        owned, since = len(place.parameters), len(self.b.nodes)
        place.tell = lambda: (self.story(use.step, x), shape_table(self.rows))
        try:
            with self.b.layer(place.label, place.number):
                y = use.layer.build(place, x)
        except ShapeError as reason:
            from specc.elaborate.report_step import does_not_fit

            self._reject(does_not_fit(use, x, reason, self))
        row = self._row(
            use.step,
            place.label,
            place.number,
            x,
            y,
            owned,
            use.layer.formula(),
            use.layer.ending(),
            note,
        )
        if summaries is not None:
            summaries.learn(use, x, y, row)
        return self._behind(use, x, y, row, since)

    def _behind(self, use: LayerUse, x: Sym, y: Sym, row: LayerRow, since: int) -> Sym:
        """Note a layer that was made."""
        self.sequential |= use.layer.sequential
        if not use.layer.weighted and y.shape == x.shape and not use.layer.reason(x.shape):
            self.reasons[y.id] = self.reasons.get(x.id, str)
            self.shapers[y.id] = self.shapers.get(x.id, self.makers[x.id])
        else:
            self.reasons[y.id] = lambda: use.layer.reason(x.shape)
        self._record(use.step, row, y, since)
        self.ending = use
        return y

    def _join(self, step: Join, x: Sym, scope: Scope) -> Sym:
        operands = [self._find(n, span, step.step, scope) for n, span in step.names]
        if len(operands) == 1:
            operands.insert(0, x)
        return self._joined(step, step.kind, operands)

    def _joined(self, step: Join | Residual, word: str, values: list[Sym]) -> Sym:
        from specc.elaborate.joins import cannot_join, joined, misfit  # where there are some

        other = misfit(word, values)
        if other is not None:
            self._reject(cannot_join(step, values[0], other, self))
        self.counts[word] += 1
        label, number = f"{word}{self.counts[word]}", str(max(self.weighted, 1))
        owned, since = len(self.place.parameters), len(self.b.nodes)
        with self.b.layer(label, number):
            y, formula = joined(word, values)
        self.ending = None
        row = self._row(step.step, label, number, values[0], y, owned, formula)
        self._record(step.step, row, y, since)
        return y

    def _find(self, name: str, span: Span, step: Step, scope: Scope) -> Sym:
        if name not in scope:
            from specc.elaborate.report_step import unknown_value

            self._reject(unknown_value(name, span, step, scope, self))
        return scope[name][0]

    def _claimed(self, step: NetworkStep, x: Sym) -> None:
        claim = cast("tuple[int, ...]", step.step.claim)
        if claim != x.shape[:-1]:
            from specc.elaborate.report_step import other_than_claimed

            self.sink.add(other_than_claimed(step, claim, x, self))

    def _reject(self, said: Diagnostic) -> NoReturn:
        self.sink.add(said)
        raise Rejected

    def story(self, step: Step, *values: Sym) -> Story:
        """Who made these values, and how the step that fails came about."""
        made = [(x, self.shapers.get(x.id, self.makers.get(x.id))) for x in values]
        found = tell(step, made, self.rounds)
        reasons = dict.fromkeys(self.reasons.get(x.id, str)() for x in values)
        return Story(found.labels, (*found.notes, *filter(None, reasons)))

    def _record(self, step: Step, row: LayerRow, after: Sym, since: int) -> None:
        """Note a step with its row; `since` is the first node that it can have made."""
        if any(isinstance(n, int) and n >= LARGEST for n in after.shape):
            from specc.elaborate.report_step import too_large

            self._reject(too_large(step, after, self))
        self.made[row.label] = slice(since, len(self.b.nodes))
        self.makers[after.id] = step
        self.ends[row.label] = (step, after.id)
        self.rows.append(row)

    def _row(
        self,
        step: Step,
        label: str,
        number: str,
        before: Sym,
        after: Sym,
        owned: int,
        formula: str,
        activation: str = "",
        note: str = "",
    ) -> LayerRow:
        """A line of the dimension table."""
        return LayerRow(
            label,
            step.text,
            step.span.line,
            number,
            formula,
            before.shape,
            after.shape,
            before.node.name,
            tuple([p.name for p in self.place.parameters[owned:]]),
            (),
            0,
            activation,
            note,
        )
