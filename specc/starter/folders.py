"""Data that other libraries read: tables in columns, and folders of pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specc.diag.diagnostic import Help
from specc.expand.literals import string
from specc.library.extras import load_extra
from specc.library.files import listing
from specc.library.sources.images import Images
from specc.library.sources.parquet import Parquet, damage
from specc.starter.arrays import PIXEL
from specc.starter.columns import LOOKED_AT, Column, check_header, guess_columns
from specc.starter.guess import Guess, from_table


def guess_parquet(folder: str, path: str) -> Guess:
    """Make something of a Parquet file.

    Raises:
        RunError: E0501 to E0507, the file cannot be read or holds nothing to learn; E0515 there is
            nothing to read it with.
    """
    made: Any = Parquet
    file = made(word="parquet", path=path).file(folder, "path")
    arrow = load_extra("pyarrow", "parquet", "pyarrow", None)
    reader = load_extra("pyarrow.parquet", "parquet", "pyarrow", None)
    with file.open() as stream, damage(file, arrow):
        content = reader.ParquetFile(stream)
        names = list(content.schema_arrow.names)
        check_header(file, names)
        columns = [Column(name) for name in names]
        lines = int(content.metadata.num_rows)
        for batch in content.iter_batches(batch_size=LOOKED_AT):
            for column, values in zip(columns, batch.columns, strict=True):
                for value in values.to_pylist():
                    column.see("" if value is None else str(value))
            break
    return guess_columns(
        file,
        columns,
        lines,
        lambda **chosen: made(word="parquet", path=path, **chosen).load(folder),
        lambda options: f"source parquet({string(path).span.text}{options})",
    )


def guess_images(folder: str, path: str) -> Guess:
    """Make something of a folder with a folder of pictures per class.

    Raises:
        RunError: E0501 to E0508, there are no such pictures, or they differ; E0515 there is nothing
            to read them with.
    """
    made: Any = Images
    source = made(word="images", folder=path)
    table = source.load(folder)
    height, width, channels = table.shape
    kind = "grey" if channels == 1 else "coloured"
    classes = list(dict.fromkeys(table.target.tolist()))
    if len(classes) < 2:
        fix = Help("put the pictures of each class into a folder of its own in it")
        top = source.file(folder, "folder")
        raise top.error(
            "E0504",
            f"{top.name} has 1 class, and 2 or more can be told apart",
            notes=(f"its folders are {listing(classes)}",),
            helps=(fix,),
        )
    notes = (
        f"examples  {table.examples:,}",
        f"inputs    {height} x {width} {kind} pixels, divided by 255",
        "target    the folder of a picture",
    )
    guess = from_table(table, (f"source images({string(path).span.text})",), notes)
    return replace(guess, normalize=PIXEL)
