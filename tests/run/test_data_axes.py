"""Examples with several axes: files of pictures against `input`, and files larger than memory."""

from __future__ import annotations

import gzip
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.source import Source
from specc.driver import compile_source
from specc.library.sources.idx import Idx
from specc.library.sources.npy import Npy
from specc.library.sources.npz import Npz
from specc.library.table import DataSource
from specc.run.data import Dataset, prepare
from specc.training import data_request, load_data, prepare_job, run_job

RANDOM = np.random.default_rng(4)


def spec(source: str, sizes: str) -> str:
    flat = "" if "," not in sizes else "flatten\n"
    return (
        f"data {{\n source {source}\n normalize scale(1/255)\n}}\n"
        f"network {{\n input {sizes}\n {flat} dense 2, softmax\n}}\n"
        "loss cross_entropy\noptimizer sgd(lr = 0.1)\ntrain {\n run 2 steps\n batch 4\n}\n"
    )


def loaded(folder: Path, source: str, sizes: str) -> Dataset:
    return load_data(compile_source(Source(str(folder / "spec.dl"), spec(source, sizes))))


def failure(folder: Path, source: str, sizes: str) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        loaded(folder, source, sizes)
    return caught.value.diagnostic


def write(folder: Path, shape: tuple[int, ...]) -> np.ndarray:
    pixels = RANDOM.integers(0, 256, (6, *shape), dtype=np.uint8)
    np.savez(folder / "x.npz", x=pixels, y=np.arange(6) % 2)
    np.save(folder / "x.npy", pixels)
    np.save(folder / "y.npy", np.arange(6) % 2)
    head = bytes([0, 0, 8, pixels.ndim]) + struct.pack(f">{pixels.ndim}I", *pixels.shape)
    (folder / "x.idx").write_bytes(gzip.compress(head + pixels.tobytes()))
    (folder / "y.idx").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 6]) + bytes(i % 2 for i in range(6)))
    return pixels


SOURCES = (
    'npz("x.npz", inputs = x, target = y)',
    'npy(inputs = "x.npy", target = "y.npy")',
    'idx(images = "x.idx", labels = "y.idx")',
)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda s: s[:3])


@each_source
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((4, 5), "4, 5, 1"),
        ((4, 5), "4, 5"),
        ((4, 5), "20"),
        ((4, 5, 1), "4, 5, 1"),
        ((1, 4, 5), "4, 5, 1"),
        ((4, 5, 3), "4, 5, 3"),
        ((4, 5, 3), "60"),
    ],
)
def test_rows_are_flat_in_the_order_of_the_file(
    tmp_path: Path, source: str, shape: tuple[int, ...], sizes: str
) -> None:
    pixels = write(tmp_path, shape)
    data = loaded(tmp_path, source, sizes)
    assert data.train.X.dtype == np.float32
    expected = (pixels.reshape(6, -1) / 255).astype("f4")
    assert np.array_equal(data.train.X, expected)


@pytest.mark.proves("sources.npz", "sources.npy", "sources.idx")
@pytest.mark.parametrize(
    "source",
    [
        Npz(path="x.npz", inputs="x", target="y"),
        Npy(inputs="x.npy", target="y.npy"),
        Idx(images="x.idx", labels="y.idx"),
    ],
    ids=lambda s: type(s).__name__,
)
def test_a_table_knows_the_axes_of_the_file(tmp_path: Path, source: DataSource) -> None:
    pixels = write(tmp_path, (4, 5, 3))
    table = source.load(str(tmp_path))
    assert table.shape == (4, 5, 3)
    assert np.array_equal(table.inputs, pixels.reshape(6, 60))
    assert table.target is not None
    assert table.target.tolist() == [0, 1, 0, 1, 0, 1]


