"""Specs that a rule speaks about, with the place that it points at, and near misses about which
nothing is said.
"""

from __future__ import annotations

from typing import NamedTuple

DATA = "source circles(n = 1_000, noise = 0.05, seed = 1)\nsplit train = 80%, dev = 20%"
NINE = "source blobs(n = 1_000, features = 9)\nsplit train = 80%, dev = 20%"
LARGE = "source circles(n = 5_000, noise = 0.05, seed = 1)\nsplit train = 80%, dev = 20%"
NETWORK = "input 2\ndense 8, relu\ndense 1, sigmoid"
NORMED = "input 2\ndense 8, bias = false\nbatchnorm\nrelu\ndense 1, sigmoid"
BINARY = "binary_cross_entropy"
TRAIN = "run 50 epochs\nbatch 64"


class Case(NamedTuple):
    """A spec, the code it gives, and the text at the place that it points at."""

    text: str
    code: str
    place: str


def block(word: str, lines: str) -> str:
    inside = "".join(f"    {line}\n" for line in lines.splitlines())
    return f"{word} {{\n{inside}}}\n"


def spec(
    network: str = NETWORK,
    *,
    data: str = DATA,
    init: str = "he",
    loss: str = "",
    regularize: str = "",
    optimizer: str = "sgd(lr = 0.1)",
    schedule: str = "",
    train: str = TRAIN,
    before: str = "",
    after: str = "",
) -> str:
    """A spec of which nothing is to be said, but for what a test changes."""
    last = network.strip().splitlines()[-1]
    known = {"sigmoid": "binary_cross_entropy", "softmax": "cross_entropy"}
    loss = loss or next((word for end, word in known.items() if last.endswith(end)), "mse")
    lines = [before, block("data", data), block("network", network)]
    settings = {"init": init, "loss": loss, "regularize": regularize}
    settings |= {"optimizer": optimizer, "schedule": schedule}
    lines += [f"{word} {value}\n" for word, value in settings.items() if value]
    return "".join([*lines, block("train", train), after])


def layers(*lines: str) -> str:
    """A network around hidden layers."""
    return "\n".join(["input 2", *lines, "dense 1, sigmoid"])


def deep(count: int, activation: str) -> str:
    return layers(*(f"dense 16, {activation}" for _ in range(count)))


IMAGES = 'source images("a")\nsplit train = 80%, dev = 20%\nnormalize scale(1/255)'
ROWS = 'source npz("a.npz", inputs = x, target = t)\nsplit 80%, 20%\nnormalize standard'


def images(*lines: str, sizes: str = "8, 8, 3", **settings: str) -> str:
    """A network for images around convolutions."""
    body = "\n".join([f"input {sizes}", *lines, "flatten", "dense 4, softmax"])
    return spec(body, **{"data": IMAGES, **settings})


def sequences(*lines: str, steps: int = 12, **settings: str) -> str:
    """A network for sequences around recurrent layers."""
    body = "\n".join([f"input {steps}, 3", *lines, "last", "dense 4, softmax"])
    return spec(body, **{"data": ROWS, "init": "xavier", **settings})


def back(*lines: str, normalize: str = "standard", **settings: str) -> str:
    """A network that gives its inputs back."""
    data = f"{DATA}\nnormalize {normalize}\ntarget input"
    return spec("\n".join(["input 2", *lines]), **{"data": data, **settings})


