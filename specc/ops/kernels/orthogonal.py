"""Orthogonal starting weights: the function that modules and the oracle share."""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np


def orthogonal(draws):
    """Columns of length 1 at right angles to each other, or rows where there are fewer of them.

    Q of a QR factorisation; with a positive diagonal of R no direction is likelier than others.
    """
    matrix = draws.reshape(-1, draws.shape[-1])
    wide = matrix.shape[0] < matrix.shape[1]
    Q, R = np.linalg.qr(matrix.T if wide else matrix)
    Q *= np.copysign(1, np.diagonal(R))
    return (Q.T if wide else Q).reshape(draws.shape)
