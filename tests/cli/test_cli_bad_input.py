"""Bad input, end to end: a diagnostic with a place and a way out, and nothing half-written."""

from __future__ import annotations

import gzip
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_samples import MODELS, POINTS, TABLE, TINY, Run

DIGITS = (MODELS / "digits.dl").read_text()
LINES = gzip.decompress((MODELS / "data" / "digits.csv.gz").read_bytes()).decode().splitlines()


def digits(change: Callable[[list[list[str]]], None]) -> str:
    """The first lines of the digits' table, changed: header and rows of 65 cells."""
    rows = [line.split(",") for line in LINES[:400]]
    change(rows)
    return "\n".join(",".join(row) for row in rows) + "\n"


def put(row: int, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[row][column] = text

    return change


def check_refused(specc: Run, folder: Path, spec: str, code: str, said: list[str]) -> str:
    """Train a spec that must be refused; returns what was said."""
    (folder / "bad.dl").write_text(spec, encoding="utf-8")
    before = sorted(p.name for p in folder.rglob("*"))
    done = specc("train", "bad.dl")
    assert done.status in (1, 2), done
    assert done.out == ""
    assert f"error[{code}]: " in done.err, done.err
    assert done.err.endswith("1 error\n"), done.err
    for text in said:
        assert text in done.err, (text, done.err)
    assert sorted(p.name for p in folder.rglob("*")) == before  # no run directory
    return done.err


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [
        (None, "E0501", ["`points.csv` does not exist", "--> bad.dl:4:17"]),
        ("", "E0506", ["`points.csv` is empty", "--> bad.dl:4:17"]),
        ("x,y,label\n", "E0506", ["a header but no examples", "--> bad.dl:4:17"]),
        (POINTS.replace("label", "digit"), "E0502", ["no column `label`", "--> bad.dl:4:40"]),
        (POINTS.replace("label", "labels"), "E0502", ["a column `labels`", "4 +     source"]),
        (POINTS.replace("\n2,", "\ntwo,"), "E0503", ["`two`", "line 4, column `x`", "help: "]),
        (POINTS.replace("\n2,", "\n,"), "E0503", ["empty cell", "line 4, column `x`", "help: "]),
        (POINTS.replace("\n2,", "\nnan,"), "E0505", ["`nan`", "line 4, column `x`", "help: "]),
        (POINTS.replace("\n2,", "\n-inf,"), "E0505", ["`-inf`", "line 4, column `x`", "help: "]),
        (POINTS.replace("\n2,", "\n1e999,"), "E0505", ["line 4, column `x`"]),
        (POINTS.replace(",1\n", ",7\n", 1), "E0504", ["3 classes", "`0`, `1`, `7`", "help: "]),
        (POINTS.replace("\n2,", "\n2,2,"), "E0507", ["4 cells in line 4"]),
        (POINTS.replace("x,y", "x,x"), "E0507", ["`x`"]),
        (POINTS.replace("x,y", "x,y,z").replace(",0\n", ",0,0\n").replace(",1\n", ",0,1\n"),
         "E0510", ["takes 2 features", "the data has 3", "--> bad.dl:8:12", "8 +     input  3"]),
    ],
)  # fmt: skip
def test_a_bad_table(
    specc: Run, tmp_path: Path, table: str | None, code: str, said: list[str]
) -> None:
    if table is not None:
        (tmp_path / "points.csv").write_text(table)
    check_refused(specc, tmp_path, TABLE, code, said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (POINTS.encode().replace(b"x,", b"\xff,"), "UTF-8"),
        (gzip.compress(POINTS.encode())[:-12], "cannot be read"),
        (b"\x1f\x8b" + b"\0" * 40, "cannot be read"),
        (POINTS.replace("label", "lab\x1b[2Jel").encode(), r"\x1b[2J"),
    ],
)
def test_bytes_that_are_no_table(specc: Run, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "points.csv").write_bytes(content)
    (tmp_path / "bad.dl").write_text(TABLE)
    done = specc("train", "bad.dl")
    assert done.status in (1, 2)
    assert "error[E050" in done.err
    assert "--> bad.dl:4:" in done.err
    assert said in done.err
    assert "\x1b" not in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (put(9, 64, "10"), "E0504", ["11 classes", "10 outputs"]),
        (put(9, 64, "3.5"), "E0504", ["3.5"]),
        (put(9, 64, "nan"), "E050", ["nan"]),
        (put(9, 10, "ink"), "E0503", ["`ink`", "line 10, column `pixel_1_2`"]),
    ],
)
def test_bad_digits(
    specc: Run,
    tmp_path: Path,
    change: Callable[[list[list[str]]], None],
    code: str,
    said: list[str],
) -> None:
    (tmp_path / "data").mkdir()
    with gzip.open(tmp_path / "data" / "digits.csv.gz", "wt") as file:
        file.write(digits(change))
    (tmp_path / "bad.dl").write_text(DIGITS)
    done = specc("train", "bad.dl")
    assert done.status == 1
    assert f"error[{code}" in done.err
    assert "--> bad.dl:7:" in done.err
    for text in said:
        assert text in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("good", "bad", "code", "said"),
    [
        ("input  64", "input  63", "E0510", ["takes 63 features", "has 64", "13 +     input  64"]),
        (
            "10, softmax",
            "10, relu",
            "E0304",
            ["`softmax`", "`relu`", "16 +     dense  10, softmax"],
        ),
        ("10, softmax", "9, softmax", "E0504", ["10 classes", "9 outputs"]),
        ("-> 32", "-> 31", "E0303", ["gives 32 features, but 31 is claimed", "-> 32"]),
        ("dense  10", "dense  0", "E0306", ["`units`", "is 0"]),
        ("dense  width,", "dense  width * 1.5 / 7,", "E0306", ["13.71"]),
        ("80%, dev", "85%, dev", "E0405", ["105"]),
        ("<= 10_000", "<= 6_000", "E0406", ["6_000", "6_570"]),
        ("run    30 epochs", "run    30", "E0206", ["epochs"]),
        ("let width = 64", "let width = width", "E02", ["width"]),
        ("spec 1", "spec 2", "E02", ["2"]),
    ],
)
def test_a_bad_spec(
    specc: Run, tmp_path: Path, good: str, bad: str, code: str, said: list[str]
) -> None:
    (tmp_path / "data").symlink_to(MODELS / "data")
    assert good in DIGITS
    (tmp_path / "bad.dl").write_text(DIGITS.replace(good, bad))
    done = specc("train", "bad.dl")
    assert done.status == 1
    assert f"error[{code}" in done.err
    assert "--> bad.dl:" in done.err
    for text in said:
        assert text in done.err, (text, done.err)
    assert not (tmp_path / "runs").exists()


