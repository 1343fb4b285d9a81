"""Windows over images as views: what convolutions and pooling have in common.

An image (height, width, channels, m) lies in memory as (height, channels, width, m).
"""

# mypy: allow-untyped-defs, allow-untyped-calls


def stored(x):
    """An image as it lies in memory."""
    return x.transpose(0, 2, 1, 3)


def inside(n, places, offset, stride):
    """Of the places offset, offset + stride, ... those from 0 to n, and which of them they are."""
    first = min(max(-(offset // stride), 0), places)
    last = min(max((n - 1 - offset) // stride + 1, first), places)
    start = offset + first * stride
    stop = start + (last - first - 1) * stride + 1
    return slice(start, max(start, stop), stride), slice(first, last)


def shifts(x, out, size, stride, pad):
    """Per place of a window, row by row: the part of x that stands there, as it lies in memory,
    and the part of `out` whose windows have it.
    """
    found = []
    for i in range(size[0]):
        there, here = inside(x.shape[0], out.shape[0], i - pad[0][0], stride[0])
        for j in range(size[1]):
            across, along = inside(x.shape[1], out.shape[1], j - pad[1][0], stride[1])
            found.append(((there, slice(None), across), (here, slice(None), along)))
    return found


def covers(x, out, size, stride, pad):
    """Whether the windows lie side by side and x has nothing else."""
    fitting = x.shape[0] == out.shape[0] * size[0] and x.shape[1] == out.shape[1] * size[1]
    return fitting and size == stride and pad == ((0, 0), (0, 0))
