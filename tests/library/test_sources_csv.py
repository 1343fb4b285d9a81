"""`csv`: what it reads, exactly, and how it says what is wrong and where."""

from __future__ import annotations

import csv as csv_module
import gzip
import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.source import Source, Span
from specc.library import delimited, files
from specc.library.sources.csv import Csv
from specc.library.table import Table

MODELS = Path(__file__).parents[2] / "models"


def load(folder: Path, text: str | bytes, name: str = "t.csv", **arguments: object) -> Table:
    content = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(content)
    return Csv(path=name, **{"target": "y", **arguments}).load(str(folder))


def failure(folder: Path, text: str | bytes, **arguments: object) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        load(folder, text, **arguments)
    return caught.value.diagnostic


def spans(text: str, **arguments: str) -> dict[str, Span]:
    """Where arguments stand in a line of a spec."""
    source = Source("t.dl", text)
    places = {name: text.index(part) for name, part in arguments.items()}
    return {name: Span(source, at, at + len(arguments[name])) for name, at in places.items()}


def test_the_digits_that_come_along() -> None:
    table = Csv(path="data/digits.csv.gz", target="label").load(str(MODELS))
    assert table.inputs.shape == (1797, 64)
    assert table.inputs.min() == 0
    assert table.inputs.max() == 16
    assert table.columns[:2] == ("pixel_0_0", "pixel_0_1")
    assert table.target_name == "label"
    assert np.bincount(table.target.astype(int)).tolist() == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
    ]  # fmt: skip
    assert table.where(0, 1) == "`data/digits.csv.gz`, line 2, column `pixel_0_1`"
    assert table.where(1796, None) == "`data/digits.csv.gz`, line 1798, column `label`"


def test_the_digits_are_those_of_scikit_learn() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    table = Csv(path="data/digits.csv.gz", target="label").load(str(MODELS))
    digits = datasets.load_digits()
    assert np.array_equal(table.inputs, digits.data)
    assert np.array_equal(table.target, digits.target)


def test_the_readme_tells_the_checksum_of_the_digits() -> None:
    from hashlib import sha256

    content = (MODELS / "data" / "digits.csv.gz").read_bytes()
    readme = (MODELS / "data" / "README.md").read_text()
    assert sha256(content).hexdigest() in readme
    assert sha256(gzip.decompress(content)).hexdigest() in readme


@pytest.mark.parametrize(
    "text",
    [
        "a,b,y\n1,2,0\n3,4,1\n",
        "a,b,y\n1,2,0\n3,4,1",
        "a,b,y\r\n1,2,0\r\n3,4,1\r\n",
        "a,b,y\r1,2,0\r3,4,1\r",
        "\ufeffa,b,y\n1,2,0\n3,4,1\n",
        '"a","b","y"\n1,2,0\n3,4,1\n',
        'a,b,y\n"1","2","0"\n"3","4","1"\n',
        " a , b , y \n 1 , 2 , 0 \n 3 , 4 , 1 \n",
        "\n\na,b,y\n1,2,0\n\n3,4,1\n\n",
        "b,y,a\n2,0,1\n4,1,3\n",
        "a,b,y\n1,2,0\n   \n3,4,1\n",
    ],
)
def test_forms_of_the_same_table(tmp_path: Path, text: str) -> None:
    table = load(tmp_path, text, inputs=("a", "b"))
    assert table.inputs.tolist() == [[1, 2], [3, 4]]
    assert table.target.tolist() == [0, 1]
    assert table.columns == ("a", "b")


@pytest.mark.parametrize("separator", [",", ";", "\t", "tab", "|", " "])
def test_separators_and_gzip(tmp_path: Path, separator: str) -> None:
    text = "a,b,y\n1.5,-2e3,0\n.25,4,1\n".replace(",", separator.replace("tab", "\t"))
    table = load(tmp_path, gzip.compress(text.encode()), separator=separator)
    assert table.inputs.tolist() == [[1.5, -2000], [0.25, 4]]


def test_labels_may_be_words_or_long_numbers(tmp_path: Path) -> None:
    words = load(tmp_path, "a,y\n1, red \n2,blue\n")
    assert words.target.tolist() == ["red", "blue"]
    mixed = load(tmp_path, "a,y\n1,1\n2,x\n")
    assert mixed.target.tolist() == ["1", "x"]
    # As floats these two are one number.
    long = load(tmp_path, "a,y\n1,9007199254740993\n2,9007199254740992\n")
    assert long.target.tolist() == ["9007199254740993", "9007199254740992"]


