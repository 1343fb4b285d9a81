"""Files of arrays: which one is predicted, and which one predicts it."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import Help
from specc.expand.literals import string
from specc.library.arrays import ArrayHeader, BadArray, read_header
from specc.library.files import DataFile, show
from specc.library.sources.idx import Idx
from specc.library.sources.npz import Npz
from specc.starter.guess import Guess, from_table

if TYPE_CHECKING:
    from specc.library.table import Table

INPUTS = ("x_train", "train_x", "x", "inputs", "features", "data", "images")
TARGETS = ("y_train", "train_y", "y", "t", "target", "targets", "label", "labels", "classes")
OTHER = {"train": ("dev", "val", "valid", "test")}
"""What the array of a second set has where that of the first has `train`."""
PIXEL = "scale(1/255)"
TOLD = 6
"""Arrays that a message tells about."""


def guess_npz(folder: str, path: str) -> Guess:
    """Make something of the arrays in an `.npz` file.

    Raises:
        RunError: E0501 to E0508, the file cannot be read, or its arrays do not fit together.
    """
    file = _npz(path=path, inputs="").file(folder, "path")
    headers = _headers(file)
    inputs, target = _choose(file, headers)
    table = _npz(path=path, inputs=inputs, target=target).load(folder)
    notes = [
        f"examples  {table.examples:,}",
        f"inputs    the array `{show(inputs)}`, {_shape(headers[inputs])}",
        f"target    the array `{show(target)}`, {_shape(headers[target])}",
    ]
    second = _second(headers, inputs, target)
    word = "train" if second else "source"
    sources = [f"{word} {_call(path, inputs, target)}"]
    if second:
        sources.append(f"dev {_call(path, *second)}")
        notes.append(f"dev set   the arrays `{show(second[0])}` and `{show(second[1])}`")
    guess = from_table(table, tuple(sources), tuple(notes))
    return replace(guess, apart=second is not None, normalize=_normalize(table))


def guess_idx(folder: str, path: str) -> Guess:
    """Make something of images in the format of MNIST, with the labels beside them.

    Raises:
        RunError: E0501 to E0508, a file cannot be read, or there are no labels.
    """
    images, labels = _pair(folder, path)
    table = _idx_source(images=images, labels=labels).load(folder)
    notes = [
        f"examples  {table.examples:,}",
        f"inputs    {table.features} pixels, divided by 255",
        f"target    the labels in `{show(labels, 80)}`",
    ]
    dev = tuple(_swapped(name, "train", "t10k") for name in (images, labels))
    apart = all(d is not None and os.path.isfile(os.path.join(folder, d)) for d in dev)
    if apart:
        sources = [f"train {_idx(images, labels)}", f"dev {_idx(str(dev[0]), str(dev[1]))}"]
        notes.append(f"dev set   `{show(str(dev[0]), 80)}` and its labels")
    else:
        sources = [f"source {_idx(images, labels)}"]
    guess = from_table(table, tuple(sources), tuple(notes))
    return replace(guess, apart=apart, normalize=_normalize(table))


def _npz(**arguments: Any) -> Npz:
    made: Any = Npz
    found: Npz = made(word="npz", **arguments)
    return found


def _idx_source(**arguments: Any) -> Idx:
    made: Any = Idx
    found: Idx = made(word="idx", **arguments)
    return found


def _headers(file: DataFile) -> dict[str, ArrayHeader]:
    """The arrays of the file that hold numbers or text."""
    found: dict[str, ArrayHeader] = {}
    with file.open() as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                for member in archive.infolist():
                    name = member.filename.removesuffix(".npy")
                    try:
                        with archive.open(member) as content:
                            found[name] = read_header(content)
                    except BadArray:
                        continue
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError) as problem:
            detail = show(str(problem), 120)
            raise file.malformed("is not a readable `.npz` file", detail) from None
    return {name: h for name, h in found.items() if name.isprintable() and h.shape}


def _choose(file: DataFile, headers: Mapping[str, ArrayHeader]) -> tuple[str, str]:
    """The arrays of the inputs and of the target."""
    numbers = {n: h for n, h in headers.items() if h.dtype.kind in "biuf"}
    tables = {n: h for n, h in numbers.items() if len(h.shape) > 1} or numbers
    inputs = _named(INPUTS, tables) or max(tables, key=lambda n: tables[n].size, default=None)
    if inputs is not None:
        examples = headers[inputs].shape[0]
        fitting = {n: h for n, h in headers.items() if n != inputs and h.shape[0] == examples}
        flat = {n: h for n, h in fitting.items() if len(h.shape) == 1} or fitting
        target = _named(TARGETS, fitting) or next(iter(flat), None)
        if target is not None:
            return inputs, target
    fix = Help("save inputs and target with one row per example: `numpy.savez(f, x = X, y = Y)`")
    sizes = {n: " x ".join(f"{d:,}" for d in h.shape) for n, h in list(headers.items())[:TOLD]}
    notes = tuple(f"`{show(name)}` is {size}" for name, size in sizes.items())
    raise file.error(
        "E0502",
        f"{file.name} has no pair of inputs and target",
        notes=notes or ("it holds no arrays of numbers or texts",),
        helps=(fix,),
    )


def _named(names: tuple[str, ...], headers: Mapping[str, ArrayHeader]) -> str | None:
    by_name = {name.lower(): name for name in headers}
    return next((by_name[name] for name in names if name in by_name), None)


def _second(headers: Mapping[str, ArrayHeader], inputs: str, target: str) -> tuple[str, str] | None:
    """The arrays of a second set, such as `x_test` and `y_test`."""
    for part in OTHER["train"]:
        pair = _swapped(inputs, "train", part), _swapped(target, "train", part)
        first, other = pair
        if first in headers and other in headers:
            return str(first), str(other)
    return None


def _swapped(name: str, old: str, new: str) -> str | None:
    return name.replace(old, new) if old in name else None


def _pair(folder: str, path: str) -> tuple[str, str]:
    """The files of images and labels, whichever of them was given."""
    first = _idx_source(images=path).file(folder, "images")
    head = bytes(first.content()[:4])
    given = "images" if len(head) == 4 and head[3] > 1 else "labels"
    wanted = "labels" if given == "images" else "images"
    axes = {"images": "idx3", "labels": "idx1"}
    base = os.path.basename(path)
    other = base.replace(given, wanted).replace(axes[given], axes[wanted])
    beside = os.path.join(os.path.dirname(path), other).replace(os.sep, "/")
    if other == base or not os.path.isfile(os.path.join(folder, beside)):
        raise first.error(
            "E0501",
            f"the {wanted} of {first.name} are not beside it",
            notes=(f"looked for `{show(beside, 80)}`",) if other != base else (),
            helps=(Help("MNIST's names are train-images-idx3-ubyte and train-labels-idx1-ubyte"),),
        )
    return (path, beside) if given == "images" else (beside, path)


def _call(path: str, inputs: str, target: str) -> str:
    names = f"inputs = {string(inputs).span.text}, target = {string(target).span.text}"
    return f"npz({string(path).span.text}, {names})"


def _idx(images: str, labels: str) -> str:
    return f"idx(images = {string(images).span.text}, labels = {string(labels).span.text})"


def _normalize(table: Table) -> str:
    return PIXEL if table.inputs.dtype.str[1:] == "u1" else "standard"


def _shape(header: ArrayHeader) -> str:
    return " x ".join(map(str, header.shape))
