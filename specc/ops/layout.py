"""Operations that move or rename data: views of theta, transposes, and the assembly of dtheta."""

from __future__ import annotations

from typing import Any, cast

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, Vjp, register
from specc.shapes import Dim, TensorType, plus, show, size, value


def _view(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType(attrs["shape"])


def _take_view(attrs: Attrs, x: Any) -> Any:
    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    count = 1
    for d in shape:
        count *= d
    return x[attrs["offset"] : attrs["offset"] + count].reshape(shape)


def _reshaped(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    if size(x.shape) != size(attrs["shape"]):
        raise ShapeError(
            f"{show(x.shape)} has {size(x.shape)} values, {show(attrs['shape'])} has "
            f"{size(attrs['shape'])}"
        )
    return TensorType(attrs["shape"], x.kind)


def _evaluate_reshape(attrs: Attrs, x: Any) -> Any:
    return x.reshape(tuple(value(d, attrs["sizes"]) for d in attrs["shape"]))


def _transposed(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    if len(x.shape) != 2:
        raise ShapeError(f"{show(x.shape)} cannot be transposed")
    return TensorType((x.shape[1], x.shape[0]), x.kind)


def _pack(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    total: Dim = 0
    for t in types:
        total = plus(total, size(t.shape))
    return TensorType((total,))


def _evaluate_pack(attrs: Attrs, *parts: Any) -> Any:
    import numpy

    return numpy.concatenate([p.reshape(-1) for p in parts])


def _evaluate_place(attrs: Attrs, whole: Any, part: Any) -> Any:
    out = whole.copy()
    out[attrs["offset"] : attrs["offset"] + part.size] = part.reshape(-1)
    return out


def _evaluate_expand(attrs: Attrs, x: Any) -> Any:
    import numpy

    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    return numpy.broadcast_to(x, shape).astype(float)


def _rows(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType((attrs["stop"] - attrs["start"], *types[0].shape[1:]), types[0].kind)


def _rows_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """The cotangent in its rows, 0 in the others."""
    (x,) = y.inputs
    parts: list[Sym] = []
    for start, stop in ((0, y.node["start"]), (y.node["stop"], x.shape[0])):
        if isinstance(stop, int) and stop > start:
            shape = (stop - start, *x.shape[1:])
            parts.append(y.builder.apply("filled", shape=shape, value=0.0))
        if start == 0:
            parts.append(dy)
    return (y.builder.apply("concat", *parts) if len(parts) > 1 else dy,)


def _concat(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    first: Dim = 0
    for t in types:
        if t.shape[1:] != types[0].shape[1:]:
            raise ShapeError(f"{show(types[0].shape)} and {show(t.shape)} differ behind axis 0")
        first = plus(first, t.shape[0])
    return TensorType((first, *types[0].shape[1:]))


def _evaluate_concat(attrs: Attrs, *parts: Any) -> Any:
    import numpy

    return numpy.concatenate(parts)


def split_vjp(taking: str, axis: int) -> Vjp:
    """Of operands that are joined along an axis: `taking` gives each its part of the cotangent."""

    def vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
        start = 0
        parts: list[Sym] = []
        for x in y.inputs:
            stop = start + cast(int, x.shape[axis])
            parts.append(y.builder.apply(taking, dy, start=start, stop=stop))
            start = stop
        return tuple(parts)

    return vjp


def _expand_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    from specc.ops.elementwise import fit

    return (fit(dy, y.inputs[0]),)


register(
    # A slice of a flat vector in the shape of a parameter; the gradient is assembled by autodiff.
    Op("view", _view, _take_view, alias=True, emit="{0}[{offset}:{stop}].reshape({shape})")
)
register(
    Op(
        "transpose",
        _transposed,
        lambda a, x: x.T,
        lambda y, dy: (dy.T,),
        alias=True,
        emit="{0}.T",
    )
)
register(
    Op(
        "rows",
        _rows,
        lambda a, x: x[a["start"] : a["stop"]],
        _rows_vjp,
        alias=True,
        emit="{0}[{start}:{stop}]",
    )
)
register(
    Op(
        "concat",
        _concat,
        _evaluate_concat,
        split_vjp("rows", axis=0),
        emit="np.concatenate({all}, out={out})",
    )
)
register(
    # Where both sides lie in memory in their own order; C order over the axes before the examples.
    Op(
        "reshape",
        _reshaped,
        _evaluate_reshape,
        lambda y, dy: (y.builder.apply("reshape", dy, shape=y.inputs[0].shape),),
        alias=True,
        emit="{0}.reshape({shape})",
    )
)
register(
    # Features in the order (height, width, channels) become an image, which lies otherwise.
    Op(
        "image",
        _reshaped,
        _evaluate_reshape,
        lambda y, dy: (y.builder.apply("flat", dy, shape=y.inputs[0].shape, of=y.shape),),
        emit="copyto({out}, {0}.reshape({shape}))",
    )
)
register(
    Op(
        "flat",
        _reshaped,
        _evaluate_reshape,
        lambda y, dy: (y.builder.apply("image", dy, shape=y.inputs[0].shape),),
        emit="copyto({bound}, {0})",
        bound=("flat", "{out}.reshape({of})"),
    )
)
register(Op("pack", _pack, _evaluate_pack, alias=True))
register(Op("place", lambda t, a: t[0], _evaluate_place, alias=True))
register(
    Op(
        "copy",
        lambda t, a: t[0],
        lambda a, x: x.copy(),
        lambda y, dy: (dy,),
        emit="copyto({out}, {0})",
        elementwise=True,
    )
)
register(
    Op(
        "expand",
        lambda t, a: TensorType(a["shape"]),
        _evaluate_expand,
        _expand_vjp,
        emit="copyto({out}, {0})",
    )
)
