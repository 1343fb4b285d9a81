"""Values over time: the functions that modules with sequences are given."""

# mypy: allow-untyped-defs

import numpy as np


def side_by_side(x, out, late):
    """The steps (steps, n, m) next to each other: (n, steps * m); the first `late` ones are 0 and
    those behind them come that much later.
    """
    steps, n, m = x.shape
    placed = out.reshape(n, steps, m)
    if late:
        placed[:, :late] = 0
    np.copyto(placed[:, late:], x[: steps - late].transpose(1, 0, 2))


def below_each_other(x, out):
    """The examples of all steps (steps, n, m) as rows: (steps * m, n)."""
    steps, n, m = x.shape
    np.copyto(out.reshape(steps, m, n), x.transpose(0, 2, 1))


def at_the_end(x, out):
    """x (n, m) as the last of several steps (steps, n, m), 0 before."""
    out[:-1] = 0
    out[-1] = x


def whole_numbers(x, most, out):
    """Token numbers for looking up. Other numbers were refused with the data; the bounds keep a
    caller who has none from reading elsewhere.
    """
    np.copyto(out, x, casting="unsafe")
    np.maximum(out, 0, out=out)
    np.minimum(out, most, out=out)


def look_up(W, tokens, out):
    """Column tokens[t, i] of W for step t of example i: out (steps, n, m)."""
    for t in range(out.shape[0]):
        W.take(tokens[t], axis=1, out=out[t], mode="clip")


def gather_at(gradients, tokens, out):
    """The gradients (n, steps * m) added up in the columns of `out` that they were looked up
    from, one after the other, so that the sum is always the same.
    """
    out[...] = 0
    where = tokens.reshape(-1)
    for row in range(out.shape[0]):
        np.add.at(out[row], where, gradients[row])