def test_several_targets_and_none(tmp_path: Path) -> None:
    text = "a,y,z\n1,2,3\n4,5,6\n"
    both = load(tmp_path, text, target=("z", "y"))
    assert both.target.tolist() == [[3, 2], [6, 5]]
    assert both.target_name == "z, y"
    none = load(tmp_path, text, target=None)
    assert none.target is None
    assert none.target_name is None
    assert none.inputs.shape == (2, 3)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    fast = load(tmp_path, "\na,y\n\n1,0\n\n\n2,1\n")
    assert [fast.where(i, 0) for i in (0, 1)] == [
        "`t.csv`, line 4, column `a`",
        "`t.csv`, line 7, column `a`",
    ]
    slow = load(tmp_path, 'a,y\n1,"two\nlines"\n\n2,x\n')
    assert slow.target.tolist() == ["two\nlines", "x"]
    assert slow.where(1, None) == "`t.csv`, line 5, column `y`"


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3),
        min_size=1,
        max_size=20,
    ),
    quoted=st.booleans(),
)
def test_numbers_are_read_to_the_last_bit_on_both_ways(
    rows: list[list[float]], quoted: bool
) -> None:
    quote = csv_module.QUOTE_ALL if quoted else csv_module.QUOTE_MINIMAL
    stream = io.StringIO()
    writer = csv_module.writer(stream, quoting=quote)
    writer.writerow("abc")
    writer.writerows([map(repr, row) for row in rows])
    layout = delimited.Layout(files.DataFile("t", "t", None), ["a", "b", "c"], [0, 1, 2], [])
    body = stream.getvalue().split("\r\n", 1)[1]
    expected = np.array(rows)
    reader = csv_module.reader(io.StringIO(body, newline=""), strict=True)
    slow = delimited.read_cells(layout, reader)
    assert slow.inputs.tobytes() == expected.tobytes()
    fast = delimited.read_numbers(layout, body, 1, ",")
    assert (fast is None) == quoted
    if fast is not None:
        assert fast.inputs.tobytes() == expected.tobytes()


def test_a_missing_file_names_the_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "digits.csv.gz").write_bytes(b"")
    spec = 'source csv("digits.csv", target = "y")'
    source = Csv(path="digits.csv", target="y", spans=spans(spec, path='"digits.csv"'))
    with pytest.raises(RunError) as caught:
        source.load(str(tmp_path))
    found = caught.value.diagnostic
    assert found.code == "E0501"
    assert found.message == "`digits.csv` does not exist"
    assert found.primary is not None
    assert found.primary.span.text == '"digits.csv"'
    assert found.helps[0].text == "there is a file `digits.csv.gz`"
    assert found.helps[0].edits[0].text == '"digits.csv.gz"'


@pytest.mark.parametrize("path", ["no.csv", "no/folder.csv", "t.csv/in.csv", "a\0b", "\udcff"])
def test_paths_that_lead_nowhere(tmp_path: Path, path: str) -> None:
    (tmp_path / "t.csv").write_bytes(b"a,y\n1,2\n")
    with pytest.raises(RunError) as caught:
        Csv(path=path, target="y").load(str(tmp_path))
    assert caught.value.diagnostic.code == "E0501"
    assert caught.value.diagnostic.message.isprintable()


