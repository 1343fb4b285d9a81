"""What an operation is, and the table of all of them.

The families in `specc.ops` put their operations here when they are imported; the builder looks them
up when it is called. That is how an operation's gradient can build nodes while nodes are built from
operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import CompilerBug
from specc.record import Record
from specc.shapes import TensorType

if TYPE_CHECKING:
    from specc.ir.builder import Sym

Attrs = dict[str, Any]
Infer = Callable[[tuple[TensorType, ...], Attrs], TensorType]
Evaluate = Callable[..., Any]
Vjp = Callable[["Sym", "Sym"], "tuple[Sym | None, ...]"]
Scratch = Callable[[tuple[TensorType, ...], TensorType, Attrs, int], int]
Calls = Callable[[tuple[TensorType, ...], TensorType, Attrs], Any]


class Op(Record):
    """One operation.

    infer: the type of the result; raises `ShapeError` with the reason.
    vjp: (node, cotangent) -> cotangent of each input, None where there is none.
    lower: rewrites a composite into primitives; a composite has no `emit`.
    emit: the NumPy statement, with `{0}`, `{1}`, ... for operands, `{out}` for the result and the
        attributes
        by name. Without `{out}` it is an expression.
    bound: (name, expression) of something made once, when buffers are bound; `{bound}` in `emit`.
        The expression may name operands, `{out}` and `{scratch}` too, but no operand that is a
        batch.
    kernel: the file of `specc.ops.kernels` whose functions `emit` or `bound` call; its text becomes
        part of the module.
    scratch: how many real numbers of working memory it needs, from the types of operands and
        result, the attributes and the size of the batch; `{scratch}` is a vector of that length,
        whose contents nobody keeps.
    rule: why the result has its shape, for the dimension table: (types of operands, type of the
        result, attributes). "elementwise" unless given.
    evaluate: the slow meaning on NumPy arrays, the oracle for everything else: (attrs, *arrays).
    flops: floating-point operations per element of the result, or a function of types.
    calls: how many NumPy calls it makes, or a function of types and attributes.
    elementwise: element i of the result depends on element i of the operands only, so the result
        may be
        written over an operand, and runs of such operations may be cut into blocks.
    alias: the result is another view of operand 0 and no instruction is emitted.
    """

    name: str
    infer: Infer
    evaluate: Evaluate
    vjp: Vjp | None = None
    lower: Callable[[Sym], Sym] | None = None
    emit: str = ""
    host: str = ""
    bound: tuple[str, str] | None = None
    kernel: str = ""
    scratch: Scratch | None = None
    rule: Callable[[tuple[TensorType, ...], TensorType, Attrs], str] | None = None
    flops: int | Callable[[tuple[TensorType, ...], TensorType], Any] = 0
    calls: int | Calls = 1
    elementwise: bool = False
    alias: bool = False


class ShapeError(Exception):
    """Operands that do not fit; the text is the reason. Elaboration turns it into a diagnostic."""


_TABLE: dict[str, Op] = {}


def register(op: Op) -> Op:
    """Add an operation to the table."""
    if op.name in _TABLE:
        raise CompilerBug(f"operation {op.name} is defined twice")
    _TABLE[op.name] = op
    return op


def lookup(name: str) -> Op:
    """The operation called `name`."""
    try:
        return _TABLE[name]
    except KeyError:
        raise CompilerBug(f"no operation is called {name}") from None


def all_ops() -> tuple[Op, ...]:
    """Every operation of the imported families."""
    return tuple(_TABLE.values())
