"""Long short-term memory: the loop over the steps, there and back, with every array bound once."""

# mypy: allow-untyped-defs

import numpy as np


def lstm(Z, U, kept, work):
    """Gates and states of all steps (steps, 7 n, m), from Z = W X + b (steps, 4 n, m).

        G = Z[t] + U A[t-1];  i, f, o = sigmoid(G[:3n]);  g = tanh(G[3n:])
        C[t] = f C[t-1] + i g;  A[t] = o tanh(C[t])

    A step keeps i, f, o, g, C, tanh(C) and A, one below the other.
    """
    steps, rows, m = kept.shape
    n = rows // 7
    part = work[: n * m].reshape(n, m)
    start = work[n * m : 2 * n * m].reshape(n, m)
    half = np.full((), 0.5, kept.dtype)
    loop = []
    for t in range(steps):
        here, before = kept[t], kept[t - 1]
        c, a = (before[4 * n : 5 * n], before[6 * n :]) if t else (start, start)
        parts = [here[k * n : (k + 1) * n] for k in range(7)]
        loop.append((Z[t], here[: 4 * n], here[: 3 * n], c, a, *parts))

    def forward():
        start.fill(0)
        for z, gates, bounded, before, state, i, f, o, g, c, c_tanh, a in loop:
            U.dot(state, out=gates)
            np.add(gates, z, out=gates)
            # sigmoid(z) = (1 + tanh(z / 2)) / 2, so that all four gates are one tanh.
            np.multiply(bounded, half, out=bounded)
            np.tanh(gates, out=gates)
            np.multiply(bounded, half, out=bounded)
            np.add(bounded, half, out=bounded)
            np.multiply(f, before, out=c)
            np.multiply(i, g, out=part)
            np.add(c, part, out=c)
            np.tanh(c, out=c_tanh)
            np.multiply(o, c_tanh, out=a)

    return forward


def lstm_gradient(dA, kept, U, dZ, work):
    """Back through `lstm`, from the last step to the first; dA (n, m) is that of the last alone.

    dC[t] = dA o (1 - tanh(C)^2) + dC[t+1] f[t+1]
    dZ[t] = (dC g, dC C[t-1], dA tanh(C), dC i) times the slopes of the gates
    """
    steps, rows, m = kept.shape
    n = rows // 7
    size = n * m
    slopes = work[: steps * size].reshape(steps, n, m)  # of tanh(C)
    raw = work[steps * size : (steps + 4) * size].reshape(4 * n, m)
    part, start, da, dc = (
        work[k * size : (k + 1) * size].reshape(n, m) for k in range(steps + 4, steps + 8)
    )
    one = np.ones((), kept.dtype)
    gates, cells, ends = kept[:, : 4 * n], kept[:, 5 * n : 6 * n], (dZ[:, : 3 * n], dZ[:, 3 * n :])
    each = dA.ndim == 3
    di, df, do, dg = (raw[k * n : (k + 1) * n] for k in range(4))
    loop = []
    for t in range(steps - 1, -1, -1):
        i, f, o, g, _, c_tanh, _ = (kept[t][k * n : (k + 1) * n] for k in range(7))
        before = kept[t - 1][4 * n : 5 * n] if t else start
        loop.append((t, i, f, o, g, c_tanh, before, slopes[t], dZ[t]))

    def backward():
        np.multiply(gates, gates, out=dZ)
        np.subtract(kept[:, : 3 * n], ends[0], out=ends[0])
        np.subtract(one, ends[1], out=ends[1])
        np.multiply(cells, cells, out=slopes)
        np.subtract(one, slopes, out=slopes)
        start.fill(0)
        dc.fill(0)
        np.copyto(da, dA[steps - 1] if each else dA)
        for t, i, f, o, g, c_tanh, before, slope, dz in loop:
            np.multiply(da, o, out=part)
            np.multiply(part, slope, out=part)
            np.add(dc, part, out=dc)
            np.multiply(dc, g, out=di)
            np.multiply(dc, before, out=df)
            np.multiply(da, c_tanh, out=do)
            np.multiply(dc, i, out=dg)
            np.multiply(dz, raw, out=dz)
            if t:
                np.multiply(dc, f, out=dc)
                U.T.dot(dz, out=da)
                if each:
                    np.add(da, dA[t - 1], out=da)

    return backward
