"""`images`: folders of pictures, of one size or brought to one, and what is no picture."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import Diagnostic, RunError
from specc.library import pictures
from specc.library.sources.images import Images
from specc.library.table import Table

Image = pytest.importorskip("PIL.Image")
RANDOM = np.random.default_rng(5)
COLOUR = RANDOM.integers(0, 256, (5, 7, 3), dtype=np.uint8)
GREY = RANDOM.integers(0, 256, (5, 7), dtype=np.uint8)


def save(folder: Path, name: str, pixels: Any, **options: Any) -> Path:
    path = folder / "d" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels) if isinstance(pixels, np.ndarray) else pixels
    picture.save(path, **options)
    return path


def load(folder: Path, **arguments: Any) -> Table:
    return Images(folder="d", **arguments).load(str(folder))


def failure(folder: Path, **arguments: Any) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        load(folder, **arguments)
    return caught.value.diagnostic


@pytest.mark.proves("sources.images")
def test_a_folder_per_class_in_order(tmp_path: Path) -> None:
    pixels = RANDOM.integers(0, 256, (5, 5, 7, 3), dtype=np.uint8)
    names = ["dog/b.png", "cat/10.png", "dog/a.bmp", "cat/9.png", "Zebra/x.tiff"]
    for name, values in zip(names, pixels, strict=True):
        save(tmp_path, name, values)
    (tmp_path / "d" / "cat" / ".DS_Store").write_bytes(b"of no interest")
    table = load(tmp_path)
    assert table.target is not None
    assert table.target.tolist() == ["Zebra", "cat", "cat", "dog", "dog"]
    assert table.inputs.dtype == np.uint8
    assert table.shape == (5, 7, 3)
    order = [names.index(n) for n in sorted(names)]
    assert np.array_equal(table.inputs, pixels[order].reshape(5, -1))
    assert table.where(3, (2 * 7 + 4) * 3 + 1) == "`d/dog/a.bmp`, row 2, column 4, channel 1"
    assert table.where(3, None) == "the folder of `d/dog/a.bmp`"


def test_grey_and_channels(tmp_path: Path) -> None:
    save(tmp_path, "a/1.png", GREY)
    assert np.array_equal(load(tmp_path).inputs, GREY.reshape(1, -1))
    assert load(tmp_path).shape == (5, 7, 1)
    assert np.array_equal(load(tmp_path, channels=3).inputs[0, ::3], GREY.ravel())
    save(tmp_path, "a/2.png", COLOUR)
    found = failure(tmp_path)
    assert found.code == "E0508"
    assert found.message == (
        "`d/a/2.png` has 5 x 7 coloured pixels, but `d/a/1.png` has 5 x 7 grey pixels"
    )
    weighted = COLOUR @ np.array([0.299, 0.587, 0.114])
    grey = load(tmp_path, channels=1).inputs[1].reshape(5, 7)
    assert np.abs(grey - weighted).max() <= 1


def test_sizes(tmp_path: Path) -> None:
    save(tmp_path, "a/1.png", GREY)
    save(tmp_path, "b/2.png", np.full((9, 4), 100, np.uint8))
    found = failure(tmp_path)
    assert found.code == "E0508"
    assert "9 x 4 grey pixels" in found.message
    assert found.helps[0].text == "scale all to one: `size = (5, 7)`"
    table = load(tmp_path, size=(3, 6))
    assert table.shape == (3, 6, 1)
    assert table.inputs[1].tolist() == [100] * 18
    expected = Image.fromarray(GREY).resize((6, 3), Image.Resampling.BILINEAR)
    assert np.array_equal(table.inputs[0].reshape(3, 6), np.asarray(expected))
    assert failure(tmp_path, size=(3, 6, 1)).message.startswith("`size` has 3 numbers")
    assert failure(tmp_path, channels=2).code == "E0502"


def test_palettes_are_looked_up_and_transparency_is_refused(tmp_path: Path) -> None:
    flat = Image.new("RGB", (7, 5), (10, 200, 30))
    save(tmp_path, "a/1.png", flat)
    save(tmp_path, "a/2.png", flat.quantize(4))
    save(tmp_path, "a/3.png", Image.new("RGBA", (7, 5), (10, 200, 30, 255)))
    assert np.unique(load(tmp_path).inputs, axis=0).shape == (1, 105)
    save(tmp_path, "a/4.png", Image.new("RGBA", (7, 5), (10, 200, 30, 254)))
    assert failure(tmp_path).message == "`d/a/4.png` has transparent pixels"


@pytest.mark.parametrize(
    ("picture", "options", "said"),
    [
        (Image.new("I;16", (7, 5)), {}, "pixels of kind `I;16`"),
        (Image.new("F", (7, 5)), {"format": "TIFF"}, "pixels of kind `F`"),
        (Image.new("CMYK", (7, 5)), {"format": "JPEG"}, "pixels of kind `CMYK`"),
        (
            Image.new("L", (7, 5)),
            {"format": "GIF", "save_all": True, "append_images": [Image.new("L", (7, 5), 9)]},
            "holds several pictures",
        ),
    ],
)
def test_other_pictures(tmp_path: Path, picture: Any, options: dict[str, Any], said: str) -> None:
    save(tmp_path, "a/x.png", picture, **options)
    found = failure(tmp_path)
    assert found.code == "E0507"
    assert said in found.message


def test_what_is_no_picture(tmp_path: Path) -> None:
    assert failure(tmp_path).code == "E0501"
    (tmp_path / "d").mkdir()
    assert failure(tmp_path).code == "E0506"
    (tmp_path / "d" / "readme.txt").write_text("hello")
    assert failure(tmp_path).message == "`d/readme.txt` is not the folder of a class"
    os.remove(tmp_path / "d" / "readme.txt")
    (tmp_path / "d" / "a").mkdir()
    assert failure(tmp_path).message == "`d/a` holds no pictures"
    (tmp_path / "d" / "a" / "b").mkdir()
    assert failure(tmp_path).message == "`d/a/b` is a folder, not a file"
    os.rmdir(tmp_path / "d" / "a" / "b")
    (tmp_path / "d" / "a" / "notes.txt").write_text("hello")
    assert failure(tmp_path).message == "`d/a/notes.txt` is not a picture"


def test_postscript_is_not_run(tmp_path: Path) -> None:
    save(tmp_path, "a/x.eps", Image.new("RGB", (7, 5)))
    assert failure(tmp_path).message == "`d/a/x.eps` is not a picture"


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "secret.png"
    Image.fromarray(GREY).save(outside)
    save(tmp_path, "a/1.png", GREY)
    os.symlink(tmp_path / "d" / "a" / "1.png", tmp_path / "d" / "a" / "2.png")
    assert load(tmp_path).examples == 2
    os.symlink(outside, tmp_path / "d" / "a" / "3.png")
    assert failure(tmp_path).message == "`d/a/3.png` leads out of `d`"
    os.remove(tmp_path / "d" / "a" / "3.png")
    os.symlink(tmp_path, tmp_path / "d" / "b")
    assert failure(tmp_path).message == "`d/b` leads out of `d`"


def test_pipes_do_not_hang(tmp_path: Path) -> None:
    (tmp_path / "d" / "a").mkdir(parents=True)
    os.mkfifo(tmp_path / "d" / "a" / "x.png")
    assert "a device, a pipe or a socket" in failure(tmp_path).message


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds nothing."""
    chunks = [b"\x89PNG\r\n\x1a\n"]
    for name, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ):
        chunks += [struct.pack(">I", len(body)), name, body]
        chunks.append(struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(chunks)


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_bombs_are_refused_by_their_header(tmp_path: Path, side: int) -> None:
    path = tmp_path / "d" / "a" / "x.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(png_of(side, side))
    found = failure(tmp_path, size=(5, 7))
    assert found.code == "E0507"
    assert "67_108_864" in found.message
    path.write_bytes(png_of(7, 5))
    assert failure(tmp_path).message == "`d/a/x.png` is a damaged picture"


def test_many_pictures_are_counted_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(4):
        save(tmp_path, f"a/{i}.png", GREY)
    monkeypatch.setattr(pictures, "UNPACKED_LIMIT", 139)
    found = failure(tmp_path)
    assert found.code == "E0507"
    assert "140 bytes" in found.message


FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(FORMATS),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    kept=st.floats(0.2, 1),
)
def test_only_run_errors_come_out(
    tmp_path: Path, kind: str, changes: list[tuple[float, int]], kept: float
) -> None:
    stream = io.BytesIO()
    Image.fromarray(COLOUR).save(stream, kind)
    content = bytearray(stream.getvalue())
    for place, byte in changes:
        content[int(place**2 * (len(content) - 1))] = byte
    path = tmp_path / "d" / "a" / "x.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content[: max(1, int(kept * len(content)))] if kept < 0.9 else content)
    try:
        said = load(tmp_path, size=(5, 7), channels=3).inputs.shape
    except RunError as problem:
        said = problem.diagnostic.code
    assert said in ((1, 105), "E0507")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    found = failure(tmp_path)
    assert found.code == "E0515"
    assert found.helps[0].text == "install it: `pip install 'specc-dl[images]'`"
