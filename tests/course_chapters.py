"""The experiments of the course and what each teaches, in the order of the course."""

from __future__ import annotations

from course_published import (
    DECAY,
    FLOWER,
    FOOTBALL,
    FOUR,
    HE,
    LARGE,
    LOGISTIC,
    MOONS,
    TWO,
    ZEROS,
    Chapter,
    Experiment,
    by_thousands,
)


def _logistic(variant: str, train: float, test: float) -> Experiment:
    return Experiment("course/logistic", variant, (train,), (test,), slow=True)


def _flower(variant: str, *train: float) -> Experiment:
    return Experiment("course/flower", variant, train)


def _football(variant: str, train: float, test: float) -> Experiment:
    return Experiment("course/football", variant, (train,), (test,), FOOTBALL[variant])


def _moons(variant: str, whole: float, half: float) -> tuple[Experiment, Experiment]:
    costs = by_thousands(MOONS[variant])
    return (
        Experiment("moons", variant, (half,), epochs=5_000),
        Experiment("moons", variant, (whole,), costs=costs, per_epoch=True),
    )


def _decay(variant: str, *train: float) -> Experiment:
    costs = by_thousands(DECAY[variant])
    return Experiment("course/decay", variant, train, costs=costs, per_epoch=True)


def _own(spec: str, variant: str | None = None, note: str = "") -> Experiment:
    """Not in the course, so nothing is published; `specc test models` holds what it expects."""
    return Experiment(spec, variant, slow=True, note=note)


CHAPTERS = (
    Chapter(
        "Logistic regression",
        "one unit learns 209 pictures by heart, and the learning rate says how fast",
        (
            Experiment("course/logistic", None, (99.0431,), (70.0,), LOGISTIC),
            _logistic("a", 99.5215, 68.0),
            _logistic("b", 88.9952, 64.0),
            _logistic("c", 68.4211, 36.0),
        ),
    ),
    Chapter(
        "Planar data",
        "one hidden layer bends the line that logistic regression (47 %) cannot; 1 to 50 units",
        (
            Experiment("course/flower", costs=FLOWER, spread=1e-4, note="90 (cut off)"),
            _flower("h1", 67.5),
            _flower("h2", 67.25),
            _flower("h3", 90.75),
            _flower("h4", 90.5),
            _flower("h5", 91.25),
            _flower("h20", 90.5, 90.0),
            _flower("h50", 90.75, 90.25),
        ),
    ),
    Chapter(
        "Two layers and four",
        "a deeper net tells more of the new pictures right",
        (
            Experiment("course/cats", "two", (100.0,), (72.0,), TWO, slow=True),
            Experiment("course/cats", "four", (98.5646,), (80.0,), FOUR, slow=True),
        ),
    ),
    Chapter(
        "Initialisation",
        "zeros never break the symmetry, large weights saturate, He's scale keeps the signal",
        (
            Experiment("circles", "zeros", (50.0,), (50.0,), ZEROS),
            Experiment("circles", "large", (83.0,), (86.0,), LARGE, spread=5e-3),
            Experiment("circles", "he", (99.3333,), (96.0,), HE),
        ),
    ),
    Chapter(
        "Regularisation",
        "L2 and dropout give away a little of train and close the gap to test",
        (
            _football("none", 94.7867, 91.5),
            _football("l2", 93.8389, 93.0),
            _football("dropout", 92.8910, 95.0),
        ),
    ),
    Chapter(
        "Optimisation",
        "Adam gets far at a learning rate at which gradient descent and momentum have only begun",
        (
            *_moons("gd", 79.6667, 71.6667),
            *_moons("momentum", 79.6667, 71.6667),
            *_moons("adam", 94.0, 94.3333),
        ),
    ),
    Chapter(
        "Learning-rate decay",
        "a rate that falls in every epoch stalls; stairs bring all three optimisers there",
        (
            _decay("smooth", 65.3333),
            _decay("gd", 94.3333),
            _decay("momentum", 95.3333),
            _decay("adam", 94.0),
        ),
    ),
    Chapter(
        "Softmax on pictures of hands",
        "six classes, three layers, 1,080 pictures: high variance",
        (Experiment("course/signs", None, (99.9074,), (71.6667,), slow=True),),
    ),
    Chapter(
        "Dense layers on MNIST",
        "784-512-256-10 with mini-batches of 128 and Adam",
        (_own("course/mnist"),),
    ),
    Chapter(
        "LeNet",
        "convolutions do better with a ninth of the weights",
        (_own("course/lenet"),),
    ),
    Chapter(
        "Digits of 8 by 8 pixels, dense",
        "the net of the README: two hidden layers, L2, Adam, exponential decay",
        (_own("digits"),),
    ),
    Chapter(
        "Batch normalisation",
        "each unit has the mean and the deviation of its batch taken out",
        (_own("digits_batchnorm"),),
    ),
    Chapter(
        "Convolutions",
        "digits as pictures: two convolutions, a third of the weights",
        (_own("digits_conv"),),
    ),
    Chapter(
        "A residual network",
        "blocks of convolution and batch normalisation learn what to add to their input",
        (_own("digits_residual"),),
    ),
    Chapter(
        "An LSTM",
        "digits row after row, as a sequence of 8 steps",
        (_own("sequence"),),
    ),
    Chapter(
        "An autoencoder beside PCA",
        "linear, it finds what PCA finds; with tanh around the narrow layer it loses less",
        (
            _own("digits_autoencoder", "two", "PCA loses 1.6687"),
            _own("digits_autoencoder", None, "PCA loses 0.7652"),
            _own("digits_autoencoder", "deep", "PCA loses 0.7652"),
        ),
    ),
)
EXPERIMENTS = {e.name: e for chapter in CHAPTERS for e in chapter.experiments}
