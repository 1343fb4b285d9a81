"""`parquet`: tables as data frames are stored, and damaged ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import Diagnostic, RunError
from specc.library.sources import parquet
from specc.library.sources.parquet import Parquet
from specc.library.table import Table


def write(folder: Path, columns: dict[str, Any], **options: Any) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    pyarrow.parquet.write_table(arrow.table(columns), folder / "t.parquet", **options)


def load(folder: Path, **arguments: Any) -> Table:
    return Parquet(path="t.parquet", **arguments).load(str(folder))


def failure(folder: Path, **arguments: Any) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        load(folder, **arguments)
    return caught.value.diagnostic


COLUMNS = {
    "a": np.array([0.5, 1.5, -2.0], "f4"),
    "b": np.array([True, False, True]),
    "c": np.array([7, 8, 9], "i8"),
    "y": ["cat", "dog", "cat"],
}


@pytest.mark.proves("sources.parquet")
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_a_table(tmp_path: Path, compression: str) -> None:
    write(tmp_path, COLUMNS, compression=compression, row_group_size=2)
    table = load(tmp_path, target="y")
    assert table.inputs.tolist() == [[0.5, 1, 7], [1.5, 0, 8], [-2, 1, 9]]
    assert table.target is not None
    assert table.target.tolist() == ["cat", "dog", "cat"]
    assert table.columns == ("a", "b", "c")
    assert table.where(1, 2) == "`t.parquet`, row 2, column `c`"
    assert table.where(1, None) == "`t.parquet`, row 2, column `y`"


def test_chosen_columns_keep_their_kind(tmp_path: Path) -> None:
    write(tmp_path, {"p": np.array([1, 255], "u1"), "q": np.array([0, 3], "u1"), "y": [1, 0]})
    table = load(tmp_path, target="y", inputs=("q", "p"))
    assert table.inputs.dtype == np.uint8
    assert table.inputs.tolist() == [[0, 1], [3, 255]]
    assert table.columns == ("q", "p")


def test_several_targets_and_none(tmp_path: Path) -> None:
    write(tmp_path, {"x": [1.0, 2.0], "y": [3.0, 4.0], "z": [5, 6]})
    table = load(tmp_path, target=("z", "y"))
    assert table.target is not None
    assert table.target.tolist() == [[5, 3], [6, 4]]
    assert table.target_name == "z, y"
    assert load(tmp_path).target is None
    assert load(tmp_path).features == 3


def test_categories_are_labels(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    write(tmp_path, {"x": [1, 2], "y": arrow.array(["a", "b"]).dictionary_encode()})
    table = load(tmp_path, target="y")
    assert table.target is not None
    assert table.target.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("columns", "target", "code", "said"),
    [
        ({"x": [1, None], "y": [0, 1]}, "y", "E0503", "a missing value"),
        ({"x": [1, 2], "y": [0, None]}, "y", "E0503", "a missing value"),
        ({"x": [1, 2], "y": ["a", ""]}, "y", "E0503", "an empty text"),
        ({"x": [1, 2], "y": ["a", "b" * 300]}, "y", "E0503", "300 characters"),
        ({"x": ["u", "v"], "y": [0, 1]}, "y", "E0503", "holds `string`, not numbers"),
        ({"x": [[1], [2]], "y": [0, 1]}, "y", "E0503", "not numbers"),
        ({"x": [1, 2], "y": [0, 1]}, "why", "E0502", "has no column `why`"),
        ({"y": [0, 1]}, "y", "E0502", "no column beside the target"),
        ({"x": [], "y": []}, "y", "E0503", "`null`"),
    ],
)
def test_tables_that_are_no_data(
    tmp_path: Path, columns: dict[str, Any], target: str, code: str, said: str
) -> None:
    write(tmp_path, columns)
    found = failure(tmp_path, target=target)
    assert found.code == code
    assert said in found.message


def test_a_table_without_rows(tmp_path: Path) -> None:
    write(tmp_path, {"x": np.empty(0), "y": np.empty(0)})
    assert failure(tmp_path, target="y").code == "E0506"


def test_the_row_of_a_missing_value(tmp_path: Path) -> None:
    write(tmp_path, {"x": [1.0] * 70_000 + [None], "y": [0] * 70_001})
    assert failure(tmp_path, target="y").notes == ("`t.parquet`, row 70001, column `x`",)


def test_what_a_header_promises_is_looked_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A million equal numbers take a few bytes in the file.
    write(tmp_path, {"x": np.zeros(1_000_000), "y": np.zeros(1_000_000)})
    assert (tmp_path / "t.parquet").stat().st_size < 20_000
    monkeypatch.setattr(parquet, "UNPACKED_LIMIT", 1_000_000)
    found = failure(tmp_path, target="y")
    assert found.code == "E0507"
    assert "unpacks to 8_000_000 bytes" in found.message


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    kept=st.floats(0.3, 1),
)
def test_only_run_errors_come_out(
    tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    path = tmp_path / "t.parquet"
    write(tmp_path, COLUMNS)
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[int(place * (len(content) - 1))] = byte
    path.write_bytes(content[: max(1, int(kept * len(content)))] if kept < 0.9 else content)
    try:
        said = load(tmp_path, target="y").examples
    except RunError as problem:
        said = problem.diagnostic.code
    assert said in (3, "E0502", "E0503", "E0506", "E0507")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found = failure(tmp_path)
    assert found.code == "E0515"
    assert found.message == "`parquet` needs pyarrow, which is not installed"
    assert found.helps[0].text == "install it: `pip install 'specc-dl[parquet]'`"
