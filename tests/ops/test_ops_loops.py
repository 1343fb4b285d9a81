"""Operations with loops of their own make as many NumPy calls as they say."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from op_cases import CASES, RECURRENT, SIZES, Case

from specc.ir.builder import Builder
from specc.ir.cost import node_calls
from specc.ir.op import lookup
from specc.shapes import value

KERNELS = ("sequence", "rnn", "lstm", "gru")
LOOPS = [c for c in CASES if lookup(c.op).kernel in KERNELS]


class Counting(np.ndarray[Any, Any]):
    """An array that counts what is done with it; so do its views."""

    calls = 0

    @staticmethod
    def plain(x: Any) -> Any:
        return x.view(np.ndarray) if isinstance(x, Counting) else x

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        Counting.calls += 1
        named = {k: tuple(map(Counting.plain, v)) if k == "out" else v for k, v in named.items()}
        return getattr(ufunc, method)(*map(Counting.plain, inputs), **named)

    def __array_function__(self, function: Any, types: Any, inputs: Any, named: Any) -> Any:
        Counting.calls += 1
        return function(*map(Counting.plain, inputs), **named)

    def __setitem__(self, key: Any, values: Any) -> None:
        Counting.calls += 1
        Counting.plain(self)[key] = Counting.plain(values)

    def fill(self, x: Any) -> None:
        Counting.calls += 1
        Counting.plain(self).fill(x)

    def dot(self, other: Any, out: Any = None) -> Any:
        Counting.calls += 1
        return Counting.plain(self).dot(Counting.plain(other), out=Counting.plain(out))

    def take(self, where: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        Counting.calls += 1
        where, out = Counting.plain(where), Counting.plain(out)
        return Counting.plain(self).take(where, axis=axis, out=out, mode=mode)


def bound(case: Case) -> tuple[Any, int]:
    """The statement of an operation as a function, and the calls that it says it makes."""
    op = lookup(case.op)
    b = Builder()
    syms = [b.input(f"a{i}", o.type.shape, o.type.kind) for i, o in enumerate(case.operands)]
    node = b.apply(case.op, *syms, **case.attrs).node
    random = np.random.RandomState(0)
    names: dict[str, Any] = {
        f"a{i}": np.asarray(o.values(random)).view(Counting) for i, o in enumerate(case.operands)
    }
    kind = np.intp if node.type.kind == "int" else float
    names["out"] = np.zeros([value(d, SIZES) for d in node.type.shape], kind).view(Counting)
    types = tuple(o.type for o in case.operands)
    room = 0 if op.scratch is None else op.scratch(types, node.type, case.attrs, SIZES["m"])
    names["work"] = np.zeros(room).view(Counting)
    names |= vars(importlib.import_module(f"specc.ops.kernels.{op.kernel}"))
    fields = {"out": "out", "scratch": "work", **case.attrs}
    operands = [f"a{i}" for i in range(len(syms))]
    if op.bound is not None:
        names["bound"] = eval(op.bound[1].format(*operands, **fields), names)
    text = op.emit.format(*operands, bound="bound", **fields).partition("  #")[0]
    said = node_calls(b.graph(y=b.apply(case.op, *syms, **case.attrs)), node)
    return lambda: eval(text, names), said


@pytest.mark.parametrize("case", LOOPS, ids=str)
def test_counted_calls_are_those_that_are_made(case: Case) -> None:
    step, said = bound(case)
    Counting.calls = 0
    step()
    assert Counting.calls == said


def test_every_loop_is_counted() -> None:
    assert {c.op for c in LOOPS} >= {op for op in RECURRENT if lookup(op).kernel}
