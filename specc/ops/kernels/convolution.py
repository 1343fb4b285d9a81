"""Convolutions as products of matrices, one per row of the image, without unfolding it whole.

An image (height, width, channels, m) lies in memory as (height, channels, width, m). Only the
horizontal shifts of a band of rows are copied; the window behind a row of the result is then one
matrix whose rows are neighbours in memory, and windows of neighbouring rows overlap:

    unfolded (rows, kernel width, channels, places, m)
    window   (kernel height * kernel width * channels, places * m) at each row, a view

A band is as many rows as fit into the working memory. Products are cut so narrow that the library
uses its kernels for small matrices.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from specc.ops.kernels.windows import inside, stored


def convolution(x, W, out, work, stride, pad, dilation, groups):
    """The function that computes out = W * x, for weights (height, width, channels, units)."""
    return correlation(x, by_group(W, groups), W.shape[:2], out, work, stride, pad, dilation)


def convolution_data(dy, W, out, work, stride, pad, dilation, groups):
    """The function that computes the gradient of the image from that of the result."""
    height, width, channels, _ = W.shape
    if stride != (1, 1):
        return scattering(dy, W, out, work, stride, pad, dilation, groups)
    if 4 * dy.shape[1] <= 3 * out.shape[1]:
        return by_rows(dy, W, out, work, pad, dilation, groups)
    # The weights turned around, units and channels swapped; zeros around so that sizes fit.
    turned = W.reshape(height, width, channels, groups, -1)[::-1, ::-1].transpose(3, 2, 0, 1, 4)
    flipped = work[: W.size].reshape(turned.shape)
    around = tuple(
        tuple((n - 1) * d - p for p in both)
        for n, d, both in zip(W.shape[:2], dilation, pad, strict=True)
    )
    matrices = flipped.reshape(groups, channels, -1)
    rest = work[W.size :]
    correlate = correlation(dy, matrices, (height, width), out, rest, stride, around, dilation)

    def run():
        np.copyto(flipped, turned)
        correlate()

    return run


def convolution_weights(x, dy, out, work, stride, pad, dilation, groups):
    """The function that computes the gradient of the weights from that of the result."""
    height, width, _, units = out.shape
    count = out.size
    rows = dy.shape[0]
    dW = out.reshape(-1, groups, units // groups).swapaxes(0, 1)  # (group, window, unit)
    fits = bands(work.size - count, dy.shape, (height, width), x.shape[2], stride, dilation, count)
    parts = work[: (fits + 1) * count].reshape(fits + 1, *dW.shape)
    rest = work[parts.size :]
    work_list = []
    for first in range(0, rows, fits):
        last = min(first + fits, rows)
        fill, windows = unfolding(
            x, rest, (height, width), dy.shape[1], (first, last), stride, pad, dilation, groups
        )
        products = []
        for start, step, window in windows:
            g = stored(dy)[first + start : last : step]
            g = g.reshape(len(g), groups, units // groups, -1, copy=False).swapaxes(0, 1)
            made = parts[1 + start : 1 + last - first : step].swapaxes(0, 1)
            products.append((window, g.swapaxes(2, 3), made))
        work_list.append((fill, products, parts[: 1 + last - first]))

    def run():
        dW.fill(0)
        for fill, products, made in work_list:
            fill()
            for window, g, part in products:
                np.matmul(window, g, out=part)
            np.copyto(parts[0], dW)
            np.add.reduce(made, axis=0, out=dW)

    return run


def correlation(x, matrices, kernel, out, work, stride, pad, dilation):
    """The function that multiplies the windows of x by matrices (group, unit, window)."""
    groups, units, length = matrices.shape
    rows, columns = out.shape[:2]
    fits = bands(work.size, out.shape, kernel, x.shape[2], stride, dilation, 0)
    parts = cut(columns * x.shape[3], units * length)
    left = matrices[:, None, None]
    z = stored(out).reshape(rows, groups, units, parts, -1, copy=False).transpose(1, 0, 3, 2, 4)
    work_list = []
    for first in range(0, rows, fits):
        last = min(first + fits, rows)
        fill, windows = unfolding(
            x, work, kernel, columns, (first, last), stride, pad, dilation, groups
        )
        products = []
        for start, step, window in windows:
            right = window.reshape(*window.shape[:3], parts, -1).swapaxes(2, 3)
            products.append((right, z[:, first + start : last : step]))
        work_list.append((fill, products))

    def run():
        for fill, products in work_list:
            fill()
            for right, made in products:
                np.matmul(left, right, out=made)

    return run


def by_rows(dy, W, out, work, pad, dilation, groups):
    """The function that multiplies the rows of dy by the columns of the kernel, which shift after
    that: where the result is narrower than the image, so that zeros around it would cost more.
    """
    height, width, channels, _ = W.shape
    rows, columns, m = out.shape[0], dy.shape[1], dy.shape[3]
    turned = W.reshape(height, width, channels, groups, -1)[::-1].transpose(3, 1, 2, 0, 4)
    flipped = work[: W.size].reshape(turned.shape)
    count = rows * groups * width * channels * columns * m
    parts = work[W.size : W.size + count].reshape(rows, groups, width, channels, columns, m)
    below = tuple((height - 1) * dilation[0] - p for p in pad[0])
    correlate = correlation(
        dy,
        flipped.reshape(groups, width * channels, -1),
        (height, 1),
        stored(parts.reshape(rows, -1, columns, m)),
        work[W.size + count :],
        (1, 1),
        (below, (0, 0)),
        (dilation[0], 1),
    )
    image = stored(out).reshape(rows, groups, channels, out.shape[1], m, copy=False)
    sums = []
    for j in range(width):
        across, along = inside(out.shape[1], columns, j * dilation[1] - pad[1][0], 1)
        sums.append((image[:, :, :, across], parts[:, :, j, :, along]))

    def run():
        np.copyto(flipped, turned)
        correlate()
        out.fill(0)
        for target, part in sums:
            np.add(target, part, out=target)

    return run


def scattering(dy, W, out, work, stride, pad, dilation, groups):
    """The function that adds what each place of the result gives back to the window behind it."""
    height, width, channels, _ = W.shape
    rows, columns, m = dy.shape[0], dy.shape[1], dy.shape[3]
    matrices = by_group(W, groups).swapaxes(1, 2)[:, None, None]
    row = groups * height * width * channels * columns * m
    fits = min(rows, work.size // row)
    parts = cut(columns * m, W.size // groups)
    image = stored(out).reshape(out.shape[0], groups, channels, out.shape[1], m, copy=False)
    work_list = []
    for first in range(0, rows, fits):
        last = min(first + fits, rows)
        made = work[: (last - first) * row]
        back = made.reshape(groups, last - first, height, width, channels, columns, m)
        g = stored(dy)[first:last]
        g = g.reshape(last - first, groups, -1, parts, columns * m // parts, copy=False)
        folded = back.reshape(groups, last - first, -1, parts, columns * m // parts)
        sums = []
        for i in range(height):
            offset = first * stride[0] + i * dilation[0] - pad[0][0]
            there, here = inside(out.shape[0], last - first, offset, stride[0])
            for j in range(width):
                across, along = inside(
                    out.shape[1], columns, j * dilation[1] - pad[1][0], stride[1]
                )
                target = image[there, :, :, across]
                part = back[:, here, i, j, :, along].swapaxes(0, 1)
                sums.append((target, part))
        product = g.transpose(1, 0, 3, 2, 4), folded.swapaxes(2, 3)
        work_list.append((*product, sums))

    def run():
        out.fill(0)
        for g, folded, sums in work_list:
            np.matmul(matrices, g, out=folded)
            for target, part in sums:
                np.add(target, part, out=target)

    return run


def unfolding(x, work, kernel, columns, band, stride, pad, dilation, groups):
    """The function that copies the horizontal shifts of a band of rows, and views of its windows.

    band: the first row of the result and the one behind the last. Each view (group, row, window,
    place) is of every `step`-th row of the band from `start` on: (start, step, view). With a
    vertical dilation d, every d-th row of the image lies next to each other.
    """
    height, width = kernel
    m = x.shape[3]
    channels = x.shape[2] // groups
    apart = dilation[0]
    first = band[0] * stride[0] - pad[0][0]
    count = (band[1] - band[0] - 1) * stride[0] + (height - 1) * apart + 1
    lines = -(-count // apart)
    image = stored(x).reshape(len(x), groups, channels, x.shape[1], m, copy=False).swapaxes(0, 1)
    if kernel == (1, 1) and stride == (1, 1) and pad == ((0, 0), (0, 0)):
        rows = image[:, band[0] : band[1]]
        unfolded = rows.reshape(*rows.shape[:3], -1, copy=False)
        return nothing, [(0, 1, unfolded)]
    shape = (groups, apart, lines, width, channels, columns, m)
    unfolded = work[: int(np.prod(shape))].reshape(shape)
    zeros, copies = [], []
    for residue in range(apart):
        there, here = inside(x.shape[0], lines, first + residue, apart)
        zeros += [unfolded[:, residue, : here.start], unfolded[:, residue, here.stop :]]
        for j in range(width):
            offset = j * dilation[1] - pad[1][0]
            across, along = inside(x.shape[1], columns, offset, stride[1])
            shifted = unfolded[:, residue, here, j]
            zeros += [shifted[..., : along.start, :], shifted[..., along.stop :, :]]
            copies.append((shifted[..., along, :], image[:, there, :, across]))
    zeros = [part for part in zeros if part.size]
    copies = [(part, source) for part, source in copies if part.size]

    def fill():
        for part in zeros:
            part.fill(0)
        for part, source in copies:
            np.copyto(part, source)

    step = apart // np.gcd(apart, stride[0])
    flat = unfolded.reshape(groups, apart * lines, -1, columns * m)
    a, b, c, d = flat.strides
    windows = []
    for start in range(min(step, band[1] - band[0])):
        rows = -(-(band[1] - band[0] - start) // step)
        at, residue = divmod(start * stride[0], apart)
        view = np.lib.stride_tricks.as_strided(
            flat[:, residue * lines + at :],
            (groups, rows, height * width * channels, columns * m),
            (a, b * (step * stride[0] // apart), c, d),
        )
        windows.append((start, step, view))
    return fill, windows


def nothing():
    """A kernel of one place sees the image as it is."""


def by_group(W, groups):
    """Weights as matrices (group, unit, window)."""
    return W.reshape(-1, groups, W.shape[3] // groups).transpose(1, 2, 0)


def bands(room, result, kernel, channels, stride, dilation, extra):
    """How many rows of the result are computed at a time: as many as `room` numbers allow."""
    row = kernel[1] * channels * result[1] * result[3]
    for rows in range(result[0], 1, -1):
        lines = -(-((rows - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1) // dilation[0])
        if lines * dilation[0] * row + rows * extra <= room:
            return rows
    return 1


def cut(columns, size):
    """Into how many parts of equal width the columns of a product with a matrix are cut: up to a
    million multiplications are done by kernels for small matrices, which are faster here.
    """
    fitting = (n for n in range(1, columns + 1) if columns % n == 0)
    return next(n for n in fitting if columns // n * size <= 1_000_000 or columns // n <= 64)
