"""Tables in columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from specc.diag.diagnostic import Help, RunError
from specc.library.columns import INPUTS, TARGET, choose
from specc.library.define import arg, shared
from specc.library.extras import load_extra
from specc.library.files import UNPACKED_LIMIT, DataFile, show
from specc.library.table import DataSource, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS = 1 << 16
_LONGEST_LABEL = 256
_LARGEST_HEADER = 1 << 26


class Parquet(DataSource):
    """A table in the Parquet format, as data frames are stored.

    Every column that is neither the target nor left out by `inputs` is an input, in the order of
    the file (with `inputs`, in the order given there), and holds numbers or truth values, none of
    them missing. Labels may be numbers or text. Needs pyarrow: `pip install 'specc-dl[parquet]'`.

    Shapes      inputs (m, columns), target (m,) or, with several names, (m, k)
    Errors      E0501 no such file, E0502 no such column, E0503 a value is missing or no number,
                E0506 no examples, E0507 damaged, or a name used twice, E0515 pyarrow is not
                installed
    Source      Apache Parquet, file format
    Example

    ```dl
    data {
        source  parquet("data/houses.parquet", target = price)
    }
    ```
    """

    target_argument: ClassVar[str] = "target"
    path: str = arg("path", doc="the file")
    target: str | tuple[str, ...] | None = shared(TARGET)
    inputs: str | tuple[str, ...] | None = shared(INPUTS)

    def load(self, folder: str) -> Table:
        arrow = load_extra("pyarrow", self.word, "pyarrow", self.span())
        reader = load_extra("pyarrow.parquet", self.word, "pyarrow", self.span())
        file = self.file(folder, "path")
        with file.open() as stream, damage(file, arrow):
            content = reader.ParquetFile(
                stream,
                thrift_string_size_limit=_LARGEST_HEADER,
                thrift_container_size_limit=_LARGEST_HEADER,
            )
            schema = content.schema_arrow
            inputs, target = choose(self, list(schema.names), file, lambda header: ())
            for i in inputs:
                _check_numbers(schema.field(i), arrow, file)
            _check_size(content.metadata, len(inputs), file)
            return _Reading(arrow, content, file).table(inputs, target)


class _Reading:
    """One pass over the rows of a file."""

    def __init__(self, arrow: Any, content: Any, file: DataFile) -> None:
        self.arrow = arrow
        self.content = content
        self.file = file
        self.names: list[str] = list(content.schema_arrow.names)
        self.row = 0

    def table(self, inputs: list[int], target: list[int]) -> Table:
        import numpy as np

        total, schema = int(self.content.metadata.num_rows), self.content.schema_arrow
        kinds = [np.dtype(schema.field(i).type.to_pandas_dtype()) for i in inputs]
        kind = np.result_type(*("u1" if k.kind == "b" else k for k in kinds))
        values = np.empty((total, len(inputs)), kind)
        labels: list[list[NDArray[Any]]] = [[] for _ in target]
        wanted = [self.names[i] for i in (*inputs, *target)]
        for batch in self.content.iter_batches(batch_size=_ROWS, columns=wanted):
            if self.row + len(batch) > total:
                raise self.file.malformed(f"is damaged: it holds more than {total:_} rows")
            for at, i in enumerate(inputs):
                values[self.row : self.row + len(batch), at] = self._numbers(batch, i)
            for column, i in zip(labels, target, strict=True):
                column.append(self._labels(batch, i))
            self.row += len(batch)
        if self.row != total:
            raise self.file.malformed(f"is damaged: it holds {self.row:_} of {total:_} rows")
        goals = [np.concatenate(column) for column in labels]
        names = tuple(self.names[i] for i in inputs)
        goal = ", ".join(self.names[i] for i in target)

        def where(example: int, column: int | None) -> str:
            name = show(goal if column is None else names[column])
            return f"{self.file.name}, row {example + 1}, column `{name}`"

        if not goals:
            return Table(values, None, names, None, where)
        return Table(
            values, goals[0] if len(goals) == 1 else np.column_stack(goals), names, goal, where
        )

    def _numbers(self, batch: Any, i: int) -> NDArray[Any]:
        column = self._whole(batch, i)
        found: NDArray[Any] = column.to_numpy(zero_copy_only=False)
        return found

    def _labels(self, batch: Any, i: int) -> NDArray[Any]:
        """Numbers as they are, all else as text."""
        import numpy as np

        column, types = self._whole(batch, i), self.arrow.types
        if types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if _is_number(column.type, types):
            numbers: NDArray[Any] = column.to_numpy(zero_copy_only=False)
            return numbers.astype("u1") if numbers.dtype.kind == "b" else numbers
        if not (types.is_string(column.type) or types.is_large_string(column.type)):
            raise _no_number(self.names[i], column.type, self.file)
        texts: list[str] = column.to_pylist()
        for offset, text in enumerate(texts):
            if not text or len(text) > _LONGEST_LABEL:
                what = f"a text of {len(text):_} characters" if text else "an empty text"
                raise self.file.error(
                    "E0503",
                    f"{what} in {self.file.name} is not a target",
                    "holds an example without a target",
                    notes=(f"{self.file.name}, row {self.row + offset + 1}",),
                )
        return np.array(texts, dtype=str)

    def _whole(self, batch: Any, i: int) -> Any:
        """A column of a batch, without missing values."""
        name = self.names[i]
        column = batch.column(name)
        if column.null_count:
            first = column.is_null().to_pylist().index(True)
            raise self.file.error(
                "E0503",
                f"a missing value in {self.file.name} is not a number",
                "holds a missing value",
                notes=(f"{self.file.name}, row {self.row + first + 1}, column `{show(name)}`",),
                helps=(Help("fill the missing values, or remove those rows"),),
            )
        return column


@contextmanager
def damage(file: DataFile, arrow: Any) -> Iterator[None]:
    """All that pyarrow is known to raise on damaged files as E0507."""
    damaged = (arrow.ArrowException, OSError, ValueError, LookupError, TypeError, OverflowError)
    try:
        yield
    except MemoryError:
        raise file.malformed("does not fit in memory") from None
    except damaged as problem:
        detail = show(str(problem), 120) or type(problem).__name__
        raise file.malformed("is not a readable Parquet file", detail) from None


def _is_number(kind: Any, types: Any) -> bool:
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _check_numbers(field: Any, arrow: Any, file: DataFile) -> None:
    if not _is_number(field.type, arrow.types):
        raise _no_number(field.name, field.type, file)


def _no_number(name: str, kind: Any, file: DataFile) -> RunError:
    return file.error(
        "E0503",
        f"column `{show(name)}` of {file.name} holds `{show(str(kind))}`, not numbers",
        "holds a column that is not numbers",
        helps=(Help("code the column as numbers, or name others with `inputs`"),),
    )


def _check_size(metadata: Any, columns: int, file: DataFile) -> None:
    """What the header promises, before anything of that size is allocated."""
    if metadata.num_rows < 1:
        raise file.error("E0506", f"{file.name} holds no rows", "holds no examples")
    groups = (metadata.row_group(g).total_byte_size for g in range(metadata.num_row_groups))
    promised = max(metadata.num_rows * columns * 8, *groups, 0)
    if promised > UNPACKED_LIMIT:
        raise file.malformed(f"unpacks to {promised:_} bytes, more than {UNPACKED_LIMIT:_}")
