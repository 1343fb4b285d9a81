"""Values without names: every `let` and block parameter replaced by what it stands for.

Names that a search may change stay, and so do the expressions that they stand in: put into
numbers, the expanded spec would search for something else.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.diag.diagnostic import CompilerBug
from specc.diag.sink import Sink
from specc.expand.literals import number
from specc.lang.arithmetic import Poison, evaluate
from specc.lang.lets import in_order, read_lets
from specc.lang.spec import (
    Binary,
    Call,
    Choices,
    Comparison,
    Group,
    Name,
    Number,
    Range,
    Sequence,
    Spec,
    Statement,
    Unary,
    Value,
)
from specc.record import replace

Scope = Mapping[str, Value]
"""What every known name stands for; a name that stays stands for itself."""


def close(value: Value, scope: Scope) -> Value:
    """The value without the names of a scope; arithmetic without names is worked out."""
    match value:
        case Name():
            return scope.get(value.text, value)
        case Unary():
            return _worked_out(replace(value, operand=close(value.operand, scope)))
        case Binary():
            left, right = close(value.left, scope), close(value.right, scope)
            return _worked_out(replace(value, left=left, right=right))
        case Range():
            domain = value.domain
            closed: Call | Choices
            if isinstance(domain, Choices):
                closed = replace(domain, values=tuple(close(v, scope) for v in domain.values))
            else:
                closed = _call(domain, scope)
            return replace(value, nominal=close(value.nominal, scope), domain=closed)
        case Call():
            return _call(value, scope)
        case Group():
            return replace(value, values=tuple(close(v, scope) for v in value.values))
        case Sequence():
            return replace(value, parts=tuple(close(p, scope) for p in value.parts))
        case _:
            return value


def close_claim(claim: Comparison, scope: Scope) -> Comparison:
    """A claim with its right side closed; the left side names results."""
    return replace(claim, right=close(claim.right, scope))


def _call(value: Call, scope: Scope) -> Call:
    items = tuple(replace(i, value=close(i.value, scope)) for i in value.items)
    return replace(value, items=items)


def _worked_out(value: Unary | Binary) -> Value:
    """The number of an expression, unless a name is left in it."""
    parts = [value.operand] if isinstance(value, Unary) else [value.left, value.right]
    if not all(isinstance(p, Number) or is_negative(p) for p in parts):
        return value
    if is_negative(value):
        return value
    found = evaluate(value, _no_name, Sink())
    if isinstance(found, Poison):
        raise CompilerBug("a spec that compiles has an expression without a value")
    return number(found)


def is_negative(value: Value) -> bool:
    """Whether a value is a number with a sign."""
    return isinstance(value, Unary) and isinstance(value.operand, Number)


def _no_name(name: Name) -> Poison:
    raise CompilerBug(f"the name {name.text} is left in a closed value")


def top_scope(spec: Spec) -> tuple[dict[str, Value], list[Statement]]:
    """What the lets of a file stand for, and the `let` statements that must stay: those with a
    search range, and those that depend on one.
    """
    lets = {name: v for name, v in read_lets(spec, Sink())[0].items() if v is not None}
    places = {s.items[0].name: s for s in spec.statements if s.word == "let" and s.items}
    scope: dict[str, Value] = {}
    kept: list[Statement] = []
    for name in in_order(lets, Sink()):
        value = close(lets[name], scope)
        if _moves(value, scope):
            statement = places[name]
            item = replace(statement.items[0], value=value)
            kept.append(replace(statement, items=(item,)))
            value = Name(name, lets[name].span)
        scope[name] = value
    return scope, kept


def _moves(value: Value, scope: Scope) -> bool:
    """Whether a search may change a closed value."""
    match value:
        case Range():
            return True
        case Name():
            return value.text in scope  # names that do not stay are gone by now
        case Unary():
            return _moves(value.operand, scope)
        case Binary():
            return _moves(value.left, scope) or _moves(value.right, scope)
        case Group():
            return any(_moves(v, scope) for v in value.values)
        case Sequence():
            return any(_moves(p, scope) for p in value.parts)
        case Call():
            return any(_moves(i.value, scope) for i in value.items)
        case _:
            return False
