"""Values over time (steps, features, m): one matrix at every step, the last step, token numbers."""

from __future__ import annotations

from typing import Any, cast

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.ops.layout import split_vjp
from specc.shapes import Dim, TensorType, plus, show, size, times


def _over_time(x: TensorType) -> None:
    if len(x.shape) != 3:
        raise ShapeError(f"{show(x.shape)} has no steps over time")


def _steps_product(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    a, x = types
    _over_time(x)
    if len(a.shape) != 2 or a.shape[1] != x.shape[1]:
        raise ShapeError(f"{show(a.shape)} cannot be multiplied by the steps of {show(x.shape)}")
    return TensorType((x.shape[0], a.shape[0], x.shape[2]))


def _steps_product_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    a, x = y.inputs
    dW = y.builder.apply("product_sum", dy, x, late=0)
    return dW, y.builder.apply("steps_product", a.T, dy)


def _product_sum(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    p, q = types
    _over_time(p)
    if len(q.shape) != 3 or (p.shape[0], p.shape[2]) != (q.shape[0], q.shape[2]):
        raise ShapeError(f"{show(p.shape)} and {show(q.shape)} have not the same steps")
    return TensorType((p.shape[1], q.shape[1]))


def _evaluate_product_sum(attrs: Attrs, p: Any, q: Any) -> Any:
    import numpy

    late = attrs["late"]
    return numpy.einsum("tim,tjm->ij", p[late:], q[: len(q) - late])


def _lower_product_sum(y: Sym) -> Sym:
    """One product of the steps side by side; a batch, in memory example by example, is better
    taken as rows.
    """
    p, q = y.inputs
    b, late = y.builder, y.node["late"]
    root = q
    while root.node.definition.alias:
        root = root.inputs[0]
    left = b.apply("side_by_side", p, late=0)
    if root.op == "input" and not late:
        return left @ b.apply("below_each_other", q)
    return left @ b.apply("side_by_side", q, late=late).T


def _side_by_side(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    _over_time(x)
    return TensorType((x.shape[1], times(x.shape[0], x.shape[2])))


def _evaluate_side_by_side(attrs: Attrs, x: Any) -> Any:
    import numpy

    late = attrs["late"]
    moved = numpy.concatenate([numpy.zeros_like(x[:late]), x[: len(x) - late]])
    return moved.transpose(1, 0, 2).reshape(x.shape[1], -1)


def _below_each_other(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    _over_time(x)
    return TensorType((times(x.shape[0], x.shape[2]), x.shape[1]))


def _band(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    _over_time(x)
    return TensorType((x.shape[0], attrs["stop"] - attrs["start"], x.shape[2]), x.kind)


def _joined(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    first, features = types[0], cast(Dim, 0)
    for t in types:
        _over_time(t)
        if (t.shape[0], t.shape[2]) != (first.shape[0], first.shape[2]):
            raise ShapeError(f"{show(first.shape)} and {show(t.shape)} have not the same steps")
        features = plus(features, t.shape[1])
    return TensorType((first.shape[0], features, first.shape[2]))


def _join(attrs: Attrs, *parts: Any) -> Any:
    import numpy

    return numpy.concatenate(parts, axis=1)


def _last(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    _over_time(x)
    return TensorType(x.shape[1:], x.kind)


def _last_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    return (y.builder.apply("at_the_end", dy, steps=y.inputs[0].shape[0]),)


def _at_the_end(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType((attrs["steps"], *types[0].shape))


def _evaluate_at_the_end(attrs: Attrs, x: Any) -> Any:
    import numpy

    return numpy.stack([*([numpy.zeros_like(x)] * (attrs["steps"] - 1)), x])


def _tokens(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType(types[0].shape, "int")


def _evaluate_tokens(attrs: Attrs, x: Any) -> Any:
    import numpy

    return numpy.clip(x.astype(int), 0, attrs["vocabulary"] - 1)


def _embed(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    W, tokens = types
    if len(W.shape) != 2 or len(tokens.shape) != 2:
        raise ShapeError(f"{show(tokens.shape)} cannot be looked up in {show(W.shape)}")
    return TensorType((tokens.shape[0], W.shape[0], tokens.shape[1]))


def _embed_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    W, tokens = y.inputs
    columns = y.builder.apply("side_by_side", dy, late=0)
    return y.builder.apply("gather_at", columns, tokens, vocabulary=W.shape[1]), None


def _gather_at(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType((types[0].shape[0], attrs["vocabulary"]))


def _evaluate_gather_at(attrs: Attrs, columns: Any, tokens: Any) -> Any:
    import numpy

    return columns @ numpy.eye(attrs["vocabulary"])[tokens.reshape(-1)]


def _gather_flops(types: tuple[TensorType, ...], out: TensorType) -> Dim:
    return plus(size(types[0].shape), size(out.shape))


register(
    Op(
        "steps_product",
        _steps_product,
        lambda a, w, x: w @ x,
        _steps_product_vjp,
        emit="np.matmul({0}, {1}, out={out})",
        flops=lambda ins, out: times(2, times(size(out.shape), ins[0].shape[1])),
    )
)
register(
    # The sum of P[t] Q[t - late]^T over the steps: the gradient of a matrix that all of them share.
    Op("product_sum", _product_sum, _evaluate_product_sum, lower=_lower_product_sum)
)
register(
    Op(
        "side_by_side",
        _side_by_side,
        _evaluate_side_by_side,
        emit="side_by_side({0}, {out}, {late})",
        kernel="sequence",
        calls=lambda ins, out, a: 1 + a["late"],
    )
)
register(
    Op(
        "below_each_other",
        _below_each_other,
        lambda a, x: x.transpose(0, 2, 1).reshape(-1, x.shape[1]),
        emit="below_each_other({0}, {out})",
        kernel="sequence",
    )
)
register(
    # Features of every step; where they are a part of a larger value, its gradient is written by
    # hand.
    Op(
        "band",
        _band,
        lambda a, x: x[:, a["start"] : a["stop"]],
        alias=True,
        emit="{0}[:, {start}:{stop}]",
    )
)
register(
    Op(
        "join_bands",
        _joined,
        _join,
        split_vjp("band", axis=1),
        emit="np.concatenate({all}, axis=1, out={out})",
    )
)
register(
    Op(
        "last",
        _last,
        lambda a, x: x[-1],
        _last_vjp,
        alias=True,
        emit="{0}[-1]",
        rule=lambda t, out, a: f"step {t[0].shape[0]} of {t[0].shape[0]}",
    )
)
register(
    Op(
        "at_the_end",
        _at_the_end,
        _evaluate_at_the_end,
        emit="at_the_end({0}, {out})",
        kernel="sequence",
        calls=2,
    )
)
register(
    Op(
        "tokens",
        _tokens,
        _evaluate_tokens,
        emit="whole_numbers({0}, {vocabulary} - 1, {out})",
        kernel="sequence",
        calls=3,
    )
)
register(
    Op(
        "embed",
        _embed,
        lambda a, W, tokens: W[:, tokens].transpose(1, 0, 2),
        _embed_vjp,
        emit="look_up({0}, {1}, {out})",
        rule=lambda t, out, a: f"a column of {t[0].shape[0]} for each of {t[1].shape[0]} numbers",
        kernel="sequence",
        calls=lambda ins, out, a: out.shape[0],
    )
)
register(
    Op(
        "gather_at",
        _gather_at,
        _evaluate_gather_at,
        emit="gather_at({0}, {1}, {out})",
        kernel="sequence",
        flops=_gather_flops,
        calls=lambda ins, out, a: plus(1, out.shape[0]),
    )
)