SEARCHED = spec(optimizer="sgd(lr = 0.1 in log(0.01, 1))")
CASES = [
    # Linear layers
    Case(spec(layers("dense 8", "dense 8, relu")), "W0301", "dense 8"),
    Case(spec(layers("dense 8, linear")), "W0301", "dense 8, linear"),
    Case(spec(layers("dense 8", "dropout keep = 0.8")), "W0301", "dense 8"),
    Case(spec(layers("dense 8", "linear")), "W0301", "dense 8"),
    Case(spec(layers("dense 8, bias = false")), "W0301", "dense 8, bias = false"),
    Case(spec(layers("dense 8 -> 8")), "W0301", "dense 8 -> 8"),
    Case(spec(layers("dense 8 as code")), "W0301", "dense 8 as code"),
    Case(spec(layers("dense units = 8")), "W0301", "dense units = 8"),
    Case(
        spec(
            layers("hidden 8", "dense 4, relu"),
            before="block hidden(size) {\n    dense size\n}\n",
        ),
        "W0301",
        "dense size",
    ),
    Case(spec(layers("repeat 3 {", "dense 4", "}", "relu")), "W0301", "dense 4"),
    Case(spec(layers("repeat 3 {", "dense 4", "}")), "W0301", "dense 4"),
    # Activations in a row
    Case(spec(layers("dense 8, relu", "relu")), "W0302", "relu"),
    Case(spec(layers("dense 8", "tanh", "dropout keep = 0.9", "relu")), "W0302", "relu"),
    Case(spec(layers("dense 8, relu", "dense 8, tanh", "relu")), "W0302", "relu"),
    Case(spec("input 2\ndense 8, relu\ndense 3, elu\nselu"), "W0302", "selu"),
    Case(spec("input 2\ndense 8, relu\ndense 3, softmax\nsoftmax"), "W0302", "softmax"),
    # Softmax inside
    Case(spec(layers("dense 8, softmax")), "W0303", "softmax"),
    Case(spec(layers("dense 8", "softmax", "dropout keep = 0.9")), "W0303", "softmax"),
    # Output and loss
    Case(spec("input 2\ndense 8, relu\ndense 1, tanh"), "W0304", "tanh"),
    Case(spec("input 2\ndense 8, relu\ndense 1\nrelu"), "W0304", "relu"),
    Case(spec("input 2\ndense 8, relu\ndense 3, sigmoid", loss="mse"), "W0304", "sigmoid"),
    Case(spec(loss="squared_error"), "W0305", "sigmoid"),
    Case(spec("input 2\ndense 8, relu\ndense 3, softmax", loss="mse"), "W0305", "softmax"),
    Case(spec("input 2\ndense 8, relu\ndense 1\nsigmoid", loss="mse"), "W0305", "sigmoid"),
    # Starting values
    Case(spec(init="zeros"), "W0306", "zeros"),
    Case(spec(init="constant(0.5)"), "W0306", "constant"),
    Case(spec(layers("dense 8, relu, init = zeros")), "W0306", "zeros"),
    Case(
        spec(
            layers("unit 8", "unit 90"),
            before="block unit(n) {\n    dense n, relu, init = zeros\n}\n",
        ),
        "W0306",
        "zeros",
    ),
    Case(spec(init="normal(10)"), "W0307", "normal"),
    Case(
        spec(
            layers("unit 8", "unit 90"),
            before="block unit(n) {\n    dense n, relu, init = normal(9)\n}\n",
        ),
        "W0307",
        "normal",
    ),
    Case(spec(init="normal"), "W0307", "normal"),
    Case(spec(init="he(scale = 5)"), "W0307", "he"),
    Case(spec(init="uniform(20)"), "W0307", "uniform"),
    Case(spec(init="he(uniform = true, scale = 5)"), "W0307", "he"),
    Case(spec(init="orthogonal(scale = 20)"), "W0307", "orthogonal"),
    Case(spec(layers("dense 8, tanh, init = normal(0.02)")), "W0307", "normal"),
    Case(spec("input 2\ndense 8, relu\ndense 1, init = normal(9)"), "W0307", "normal"),
    Case(spec(deep(6, "relu"), init="xavier"), "W0308", "xavier"),
    Case(spec(deep(7, "tanh"), init="he"), "W0308", "he"),
    Case(spec(deep(6, "tanh"), init=""), "W0308", "tanh"),
    Case(
        spec(layers("repeat 6 {", "dense 16", "leaky_relu", "}"), init="xavier"), "W0308", "xavier"
    ),
    # Deep sigmoids
    Case(spec(deep(4, "sigmoid")), "W0309", "sigmoid"),
    Case(spec(layers("repeat 5 {", "dense 8", "sigmoid", "}")), "W0309", "sigmoid"),
    Case(
        spec(layers(*["dense 8, sigmoid", "dropout keep = 0.9"] * 4), init="xavier"),
        "W0309",
        "sigmoid",
    ),
    # Dropout
    Case(
        spec("input 2\ndropout keep = 0.9\ndense 8, relu\ndense 1, sigmoid"),
        "W0310",
        "dropout keep = 0.9",
    ),
    Case(
        spec("input 2\nlinear\ndropout 0.9\ndense 8, relu\ndense 1, sigmoid"),
        "W0310",
        "dropout 0.9",
    ),
    Case(
        spec("input 2\ndense 8, relu\ndense 1\ndropout keep = 0.9"), "W0311", "dropout keep = 0.9"
    ),
    Case(
        spec("input 2\ndense 8, relu\ndense 1\ndropout keep = 0.9\nelu", loss="mse"),
        "W0311",
        "dropout keep = 0.9",
    ),
    Case(
        spec("input 2\ndense 8, relu\ndense 1\ndropout keep = 0.9\nsigmoid"),
        "W0311",
        "dropout keep = 0.9",
    ),
    Case(spec(layers("dense 8, relu", "dropout keep = 0.2")), "W0312", "0.2"),
    Case(spec(layers("dense 8, relu", "dropout 49%")), "W0312", "49%"),
    Case(spec(layers("dense 8, relu", "dropout keep = 1")), "W0313", "1"),
    Case(spec(layers("dense 8, relu", "dropout 100%")), "W0313", "100%"),
    # Optimiser
    Case(spec(optimizer="adam(lr = 0.5)"), "W0401", "0.5"),
    Case(spec(optimizer="adam(1e-7)"), "W0401", "1e-7"),
    Case(spec(optimizer="rmsprop(lr = 0.1)"), "W0401", "0.1"),
    Case(spec(optimizer="momentum(lr = 2.0)"), "W0401", "2.0"),
    Case(spec(optimizer="sgd(lr = 3.0)"), "W0401", "3.0"),
    Case(spec(optimizer="sgd(lr = rate)", before="let rate = 2\n"), "W0401", "rate"),
    Case(spec(optimizer="sgd(lr = 4.0)", train="run 2_000 epochs\nbatch full"), "W0401", "4.0"),
    Case(spec(optimizer="lion(lr = 0.01)"), "W0401", "0.01"),
    Case(spec(optimizer="momentum(lr = 0.1, beta = 0)"), "W0402", "0"),
    Case(spec(optimizer="adam(beta1 = 0.0)"), "W0402", "0.0"),
    Case(spec(optimizer="adam(beta1 = 0.999, beta2 = 0.9)"), "W0403", "0.9"),
    Case(spec(optimizer="adam(beta2 = 0.5)"), "W0403", "0.5"),
    Case(spec(optimizer="adam(beta1 = 0.9995)"), "W0403", "0.9995"),
    Case(spec(optimizer="adam(eps = 1e-20)"), "W0419", "1e-20"),
    Case(
        spec(optimizer="rmsprop(lr = 0.01, eps = tiny)", before="let tiny = 1e-15\n"),
        "W0419",
        "tiny",
    ),
    Case(spec(regularize="l2(80)"), "W0404", "80"),
    Case(spec(regularize="l1(0.1), l2(1_000)"), "W0404", "1_000"),
    Case(spec(layers("dense 8, relu, regularize = l1(90)")), "W0404", "90"),
    Case(spec(regularize="elastic(l1 = 0.1, l2 = 90)"), "W0404", "90"),
    # Updates
    Case(
        spec(
            train="run 1 epoch\nbatch 1",
            schedule="exponential(0.9)",
            data="source moons(100)\nsplit 80%, 20%",
        ),
        "W0407",
        "1 epoch",
    ),
    Case(spec(train="run 500 epochs\nbatch 801"), "W0405", "801"),
    Case(spec(train="run 1_000 steps\nbatch 1_000"), "W0405", "1_000"),
    Case(spec(train="run 200 epochs\nbatch 400"), "W0406", "400"),
    Case(
        spec(data="source moons(n = 100)\nsplit 80%, 20%", train="run 150 epochs"),
        "W0406",
        "150 epochs",
    ),
    Case(spec(train="run 15 epochs\nbatch 64"), "W0407", "15 epochs"),
    Case(spec(train="run 199 steps"), "W0407", "199 steps"),
    Case(spec(train="run 1 epoch"), "W0407", "1 epoch"),
    Case(
        spec(
            data='source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%',
            train="run 100 steps",
        ),
        "W0407",
        "100 steps",
    ),
    Case(spec(train=TRAIN + "\nshuffle false"), "W0411", "false"),
    Case(spec(data=LARGE, train="run 9 epochs\nbatch auto\nshuffle false"), "W0411", "false"),
    Case(spec(train="run 50 epochs\nbatch auto"), "W0407", "50 epochs"),
    Case(
        spec(
            data='source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%',
            train="run 9 epochs\nshuffle false",
        ),
        "W0411",
        "false",
    ),
    # Times
    Case(spec(train=TRAIN + "\nstop early(patience = 50 epochs)"), "W0408", "50 epochs"),
    Case(spec(train=TRAIN + "\nstop early(patience = 650 steps)"), "W0408", "650 steps"),
    Case(spec(train="run 260 steps\nstop early(patience = 20 epochs)"), "W0408", "20 epochs"),
    Case(spec(train=TRAIN + "\nstop early(patience = 100%)"), "W0408", "100%"),
    Case(
        spec(data=DATA, train="run 4 epochs\nbatch 2\nstop early(on = dev.cost)"), "W0408", "early"
    ),
    Case(spec(schedule="exponential(0.99, every = 200 epochs)"), "W0409", "exponential"),
    Case(
        spec(train="run 800 epochs\nbatch full", schedule="inverse_time(rate = 0)"),
        "W0409",
        "inverse_time",
    ),
    Case(
        spec(train="run 700 steps\nbatch 1", schedule="exponential(rate = 0.9)"),
        "W0409",
        "exponential",
    ),
    Case(spec(schedule="exponential(rate = 0.5)"), "W0410", "exponential"),
    Case(
        spec(schedule="exponential(rate = 0.9, every = 2 steps, per = step)"),
        "W0410",
        "exponential",
    ),
    Case(spec(schedule="inverse_time(rate = 200)"), "W0410", "inverse_time"),
    Case(spec(schedule="cosine(over = 5 epochs)"), "W0410", "cosine"),
    Case(spec(schedule="staircase(rate = 1, every = 50 epochs)"), "W0409", "staircase"),
    Case(spec(schedule="piecewise(60 epochs)"), "W0409", "piecewise"),
    Case(
        spec(schedule="constant(5 epochs) then staircase(rate = 1, every = 50 epochs)"),
        "W0409",
        "constant(5 epochs) then staircase",
    ),
    Case(spec(schedule="warmup(60 epochs)"), "W0412", "60 epochs"),
    Case(spec(schedule="warmup(1_000 steps) then cosine"), "W0412", "1_000 steps"),
    Case(spec(schedule="warmup(100%) then cosine"), "W0412", "100%"),
    Case(spec(schedule="cosine(over = 80%, delay = 30%)"), "W0412", "80%"),
    Case(spec(schedule="warmup(10%) then cosine(over = 90%) then constant"), "W0412", "90%"),
    Case(
        spec(
            data='source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%',
            train="run 30 epochs",
            schedule="exponential(rate = 0.3)",
        ),
        "W0410",
        "exponential",
    ),
    # Data
    Case(
        spec(data='source csv("a.csv", target = "t")\nsplit 80%, 20%'),
        "W0501",
        'csv("a.csv", target = "t")',
    ),
    Case(
        spec(data='source idx(images = "a", labels = "b")\nsplit 80%, 20%'),
        "W0501",
        'idx(images = "a", labels = "b")',
    ),
    Case(
        spec(data='train npz("a.npz", inputs = x, target = t)\ndev circles(n = 100)'),
        "W0501",
        'npz("a.npz", inputs = x, target = t)',
    ),
    Case(
        spec(data="source circles(n = 1_000)\nsplit train = 60%, dev = 20%"),
        "W0504",
        "split train = 60%, dev = 20%",
    ),
    Case(
        spec(data="source circles(n = 2_000)\nsplit 0.5, dev = 1/4"),
        "W0504",
        "split 0.5, dev = 1/4",
    ),
    Case(spec(data="train circles(n = 1_000)\ndev circles(1_000)"), "W0505", "circles(1_000)"),
    Case(
        spec(
            data='train csv("a.csv", target = "t")\nnormalize standard\n'
            'dev csv("b.csv", target = "t")\ntest csv("b.csv", target = "t")'
        ),
        "W0505",
        'csv("b.csv", target = "t")',
    ),
    Case(
        spec(data='source csv("a.csv", target = "t")\nsplit 80%, 20%\nnormalize scale(255)'),
        "W0506",
        "255",
    ),
    Case(
        spec(data='source csv("a.csv", target = "t")\nsplit 80%, 20%\nnormalize scale(1e3)'),
        "W0506",
        "1e3",
    ),
    Case(spec(data="source circles(n = 1_000)"), "W0502", "data"),
    Case(spec(data="train circles(n = 1_000)"), "W0502", "data"),
    Case(spec(data="source circles(n = 1_000)\nsplit 100%"), "W0502", "data"),
    Case(spec(data="source circles(n = 1_000)\nsplit train = 70%"), "W0502", "data"),
    Case(spec(data="source circles(n = 1_000)\nsplit train = 80%, test = 20%"), "W0503", "20%"),
    Case(
        spec(data="train circles(n = 900)\ntest circles(n = 100)"), "W0503", "test circles(n = 100)"
    ),
    # Names, blocks, variants
    Case(spec(before="let width = 8\n"), "W0104", "width"),
    Case(spec(before="let a = 2\nlet b = 2 * a\n"), "W0104", "b"),
    Case(
        spec(
            layers("hidden 8"),
            before="let size = 3\nblock hidden(size) {\n    dense size, relu\n}\n",
        ),
        "W0104",
        "size",
    ),
    Case(spec(before="block hidden {\n    dense 8, relu\n}\n"), "W0105", "block hidden"),
    Case(
        spec(after="variant a {\n    optimizer sgd(lr = 1e-1)\n    init xavier\n}\n"),
        "W0106",
        "optimizer sgd(lr = 1e-1)",
    ),
    Case(spec(after="variant a { init he }\n"), "W0106", "init he"),
    Case(
        spec(after="variant a {\n    train {\n        batch 64\n        run 99 epochs\n    }\n}\n"),
        "W0106",
        "batch 64",
    ),
    Case(
        spec(
            layers("dense width, relu"),
            before="let width = 8\n",
            after="variant a {\n    let width = 8\n    init xavier\n}\n",
        ),
        "W0106",
        "let width = 8",
    ),
    Case(
        spec(layers("unit 8, 3"), before="block unit(n, times = 2) {\n    dense n, relu\n}\n"),
        "W0107",
        "times",
    ),
    Case(
        spec(layers("unit 8"), before="let n = 8\nblock unit(n) {\n    dense 4, relu\n}\n").replace(
            "input 2", "input 2\n    dense n, relu"
        ),
        "W0107",
        "n",
    ),
    Case(spec(after="expect { dev.accuracy >= 0.95% }\n"), "W0207", "0.95%"),
    Case(spec(after="expect { train.accuracy > 0.5% }\n"), "W0207", "0.5%"),
    # Times and amounts that no run reaches
    Case(spec(train=TRAIN + "\nlog every = 100 epochs"), "W0420", "100 epochs"),
    Case(spec(train=TRAIN + "\ncheckpoint every = 9_000 steps"), "W0420", "9_000 steps"),
    Case(spec(train=TRAIN + "\nstop early(dev.accuracy, 5 epochs, delta = 1)"), "W0421", "1"),
    Case(spec(schedule="plateau(on = dev.accuracy, patience = 5 epochs, delta = 2)"), "W0421", "2"),
    # Searches
    # Files of which nothing is used
    Case(spec(before='use "blocks.dl"\n'), "W0108", 'use "blocks.dl"'),
    Case(spec(before='use "empty.dl"\n'), "W0108", 'use "empty.dl"'),
    Case(spec(before='use "around.dl"\n'), "W0108", 'use "around.dl"'),
    # Choices that are listed again
    Case(spec(train="run 50 epochs\nbatch 64 in {32, 64, 2 * 32}"), "W0208", "2 * 32"),
    Case(spec(optimizer="sgd(lr = 0.1 in {0.1, 10%, 1e-1, 0.2})"), "W0208", "10%"),
    Case(spec(layers("dense 8, relu in {relu, tanh, relu}")), "W0208", "relu"),
    Case(
        spec(layers("dense size, relu"), before="let size = 8 in {8, most, 16}\nlet most = 16\n"),
        "W0208",
        "16",
    ),
    Case(
        spec(
            layers("unit 8"),
            before="block unit(n) {\n    dense n, relu in {relu, elu(0.1), elu(1e-1)}\n}\n",
        ),
        "W0208",
        "elu(1e-1)",
    ),
    Case(spec(after="variant v { optimizer sgd(lr = 0.2 in {0.2, 0.3, 0.2}) }\n"), "W0208", "0.2"),
    # Fewer settings than trials
    Case(
        spec(train="run 50 epochs\nbatch 64 in {32, 64}", after="search { trials 3 }\n"),
        "W0209",
        "3",
    ),
    Case(
        spec(
            layers("dense 8 in {4, 8}, relu in {relu, tanh, elu}"),
            after="search {\n    rounds 2\n    trials 60\n}\n",
        ),
        "W0209",
        "60",
    ),
    Case(SEARCHED + "search { objective min(dev.accuracy) }\n", "W0206", "min"),
    Case(SEARCHED + "search { objective max(dev.cost) }\n", "W0206", "max"),
    Case(spec(train="run 50 epochs\nbatch 64 in {64}"), "W0202", "{64}"),
    Case(spec(optimizer="sgd(lr = 0.1 in log(1e-1, 0.1))"), "W0202", "log(1e-1, 0.1)"),
    Case(spec(after="search {\n    trials 20\n}\n"), "W0205", "search"),
    Case(
        spec(before="let lr = 0.1\n", optimizer="sgd(lr = lr)", after="search { rounds 2 }\n"),
        "W0205",
        "search",
    ),
    Case(spec(optimizer="adam(lr = 0.001 in uniform(1e-4, 1e-2))"), "W0203", "uniform"),
    Case(
        spec(optimizer="sgd(lr = rate)", before="let rate = 0.1 in uniform(0.001, 1)\n"),
        "W0203",
        "uniform",
    ),
    Case(
        spec(optimizer="momentum(lr = 0.1, beta = 0.9 in uniform(0.9, 0.999))"), "W0204", "uniform"
    ),
    Case(spec(optimizer="adam(beta2 = 0.99 in log(0.9, 0.9999))"), "W0204", "log"),
    # Batch normalisation
    Case(spec(layers("dense 8, bias = true", "batchnorm", "relu")), "W0314", "true"),
    Case(spec(layers("dense 8, linear, bias = true", "batchnorm", "relu")), "W0314", "true"),
    Case(
        spec(
            layers("hidden 8"),
            before="block hidden(n) {\n    dense n, bias = true\n    batchnorm\n    relu\n}\n",
        ),
        "W0314",
        "true",
    ),
    Case(spec("input 2\ndense 8, relu\ndense 2\nbatchnorm"), "W0315", "batchnorm"),
    Case(spec("input 2\ndense 8, relu\ndense 3\nbatchnorm\nsoftmax"), "W0315", "batchnorm"),
    Case(spec(layers("dense 8", "batchnorm", "relu"), train="run 9 epochs\nbatch 4"), "W0316", "4"),
    Case(spec(layers("batchnorm", "dense 8, relu"), train="run 9 epochs\nbatch 1"), "W0316", "1"),
    Case(
        spec(layers("dense 8, relu", "dropout keep = 0.8", "batchnorm", "dense 8, relu")),
        "W0317",
        "dropout keep = 0.8",
    ),
    Case(
        spec(layers("dense 8", "dropout keep = 0.5", "batchnorm", "relu")),
        "W0317",
        "dropout keep = 0.5",
    ),
    # Windows
    Case(images("conv 4, relu, kernel = 3, pad = same", sizes="1, 1, 9"), "W0318", "3"),
    Case(images("conv 4, relu, pad = same", sizes="1, 1, 9"), "W0318", "conv 4, relu, pad = same"),
    Case(images("maxpool 4", "conv 4, relu, kernel = (5, 3), pad = same"), "W0318", "(5, 3)"),
    Case(images("maxpool 8", "conv 4, relu, kernel = 3, pad = 1, stride = 2"), "W0318", "3"),
    Case(images("conv 4, relu, kernel = 3, pad = 3"), "W0319", "3"),
    Case(images("conv 4, relu, kernel = (3, 1), pad = 2"), "W0319", "2"),
    Case(images("maxpool 2, stride = 3"), "W0320", "3"),
    Case(images("conv 4, relu, kernel = 2, stride = (2, 3)"), "W0320", "(2, 3)"),
    Case(images("conv 4, relu, kernel = 1", sizes="3, 32, 32"), "W0321", "3, 32, 32"),
    Case(images(sizes="1, 28, 28"), "W0321", "1, 28, 28"),
    # Layers without effect
    Case(images("conv 4, relu", "maxpool 1"), "W0322", "maxpool 1"),
    Case(spec(layers("dense 8, relu as a", "add a")), "W0327", "add a"),
    Case(spec(layers("dense 8, relu as a", "add a, a")), "W0327", "add a, a"),
    Case(spec(layers("dense 8, relu as a", "concat a")), "W0327", "concat a"),
    Case(
        images("conv 4, relu", "avgpool (1, 1), stride = 1"), "W0322", "avgpool (1, 1), stride = 1"
    ),
    Case(images("upsample 1"), "W0322", "upsample 1"),
    Case(spec("input 2\nflatten\ndense 8, relu\ndense 1, sigmoid"), "W0322", "flatten"),
    Case(images("reshape 8, 8, 3"), "W0322", "reshape 8, 8, 3"),
    Case(spec(layers("dense 1", "layernorm", "dense 8, relu")), "W0323", "layernorm"),
    Case(spec(layers("layernorm", "dense 8, relu")), "W0323", "layernorm"),
    # Images: sums of sums, slopes, starting values
    Case(images("conv 4", "conv 8, relu"), "W0301", "conv 4"),
    Case(images("conv 4", "batchnorm", "conv 8, relu"), "W0301", "conv 4"),
    Case(images("conv 4, kernel = 3", "avgpool 2"), "W0301", "conv 4, kernel = 3"),
    Case(spec(layers("dense 8", "batchnorm")), "W0301", "dense 8"),
    Case(images(*["conv 8, sigmoid, pad = same", "maxpool 2, stride = 1"] * 4), "W0309", "sigmoid"),
    Case(images("conv 4, relu", init="zeros"), "W0306", "zeros"),
    Case(images("conv 4, relu, init = normal(3)"), "W0307", "normal"),
    Case(sequences("lstm 8", init="zeros"), "W0306", "zeros"),
    Case(sequences("gru 8, recurrent_init = normal(5)"), "W0307", "normal"),
    Case(sequences("rnn 8, init = normal(0.001)"), "W0307", "normal"),
    # Sequences
    Case(sequences("rnn 8", steps=100), "W0324", "rnn"),
    Case(sequences("rnn 8, relu", "gru 8", steps=400), "W0324", "rnn"),
    # Losses
    Case(spec(loss="binary_cross_entropy(class_weights = (1, 1))"), "W0325", "(1, 1)"),
    Case(
        spec(
            "input 2\ndense 8, relu\ndense 3, softmax",
            loss="cross_entropy(class_weights = (2, 2, 2), label_smoothing = 0.1)",
        ),
        "W0325",
        "(2, 2, 2)",
    ),
    Case(spec(loss="binary_cross_entropy(label_smoothing = 0.5)"), "W0326", "0.5"),
    Case(
        spec(
            "input 2\ndense 8, relu\ndense 3, softmax", loss="cross_entropy(label_smoothing = 90%)"
        ),
        "W0326",
        "90%",
    ),
    # The input as target
    Case(back("dense 8, relu", "dense 2, relu", loss="mse"), "W0304", "relu"),
    Case(back("dense 8, relu", "dense 2, sigmoid", loss="mse"), "W0304", "sigmoid"),
    Case(back("dense 8, relu", "dense 2, sigmoid"), "W0304", "standard"),
    # Schedules that wait
    Case(spec(schedule="plateau(patience = 50 epochs)"), "W0413", "50 epochs"),
    Case(spec(train="run 10 epochs\nbatch 8", schedule="plateau"), "W0413", "plateau"),
    Case(
        spec(schedule="plateau(patience = 5 epochs)", train=TRAIN + "\nstop early"),
        "W0413",
        "5 epochs",
    ),
    Case(
        spec(
            schedule="plateau(patience = 8 epochs, on = train.cost)",
            train=TRAIN + "\nstop early(on = train.cost, patience = 60 steps)",
        ),
        "W0413",
        "8 epochs",
    ),
    Case(spec(schedule="warmup(80%) then cosine"), "W0414", "80%"),
    Case(spec(schedule="warmup(30 epochs)"), "W0414", "30 epochs"),
    Case(
        spec(
            schedule="cosine(per = epoch)",
            train="run 2 epochs\nbatch 4",
        ),
        "W0417",
        "epoch",
    ),
    Case(spec(schedule="warmup(1 epoch, per = epoch) then cosine"), "W0417", "epoch"),
    # Gradients that are cut, weights that shrink
    Case(spec(train=TRAIN + "\nclip norm(1e-4)"), "W0415", "1e-4"),
    Case(spec(train=TRAIN + "\nclip value(0.00001)"), "W0415", "0.00001"),
    Case(spec(regularize="l2(0.1), weight_decay(0.01)"), "W0416", "weight_decay"),
    Case(spec(optimizer="adamw(lr = 0.01)", regularize="l2(0.1)"), "W0416", "adamw"),
    Case(
        spec(optimizer="adamw(lr = 0.01, decay = 0.1)", regularize="elastic(l1 = 0.1, l2 = 0.1)"),
        "W0416",
        "0.1",
    ),
    Case(spec(regularize="weight_decay(0.5)"), "W0418", "0.5"),
    Case(spec(optimizer="adamw(lr = 0.01, decay = 10)"), "W0418", "10"),
    Case(
        spec(layers("dense 8", "dropout keep = 0.8", "linear", "batchnorm", "relu")),
        "W0317",
        "dropout keep = 0.8",
    ),
]