def test_paths_may_be_absolute_or_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,y\n1,2\n")
    (tmp_path / "specs").mkdir()
    for path in ("../t.csv", str(tmp_path / "t.csv")):
        table = Csv(path=path, target="y").load(str(tmp_path / "specs"))
        assert table.inputs.tolist() == [[1]]


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    paths = ["folder", "/dev/zero"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        paths.append("pipe")
    for path in paths:
        with pytest.raises(RunError) as caught:
            Csv(path=path, target="y").load(str(tmp_path))
        assert caught.value.diagnostic.code in ("E0507", "E0501")
        assert "not a file" in caught.value.diagnostic.message or path == "/dev/zero"


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UNPACKED_LIMIT", 1_000_000)
    found = failure(tmp_path, gzip.compress(b"0" * 5_000_000))
    assert found.code == "E0507"
    assert found.message == "`t.csv` unpacks to more than 1_000_000 bytes"


def test_damaged_gzip(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,y\n1,2\n" * 1000)
    broken = packed[:20] + bytes([packed[20] ^ 255]) + packed[21:]
    for content in (packed[:-9], broken, packed + b"x"):
        found = failure(tmp_path, content)
        assert found.code == "E0507"
        assert found.message == "`t.csv` holds damaged gzip data"


def test_an_unknown_column_is_told_with_the_near_one(tmp_path: Path) -> None:
    spec = 'source csv("t.csv", target = lable)'
    found = failure(
        tmp_path, "a,b,label\n1,2,3\n", target="lable", spans=spans(spec, target="lable")
    )
    assert found.code == "E0502"
    assert found.message == "`t.csv` has no column `lable`"
    assert found.notes == ("its 3 columns are `a`, `b`, `label`",)
    assert found.helps[0].edits[0].text == "label"


def test_the_cause_of_an_unknown_column(tmp_path: Path) -> None:
    other = failure(tmp_path, "a;b;y\n1;2;3\n", target="price")
    assert 'separator = ";"' in other.helps[0].text
    headless = failure(tmp_path, "1,2,3\n4,5,6\n", target="price")
    assert headless.helps[0].text == "put the names of the columns into line 1 of the file"
    assert failure(tmp_path, "a,y,y\n1,2,3\n").code == "E0502"
    assert failure(tmp_path, "a,y\n1,2\n", inputs=("a", "a")).code == "E0502"
    assert failure(tmp_path, "a,y\n1,2\n", inputs=("a", "y")).code == "E0502"
    assert failure(tmp_path, "y\n1\n").code == "E0502"
    assert failure(tmp_path, "a,y\n1,2\n", separator="").code == "E0502"
    assert failure(tmp_path, "a,y\n1,2\n", separator='"').code == "E0502"


@pytest.mark.parametrize(
    ("cell", "headline", "fix"),
    [
        ("abc", "`abc` in `t.csv` is not a number", "code the column as numbers"),
        ("", "an empty cell in `t.csv` is not a number", "fill the cell"),
        ("  ", "an empty cell in `t.csv` is not a number", "fill the cell"),
        ('"1,5"', "`1,5` in `t.csv` is not a number", "write decimals with a point"),
        ("1_000", "`1_000` in `t.csv` is not a number", "code the column"),
        ("\x1b[31mred", "`\\x1b[31mred` in `t.csv` is not a number", "code the column"),
        ("x" * 100, f"`{'x' * 40}...` in `t.csv` is not a number", "code the column"),
    ],
)
def test_a_cell_that_is_no_number(tmp_path: Path, cell: str, headline: str, fix: str) -> None:
    found = failure(tmp_path, f"a,b,y\n1,2,0\n3,4,1\n5,{cell},1\n")
    assert found.code == "E0503"
    assert found.message == headline
    assert found.notes == ("`t.csv`, line 4, column `b`",)
    assert found.helps[0].text.startswith(fix)


def test_a_target_that_is_missing(tmp_path: Path) -> None:
    found = failure(tmp_path, "a,y\n1,x\n2,\n")
    assert found.code == "E0503"
    assert found.message == "an empty cell in `t.csv` is not a target"
    assert found.notes == ("`t.csv`, line 3, column `y`",)
    assert failure(tmp_path, f"a,y\n1,{'x' * 300}\n").code == "E0503"


@pytest.mark.parametrize("text", ["", "\n\n", " \n", "a,y\n", "a,y\n\n\n", "\ufeff", "a,y"])
def test_files_without_examples(tmp_path: Path, text: str) -> None:
    assert failure(tmp_path, text).code == "E0506"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,y\n1,2,0\n3,1\n", "`t.csv` has 2 cells in line 3, and 3 in its header"),
        ("a,b,y\n1,2,0,9\n", "`t.csv` has 4 cells in line 2, and 3 in its header"),
        ("a,b,y\n1,2,0,9\n3,4,1,9\n", "`t.csv` has 4 cells in line 2, and 3 in its header"),
        ('a,y\n1,"2\n', "`t.csv` is not well-formed"),
        ('a,y\n"1"x,2\n', "`t.csv` is not well-formed"),
        (b"a,y\n1,\xff\n", "`t.csv` is not text in UTF-8"),
        ("a,a,y\n1,2,3\n", "`t.csv` has two columns `a`"),
        (",a,y\n1,2,3\n", "`t.csv` has no name for column 1"),
        ("a,y\n" + "1" * 200_000 + "x,2\n", "`t.csv` is not well-formed"),
    ],
)
def test_malformed_files(tmp_path: Path, text: str | bytes, said: str) -> None:
    found = failure(tmp_path, text)
    assert found.code == "E0507"
    assert found.message == said


def test_a_header_of_numbers_is_taken_for_data_unless_it_is_named(tmp_path: Path) -> None:
    text = "0,1,2\n5,6,7\n"
    assert failure(tmp_path, text, target=None).code == "E0507"
    assert load(tmp_path, text, target="2").inputs.tolist() == [[5, 6]]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "t.csv").write_bytes(b"a,y\n1,2\n")
    monkeypatch.setattr(files.os, "stat", refuse)
    with pytest.raises(RunError, match="cannot be opened: Permission denied"):
        Csv(path="t.csv", target="y").load(str(tmp_path))


def test_lines_of_empty_quotes_are_blank(tmp_path: Path) -> None:
    assert failure(tmp_path, 'a,y\n""\n').code == "E0506"


def test_a_wide_header_costs_little(tmp_path: Path) -> None:
    names = ",".join(f"c{i}" for i in range(100_000))
    assert failure(tmp_path, f"{names}\n", target="z").code == "E0502"
    assert failure(tmp_path, f"{names},y\n1,2\n").code == "E0507"