def test_all_errors_of_a_phase_come_at_once_in_order_of_place(specc: Run, tmp_path: Path) -> None:
    text = TINY.replace("tanh", "tanj").replace("xavier", "xavjer").replace("(lr =", "(rate =")
    (tmp_path / "bad.dl").write_text(text)
    done = specc("check", "bad.dl")
    places = [line.split(":")[1] for line in done.err.splitlines() if "-->" in line]
    assert places == sorted(places, key=int)
    assert len(places) == 5  # three of the file, and one of each variant
    assert done.err.endswith("5 errors\n")


# Arrays

IDX = TABLE.replace(
    'csv("points.csv", target = "label")', 'idx(images = "i.idx", labels = "l.idx")'
).replace("input  2", "input  4")
NPY = TABLE.replace(
    'csv("points.csv", target = "label")', 'npy(inputs = "x.npy", target = "y.npy")'
)
NPZ = TABLE.replace(
    'csv("points.csv", target = "label")', 'npz("a.npz", inputs = "x", target = "y")'
)


def idx(*sizes: int, code: int = 8) -> bytes:
    head = bytes([0, 0, code, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)
    return head + bytes(i % 2 for i in range(int(np.prod(sizes))))


GOOD = {"i.idx": idx(6, 2, 2), "l.idx": idx(6)}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"i.idx": b"P5 2 2 255\n" + bytes(24)}, "i.idx"),
        ({"i.idx": idx(6, 2, 2)[:-3]}, "i.idx"),
        ({"i.idx": idx(6, 2, 2)[:6]}, "i.idx"),
        ({"i.idx": b""}, "i.idx"),
        ({"i.idx": idx(6, 2, 2)[:4] + b"\xff" * 12}, "i.idx"),
        ({"l.idx": idx(5)}, "5"),
        ({"l.idx": idx(6, 2, 2)}, "l.idx"),
        ({"i.idx": gzip.compress(idx(6, 2, 2))[:-9]}, "i.idx"),
    ],
)
def test_bad_images(specc: Run, tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    for name, content in (GOOD | files).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "bad.dl").write_text(IDX)
    done = specc("train", "bad.dl")
    assert done.status in (1, 2)
    assert "error[E05" in done.err
    assert "--> bad.dl:4:" in done.err
    assert said in done.err
    assert not (tmp_path / "runs").exists()


