"""Pooling of images by slices: place k of all windows at once, for every k.

Each function is called once, when buffers are bound, and returns the function of a step.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from specc.ops.kernels.windows import covers, shifts, stored


def pooling(join, x, out, size, stride, pad):
    """out = the values of each window joined by np.maximum or np.add; zeros around take no part."""
    y = stored(out)
    parts = [(stored(x)[there], y[seen]) for there, seen in shifts(x, out, size, stride, pad)]
    whole = all(seen.shape == y.shape for _, seen in parts)
    first = parts.pop(0)[0] if whole else None
    neutral = -np.inf if join is np.maximum else 0

    def run():
        if first is None:
            y.fill(neutral)
        else:
            np.copyto(y, first)
        for values, seen in parts:
            join(seen, values, out=seen)

    return run


def spreading(dy, out, size, stride, pad):
    """out = dy at every place of its window, added up where windows overlap."""
    x, y = stored(out), stored(dy)
    parts = [(x[there], y[seen]) for there, seen in shifts(out, dy, size, stride, pad)]
    whole = covers(out, dy, size, stride, pad)

    def run():
        if not whole:
            x.fill(0)
        for target, values in parts:
            if whole:
                np.copyto(target, values)
            else:
                np.add(target, values, out=target)

    return run


def unpooling(x, y, dy, out, work, size, stride, pad):
    """out = dy at the first place, row by row, where a window of x has its largest value y.

    What is left of dy goes from place to place, so that of equal values the first one takes it.
    """
    shape, count = stored(y).shape, y.size
    left = work[:count].reshape(shape)
    mask = work[count : 2 * count].view(np.bool_)[:count].reshape(shape)
    whole = covers(x, y, size, stride, pad)
    places = []
    for there, seen in shifts(x, y, size, stride, pad):
        target = stored(out)[there]
        share = target if whole else work[2 * count : 3 * count].reshape(shape)[seen]
        values = stored(x)[there], stored(y)[seen], mask[seen]
        places.append((*values, left[seen], share, target))

    def run():
        np.copyto(left, stored(dy))
        if not whole:
            out.fill(0)
        for values, largest, here, rest, share, target in places:
            np.equal(values, largest, out=here)
            np.multiply(rest, here, out=share)
            np.subtract(rest, share, out=rest)
            if not whole:
                np.add(target, share, out=target)

    return run
