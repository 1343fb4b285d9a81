"""`specc new`: what it writes compiles, trains at once, and says what was guessed."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_samples import Run

Row = Sequence[object]
KINDS = ("setosa", "versicolor", "virginica")


def write_csv(path: Path, header: Row, rows: Sequence[Row], separator: str = ",") -> None:
    lines = [separator.join(map(str, row)) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_idx(path: Path, values: Any) -> None:
    array = np.asarray(values, np.uint8)
    sizes = b"".join(int(d).to_bytes(4, "big") for d in array.shape)
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def flowers(count: int = 150) -> list[Row]:
    draw = random.Random(1)
    return [(i, draw.random() + i % 3, draw.random(), KINDS[i % 3], f"t{i}") for i in range(count)]


def made(specc: Run, folder: Path, data: str) -> str:
    """The spec for a data file, after it has passed all that it must pass."""
    done = specc("new", "model", "--data", data)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("model.dl written\n")
    assert specc("check", "--data", "model.dl").status == 0
    assert specc("fmt", "--check", "model.dl").status == 0
    trained = specc("train", "model.dl", "--set", "train.run=3 epochs", "--out", "run", "--json")
    assert trained.status == 0
    assert json.loads(trained.out)["status"] == "finished"
    return (folder / "model.dl").read_text(encoding="utf-8")


def test_the_starter_trains_to_what_it_expects(specc: Run, tmp_path: Path) -> None:
    done = specc("new", "first")
    assert (done.status, done.err) == (0, "")
    assert done.out == ("first.dl written\nlook at it, then train it: specc watch first.dl\n")
    check = specc("check", "first.dl", "--strict")
    assert (check.status, check.err) == (0, "")
    assert specc("fmt", "--check", "first.dl").status == 0
    trained = specc("train", "first.dl", "--out", "run")
    assert trained.status == 0
    assert "expect dev.accuracy >= 90%: holds" in trained.out


def test_the_starter_is_pinned(specc: Run, tmp_path: Path, golden: Any) -> None:
    (tmp_path / "sub").mkdir()
    assert specc("new", "sub/first.dl").status == 0
    golden("new/first.dl", (tmp_path / "sub" / "first.dl").read_text())


def test_every_command_of_the_comments_exists(specc: Run, tmp_path: Path) -> None:
    specc("new", "a model")
    text = (tmp_path / "a model.dl").read_text()
    assert "specc check 'a model.dl'" in text
    for command in re.findall(r"#   specc (\w+)", text):
        assert specc(command, "--help").status == 0


def test_nothing_is_overwritten(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.dl").write_text("precious")
    for name in ("mine", "mine.dl"):
        done = specc("new", name)
        assert (done.status, done.out) == (2, "")
        assert done.err == (
            "error: there is a `mine.dl` already, and it stays as it is\n"
            "help: choose another name\n"
        )
    assert (tmp_path / "mine.dl").read_text() == "precious"
    (tmp_path / "gone.dl").symlink_to("nowhere")
    assert specc("new", "gone").status == 2
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "error: "),
        (("",), "error: "),
        ((".dl",), "help: for example `specc new digits`"),
        (("no/where",), "error: there is no folder `no`"),
        (("a\x1b[2J",), "help: take letters and digits"),
        (("x", "--data", "missing.csv"), "error[E0501]: `missing.csv` does not exist"),
        (("x", "--data", "numbers.csv"), "error[E0507]: `numbers.csv` has no header"),
        (("x", "--data", "one.npy"), "help: save inputs and target in one file"),
        (("x", "--data", "broken.npz"), "error[E0507]: `broken.npz` is not a readable `.npz` file"),
    ],
)
def test_bad_input(specc: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "numbers.csv").write_text("1,2,3\n4,5,6\n")
    np.save(tmp_path / "one.npy", np.zeros((4, 2)))
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 and nothing else")
    done = specc("new", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "\x1b" not in done.err
    assert not list(tmp_path.glob("*.dl"))


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x,y\n", "E0506", "has a header but no examples"),
        ("name,city\na,b\nc,d\ne,f\ng,h\n", "E0502", "has no column to predict"),
        ("name,y\na,1\nb,2\nc,1\n", "E0502", "has no column of numbers to learn from"),
        ("", "E0506", "is empty"),
        ("x,x,y\n1,2,1\n2,3,0\n", "E0507", "two columns"),
        ("x,y\n1,2\n3\n5,6\n", "E0507", "1 cell in line 3"),
        ("# from a tool\nx,y\n1,2\n", "E0507", "2 cells in line 2, and 1 in its header"),
        ("x;y\n1,5;1\n2,5;2\n", "E0502", "`x`: numbers with a comma, such as `1,5`"),
        ("x;y\n1,5;1\n2,5;2\n", "E0502", "write decimals with a point"),
        ("x y\n1 2\n3 4\n", "E0502", "cells are told apart by a comma"),
    ],
)
def test_data_that_nothing_can_be_made_of(
    specc: Run, tmp_path: Path, text: str, code: str, said: str
) -> None:
    (tmp_path / "data.csv").write_text(text)
    done = specc("new", "x", "--data", "data.csv")
    assert done.status in (1, 2)
    assert f"error[{code}]" in done.err
    assert said in done.err
    assert "-->" not in done.err  # it points into no file that is not there
    assert not (tmp_path / "x.dl").exists()


# Columns


def test_classes_by_name(specc: Run, tmp_path: Path) -> None:
    write_csv(tmp_path / "iris.csv", ("id", "length", "width", "species", "town"), flowers())
    text = made(specc, tmp_path, "iris.csv")
    assert "#   target    column `species`, by its name\n" in text
    assert "#             left out: id (counts the lines), town (text)\n" in text
    assert "3 classes (setosa: 50, versicolor: 50, virginica: 50)" in text
    assert 'csv("iris.csv", target = "species", inputs = ("length", "width"))' in text
    assert re.search(r"input +2 ", text)
    assert "dense  3, softmax" in text
    assert "loss       cross_entropy" in text
    assert "stratify = true" in text


def test_two_values_in_the_last_column(specc: Run, tmp_path: Path) -> None:
    rows = [(i, i * 7 % 5, ("yes", "no")[i % 2]) for i in range(40)]
    write_csv(tmp_path / "answers.csv", ("a", "b", "answer"), rows, ";")
    text = made(specc, tmp_path, "answers.csv")
    assert "column `answer`, the last column that can be" in text
    assert 'target = "answer", separator = ";")' in text
    assert "one of two values (no: 20, yes: 20), so `binary_cross_entropy`" in text
    assert "dense  1, sigmoid" in text


def test_a_number(specc: Run, tmp_path: Path) -> None:
    rows = [(i % 5, 100 + i, 100_000 + i * 500.5) for i in range(300)]
    write_csv(tmp_path / "houses.csv", ("rooms", "area", "price"), rows)
    text = made(specc, tmp_path, "houses.csv")
    assert "#   task      a number from 100000 to 249650, so `mse`\n" in text
    assert "divided by 100_000 in the file" in text
    assert re.search(r"dense  1  #", text)
    assert "loss       mse" in text


@pytest.mark.parametrize(
    ("labels", "outputs"),
    [((0, 1, 2), 3), ((1, 2, 3), 3), ((0, 5, 9), 10), ((-1, 0, 1), 3), ((10, 20, 30), 3)],
)
def test_numbers_of_classes(
    specc: Run, tmp_path: Path, labels: tuple[int, ...], outputs: int
) -> None:
    rows = [(i, i * 7 % 5, labels[i % len(labels)]) for i in range(60)]
    write_csv(tmp_path / "data.csv", ("a", "b", "label"), rows)
    assert f"dense  {outputs}, softmax" in made(specc, tmp_path, "data.csv")


def test_many_whole_numbers_are_an_amount(specc: Run, tmp_path: Path) -> None:
    write_csv(tmp_path / "data.csv", ("a", "y"), [(i, i * 37 % 50) for i in range(200)])
    assert "loss       mse" in made(specc, tmp_path, "data.csv")


def test_columns_with_gaps_are_left_out(specc: Run, tmp_path: Path) -> None:
    rows = [(i, "" if i == 3 else i, "nan" if i == 4 else i, i % 2) for i in range(50)]
    write_csv(tmp_path / "data.csv", ("a", "b", "c", "y"), rows)
    text = made(specc, tmp_path, "data.csv")
    assert "left out: b (empty cells), c (empty cells)" in text
    assert 'inputs = "a"' in text


@pytest.mark.parametrize("examples", [3, 6, 30, 300, 1500])
def test_few_and_many_examples(specc: Run, tmp_path: Path, examples: int) -> None:
    write_csv(tmp_path / "data.csv", ("a", "y"), [(i, i % 7 + 0.5 * i) for i in range(examples)])
    text = made(specc, tmp_path, "data.csv")
    assert ("split" in text) == (examples >= 5)
    assert ("test = 10%" in text) == (examples >= 1000)
    assert (re.search(r"batch +full", text) is not None) == (examples < 40)


def test_names_that_need_quotes(specc: Run, tmp_path: Path) -> None:
    folder = tmp_path / 'a "b" \\c'
    folder.mkdir()
    rows = [(i, i * 7 % 5, i % 2) for i in range(50)]
    write_csv(folder / "d.csv", ('"a ""q"""', "b\\c", "class of, all".replace(",", "")), rows)
    text = made(specc, tmp_path, os.path.join('a "b" \\c', "d.csv"))
    assert r'csv("a \"b\" \\c/d.csv", target = "class of all")' in text