def test_good_images(specc: Run, tmp_path: Path) -> None:
    for name, content in GOOD.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "good.dl").write_text(IDX)
    assert specc("train", "good.dl").status == 0


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("form", ["npy", "npz", "plain"])
def test_pickles_are_refused_and_never_run(specc: Run, tmp_path: Path, form: str) -> None:
    fired = tmp_path / "fired"
    bomb = np.array([Bomb(fired)], object)
    np.save(tmp_path / "y.npy", np.zeros(1))
    if form == "npz":
        np.savez(tmp_path / "a.npz", x=bomb, y=np.zeros(1))
    elif form == "npy":
        np.save(tmp_path / "x.npy", bomb)
    else:
        (tmp_path / "x.npy").write_bytes(pickle.dumps(Bomb(fired)))
    spec = NPZ if form == "npz" else NPY
    (tmp_path / "bad.dl").write_text(spec)
    done = specc("train", "bad.dl")
    assert done.status in (1, 2)
    assert "error[E0507]" in done.err
    assert not fired.exists()
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (np.zeros((4, 2)), np.zeros(5), "E0508"),
        (np.zeros((0, 2)), np.zeros(0), "E0506"),
        (np.full((4, 2), np.nan), np.zeros(4), "E0505"),
        (np.array([["a", "b"]] * 4), np.zeros(4), "E0507"),
        (np.zeros((4, 3)), np.zeros(4), "E0510"),
        (np.zeros(()), np.zeros(()), "E05"),
    ],
)
def test_bad_arrays(specc: Run, tmp_path: Path, x: np.ndarray, y: np.ndarray, code: str) -> None:
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    (tmp_path / "bad.dl").write_text(NPY)
    done = specc("train", "bad.dl")
    assert done.status in (1, 2)
    assert f"error[{code}" in done.err, done.err
    assert "--> bad.dl:" in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.csv", "data"])
def test_a_path_that_is_no_table_of_this_folder(specc: Run, tmp_path: Path, path: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "bad.dl").write_text(TABLE.replace("points.csv", path))
    done = specc("train", "bad.dl")
    assert done.status in (1, 2)
    assert "error[E05" in done.err
    assert "--> bad.dl:4:" in done.err


# The spec itself


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 1, "E0209"),
        (b"\n\n# nothing\n", 1, "E0209"),
        (TINY.encode("utf-16"), 1, "E0104"),
        (TINY.encode().replace(b"tanh", b"t\xe4nh"), 1, "E0104"),
        (TINY.encode().replace(b"tanh", b"ta\0nh"), 1, "E0104"),
        (b"let a = " + b"(" * 5000, 1, "E0109"),
        (b"a {\n" * 5000, 1, "E0109"),
        (b"let a = " + b"9" * 400, 1, "E0105"),
        (b"let a = 1" + b" + 1" * 3000, 1, "E0"),
        (b"let a = " + b"-" * 5000 + b"1", 1, "E0"),
        (b'let a = "' + b"x" * 100_000, 1, "E0106"),
        (b" " * (17 * 2**20), 2, "E0507"),
        (b"\x7fELF\x02\x01\x01\0" + bytes(range(256)), 1, "E0104"),
    ],
    ids=range(13),
)
def test_a_file_that_is_no_spec(
    specc: Run, tmp_path: Path, content: bytes, status: int, code: str
) -> None:
    (tmp_path / "bad.dl").write_bytes(content)
    for command in ("check", "train", "fmt"):
        done = specc(command, "bad.dl")
        if command == "fmt" and code == "E0209":
            continue  # an empty file has a canonical form
        if command != "fmt" or code != "E0":
            assert done.status == status
            assert f"error[{code}" in done.err
        assert len(done.err) < 20_000
    assert not (tmp_path / "runs").exists()


def test_numbers_are_shown_in_a_length_that_people_read(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(DIGITS.replace("width = 64", "width = 1e300"))
    done = specc("check", "bad.dl")
    assert done.status == 1
    assert max(map(len, done.err.splitlines())) < 200


def test_a_network_that_does_not_fit_into_memory(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("width = 4", "width = 10_000_000_000_000"))
    done = specc("train", "bad.dl")
    assert done.status == 1
    assert done.err.startswith("error[E0514]: the run needs ")
    assert "TiB" in done.err
    assert "help: " in done.err
    assert not (tmp_path / "runs").exists()


def test_a_size_that_no_machine_can_count(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("width = 4", "width = 1e300"))
    assert specc("check", "bad.dl").status == 1
