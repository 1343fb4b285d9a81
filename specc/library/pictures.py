"""Picture files as arrays of bytes: opened without trust, of one size, with one number of channels.

Pillow reads some formats by running other programs, and takes headers at their word. So only
formats that it decodes itself are let in, and what a header promises is compared with a bound
before anything of that size is allocated.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import Help, RunError
from specc.library.files import UNPACKED_LIMIT, DataFile, show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
_MOST_PIXELS = 1 << 26
_CHANNELS = {"1": 1, "L": 1, "LA": 1, "P": 3, "PA": 3, "RGB": 3, "RGBA": 3, "RGBX": 3}
"""Pillow's modes with 8 bits per channel or fewer, and the channels that they become."""

Shape = tuple[int, int, int]


class Pictures:
    """Reads pictures of one shape: the one that was asked for, else that of the first.

    Args:
        pillow: The module `PIL.Image`.
        size: Height and width to scale to; None leaves pictures as they are.
        channels: 1 or 3; None leaves them as they are.
    """

    def __init__(
        self, pillow: Any, size: tuple[int, ...] | None, channels: int | None, count: int
    ) -> None:
        self._pillow = pillow
        self._size = size
        self._channels = channels
        self._count = count
        self._first: tuple[str, Shape] | None = None

    def shape(self, file: DataFile) -> Shape:
        """Height, width and channels that this picture will have.

        Raises:
            RunError: as `read`; E0507 that many pictures of this shape are too large.
        """
        with self._opened(file) as picture:
            shape = self._shape(picture)
        height, width, channels = shape
        whole = self._count * height * width * channels
        if whole > UNPACKED_LIMIT:
            raise file.malformed(
                f"and its like unpack to {whole:_} bytes, more than {UNPACKED_LIMIT:_}",
                f"{self._count:_} pictures of {height} x {width} pixels, {channels} channels",
                helps=(Help("scale them: `size = (64, 64)`"),),
            )
        self._first = file.name, shape
        return shape

    def read(self, file: DataFile) -> NDArray[np.uint8]:
        """The bytes of a picture (height, width, channels).

        Raises:
            RunError: E0501, E0507 it cannot be read as a picture; E0508 it has another shape than
                the first.
        """
        import numpy as np

        with self._opened(file) as picture:
            shape = self._shape(picture)
            if self._first is not None and shape != self._first[1]:
                raise self._another(file, shape)
            if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                if picture.getextrema()[3][0] < 255:
                    raise file.malformed(
                        "has transparent pixels", helps=(Help("put it on a background"),)
                    )
            picture = picture.convert("RGB" if shape[2] == 3 else "L")
            if picture.size != (shape[1], shape[0]):
                picture = picture.resize((shape[1], shape[0]), self._pillow.Resampling.BILINEAR)
            return np.asarray(picture, np.uint8).reshape(shape)

    def _shape(self, picture: Any) -> Shape:
        width, height = picture.size
        if self._size is not None:
            height, width = self._size
        return height, width, self._channels or _CHANNELS[picture.mode]

    @contextmanager
    def _opened(self, file: DataFile) -> Iterator[Any]:
        """A picture of which the header is known to be sound."""
        pillow = self._pillow
        with file.open() as stream:
            try:
                with warnings.catch_warnings():
                    # What Pillow warns of is damage or a bomb, and both are told below.
                    warnings.simplefilter("error")
                    with pillow.open(stream, formats=FORMATS) as picture:
                        self._check(picture, file)
                        yield picture
            except RunError:
                raise
            except MemoryError:
                raise file.malformed("does not fit in memory") from None
            except pillow.UnidentifiedImageError:
                known = Help("take it out of the folder, or save it as PNG or JPEG")
                raise file.malformed("is not a picture", helps=(known,)) from None
            except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
                raise file.malformed(f"has more than {_MOST_PIXELS:_} pixels") from None
            except Exception as problem:  # decoders raise whatever damage leads them to
                detail = show(str(problem), 120) or type(problem).__name__
                raise file.malformed("is a damaged picture", detail) from None

    def _check(self, picture: Any, file: DataFile) -> None:
        width, height = picture.size
        if width * height > _MOST_PIXELS:
            raise file.malformed(
                f"has {height:_} x {width:_} pixels, more than {_MOST_PIXELS:_} together"
            )
        if picture.mode not in _CHANNELS:
            raise file.malformed(
                f"has pixels of kind `{show(picture.mode)}`, not 8-bit grey or RGB",
                helps=(Help("save it with 8 bits per channel, grey or RGB"),),
            )
        if getattr(picture, "is_animated", False):
            raise file.malformed("holds several pictures", helps=(Help("save one of them"),))

    def _another(self, file: DataFile, shape: Shape) -> RunError:
        name, first = self._first or ("", shape)
        helps = [Help("bring all to one: `channels = 1` or `channels = 3`")] * (
            shape[2] != first[2]
        ) + [Help(f"scale all to one: `size = {first[:2]}`")] * (shape[:2] != first[:2])
        return file.error(
            "E0508",
            f"{file.name} has {_said(shape)}, but {name} has {_said(first)}",
            "its pictures differ",
            helps=tuple(helps),
        )


def _said(shape: Shape) -> str:
    kind = "grey" if shape[2] == 1 else "coloured"
    return f"{shape[0]} x {shape[1]} {kind} pixels"


def folders(top: DataFile) -> list[DataFile]:
    """The folders of the classes in the order of their names.

    Raises:
        RunError: E0501, E0507 there is no such folder; E0506 it is empty; E0507 it holds something
            else than folders.
    """
    found = _entries(top, top)
    if not found:
        fix = Help("put the pictures of each class into a folder of its own in it")
        raise top.error("E0506", f"{top.name} holds no folders", "holds no classes", helps=(fix,))
    for inside in found:
        if not os.path.isdir(inside.path):
            fix = Help("pictures stand in a folder per class; move it into one, or elsewhere")
            raise inside.malformed("is not the folder of a class", helps=(fix,))
    return found


def files(top: DataFile, folder: DataFile) -> list[DataFile]:
    """The pictures of a class in the order of their names.

    Raises:
        RunError: E0506 there are none; E0507 a folder cannot be read, or a link leads out of `top`.
    """
    found = _entries(top, folder)
    if not found:
        raise folder.error("E0506", f"{folder.name} holds no pictures", "has an empty class")
    return found


def _entries(top: DataFile, folder: DataFile) -> list[DataFile]:
    """What stands in a folder, in the order of the names; what begins with a dot does not count."""
    try:
        names = sorted(name for name in os.listdir(folder.path) if not name.startswith("."))
    except (FileNotFoundError, ValueError):
        raise top.error("E0501", f"{folder.name} does not exist", "no such folder") from None
    except NotADirectoryError:
        raise folder.malformed("is a file, not a folder") from None
    except OSError as problem:
        raise folder.malformed(f"cannot be opened: {problem.strerror}") from None
    root = os.path.realpath(top.path)
    found = []
    for name in names:
        path = os.path.join(folder.path, name)
        inside = DataFile(f"{folder.written.rstrip('/')}/{name}", path, top.span)
        # A folder that comes from elsewhere may hold links to what is none of its business.
        if os.path.commonpath([root, os.path.realpath(path)]) != root:
            raise inside.malformed(f"leads out of {top.name}")
        found.append(inside)
    return found
