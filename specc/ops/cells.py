"""What recurrent cells mean, step by step on NumPy arrays: the oracle for their kernels."""

from __future__ import annotations

from typing import Any

from specc.ir.op import Attrs


def _sigmoid(z: Any) -> Any:
    import numpy

    return numpy.tanh(z / 2) / 2 + 0.5


def rnn(attrs: Attrs, Z: Any, U: Any) -> Any:
    """A[t] = bend(Z[t] + U A[t-1])."""
    import numpy

    a, states = numpy.zeros(Z[0].shape), []
    for z in Z:
        z = z + U @ a
        a = numpy.maximum(z, 0) if attrs["bend"] == "rectify" else numpy.tanh(z)
        states.append(a)
    return numpy.stack(states)


def lstm(attrs: Attrs, Z: Any, U: Any) -> Any:
    """Gates i, f, o, g, the cell, its tanh and the state of every step, one below the other."""
    import numpy

    n = U.shape[1]
    a = c = numpy.zeros((n, Z.shape[2]))
    kept = []
    for z in Z:
        z = z + U @ a
        i, f, o = (_sigmoid(z[k * n : (k + 1) * n]) for k in range(3))
        g = numpy.tanh(z[3 * n :])
        c = f * c + i * g
        a = o * numpy.tanh(c)
        kept.append(numpy.concatenate([i, f, o, g, c, numpy.tanh(c), a]))
    return numpy.stack(kept)


def gru(attrs: Attrs, Z: Any, U: Any) -> Any:
    """Gates r, z, g, the product q of U with the state, and the state of every step."""
    import numpy

    n = U.shape[1]
    a = numpy.zeros((n, Z.shape[2]))
    kept = []
    for x in Z:
        r, z = _sigmoid(x[:n] + U[:n] @ a), _sigmoid(x[n : 2 * n] + U[n : 2 * n] @ a)
        q = U[2 * n :] @ a
        g = numpy.tanh(x[2 * n :] + r * q)
        a = (1 - z) * g + z * a
        kept.append(numpy.concatenate([r, z, g, q, a]))
    return numpy.stack(kept)


def _each(dA: Any, steps: int) -> Any:
    """The gradient of every state from outside, where only that of the last may be given."""
    import numpy

    return dA if dA.ndim == 3 else numpy.stack([*([numpy.zeros_like(dA)] * (steps - 1)), dA])


def rnn_gradient(attrs: Attrs, dA: Any, A: Any, U: Any) -> Any:
    """dZ from the gradient of the states, or of the last of them."""
    import numpy

    slopes = A > 0 if attrs["bend"] == "rectify" else 1 - A**2
    dA, found = _each(dA, len(A)), []
    back = numpy.zeros(A[0].shape)
    for t in range(len(A) - 1, -1, -1):
        dz = (dA[t] + back) * slopes[t]
        found.append(dz)
        back = U.T @ dz
    return numpy.stack(found[::-1])


def lstm_gradient(attrs: Attrs, dA: Any, kept: Any, U: Any) -> Any:
    """dZ from the gradient of the states, or of the last of them."""
    import numpy

    n = U.shape[1]
    dA, found = _each(dA, len(kept)), []
    back = dc = numpy.zeros((n, kept.shape[2]))
    for t in range(len(kept) - 1, -1, -1):
        i, f, o, g, _, end, _ = (kept[t][k * n : (k + 1) * n] for k in range(7))
        before = kept[t - 1][4 * n : 5 * n] if t else numpy.zeros_like(i)
        da = dA[t] + back
        dc = dc + da * o * (1 - end**2)
        gates = [dc * g * i * (1 - i), dc * before * f * (1 - f), da * end * o * (1 - o)]
        found.append(numpy.concatenate([*gates, dc * i * (1 - g**2)]))
        back, dc = U.T @ found[-1], dc * f
    return numpy.stack(found[::-1])


def gru_gradient(attrs: Attrs, dA: Any, kept: Any, U: Any) -> Any:
    """dZ, and below it the gradient of q, from that of the states, or of the last of them."""
    import numpy

    n = U.shape[1]
    dA, found = _each(dA, len(kept)), []
    back = numpy.zeros((n, kept.shape[2]))
    for t in range(len(kept) - 1, -1, -1):
        r, z, g, q, _ = (kept[t][k * n : (k + 1) * n] for k in range(5))
        before = kept[t - 1][4 * n :] if t else numpy.zeros_like(r)
        da = dA[t] + back
        dg = da * (1 - z) * (1 - g**2)
        dr, dz, dq = dg * q * r * (1 - r), da * (before - g) * z * (1 - z), dg * r
        found.append(numpy.concatenate([dr, dz, dg, dq]))
        back = da * z + U.T @ numpy.concatenate([dr, dz, dq])
    return numpy.stack(found[::-1])
