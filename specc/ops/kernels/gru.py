"""Gated recurrent units: the loop over the steps, there and back, with every array bound once."""

# mypy: allow-untyped-defs

import numpy as np


def gru(Z, U, kept, work):
    """Gates and states of all steps (steps, 5 n, m), from Z = W X + b (steps, 3 n, m).

        r, z = sigmoid(Z[t][:2n] + U[:2n] A[t-1]);  q = U[2n:] A[t-1]
        g = tanh(Z[t][2n:] + r q);  A[t] = (1 - z) g + z A[t-1]

    A step keeps r, z, g, q and A, one below the other.
    """
    steps, rows, m = kept.shape
    n = rows // 5
    start = work[: n * m].reshape(n, m)
    half = np.full((), 0.5, kept.dtype)
    U_gates, U_state = U[: 2 * n], U[2 * n :]
    loop = []
    for t in range(steps):
        here = kept[t]
        before = kept[t - 1][4 * n :] if t else start
        parts = [here[k * n : (k + 1) * n] for k in range(5)]
        loop.append((Z[t][: 2 * n], Z[t][2 * n :], before, here[: 2 * n], *parts))

    def forward():
        start.fill(0)
        for z_gates, z_state, before, gates, r, z, g, q, a in loop:
            U_gates.dot(before, out=gates)
            np.add(gates, z_gates, out=gates)
            # sigmoid(z) = (1 + tanh(z / 2)) / 2, which cannot overflow.
            np.multiply(gates, half, out=gates)
            np.tanh(gates, out=gates)
            np.multiply(gates, half, out=gates)
            np.add(gates, half, out=gates)
            U_state.dot(before, out=q)
            np.multiply(r, q, out=g)
            np.add(g, z_state, out=g)
            np.tanh(g, out=g)
            np.subtract(before, g, out=a)
            np.multiply(z, a, out=a)
            np.add(g, a, out=a)

    return forward


def gru_gradient(dA, kept, U, dZ, work):
    """Back through `gru`, from the last step to the first; dA (n, m) is that of the last alone.

    dZ (steps, 4 n, m) holds the gradients of r, z and g before they are bent, and that of q.
    """
    steps, rows, m = kept.shape
    n = rows // 5
    part, start, da, other = (work[k * n * m : (k + 1) * n * m].reshape(n, m) for k in range(4))
    one = np.ones((), kept.dtype)
    each = dA.ndim == 3
    bounded, bent = kept[:, : 2 * n], kept[:, 2 * n : 3 * n]
    d_bounded, d_bent = dZ[:, : 2 * n], dZ[:, 2 * n : 3 * n]
    U_gates, U_state = U[: 2 * n], U[2 * n :]
    loop = []
    for t in range(steps - 1, -1, -1):
        r, z, g, q, _ = (kept[t][k * n : (k + 1) * n] for k in range(5))
        dr, dz, dg, dq = (dZ[t][k * n : (k + 1) * n] for k in range(4))
        before = kept[t - 1][4 * n :] if t else start
        loop.append((t, r, z, g, q, before, dZ[t][: 2 * n], dr, dz, dg, dq))

    def backward():
        np.multiply(bounded, bounded, out=d_bounded)  # slopes, of all steps at once
        np.subtract(bounded, d_bounded, out=d_bounded)
        np.multiply(bent, bent, out=d_bent)
        np.subtract(one, d_bent, out=d_bent)
        start.fill(0)
        np.copyto(da, dA[steps - 1] if each else dA)
        for t, r, z, g, q, before, d_gates, dr, dz, dg, dq in loop:
            np.subtract(before, g, out=part)
            np.multiply(part, da, out=part)
            np.multiply(dz, part, out=dz)
            np.subtract(one, z, out=part)
            np.multiply(part, da, out=part)
            np.multiply(dg, part, out=dg)
            np.multiply(dg, q, out=part)
            np.multiply(dr, part, out=dr)
            np.multiply(dg, r, out=dq)
            if t:
                np.multiply(da, z, out=other)
                U_gates.T.dot(d_gates, out=da)
                U_state.T.dot(dq, out=part)
                np.add(da, part, out=da)
                np.add(da, other, out=da)
                if each:
                    np.add(da, dA[t - 1], out=da)

    return backward