def test_the_path_is_seen_from_the_spec(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "specs").mkdir()
    with gzip.open(tmp_path / "data" / "d.csv.gz", "wt") as file:
        file.write("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(30)))
    done = specc("new", "specs/model", "--data", "data/d.csv.gz")
    assert done.status == 0
    assert 'csv("../data/d.csv.gz"' in (tmp_path / "specs" / "model.dl").read_text()
    assert specc("check", "--data", "specs/model.dl").status == 0


# Arrays


def test_arrays_in_two_parts(specc: Run, tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    pixels = draw.integers(0, 256, (200, 4, 4), dtype=np.uint8)
    numbers = np.arange(200) % 10
    np.savez(
        tmp_path / "signs.npz",
        x_train=pixels,
        y_train=numbers,
        x_test=pixels[:50],
        y_test=numbers[:50],
    )
    text = made(specc, tmp_path, "signs.npz")
    assert 'train      npz("signs.npz", inputs = "x_train", target = "y_train")' in text
    assert 'dev        npz("signs.npz", inputs = "x_test", target = "y_test")' in text
    assert "normalize  scale(1 / 255)" in text
    assert re.search(r"input +16 ", text)
    assert "dense  10, softmax" in text


def test_arrays_of_several_numbers_to_predict(specc: Run, tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    np.savez(tmp_path / "d.npz", A=draw.normal(size=(100, 4)), T=draw.normal(size=(100, 2)))
    text = made(specc, tmp_path, "d.npz")
    assert 'npz("d.npz", inputs = "A", target = "T")' in text
    assert "dense  2  # the 2 numbers to predict" in text


def test_arrays_that_do_not_fit(specc: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.zeros((10, 4)), y=np.zeros(7))
    done = specc("new", "x", "--data", "d.npz")
    assert done.status == 1
    assert "error[E0502]: `d.npz` has no pair of inputs and target" in done.err


@pytest.mark.parametrize("given", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_images_find_their_labels(specc: Run, tmp_path: Path, given: str) -> None:
    draw = np.random.default_rng(1)
    for part, count in (("train", 100), ("t10k", 40)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte", draw.integers(0, 256, (count, 5, 5)))
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte", np.arange(count) % 10)
    text = made(specc, tmp_path, given)
    assert re.search(r"train +idx\(images = \"train-images-idx3-ubyte\",", text)
    assert re.search(r"dev +idx\(images = \"t10k-images-idx3-ubyte\",", text)
    assert re.search(r"input +25 ", text)


def test_images_without_labels(specc: Run, tmp_path: Path) -> None:
    write_idx(tmp_path / "faces-images-idx3-ubyte", np.zeros((10, 5, 5)))
    done = specc("new", "x", "--data", "faces-images-idx3-ubyte")
    assert done.status == 2
    assert "error[E0501]: the labels of `faces-images-idx3-ubyte` are not beside it" in done.err
    assert "looked for `faces-labels-idx1-ubyte`" in done.err


def test_a_folder_is_one_of_pictures(specc: Run, tmp_path: Path) -> None:
    Image = pytest.importorskip("PIL.Image")
    draw = np.random.default_rng(3)
    done = specc("new", "x", "--data", ".")
    assert done.status == 1
    assert "error[E0506]: `.` holds no folders" in done.err
    for name in ("ants", "bees"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for i in range(12):
            pixels = draw.integers(0, 256, (4, 6, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{i}.png")
        if name == "ants":
            done = specc("new", "x", "--data", "pictures")
            assert done.status == 1
            assert "error[E0504]: `pictures` has 1 class" in done.err
    text = made(specc, tmp_path, "pictures")
    assert re.search(r"source +images\(\"pictures\"\)", text)
    assert re.search(r"normalize +scale\(1 / 255\)", text)
    assert re.search(r"input +72 ", text)
    assert "4 x 6 coloured pixels" in text


def test_parquet(specc: Run, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    rows = flowers()
    columns: dict[str, Any] = {
        name: [row[i] for row in rows]
        for i, name in enumerate(("id", "length", "width", "species", "note"))
    }
    columns["gap"] = [None if i == 7 else 1.0 for i in range(len(rows))]
    pyarrow.parquet.write_table(arrow.table(columns), tmp_path / "flowers.parquet")
    text = made(specc, tmp_path, "flowers.parquet")
    assert re.search(r'source +parquet\("flowers.parquet", target = "species"', text)
    assert re.search(r"inputs = \(\"?length\"?,\s+\"?width\"?\)", text)
    assert "left out: id (counts the lines), note (text), gap (empty cells)" in text
    assert "dense  3, softmax" in text


def test_a_file_that_is_not_utf8_is_said(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes("x,y\n1,0\n2,1\n".encode("utf-16"))
    done = specc("new", "x", "--data", "data.csv")
    assert "error[E0507]: `data.csv` is not text in UTF-8" in done.err


@pytest.mark.parametrize(
    ("label", "why"),
    [("", "it has empty cells"), ("inf", "it has infinite cells")],
)
def test_a_target_that_cannot_be_is_said(specc: Run, tmp_path: Path, label: str, why: str) -> None:
    rows = [(i % 7, i % 5, label if i == 9 else i % 2) for i in range(60)]
    write_csv(tmp_path / "data.csv", ("a", "b", "label"), rows)
    text = made(specc, tmp_path, "data.csv")
    assert f"column `b`, the last column that can be\n#             not `label`: {why}" in text


def test_many_classes_need_a_name_that_says_so(specc: Run, tmp_path: Path) -> None:
    rows = [(i % 7, i % 5, f"c{i % 150}") for i in range(600)]
    write_csv(tmp_path / "data.csv", ("a", "b", "label"), rows)
    assert "dense  150, softmax" in made(specc, tmp_path, "data.csv")
    (tmp_path / "model.dl").unlink()
    (tmp_path / "run").rename(tmp_path / "before")
    write_csv(tmp_path / "data.csv", ("a", "b", "street"), rows)
    assert "left out: street (text)" in made(specc, tmp_path, "data.csv")


def test_tabs_are_a_word(specc: Run, tmp_path: Path) -> None:
    write_csv(tmp_path / "data.tsv", ("a", "y"), [(i % 7, i % 2) for i in range(60)], "\t")
    assert "separator = tab)" in made(specc, tmp_path, "data.tsv")


def test_the_next_command_takes_the_name(specc: Run, tmp_path: Path) -> None:
    done = specc("new", "--", "-x")
    assert done.out.endswith("specc watch ./-x.dl\n")
    assert specc("new", "..").status == 2
