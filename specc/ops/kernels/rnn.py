"""A plain recurrent layer: the loop over the steps, there and back, with every array bound once."""

# mypy: allow-untyped-defs

import numpy as np


def rectify(z, out):
    """max(z, 0)."""
    np.maximum(z, 0, out=out)


def rnn(Z, U, A, work, bend):
    """A[t] = bend(Z[t] + U A[t-1]) for all steps (steps, n, m), from a state of 0."""
    steps, n, m = A.shape
    product = work[: n * m].reshape(n, m)
    later = [(A[t - 1], Z[t], A[t]) for t in range(1, steps)]

    def forward():
        bend(Z[0], out=A[0])
        for before, z, a in later:
            U.dot(before, out=product)
            np.add(product, z, out=product)
            bend(product, out=a)

    return forward


def rnn_gradient(dA, A, U, dZ, work, bend):
    """Back through `rnn`, from the last step to the first; dA (n, m) is that of the last alone."""
    steps, n, m = A.shape
    back = work[: n * m].reshape(n, m)
    one = np.ones((), A.dtype)
    each = dA.ndim == 3
    last = dA[steps - 1] if each else dA
    earlier = [(t, dZ[t + 1], dZ[t]) for t in range(steps - 2, -1, -1)]

    def backward():
        if bend is np.tanh:  # the slope 1 - A^2, of all steps at once
            np.multiply(A, A, out=dZ)
            np.subtract(one, dZ, out=dZ)
        else:  # 1 where A > 0
            np.sign(A, out=dZ)
        np.multiply(dZ[steps - 1], last, out=dZ[steps - 1])
        for t, after, dz in earlier:
            U.T.dot(after, out=back)
            if each:
                np.add(back, dA[t], out=back)
            np.multiply(dz, back, out=dz)

    return backward
