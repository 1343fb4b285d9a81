"""The starter spec as text: everything that a beginner needs to see, with what it is for."""

from __future__ import annotations

import math

from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.format import format_spec
from specc.lang.read import read
from specc.starter.guess import Guess

UPDATES = 3000
"""About as many as a small network needs."""
EPOCHS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300)

PLAIN = """\
# {name}: a network that tells two kinds of points apart. Every line may be changed.
{commands}

spec 1

let width = 16

data {{
    # Generated points. Your own are read by: source csv("points.csv", target = "label")
    source     moons(n = 1_000, noise = 0.2, seed = 1)
    split      train = 80%, dev = 10%, test = 10%, seed = 1
    normalize  standard  # mean and variance of train, reused on dev and test
}}

network {{
    input  2  # the features of one example
    dense  width, relu
    dense  width, relu
    dense  1, sigmoid  # the probability of the second kind
}}

init       he  # how weights start
loss       binary_cross_entropy  # what is made small
optimizer  adam(lr = 5e-3)

train {{
    run    50 epochs  # passes over the training set
    batch  64  # examples per update
    seed   1  # the same seed gives the same run
}}

expect {{  # what must hold when training ends
    parameters   <= 1_000
    dev.accuracy >= 90%
}}
"""


def plain_text(name: str, file: str) -> str:
    """A starter that needs no data."""
    return _canonical(PLAIN.format(name=name, commands="\n".join(_commands(file))))


def _commands(file: str, check: str = "check") -> list[str]:
    """The first steps, as comments."""
    steps = [
        (f"specc {check} {file}", "all errors, each with a fix"),
        (f"specc train {file}", "train it here, with plain progress lines"),
        (f"specc watch {file}", "train it and watch"),
        ("specc explain adam", "about any word of the language"),
    ]
    width = max(len(command) for command, _ in steps)
    return [f"#   {command.ljust(width)}  {text}" for command, text in steps]


def fitted_text(name: str, file: str, data: str, guess: Guess) -> str:
    """A starter for a data file."""
    train = math.ceil(0.8 * guess.examples) if not guess.apart else guess.examples
    batch = next((b for least, b in ((1000, 64), (200, 32), (32, 16)) if train >= least), None)
    updates = math.ceil(train / batch) if batch else 1
    epochs = max((e for e in EPOCHS if e * updates <= UPDATES), default=EPOCHS[0])
    width = min(max(16, 2 ** math.ceil(math.log2(guess.features))), 128)
    last, loss = _ending(guess)
    lines = [
        f"# {name}: a starter for {data}. Guessed; correct what is wrong:",
        *(f"#   {note}" for note in guess.notes),
        "# Next:",
        *_commands(file, "check --data"),
        "",
        "spec 1",
        "",
        f"let width = {width}",
        "",
        "data {",
        *guess.sources,
        *_split(guess),
        f"normalize {guess.normalize}" + _reason(guess),
        "}",
        "",
        "network {",
        f"input {guess.features}  # the features of one example",
        "dense width, relu",
        "dense width // 2, relu",
        last,
        "}",
        "",
        "init he",
        f"loss {loss}",
        "optimizer adam(lr = 1e-3)",
        "",
        "train {",
        f"run {epochs} epochs  # about {epochs * updates:,} updates",
        f"batch {batch}" if batch else "batch full  # few examples: all of them in every update",
        "seed 1  # the same seed gives the same run",
        "}",
    ]
    return _canonical("\n".join(lines) + "\n")


def _ending(guess: Guess) -> tuple[str, str]:
    """The last layer and the loss that go with what is predicted."""
    if guess.task == "binary":
        return "dense 1, sigmoid  # the probability of the second value", "binary_cross_entropy"
    if guess.task == "classes":
        last = f"dense {guess.outputs}, softmax  # a probability for each class"
        return last, "cross_entropy"
    many = f"the {guess.outputs} numbers" if guess.outputs > 1 else "the number"
    return f"dense {guess.outputs}  # {many} to predict, of any size", "mse"


def _split(guess: Guess) -> list[str]:
    if guess.apart or guess.examples < 5:  # a fifth of them is no example
        return []
    rest = "dev = 10%, test = 10%" if guess.examples >= 1000 else "dev = 20%"
    # With fewer, a class could not be in every part.
    stratify = ", stratify = true" if guess.smallest >= 10 else ""
    return [f"split train = 80%, {rest}, seed = 1{stratify}"]


def _reason(guess: Guess) -> str:
    if guess.normalize == "standard":
        return "  # mean and variance of train, reused on dev and test"
    return "  # bytes become 0 to 1"


def _canonical(text: str) -> str:
    return format_spec(read(Source("", text), Sink()))
