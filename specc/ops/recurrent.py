"""Recurrent cells: one operation for the loop over the steps, one for the way back through time.

What arrives at each step is multiplied by W beforehand, for all steps in one product; here are the
product with the state before, and the gates. States start at 0. The gradients of W, U and b follow
from that of Z by ordinary operations.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Calls, Evaluate, Infer, Op, Scratch, ShapeError, Vjp, register
from specc.ops import cells
from specc.shapes import Dim, TensorType, plus, show, size, times, value

KEPT = {"rnn": 1, "lstm": 7, "gru": 5}
"""Rows per unit that a cell keeps of every step for the way back, the state the last of them."""
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def _states(cell: str) -> Infer:
    def infer(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
        Z, U = types
        if len(Z.shape) != 3 or U.shape != (times(GATES[cell], U.shape[1]), U.shape[1]):
            raise ShapeError(f"{show(U.shape)} does not turn states into {show(Z.shape)}")
        if Z.shape[1] != U.shape[0]:
            raise ShapeError(f"{show(Z.shape)} and {show(U.shape)} have not the same gates")
        return TensorType((Z.shape[0], U.shape[1], Z.shape[2]))

    return infer


def _kept(cell: str) -> Infer:
    def infer(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
        steps, n, m = _states(cell)(types, attrs).shape
        return TensorType((steps, times(KEPT[cell], n), m))

    return infer


def _back(gates: int) -> Infer:
    def infer(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
        dA, kept, U = types
        steps, _, m = kept.shape
        if dA.shape not in ((steps, U.shape[1], m), (U.shape[1], m)):
            raise ShapeError(f"{show(dA.shape)} is no gradient of states {show(kept.shape)}")
        return TensorType((steps, times(gates, U.shape[1]), m))

    return infer


def _arriving(dy: Sym) -> Sym:
    """Only the gradient of the last state, where that is all that arrives."""
    return dy.inputs[0] if dy.op == "at_the_end" else dy


def _weights(dZ: Sym, states: Sym) -> Sym:
    """The gradient of U, or of some of its rows: every state is multiplied by it a step later."""
    return dZ.builder.apply("product_sum", dZ, states, late=1)


def _rnn_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    U = y.inputs[1]
    dZ = y.builder.apply("rnn_gradient", _arriving(dy), y, U, bend=y.node["bend"])
    return dZ, _weights(dZ, y)


def _lstm_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    Z, U = y.inputs
    kept = y.builder.apply("lstm_kept", Z, U)
    dZ = y.builder.apply("lstm_gradient", _arriving(dy), kept, U)
    return dZ, _weights(dZ, y)


def _gru_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """U meets the state before the reset gate does, so its gradient has q in the place of g."""
    Z, U = y.inputs
    b, n = y.builder, y.shape[1]
    kept = b.apply("gru_kept", Z, U)
    every = b.apply("gru_gradient", _arriving(dy), kept, U)
    parts = [
        b.apply("band", every, start=times(k, n), stop=times(end, n))
        for k, end in ((0, 3), (0, 2), (3, 4))
    ]
    dU = b.apply("concat", *(_weights(part, y) for part in parts[1:]))
    return parts[0], dU


def _lower(cell: str) -> Callable[[Sym], Sym]:
    """The states are the last rows of what is kept."""

    def lower(y: Sym) -> Sym:
        Z, U = y.inputs
        name = Z.node.name
        kept = y.builder.apply(f"{cell}_kept", Z, U).named("G" + name[1:] if name else "G")
        n, rows = U.shape[1], kept.shape[1]
        return y.builder.apply("band", kept, start=plus(rows, times(-1, n)), stop=rows)

    return lower


def _flops(per_unit: int) -> Callable[[tuple[TensorType, ...], TensorType], Dim]:
    """The product with U at every step, and so many operations per unit."""

    def flops(types: tuple[TensorType, ...], out: TensorType) -> Dim:
        U = types[-1]
        steps, m = out.shape[0], out.shape[2]
        per_step = plus(times(2, size(U.shape)), times(per_unit, U.shape[1]))
        return times(times(steps, m), per_step)

    return flops


def _rule(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> str:
    return f"a state of {out.shape[1]} at each of {out.shape[0]} steps"


def _calls(per_step: int, once: int) -> Calls:
    """One more for every step but the last where a gradient arrives at each; the slope of a
    rectifier takes one call less.
    """

    def calls(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> Dim:
        back = len(types) == 3
        arriving = back and len(types[0].shape) == 3
        fewer = back and attrs.get("bend") == "rectify"
        return plus(times(per_step + arriving, out.shape[0]), once - arriving - fewer)

    return calls


def _room(states: int, per_step: int = 0) -> Scratch:
    """Room for so many states (n, m), and so many for every step."""

    def scratch(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs, m: int) -> int:
        steps, n = value(out.shape[0], {}), value(types[-1].shape[1], {})
        return (states + per_step * steps) * n * m

    return scratch


register(
    Op(
        "rnn",
        _states("rnn"),
        cells.rnn,
        _rnn_vjp,
        emit="{bound}()  # {out} from {0} and {1}",
        bound=("rnn_forward", "rnn({0}, {1}, {out}, {scratch}, {bend})"),
        kernel="rnn",
        scratch=_room(1),
        rule=_rule,
        flops=_flops(11),
        calls=_calls(3, -2),
    )
)


def _gated(cell: str, evaluate: Evaluate, vjp: Vjp, room: Scratch, work: int, calls: Calls) -> None:
    """The states, and the operation that keeps of every step what the way back needs."""
    register(
        Op(
            cell,
            _states(cell),
            lambda a, Z, U: evaluate(a, Z, U)[:, -U.shape[1] :],
            vjp,
            _lower(cell),
            rule=_rule,
            flops=_flops(work),
        )
    )
    register(
        Op(
            f"{cell}_kept",
            _kept(cell),
            evaluate,
            emit="{bound}()  # {out} from {0} and {1}",
            bound=(f"{cell}_forward", f"{cell}({{0}}, {{1}}, {{out}}, {{scratch}})"),
            kernel=cell,
            scratch=room,
            flops=_flops(work),
            calls=calls,
        )
    )


def _gradient(
    cell: str,
    gates: int,
    evaluate: Evaluate,
    room: Scratch,
    work: int,
    calls: Calls,
    bend: str = "",
) -> None:
    """The way back, from the gradient of the states to that of `gates` rows per unit."""
    call = f"{cell}_gradient({{0}}, {{1}}, {{2}}, {{out}}, {{scratch}}{bend})"
    register(
        Op(
            f"{cell}_gradient",
            _back(gates),
            evaluate,
            emit="{bound}()  # {out} from {0}",
            bound=(f"{cell}_backward", call),
            kernel=cell,
            scratch=room,
            flops=_flops(work),
            calls=calls,
        )
    )


_gated("lstm", cells.lstm, _lstm_vjp, _room(2), 30, _calls(11, 1))
_gated("gru", cells.gru, _gru_vjp, _room(1), 28, _calls(13, 1))
_gradient("rnn", 1, cells.rnn_gradient, _room(1), 4, _calls(2, 1), ", {bend}")
_gradient("lstm", 4, cells.lstm_gradient, _room(8, 1), 24, _calls(10, 6))
_gradient("gru", 4, cells.gru_gradient, _room(4), 20, _calls(14, 1))
