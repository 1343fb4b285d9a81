"""`prepare`: from a source to arrays that are ready for training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.source import Source, Span
from specc.library.normalizers.scale import Scale
from specc.library.normalizers.standard import Standard
from specc.library.sources.csv import Csv
from specc.library.sources.idx import Idx
from specc.library.sources.moons import Moons
from specc.library.sources.npy import Npy
from specc.library.sources.npz import Npz
from specc.library.table import DataSource
from specc.run.data import DataRequest, Dataset, Split, prepare

MODELS = Path(__file__).parents[2] / "models"
SHARED = Path(__file__).parents[3] / "shared" / "data"
SPEC = Source("t.dl", 'source npz("t.npz")\nsplit train = 80%\ninput 3\nloss cross_entropy\n')


def span(text: str) -> Span:
    return Span(SPEC, SPEC.text.index(text), SPEC.text.index(text) + len(text))


SPANS = {
    "source": span('npz("t.npz")'),
    "split": span("split train = 80%"),
    "input": span("input 3"),
    "loss": span("cross_entropy"),
}


def save(folder: Path, name: str, x: Any, y: Any = None) -> DataSource:
    arrays = {"x": x} if y is None else {"x": x, "y": y}
    np.savez(folder / f"{name}.npz", **arrays)
    source = SPANS["source"]
    target = None if y is None else "y"
    return Npz(path=f"{name}.npz", inputs="x", target=target, spans={"": source})


def ask(folder: Path, source: DataSource | None, task: str, outputs: int, **more: Any) -> Dataset:
    arguments = {"features": 3, "spans": SPANS, **more}
    return prepare(
        DataRequest(task=task, outputs=outputs, folder=str(folder), source=source, **arguments)
    )


def failure(
    folder: Path, source: DataSource | None, task: str, outputs: int, **more: Any
) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        ask(folder, source, task, outputs, **more)
    return caught.value.diagnostic


X = np.arange(18.0).reshape(6, 3)


def test_digits() -> None:
    data = prepare(
        DataRequest(
            task="classes",
            outputs=10,
            features=64,
            folder=str(MODELS),
            source=Csv(path="data/digits.csv.gz", target="label"),
            split=Split(0.8, 0.1, 0.1, seed=7, stratify=True),
            normalizer=Standard(),
        )
    )
    assert data.dev is not None
    assert data.test is not None
    assert [p.n for p in (data.train, data.dev, data.test)] == [1437, 180, 180]
    assert data.classes == tuple("0123456789")
    assert data.names[63] == "pixel_7_7"
    assert data.train.X.shape == (1437, 64)
    assert data.train.X.dtype == np.float32
    assert data.train.T.dtype == np.int32
    assert data.train.X.flags.c_contiguous
    np.testing.assert_allclose(data.train.X.mean(axis=0), 0, atol=1e-5)
    # The constant corner pixel is only centred.
    assert data.scale[0] == 1
    assert (data.train.X[:, 0] == 0).all()


def test_every_example_goes_to_one_part_with_its_own_target(tmp_path: Path) -> None:
    x = np.arange(300.0).reshape(100, 3)
    source = save(tmp_path, "t", x, x[:, 0])
    data = ask(tmp_path, source, "real", 1, split=Split(0.6, 0.2, 0.2), dtype="float64")
    assert data.dev is not None
    assert data.test is not None
    parts = (data.train, data.dev, data.test)
    assert all(np.array_equal(p.X[:, :1], p.T) for p in parts)
    assert sorted(np.concatenate([p.T[:, 0] for p in parts])) == x[:, 0].tolist()


def test_without_split_all_is_train(tmp_path: Path) -> None:
    data = ask(tmp_path, save(tmp_path, "t", X, X[:, :2]), "real", 2, dtype="float64")
    assert data.dev is None
    assert data.test is None
    assert np.array_equal(data.train.X, X)
    assert np.array_equal(data.train.T, X[:, :2])
    assert data.mean.tolist() == [0, 0, 0]
    assert data.scale.tolist() == [1, 1, 1]


def test_without_shuffle_the_parts_follow_the_file(tmp_path: Path) -> None:
    source = save(tmp_path, "t", X, np.arange(6))
    data = ask(tmp_path, source, "real", 1, split=Split(0.5, 0.5, shuffle=False), dtype="float64")
    assert data.dev is not None
    assert data.train.T.ravel().tolist() == [0, 1, 2]
    assert data.dev.T.ravel().tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    ("labels", "outputs", "numbers", "classes"),
    [
        ([0, 1, 2, 1, 0, 2], 3, [0, 1, 2, 1, 0, 2], ("0", "1", "2")),
        ([0.0, 1.0, 2.0, 1.0, 0.0, 2.0], 3, [0, 1, 2, 1, 0, 2], ("0", "1", "2")),
        # Class 0 does not occur, and labels are class numbers all the same.
        ([1, 2, 1, 2, 1, 2], 3, [1, 2, 1, 2, 1, 2], ("0", "1", "2")),
        ([1, 2, 3, 1, 2, 3], 3, [0, 1, 2, 0, 1, 2], ("1", "2", "3")),
        ([10, 9, -8, 10, 9, -8], 3, [2, 1, 0, 2, 1, 0], ("-8", "9", "10")),
        ([0.5, 1.5, 0.5, 2.5, 1.5, 2.5], 3, [0, 1, 0, 2, 1, 2], ("0.5", "1.5", "2.5")),
        (["b", "a", "c", "a", "b", "c"], 3, [1, 0, 2, 0, 1, 2], ("a", "b", "c")),
        ([True, False, True, False, True, True], 2, [1, 0, 1, 0, 1, 1], ("0", "1")),
    ],
)
def test_classes(
    tmp_path: Path, labels: list[Any], outputs: int, numbers: list[int], classes: tuple[str, ...]
) -> None:
    data = ask(tmp_path, save(tmp_path, "t", X, np.array(labels)), "classes", outputs)
    assert data.train.T.tolist() == numbers
    assert data.train.T.dtype == np.int32
    assert data.classes == classes


@pytest.mark.parametrize(
    ("labels", "outputs", "message", "note"),
    [
        ([0, 1, 2, 3, 4, 5], 3, "the target has 6 classes, the network has 3 outputs", "`0`, `1`"),
        ([0, 1, 3, 0, 1, 1], 3, "label 3 is outside 0 to 2, the classes of 3 outputs", "[2]"),
        (["a", "b"] * 3, 3, "the target has 2 classes, the network has 3 outputs", "`a`, `b`"),
        ([5] * 6, 3, "the target has 1 class, the network has 3 outputs", "`5`"),
        ([-1, 1] * 3, 3, "the target has 2 classes, the network has 3 outputs", "`-1`, `1`"),
    ],
)
def test_labels_that_do_not_fit(
    tmp_path: Path, labels: list[Any], outputs: int, message: str, note: str
) -> None:
    found = failure(tmp_path, save(tmp_path, "t", X, np.array(labels)), "classes", outputs)
    assert found.code == "E0504"
    assert found.message == message
    assert note in found.notes[0]
    assert found.primary is not None
    assert found.primary.span == SPANS["source"]
    assert [s.span for s in found.secondary] == [SPANS["loss"]]


@pytest.mark.parametrize(
    ("labels", "numbers", "classes"),
    [
        ([0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 1], ("0", "1")),
        ([-1, 1, 1, -1, -1, 1], [0, 1, 1, 0, 0, 1], ("-1", "1")),
        (["no", "yes", "yes", "no", "no", "yes"], [0, 1, 1, 0, 0, 1], ("no", "yes")),
    ],
)
def test_binary(
    tmp_path: Path, labels: list[Any], numbers: list[int], classes: tuple[str, ...]
) -> None:
    data = ask(tmp_path, save(tmp_path, "t", X, np.array(labels)), "binary", 1)
    assert data.train.T.tolist() == [[n] for n in numbers]
    assert data.train.T.dtype == np.float32
    assert data.classes == classes


def test_binary_needs_two_values(tmp_path: Path) -> None:
    for labels in ([0, 1, 2, 0, 1, 2], [1] * 6):
        found = failure(tmp_path, save(tmp_path, "t", X, np.array(labels)), "binary", 1)
        assert found.code == "E0504"
    assert found.message == "the target has 1 different value, a binary target has 2"


def test_several_binary_columns(tmp_path: Path) -> None:
    y = np.array([[0, 1], [1, 1], [0, 0], [1, 0], [0, 0], [1, 1]])
    data = ask(tmp_path, save(tmp_path, "t", X, y), "binary", 2)
    assert np.array_equal(data.train.T, y)


def test_the_input_as_target(tmp_path: Path) -> None:
    data = ask(tmp_path, save(tmp_path, "t", X), "input", 3, split=Split(0.5, 0.5))
    assert data.dev is not None
    assert data.train.T is data.train.X
    assert data.dev.T is data.dev.X
    assert data.classes == ()


def test_targets_of_the_wrong_width(tmp_path: Path) -> None:
    found = failure(tmp_path, save(tmp_path, "t", X, X[:, :2]), "real", 3)
    assert found.code == "E0510"
    assert found.message == "the target has 2 columns, but the loss compares it with 3 columns"
    found = failure(tmp_path, save(tmp_path, "t", X, np.eye(6)), "classes", 6)
    assert found.code == "E0510"
    assert found.helps[0].text.startswith("give one column of labels")


def test_targets_that_are_missing_or_text(tmp_path: Path) -> None:
    found = failure(tmp_path, save(tmp_path, "t", X), "classes", 3)
    assert (found.code, found.message) == ("E0502", "the data has no target")
    labels = np.array(["1", "2", "x\x1b", "3", "4", "5"])
    found = failure(tmp_path, save(tmp_path, "t", X, labels), "real", 1)
    assert (found.code, found.message) == ("E0503", "the target `x\\x1b` is not a number")
    assert found.notes == ("`y`, element [2]",)


@pytest.mark.parametrize("task", ["real", "classes", "binary"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_targets_that_are_not_finite(tmp_path: Path, task: str, value: float) -> None:
    labels = np.array([0, 1, 0, value, 1, value])
    found = failure(tmp_path, save(tmp_path, "t", X, labels), task, 1)
    assert found.code == "E0505"
    assert found.message == f"the target holds `{value}`"
    assert found.notes == ("`y`, element [3]", "2 of 6 values are not finite")


@pytest.mark.parametrize("kind", [Npz, Npy])
def test_inputs_that_are_not_finite(tmp_path: Path, kind: type[DataSource]) -> None:
    x = np.ones((70_000, 3), "f4")
    x[69_999, 2] = np.nan
    x[68_000, 1] = -np.inf
    source = save(tmp_path, "t", x, np.zeros(70_000))
    if kind is Npy:
        np.save(tmp_path / "x.npy", x)
        source = Npy(inputs="x.npy")
    found = failure(tmp_path, source, "real", 1)
    assert found.code == "E0505"
    assert found.message == "the data holds `-inf`, which is not a finite number"
    assert found.notes[0].endswith("element [68000, 1]")
    assert found.primary is not None
    assert found.primary.text == "holds 2 such values"


def test_a_nan_in_a_csv_is_found_by_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c,y\n1,2,3,0\n4,nan,6,1\n")
    found = failure(tmp_path, Csv(path="t.csv", target="y"), "binary", 1)
    assert found.code == "E0505"
    assert found.notes == ("`t.csv`, line 3, column `b`",)


def test_values_that_do_not_fit_the_precision(tmp_path: Path) -> None:
    x = X.copy()
    x[4, 1] = 1e300
    found = failure(tmp_path, save(tmp_path, "t", x, X[:, 0]), "real", 1)
    assert found.code == "E0505"
    assert found.message == "the value 1e+300 does not fit into float32"
    assert found.notes == ("`x`, element [4, 1]",)
    split = Split(0.5, 0.5, shuffle=False)
    found = failure(tmp_path, save(tmp_path, "t", x, X[:, 0]), "real", 1, split=split)
    assert found.notes == ("`x`, element [4, 1]",)
    wide = ask(tmp_path, save(tmp_path, "t", x, X[:, 0]), "real", 1, dtype="float64")
    assert wide.train.X[4, 1] == 1e300
    found = failure(tmp_path, save(tmp_path, "t", X, x[:, 1]), "real", 1)
    assert found.message == "the target holds `inf`"
    x[3, 1] = -1e308
    x[4, 1] = 1e308
    found = failure(
        tmp_path, save(tmp_path, "t", x, X[:, 0]), "real", 1, normalizer=Standard(), dtype="float64"
    )
    assert found.code == "E0505"
    assert found.message == "the values of an input are too large to normalize"


def test_the_number_of_features_is_compared_with_the_network(tmp_path: Path) -> None:
    found = failure(tmp_path, save(tmp_path, "t", np.ones((4, 5)), np.ones(4)), "real", 1)
    assert found.code == "E0510"
    assert found.message == "`input` takes 3 features per example, but the data has 5"
    assert found.primary is not None
    assert found.primary.span == SPANS["input"]
    assert [s.span for s in found.secondary] == [SPANS["source"]]
    assert found.helps[0].edits[0].text == "input 5"


def test_messages_need_no_spans(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", x=X)
    source = Npz(path="t.npz", inputs="x")
    assert failure(tmp_path, source, "classes", 2, spans={}).primary is None
    assert failure(tmp_path, source, "input", 2, spans={}, features=9).primary is None
    assert failure(tmp_path, source, "input", 2, spans={}, split=Split(2.0)).primary is None


def test_separate_sources(tmp_path: Path) -> None:
    train = save(tmp_path, "a", X, np.array(list("abcabc")))
    test = save(tmp_path, "b", X + 100, np.array(list("ccbbaa")))
    data = ask(tmp_path, None, "classes", 3, train=train, test=test, normalizer=Standard())
    assert data.dev is None
    assert data.test is not None
    assert data.test.T.tolist() == [2, 2, 1, 1, 0, 0]
    np.testing.assert_allclose(data.test.X, (X + 100 - X.mean(axis=0)) / X.std(axis=0), rtol=1e-6)
    both = ask(tmp_path, None, "classes", 3, train=train, test=test, split=Split(0.5, 0.5))
    assert both.dev is not None
    assert both.test is not None
    assert [both.train.n, both.dev.n, both.test.n] == [3, 3, 6]


def test_a_part_given_twice(tmp_path: Path) -> None:
    source = save(tmp_path, "a", X, np.array(list("abcabc")))
    found = failure(tmp_path, source, "classes", 3, dev=source, split=Split(0.5, 0.5))
    assert found.code == "E0509"
    assert found.message == "`dev` is a share of `split` and has a source of its own"


@pytest.mark.parametrize(
    ("train", "test", "label"),
    [
        ("abcabc", "abcabx", "x"),
        ([1, 2, 3, 1, 2, 3], [1, 2, 3, 1, 2, 4], "4"),
        ("abcabc", [1] * 6, "1"),
    ],
)
def test_a_label_that_only_the_test_set_has(
    tmp_path: Path, train: Any, test: Any, label: str
) -> None:
    found = failure(
        tmp_path,
        save(tmp_path, "a", X, np.array(list(train))),
        "classes",
        3,
        test=save(tmp_path, "b", X, np.array(list(test))),
    )
    assert found.code == "E0504"
    assert found.message == f"label `{label}` is not one of the classes of the training data"
    assert found.notes[0] == f"`y`, element [{0 if label == '1' else 5}]"


def test_words_in_train_and_numbers_only_in_test(tmp_path: Path) -> None:
    train = save(tmp_path, "a", X, np.array(["1", "10", "x"] * 2))
    test = save(tmp_path, "b", X, np.array([10, 1, 1, 1, 1, 10]))
    data = ask(tmp_path, train, "classes", 3, test=test)
    assert data.test is not None
    assert data.classes == ("1", "10", "x")
    assert data.test.T.tolist() == [1, 0, 0, 0, 0, 1]
    reverse = failure(tmp_path, test, "classes", 3, test=train)
    assert reverse.code == "E0504"


def test_mapped_inputs_are_not_copied(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(50, 3)).astype("f4")
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", np.arange(50))
    source = Npy(inputs="x.npy", target="y.npy")
    whole = ask(tmp_path, source, "real", 1)
    assert isinstance(whole.train.X, np.memmap)
    assert whole.train.rows is None
    split = ask(tmp_path, source, "real", 1, split=Split(0.8, 0.2))
    assert split.dev is not None
    for part in (split.train, split.dev):
        assert isinstance(part.X, np.memmap)
        assert part.rows is not None
        assert len(part.rows) == part.n == len(part.T)
        assert part.T.ravel().tolist() == part.rows.tolist()
        assert (np.diff(part.rows) > 0).all()
    ordered = ask(tmp_path, source, "real", 1, split=Split(0.8, 0.2, shuffle=False))
    assert ordered.dev is not None
    assert isinstance(ordered.dev.X, np.memmap)
    assert ordered.dev.rows is None
    assert np.array_equal(ordered.dev.X, x[40:])
    for copied in (
        ask(tmp_path, source, "real", 1, dtype="float64"),
        ask(tmp_path, source, "real", 1, normalizer=Scale(factor=1.0)),
    ):
        assert not isinstance(copied.train.X, np.memmap)
        assert np.array_equal(copied.train.X, x)


def test_mapped_files_in_column_order_are_copied(tmp_path: Path) -> None:
    x = np.asfortranarray(np.random.default_rng(0).normal(size=(50, 3)).astype("f4"))
    np.save(tmp_path / "x.npy", x)
    data = ask(tmp_path, Npy(inputs="x.npy"), "input", 3)
    assert data.train.X.flags.c_contiguous
    assert np.array_equal(data.train.X, x)


def test_a_source_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs `source` or `train`"):
        ask(tmp_path, None, "real", 1)


def test_moons() -> None:
    data = ask(Path(), Moons(n=30), "binary", 1, features=2, dtype="float64", spans={})
    assert data.train.T.sum() == 15
    assert data.names == ("x1", "x2")


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="MNIST is not at hand")
def test_mnist() -> None:
    source = Idx(images="t10k-images-idx3-ubyte.gz", labels="t10k-labels-idx1-ubyte.gz")
    data = ask(
        SHARED / "mnist", source, "classes", 10, features=784, normalizer=Scale(factor=1 / 255)
    )
    pixels = source.load(str(SHARED / "mnist")).inputs
    assert np.array_equal(data.train.X, (pixels / 255).astype("f4"))