@each_source
@pytest.mark.parametrize(
    ("shape", "sizes", "headline", "label", "there", "fix"),
    [
        (
            (4, 5),
            "5, 4, 1",
            "`input` takes examples of 5 x 4 x 1, but the data has 4 x 5",
            "5 x 4 x 1",
            "gives 4 x 5",
            "4, 5, 1",
        ),
        (
            (4, 5, 3),
            "3, 4, 5",
            "`input` takes examples of 3 x 4 x 5, but the data has 4 x 5 x 3",
            "3 x 4 x 5",
            "gives 4 x 5 x 3",
            "4, 5, 3",
        ),
        (
            (4, 5),
            "1, 4, 5",
            "`input` takes examples of 1 x 4 x 5, but the data has 4 x 5",
            "1 x 4 x 5",
            "gives 4 x 5",
            "4, 5, 1",
        ),
        (
            (4, 5),
            "4, 6, 1",
            "`input` takes 24 features per example, but the data has 20",
            "4 x 6 x 1 = 24 features",
            "gives 4 x 5 = 20 features",
            "4, 5, 1",
        ),
        (
            (4, 5),
            "24",
            "`input` takes 24 features per example, but the data has 20",
            "24 features",
            "gives 4 x 5 = 20 features",
            "20",
        ),
    ],
)
def test_axes_that_differ_are_told_with_both_places(
    tmp_path: Path,
    source: str,
    shape: tuple[int, ...],
    sizes: str,
    headline: str,
    label: str,
    there: str,
    fix: str,
) -> None:
    write(tmp_path, shape)
    found = failure(tmp_path, source, sizes)
    assert found.code == "E0510"
    assert found.message == headline
    assert found.primary is not None
    assert (found.primary.span.text, found.primary.text) == (sizes, label)
    assert [(s.span.text, s.text) for s in found.secondary] == [(source[:3], there)]
    assert found.helps[0].edits[0].text == fix
    assert loaded(tmp_path, source, fix).features == int(np.prod(shape))


def test_pictures_train(tmp_path: Path) -> None:
    write(tmp_path, (4, 5))
    text = spec(SOURCES[0], "4, 5, 1").replace(
        "normalize", "augment shift(1), noise(0.1)\nnormalize"
    )
    job = prepare_job(compile_source(Source(str(tmp_path / "s.dl"), text)), str(tmp_path / "run"))
    assert [e for e in run_job(job) if type(e).__name__ == "Finished"]


def test_the_shape_of_several_inputs_is_none(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", x=RANDOM.random((6, 4, 5)), y=np.arange(6) % 2)
    text = spec(SOURCES[0], "12").replace(
        "dense 2, softmax",
        "dense 3 as one\n input 8\n dense 3 as two\n add one, two\n dense 2, softmax",
    )
    compilation = compile_source(Source(str(tmp_path / "s.dl"), text))
    assert data_request(compilation).shape == ()
    assert prepare(data_request(compilation)).features == 20


LARGE = """
    import resource, sys
    from specc.diag.source import Source
    from specc.driver import compile_source
    from specc.training import prepare_job, run_job

    def peak():
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return size // 1024 if sys.platform == "darwin" else size

    text = (
        'data {\\n source npy(inputs = "x.npy", target = "y.npy")\\n}\\n'
        'network {\\n input 16, 16, 1\\n flatten\\n dense 1\\n}\\nloss mse\\n'
        'optimizer sgd(lr = 0.1)\\ntrain {\\n run 1 epoch\\n batch 1_000\\n}\\n'
    )
    job = prepare_job(compile_source(Source("small.dl", text)), "small")
    list(run_job(job))
    before = peak()
    large = text.replace('"x.npy", target = "y.npy"', '"large.npy", target = "t.npy"')
    job = prepare_job(compile_source(Source("large.dl", large)), "large")
    assert list(run_job(job))[-1].steps == 200
    print(peak() - before)
"""


def test_a_large_file_stays_on_the_disk(tmp_path: Path) -> None:
    """200 MB of inputs, read for the check, for training and for evaluation."""
    rows = 200_000
    header = np.lib.format.header_data_from_array_1_0(np.empty((0, 16, 16), "f4"))
    with open(tmp_path / "large.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, header | {"shape": (rows, 16, 16)})
        file.truncate(file.tell() + rows * 16 * 16 * 4)  # zeros that take no room on the disk
    np.save(tmp_path / "t.npy", np.zeros(rows, "f4"))
    np.save(tmp_path / "x.npy", np.zeros((3_000, 16, 16), "f4"))
    np.save(tmp_path / "y.npy", np.zeros(3_000, "f4"))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LARGE)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 40_000, "kilobytes more than for a file of 3 MB"