QUIET = [
    spec(),
    # All examples at once: larger steps, and few updates on purpose
    spec(optimizer="sgd(lr = 1.2)", train="run 2_000 epochs\nbatch full"),
    spec(optimizer="momentum(lr = 1)"),
    spec(train="run 300 epochs\nbatch full"),
    spec(after="expect { dev.accuracy >= 0.95 }\n"),
    spec(after="expect { dev.accuracy >= 95% }\n"),
    spec(train=TRAIN + "\nlog every = 50 epochs\ncheckpoint every = 10%"),
    spec(train=TRAIN + "\nstop early(dev.accuracy, 5 epochs, delta = 1%)"),
    spec(train=TRAIN + "\nstop early(dev.cost, 5 epochs, delta = 1)"),
    # Searches for the best, thirds, seeds of their own, small factors
    SEARCHED + "search { objective min(dev.cost) }\n",
    SEARCHED + "search { objective max(dev.accuracy) }\n",
    spec(data="source circles(n = 2_000)\nsplit 33.3%, 33.3%, 33.3%"),
    spec(data="train circles(n = 1_000)\ndev circles(n = 1_000, seed = 2)"),
    spec(data='source csv("a.csv", target = "t")\nsplit 80%, 20%\nnormalize scale(1/255)'),
    # A block that a variant replaces by one that uses more
    spec(
        layers("unit 8, 3"),
        before="block unit(n, m) {\n    dense n, relu\n}\n",
        after="variant v {\n    block unit(n, m) {\n        dense n * m, relu\n    }\n}\n",
    ),
    # The same value by another way
    spec(layers("dense 8, relu as a", "dropout keep = 0.9", "add a", "dense 8, relu")),
    # What a file brings is used in part, by another file, by a variant, or only overridden
    spec(layers("dense size, relu"), before='use "blocks.dl"\n'),
    spec(layers("pair 8"), before='use "blocks.dl"\n'),
    spec(layers("pair 8"), before='use "around.dl"\n'),
    spec(before='use "blocks.dl"\n', after="variant v { init he(scale = size / 8) }\n"),
    # As many settings as trials, an interval, a range more in a variant, no number of trials
    spec(train="run 50 epochs\nbatch 64 in {32, 64}", after="search { trials 2 }\n"),
    spec(
        train="run 50 epochs\nbatch 64 in {32, 64}",
        optimizer="sgd(lr = 0.1 in log(0.01, 1))",
        after="search { trials 60 }\n",
    ),
    spec(
        train="run 50 epochs\nbatch 64 in {32, 64}",
        after="search { trials 3 }\nvariant v { optimizer sgd(lr = 0.2 in log(0.1, 1)) }\n",
    ),
    spec(train="run 50 epochs\nbatch 64 in {32, 64}", after="search { rounds 2 }\n"),
    # Choices that differ
    spec(layers("dense 8, relu in {relu, elu(0.1), elu(0.2)}")),
    # A search of one variant
    spec(after="search { rounds 2 }\nvariant v { optimizer sgd(lr = 0.2 in log(0.1, 1)) }\n"),
    # A named value, a shortcut, a gate: what is between is more than one sum
    spec(layers("dense 8", "relu")),
    spec(layers("dense 8", "dropout keep = 0.9", "tanh")),
    spec(layers("dense 8, relu as a", "dense 8 as b", "add a", "relu")),
    spec("input 2\ndense 8, relu\nresidual {\ndense 8, relu\ndense 8\n}\ndense 1, sigmoid"),
    spec("input 9\ndense 3\ndense 9, relu\ndense 1, sigmoid", data=NINE),
    spec("input 2\ndense 8, relu\ndense 1"),
    spec("input 2\ndense 1, sigmoid"),
    spec("input 2\ndense 8, relu\ndense 3\nlinear", loss="mse"),
    # Activations apart
    spec(layers("dense 8, relu", "dense 8, tanh")),
    spec("input 2\ndense 8, relu\ndense 3\nlinear\nelu"),
    spec("input 2\ndense 8, relu\ndense 3\nlinear\nsoftmax"),
    spec("input 2\ndense 8, relu\ndense 1\nsigmoid"),
    # Starting values
    spec(layers("dense 1, tanh"), init="constant(0.5)"),
    spec("input 2\ndense 1, sigmoid", init="zeros"),
    spec("input 2\ndense 8, relu\ndense 1, sigmoid, init = zeros", loss=BINARY),
    spec("input 2\ndense 8, relu\ndense 1, sigmoid, init = normal(0.01)", loss=BINARY),
    spec(init="normal(1)"),
    spec(init="he(scale = 2.9)"),
    spec(init="xavier(scale = 0.34)"),
    spec(deep(5, "relu"), init="xavier"),
    spec(deep(8, "relu"), init="he"),
    spec(deep(8, "tanh"), init="xavier"),
    spec(deep(8, "selu"), init="xavier"),
    spec(deep(5, "tanh"), init="he"),
    spec(layers(*["dense 8, relu", "dense 8, tanh"] * 6)),
    # Sigmoids with a way around, or few
    spec(deep(3, "sigmoid")),
    spec(layers("dense 8, relu", *["residual {", "dense 8, sigmoid", "}"] * 6)),
    spec(layers(*["dense 8, sigmoid", "dense 8, relu"] * 4)),
    # Dropout
    spec(layers("dense 8, relu", "dropout keep = 0.5")),
    spec(layers("dense 8, relu", "dropout share"), before="let share = 1\n"),
    spec(layers("dense 8, relu", "dropout keep = 0.4 in {0.4, 0.8}")),
    spec(
        "input 2 as a\ninput 7 as b\nconcat a, b\ndropout keep = 0.9\ndense 1, sigmoid", data=NINE
    ),
    # Optimiser
    spec(optimizer="sgd(lr = 1)"),
    spec(optimizer="sgd(lr = 1e-5)"),
    spec(optimizer="adam(lr = 0.03)"),
    spec(optimizer="adam(lr = 1e-6)"),
    spec(optimizer="momentum(lr = 0.3, beta = 0.5)"),
    spec(optimizer="adam(beta1 = 0.9, beta2 = 0.9)"),
    spec(optimizer="momentum(lr = 0.1, beta = b)", before="let b = 0\n"),
    spec(regularize="l2(79)"),
    # Updates
    spec(train="run 16 epochs\nbatch 64"),
    spec(train="run 200 steps"),
    spec(train="run 10 s\nbatch 400"),
    spec(train="run 500 epochs\nbatch full"),
    spec(train="run 500 epochs\nbatch 800"),
    spec(train="run 200 epochs\nbatch 399"),
    spec(train="run 900 epochs\nbatch full\nshuffle false"),
    spec(train="run 500 epochs\nbatch auto"),
    spec(train="run 900 epochs\nbatch auto\nshuffle false"),
    spec(data=LARGE, train="run 2 epochs\nbatch auto"),
    spec(NORMED, data=LARGE, train="run 300 epochs\nbatch auto"),
    spec(
        data='source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%',
        train="run 2 epochs\nbatch auto\nshuffle false",
    ),
    spec(train="run 5 min\ncheckpoint every = 10%, keep = 2"),
    spec(train=TRAIN + "\nshuffle true"),
    spec(data="source circles(n = 50)\nsplit 80%, 20%", train="run 500 epochs"),
    spec(
        data='source csv("a.csv", target = "t")\nnormalize standard\nsplit 80%, 20%',
        train="run 1 epoch",
    ),
    # Times
    spec(train=TRAIN + "\nstop early(patience = 49 epochs)"),
    spec(train=TRAIN + "\nstop early(patience = 99%)"),
    spec(train="run 10 s\nstop early(patience = 500 epochs)"),
    spec(schedule="constant"),
    spec(schedule="exponential(rate = 0.95)"),
    spec(schedule="inverse_time(rate = 1)"),
    spec(schedule="inverse_sqrt"),
    spec(schedule="staircase(rate = 1, every = 10 epochs, delay = 1 epoch)"),
    spec(schedule="piecewise(20 epochs, 40 epochs)"),
    spec(schedule="cosine"),
    spec(schedule="one_cycle"),
    spec(schedule="warmup"),
    spec(schedule="warmup(5%) then cosine(to = 0)"),
    spec(schedule="warmup(5 epochs) then cosine(over = 45 epochs)"),
    spec(schedule="warmup(2 epochs) then plateau(factor = 0.5, patience = 5 epochs)"),
    spec(schedule="plateau"),
    spec(regularize="weight_decay(0.09)"),
    spec(optimizer="adamw(decay = 0.1)"),
    spec(optimizer="lion(beta1 = 0.99, beta2 = 0.9)", train=TRAIN + "\nclip norm(1)"),
    spec(train="run 10 min", schedule="exponential(rate = 0.1)"),
    spec(train="run 700 steps\nbatch 1", schedule="exponential(rate = 0.5, per = step)"),
    # Data
    spec(data="train circles(n = 900)\ndev circles(n = 100)"),
    spec(data="source moons(n = 1_000)\nsplit 60%, 20%, 20%"),
    spec(data='source npy(inputs = "a.npy", target = "b.npy")\nnormalize minmax\nsplit 80%, 20%'),
    # Names, blocks, variants
    spec(layers("dense width // 2, relu"), before="let width = 16\n"),
    spec(before="let rate = 0.1\n", optimizer="sgd(lr = rate)"),
    spec(before="let width = 16\n", after="variant a { init normal(width / 16) }\n"),
    spec(before="let most = 0.5\n", optimizer="sgd(lr = 0.1 in log(0.01, most))"),
    spec(after="expect { parameters <= 2 * most }\n", before="let most = 50\n"),
    spec(
        layers("outer 8"),
        before="block inner(n) {\n    dense n, relu\n}\nblock outer(n) {\n    inner n\n}\n",
    ),
    spec(
        before="let size = 3\nblock hidden(n = size) {\n    dense n, relu\n}\n",
        network=layers("hidden"),
    ),
    spec(after="variant a { init xavier }\nvariant b { optimizer sgd(lr = 0.2) }\n"),
    spec(init="", after="variant he { init he }\n"),
    # Search ranges
    spec(train="run 50 epochs\nbatch 64 in {32, 64, 128}"),
    spec(optimizer="sgd(lr = 0.1 in log(0.1, 1))"),
    spec(optimizer="sgd(lr = 0.1 in uniform(0.05, 0.5))"),
    spec(optimizer="momentum(lr = 0.1, beta = 0.9 in uniform(0.8, 0.95))"),
    spec(optimizer="momentum(lr = 0.1, beta = 0.9 in near_one(0.9, 0.999))"),
    spec(regularize="l2(1 in uniform(0.01, 10))"),
    # Batch normalisation where it belongs
    spec(layers("dense 8", "batchnorm", "relu", "dropout keep = 0.8")),
    spec(layers("dense 8, relu", "batchnorm", "dense 8, relu")),
    spec(layers("dense 8, bias = true", "layernorm", "relu")),
    spec(layers("dense 8, bias = false", "batchnorm", "relu")),
    spec(layers("dense 8, bias = true as z", "batchnorm", "relu", "concat z")),
    spec(layers("dense 8", "batchnorm", "relu"), train="run 50 epochs\nbatch 8"),
    spec(layers("dense 8", "layernorm", "relu"), train="run 50 epochs\nbatch 4"),
    spec(layers("dense 8, relu", "dropout keep = 0.8", "dense 8", "batchnorm", "relu")),
    # Windows that fit, and strides that sample on purpose
    images("conv 4, relu, kernel = 3, pad = same", sizes="2, 2, 3"),
    images("conv 4, relu, kernel = 3, pad = same, stride = 2"),
    images("conv 4, relu, kernel = 1, stride = 2"),
    images("conv 4, relu, kernel = 3, dilation = 2, pad = same", "maxpool 3, stride = 2"),
    images("maxpool 2, stride = 3", sizes="2, 2, 3"),
    images("conv 4, relu, kernel = (3, 1)", "conv 4, relu, kernel = (1, 3)"),
    images("conv 4, kernel = (3, 1)", "conv 4, relu, kernel = (1, 3)"),
    images("conv 4, relu", "maxpool global", "reshape 1, 1, 4"),
    images(sizes="1, 40, 4"),
    images(sizes="3, 32, 3"),
    images("conv 4, pad = same as a", "batchnorm", "relu", "conv 4, relu, pad = same", "add a"),
    images("conv 8, kernel = 1", "maxpool 2", "conv 4, relu"),
    images("conv 64, relu, kernel = 3, pad = same", "conv 32, relu, kernel = 3", init="he"),
    images("conv 4, kernel = 1", "batchnorm", "conv 12, relu, kernel = 1", sizes="8, 8, 16"),
    # Layers that do something
    images("maxpool 3, stride = 1, pad = same"),
    spec(
        "input 3, 3\nflat\nflat\ndense 8, relu\ndense 3, softmax",
        data=NINE,
        before="block flat {\n    flatten\n}\n",
    ),
    spec(layers("dense 3", "layernorm", "dense 8, relu")),
    sequences("lstm 8", "layernorm"),
    # Sequences
    sequences("rnn 8", steps=99),
    sequences("gru 8", "lstm 8", steps=500),
    sequences("rnn 8, recurrent_init = orthogonal", steps=300),
    # Losses
    spec(loss="binary_cross_entropy(class_weights = (1, 2), label_smoothing = 0.1)"),
    # The input as target
    back("dense 8, relu", "dense 2, sigmoid", normalize="minmax"),
    back("dense 8, relu", "dense 2, sigmoid", normalize="minmax", loss="mse"),
    back("dense 8, relu", "dense 2", loss="mse"),
    # Schedules that wait
    spec(schedule="plateau(patience = 2 epochs)", train=TRAIN + "\nstop early"),
    spec(schedule="plateau(patience = 8 epochs, on = train.cost)", train=TRAIN + "\nstop early"),
    spec(schedule="plateau(delta = 0.1)", train=TRAIN + "\nstop early"),
    spec(schedule="warmup(50%) then cosine"),
    spec(schedule="cosine(per = epoch)"),
    spec(schedule="exponential(0.9, per = epoch, over = 2 epochs)"),
    # Gradients that are cut, weights that shrink
    spec(train=TRAIN + "\nclip norm(0.01)"),
    spec(train=TRAIN + "\nclip value(0.001)"),
    spec(regularize="l1(0.1), weight_decay(0.01)"),
    spec(regularize="l2(0.1), max_norm(3)"),
    spec(optimizer="adamw(lr = 0.01, decay = 0)", regularize="l2(0.1)"),
    spec(layers("dense 8, relu, regularize = l2(1)"), regularize="weight_decay(0.01)"),
    spec(optimizer="lion(lr = 1e-3, decay = 1)"),
    spec(regularize="elastic(l1 = 0.1, l2 = 0), weight_decay(0.01)"),
]
