"""The format of MNIST."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from specc.diag.diagnostic import Help
from specc.library.arrays import array_table
from specc.library.define import arg
from specc.library.files import DataFile
from specc.library.table import DataSource, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


class Idx(DataSource):
    """Images and labels in two files, as MNIST and Fashion-MNIST come.

    An image is flattened row by row, and within a row from left to right: pixel (r, c) of a 28 x 28
    image is input 28 r + c. Pixels stay 0 to 255; use `normalize scale(1/255)`. Files may be
    gzip-compressed.

    Shapes      images (m, height, width) -> inputs (m, height * width), labels (m,)
    Errors      E0501 no such file, E0506 no images, E0507 no idx file, or one that ends early,
                E0508 the numbers of images and labels differ
    Source      LeCun, Cortes, Burges, "The MNIST database", file format
    Example

    ```dl
    data {
        source     idx(images = "train-images-idx3-ubyte.gz", labels = "train-labels-idx1-ubyte.gz")
        normalize  scale(1/255)
    }
    ```
    """

    target_argument: ClassVar[str] = "labels"
    pixels: ClassVar[bool] = True
    images: str = arg("path", doc="the file of the images")
    labels: str | None = arg("path", None, doc="the file of the labels")

    def load(self, folder: str) -> Table:
        file = self.file(folder, "images")
        images = _read(file)
        if images.ndim < 2:
            swap = Help(
                "give the file of the images as `images`, and that of the labels as `labels`"
            )
            raise file.malformed("holds a list of labels, not images", helps=(swap,))
        labels = None
        label_name = None
        if self.labels is not None:
            label_file = self.file(folder, "labels")
            labels, label_name = _read(label_file), label_file.name
            if labels.ndim != 1:
                raise label_file.malformed(
                    f"holds arrays with {labels.ndim} axes, not a list of labels"
                )
        return array_table(images, labels, (file.name, label_name), file, target_name="label")


def _read(file: DataFile) -> NDArray[Any]:
    import numpy as np

    content = file.content()
    axes = content[3] if len(content) >= 4 else 0
    if (
        content[:2] != b"\0\0"
        or len(content) < 4 + 4 * axes
        or content[2] not in _TYPES
        or not axes
    ):
        raise file.malformed("is not in idx format", f"its first bytes are {content[:4].hex(' ')}")
    shape = tuple(int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes))
    dtype = np.dtype(_TYPES[content[2]])
    start = 4 + 4 * axes
    promised = math.prod(shape) * dtype.itemsize
    if len(content) - start != promised:
        sizes = " x ".join(map(str, shape[:8]))
        raise file.malformed(
            "is damaged or ends early",
            f"its header promises {sizes} values, so {promised:_} bytes",
            f"{len(content) - start:_} bytes follow",
        )
    if axes > 16:
        raise file.malformed(f"holds arrays with {axes} axes")
    return np.frombuffer(content, dtype=dtype, offset=start).reshape(shape)
