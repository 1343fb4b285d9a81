"""Pictures in folders, one per class."""

from __future__ import annotations

import os
from typing import ClassVar

from specc.library.define import arg
from specc.library.extras import load_extra
from specc.library.pictures import Pictures, files, folders
from specc.library.table import DataSource, Table


class Images(DataSource):
    """A folder of folders: each is a class, called as the folder, and holds the pictures of it.

    Classes are taken in the order of their names, and within a class pictures in the order of
    theirs, both compared by code point, so that the same files give the same examples everywhere.
    What begins with a dot is passed over; anything else that is no picture is an error, as is a
    folder within a class. Formats are PNG, JPEG, BMP, GIF, TIFF, WebP and PPM, with 8 bits per
    channel, grey or in colour; palettes are looked up, a transparent pixel is an error. Pixels are
    taken as they are stored, whatever a camera noted about the way up.

    All pictures have the same size and the same number of channels, or `size` and `channels` bring
    them there: a picture of another size is scaled without keeping its proportions, by a bilinear
    filter over all pixels that fall into a new one. Colour becomes grey as 0.299 R + 0.587 G +
    0.114 B; grey becomes three equal channels.

    A picture is flattened row by row, within a row from left to right, the channels of a pixel
    together: for `input 32, 32, 3` or `input 3072`. Pixels stay 0 to 255; use `normalize
    scale(1/255)`. Needs Pillow: `pip install 'specc-dl[images]'`.

    Shapes      m pictures (height, width, channels) -> inputs (m, height * width * channels),
                labels (m,)
    Errors      E0501 no such folder, E0502 a size that is not two numbers, E0506 no pictures, E0507
                a file that is no picture, damaged, too large, or leads out of the folder, E0508 of
                another size than the others, E0515 Pillow is not installed
    Source      ITU-R BT.601 for grey; Pillow's `BILINEAR` for sizes
    Example

    ```dl
    data {
        source     images("data/signs", size = (64, 64), channels = 3)
        normalize  scale(1/255)
    }
    ```
    """

    pixels: ClassVar[bool] = True
    folder: str = arg("path", doc="the folder of the folders")
    size: tuple[int, ...] | None = arg(
        "dim", None, many=True, keyword=True, at_least=1, at_most=10_000, doc="height and width"
    )
    channels: int | None = arg(
        "dim", None, keyword=True, at_least=1, at_most=3, doc="1 for grey, 3 for colour"
    )

    def load(self, folder: str) -> Table:
        import numpy as np

        pillow = load_extra("PIL.Image", self.word, "Pillow", self.span())
        top = self.file(folder, "folder")
        if self.size is not None and len(self.size) != 2:
            message = f"`size` has {len(self.size)} numbers, and pictures have height and width"
            raise top.at(self.span("size")).error("E0502", message, "needs two numbers")
        if self.channels == 2:
            message = "pictures have 1 channel or 3, not 2"
            raise top.at(self.span("channels")).error("E0502", message, "1 or 3")
        classes = [(inside, files(top, inside)) for inside in folders(top)]
        every = [file for _, inside in classes for file in inside]
        pictures = Pictures(pillow, self.size, self.channels, len(every))
        shape = pictures.shape(every[0])
        values = np.empty((len(every), *shape), np.uint8)
        for i, file in enumerate(every):
            values[i] = pictures.read(file)
        names = [os.path.basename(inside.path) for inside, _ in classes]
        labels = np.repeat(names, [len(inside) for _, inside in classes])

        def where(example: int, column: int | None) -> str:
            name = every[example].name
            if column is None:
                return f"the folder of {name}"
            pixel, channel = divmod(column, shape[2])
            row, x = divmod(pixel, shape[1])
            return f"{name}, row {row}, column {x}, channel {channel}"

        return Table(values.reshape(len(every), -1), labels, (), "class", where, shape)
