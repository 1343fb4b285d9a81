"""The network on symbolic values: definitions run one after the other, shapes follow.

The first value that cannot be made ends it; a claim that does not hold is said and the value goes
on. `from`, `add` and `concat` look names up in scopes: what is named inside a block, a `repeat` or
a `residual` is known there only.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.ahead import first_layer, next_layer, settled
from specc.elaborate.axes import as_image, as_steps, in_front
from specc.elaborate.place import Rejected, Standing
from specc.elaborate.story import Round, Story, core, quoted, shape_table, tell
from specc.ir.builder import Builder, Sym
from specc.ir.op import ShapeError
from specc.lang.bound import Body, Bound, From, Join, LayerUse, NetworkStep, Residual, Step
from specc.lang.memo import Memo
from specc.lang.report import given_twice, listing, meant
from specc.library.registry import standard
from specc.model import LayerRow, ValueRow
from specc.ops import algebra as op
from specc.shapes import Dim, M, Shape, plus, show, size

if TYPE_CHECKING:
    from specc.elaborate.stretch import Stretches
    from specc.elaborate.summary import Summaries

Scope = dict[str, tuple[Sym, Step]]
JOINED = {2: 0, 3: 1, 4: 2}
"""The axis along which `concat` joins: features, those of every step, channels; sizes before it
agree.
"""


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
        self.reasons: dict[int, str] = {}
        self.shapers: dict[int, Step] = {}
        self.ends: dict[str, tuple[Step, int]] = {}
        self.counts: Counter[str] = Counter()
        self.weighted = 0
        self.sequential = False
        self.inputs = _inputs(bound.network)
        self.whole: Dim = 0
        self.taken: Dim = 0
        self.output: Sym | None = None
        self.ending: LayerUse | None = None
        self.names: Scope = {}
        self.rounds: list[Round] = []
        self.summaries: Summaries | None = None
        self.stretches: Stretches | None = None
        self.closing: set[int] = set()
        if memo is not None:
            from specc.elaborate.stretch import Stretches
            from specc.elaborate.summary import Summaries, closing

            self.summaries = Summaries(memo, bound, self.place)
            self.stretches = Stretches(self, self.summaries)
            self.closing = closing(bound.network)

    def run(self) -> Sym | None:
        """The output of the network, None after a message."""
        if not self._starts():
            return None
        try:
            self.output = self._body(self.bound.network, None, self.names)
        except Rejected:
            return None
        return self.output

    def _starts(self) -> bool:
        if not self.bound.network:
            return False
        first = self.bound.network[0]
        if isinstance(first, LayerUse) and first.layer.word == "input":
            return True
        self.sink.add(
            Diagnostic(
                "E0301",
                f"the network starts with `{first.step.span.text}`, but nothing arrives there yet",
                Label(first.step.span, "what comes in?"),
                helps=(Help("start with the features of one example, for example `input 64`"),),
            )
        )
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
                    self.sink.add(given_twice(name, step.step.head, own[name].head))
                    raise Rejected
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
                return self._sum(step, [cast(Sym, x), inner])
            case From():
                return self._find(step.name, step.name_span, step.step, scope)
            case Join():
                return self._join(step, cast(Sym, x), scope)

    def _input(self, use: LayerUse) -> Sym:
        """An `input`: all of X, or with several of them the columns that are its turn."""
        several = len(self.inputs) > 1
        self.counts["input"] += 1
        label = f"input{self.counts['input']}" if several else "input"
        shape = (*cast(Any, use.layer).sizes, M)
        if not several:
            x = self.b.input("X", (size(shape[:-1]), M))
            if len(shape) > 2:
                with self.b.layer(label):
                    x = op.reshape(x, shape)
                self.b.rename(x.id, "A0")
        else:
            if self.whole == 0:
                for other in self.inputs:
                    self.whole = plus(self.whole, size(cast(Any, other.layer).sizes))
            whole = self.b.input("X", (self.whole, M))
            start = cast(int, self.taken)
            stop = start + cast(int, size(shape[:-1]))
            with self.b.layer(label):
                x = self.b.apply("rows", whole, start=start, stop=stop)
                if len(shape) > 2:
                    x = op.reshape(x, shape)
            self.b.rename(x.id, f"X{self.counts['input']}")
            self.taken = stop
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
        self._accepts(use, x)
        owned, since = len(place.parameters), len(self.b.nodes)
        place.tell = lambda: (self._story(use.step, x), self._table())
        try:
            with self.b.layer(place.label, place.number):
                y = use.layer.build(place, x)
        except ShapeError as reason:
            self._reject(
                use.step,
                "E0302",
                f"`{word}` does not fit what arrives: {reason}",
                Label(core(use.step), f"gets {show(x.shape)}"),
                x,
            )
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
        why = use.layer.reason(x.shape)
        if why:
            self.reasons[y.id] = why
        elif not use.layer.weighted and y.shape == x.shape:
            self.reasons[y.id] = self.reasons.get(x.id, "")
            self.shapers[y.id] = self.shapers.get(x.id, self.makers[x.id])
        self._record(use.step, row, y, since)
        self.ending = use
        return y

    def _accepts(self, use: LayerUse, x: Sym) -> None:
        wanted, got = use.layer.axes, len(x.shape) - 1
        if wanted is None or wanted == got:
            return
        maker = self.makers.get(x.id)
        notes: tuple[str, ...] = ()
        helps: tuple[Help, ...] = ()
        if wanted == 1:
            features = size(x.shape[:-1])
            factors = " * ".join(str(d) for d in x.shape[:-1])
            notes = (f"{factors} = {features} features in all",)
            made = next((i for i in self.inputs if i.step is maker), None)
            sizes = made.layer.span("sizes") if made is not None else None
            if sizes is not None:
                edits = (Edit(sizes, str(features)),)
                helps = (Help(f"read each example as {features} features", edits),)
            if not use.layer.sequential:
                helps = (*_flattened(use.step.head, f"the axes into {features} features"), *helps)
            if self.sequential and got == 2:
                what = f"take the last of the {x.shape[0]} steps"
                helps = (in_front(use.step.head, "last", what), *helps)
        elif wanted == 3:
            sizes = next((i.layer.span("sizes") for i in self.inputs if i.step is maker), None)
            helps = as_image(x.shape, sizes)
        elif wanted == 2:
            helps = as_steps(x.shape, any(i.step is maker for i in self.inputs))
        takes = use.layer.takes or f"{wanted} axes"
        story = self._story(use.step, x)
        self.sink.add(
            Diagnostic(
                "E0302",
                f"`{use.layer.word}` takes {takes}, but a tensor with {_axes(got)} arrives",
                Label(use.step.span, f"needs {_axes(wanted)} per example, gets {got}"),
                story.labels,
                table=self._table(),
                notes=(*story.notes, *notes),
                helps=helps,
            )
        )
        raise Rejected

    def _join(self, step: Join, x: Sym, scope: Scope) -> Sym:
        operands = [self._find(n, span, step.step, scope) for n, span in step.names]
        if len(operands) == 1:
            operands.insert(0, x)
        return self._sum(step, operands) if step.kind == "add" else self._concat(step, operands)

    def _sum(self, step: Join | Residual, operands: list[Sym]) -> Sym:
        first = operands[0]
        for other in operands[1:]:
            if other.shape == first.shape:
                continue
            if isinstance(step, Residual):
                message = f"`residual` adds {show(other.shape)} to {show(first.shape)}"
                helps: tuple[Help, ...] = (_same_end(step, first),)
                arrives = f"gets {show(first.shape)}, makes {show(other.shape)}"
            else:
                message = f"`add` cannot join {show(first.shape)} and {show(other.shape)}"
                helps = (Help("make both the same size: only equal shapes add up"),)
                arrives = f"{show(first.shape)} and {show(other.shape)}"
                if len(first.shape) == len(other.shape) == 2:
                    helps = (*helps, Help("`concat` puts features of different number together"))
            self._differ(step.step, first, other, message, arrives, helps)
        return self._joined(step.step, "add", operands)

    def _concat(self, step: Join, operands: list[Sym]) -> Sym:
        first = operands[0]
        axes = len(first.shape)
        for other in operands[1:]:
            same = len(other.shape) == axes and axes in JOINED
            if same and first.shape[: JOINED[axes]] == other.shape[: JOINED[axes]]:
                continue
            said = "features join features, sequences join sequences, images join images"
            if same:
                kind = (
                    "sequences of as many steps" if axes == 3 else "images of one height and width"
                )
                said = f"{kind} can be joined"
            self._differ(
                step.step,
                first,
                other,
                f"`concat` cannot join {show(first.shape)} and {show(other.shape)}",
                f"{show(first.shape)} and {show(other.shape)}",
                (Help(said),),
            )
        return self._joined(step.step, "concat", operands)

    def _differ(
        self,
        step: Step,
        first: Sym,
        other: Sym,
        message: str,
        label: str,
        helps: tuple[Help, ...],
    ) -> None:
        """E0307 with where both sides come from."""
        story = self._story(step, first, other)
        self.sink.add(
            Diagnostic(
                "E0307",
                message,
                Label(step.span, label),
                story.labels,
                table=self._table(),
                notes=story.notes,
                helps=helps,
            )
        )
        raise Rejected

    def _joined(self, step: Step, word: str, values: list[Sym]) -> Sym:
        self.counts[word] += 1
        label, number = f"{word}{self.counts[word]}", str(max(self.weighted, 1))
        since = len(self.b.nodes)
        with self.b.layer(label, number):
            if word == "concat":
                y = op.concat(*values).named("C")
            else:
                y = values[0]
                for value in values[1:]:
                    y = y + value
                y.named("S")
        self.ending = None
        formula = " + ".join(v.node.name or "A" for v in values) if word == "add" else ""
        owned = len(self.place.parameters)
        self._record(step, self._row(step, label, number, values[0], y, owned, formula), y, since)
        return y

    def _find(self, name: str, span: Span, step: Step, scope: Scope) -> Sym:
        if name in scope:
            return scope[name][0]
        known = tuple(scope)
        near = tuple(h for h in meant(name, span, known) if h.edits)
        note = f"known here: {listing(known)}" if known and not near else ""
        story = self._story(step)
        elsewhere: tuple[Label, ...] = ()
        if near:
            head = scope[near[0].edits[0].text][1].head
            elsewhere = (Label(head, f"`{near[0].edits[0].text}` is named here"),)
        named = _named(self.bound.network, name)
        if named is not None and not near:
            later = named.span.start > span.start and named.span.source is span.source
            elsewhere = (Label(named.head, f"named {'only here' if later else 'inside a body'}"),)
            note = (
                "a value is known behind the statement that names it"
                if later
                else "what is named in a block, a `repeat` or a `residual` is known there only"
            )
        self.sink.add(
            Diagnostic(
                "E0210",
                f"no value is called `{name}` here",
                Label(span, "unknown name"),
                (*elsewhere, *story.labels),
                notes=(note,) if note else (),
                helps=near
                or (() if elsewhere else (Help(f"name one by `as`: `dense 64, relu as {name}`"),)),
            )
        )
        raise Rejected

    def _claimed(self, step: NetworkStep, x: Sym) -> None:
        at = step.step
        claim = cast("tuple[int, ...]", at.claim)
        if claim == x.shape[:-1]:
            return
        said, found = (", ".join(map(str, shape)) for shape in (claim, x.shape[:-1]))
        flat = len(claim) == len(x.shape) - 1 == 1
        gives = f"{found} features, but {said} is" if flat else f"({found}), but ({said}) is"
        span = cast(Span, at.claim_span)
        helps = [Help("if the layer is right, correct the claim", (Edit(span, f"-> {found}"),))]
        units = step.layer.spans.get("units") if isinstance(step, LayerUse) else None
        if units is not None and flat:
            edits = (Edit(units, said),)
            helps.append(Help("if the claim is right, correct the layer", edits))
        story = self._story(at, x)
        self.sink.add(
            Diagnostic(
                "E0303",
                f"`{quoted(at.text)}` gives {gives} claimed",
                Label(span, f"gives {found}"),
                story.labels,
                table=self._table(),
                notes=story.notes,
                helps=tuple(helps),
            )
        )

    def _reject(self, step: Step, code: str, message: str, label: Label, *values: Sym) -> None:
        story = self._story(step, *values)
        self.sink.add(
            Diagnostic(code, message, label, story.labels, table=self._table(), notes=story.notes)
        )
        raise Rejected

    def _story(self, step: Step, *values: Sym) -> Story:
        """Who made these values, and how the step that fails came about."""
        made = [(x, self.shapers.get(x.id, self.makers.get(x.id))) for x in values]
        found = tell(step, made, self.rounds)
        reasons = dict.fromkeys(self.reasons.get(x.id, "") for x in values)
        return Story(found.labels, (*found.notes, *filter(None, reasons)))

    def _table(self) -> tuple[str, ...]:
        return shape_table(self.rows)

    def values(self, row: LayerRow) -> tuple[ValueRow, ...]:
        """The values of a layer that have names."""
        return tuple(
            ValueRow(node.name, node.type.shape, _rule(self.b, node.id))
            for node in self.b.nodes[self.made[row.label]]
            if node.layer == row.label
            and node.name
            and node.type.kind != "host"
            and node.op != "input"
        )

    def _record(self, step: Step, row: LayerRow, after: Sym, since: int) -> None:
        """Note a step with its row; `since` is the first node that it can have made."""
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


def _inputs(steps: tuple[NetworkStep, ...]) -> list[LayerUse]:
    """All `input` statements, in order."""
    found: list[LayerUse] = []
    for step in steps:
        if isinstance(step, LayerUse) and step.layer.word == "input":
            found.append(step)
        elif isinstance(step, Body | Residual):
            found += _inputs(step.body)
    return found


def _named(steps: tuple[NetworkStep, ...], name: str) -> Step | None:
    """The first step of a network that gives its value this name, at any depth."""
    for step in steps:
        if step.step.alias == name:
            return step.step
        if isinstance(step, Body | Residual):
            inner = _named(step.body, name)
            if inner is not None:
                return inner
    return None


def _flattened(head: Span, what: str) -> tuple[Help, ...]:
    """`flatten` on a line of its own, if the language has the word."""
    if standard().find("layers", "flatten") is None:
        return ()
    return (in_front(head, "flatten", f"flatten {what}"),)


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"


def _same_end(step: Residual, arrives: Sym) -> Help:
    """What the body of a residual must end with."""
    units = arrives.shape[0]
    last = step.body[-1]
    if len(arrives.shape) == 2 and isinstance(last, LayerUse):
        span = last.layer.spans.get("units")
        if span is not None and span.text.isdecimal():
            return Help(f"end the body with {units} features", (Edit(span, str(units)),))
    return Help(f"let the body end with {show(arrives.shape)}, as it arrives")


def _values(before: Shape, after: Shape) -> str:
    """`4 * 4 * 16 = 256`: as many values of an example in one form as in the other."""
    sides = sorted((before[:-1], after[:-1]), key=len, reverse=True)
    return " = ".join(" * ".join(str(d) for d in side) for side in sides)


def _rule(b: Builder, id: int) -> str:  # noqa: A002 - the field of Node
    """Why a value has its shape: `W1 (64, 64) times X (64, m), plus b1 (64, 1)`."""
    node = b.nodes[id]
    operands = [b.nodes[i] for i in node.inputs]

    def call(i: int) -> str:
        operand = operands[i]
        while operand.op in ("expand", "reshape") and not operand.name:
            operand = b.nodes[operand.inputs[0]]
        name = operand.name or operand.op
        return f"{name} {show(operand.type.shape)}"

    if node.op == "matmul":
        return f"{call(0)} times {call(1)}"
    if node.op == "steps_product":
        return f"{call(0)} times each step of {call(1)}"
    if node.op == "add" and operands[0].op in ("matmul", "steps_product"):
        return f"{_rule(b, operands[0].id)}, plus {call(1)}"
    if node.op in ("concat", "join_bands", "join_channels"):
        return ", then ".join(call(i) for i in range(len(operands)))
    if node.op == "rows":
        return f"rows {node['start']} to {node['stop']} of {call(0)}"
    if node.op in ("reshape", "flat", "image"):
        before = call(0) if operands[0].name else _rule(b, operands[0].id)
        return f"{before} in other axes, {_values(operands[0].type.shape, node.type.shape)}"
    made = node.definition.rule
    if made is not None:
        return made(tuple(o.type for o in operands), node.type, node.settings)
    if node.op == "add" and operands[0].definition.rule is not None:
        return f"{_rule(b, operands[0].id)}, plus {call(1)}"
    named = next((o for o in operands if o.name and o.type.kind != "host"), None)
    return f"elementwise, like {named.name}" if named else "elementwise"
