"""A spec that compiles, in a Python program: what it is, its runs, and what it then predicts."""

from __future__ import annotations

import os
import warnings

from numpy.typing import ArrayLike

from specc.api.given import Pair
from specc.api.predicting import Fitted, Predicting, Which
from specc.api.request import given_request
from specc.api.run import Run
from specc.batching import batch_size
from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.driver import Compilation, make_plan
from specc.job import network_digest
from specc.lang.lets import read_lets
from specc.run.data import prepare
from specc.trained import Trained, open_trained
from specc.training import load_data, prepare_job


class Model(Predicting):
    """A spec that compiles. It trains, and then predicts by its last run.

        model = specc.compile("digits.dl")
        model.shapes["W1"]              (64, 64)
        model.fit().predict(X)

    Made by `specc.compile` and `specc.load`.
    """

    def __init__(self, compilation: Compilation) -> None:
        self._compilation = compilation
        self._run: Run | None = None
        self._loaded: Fitted | None = None

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self._compilation.model.name

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is legal in the spec, and suspicious."""
        return self._compilation.warnings

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        return self._compilation.model.size

    @property
    def task(self) -> str:
        """What is learnt: `classes`, `binary`, `real` numbers, or the `input` itself."""
        return self._compilation.model.task

    @property
    def outputs(self) -> int:
        """How many numbers come out for one example."""
        return self._compilation.model.outputs

    @property
    def lets(self) -> tuple[str, ...]:
        """The names that the spec defines by `let`; `settings` may give them other values."""
        return tuple(read_lets(self._compilation.spec, Sink())[0])

    @property
    def shapes(self) -> dict[str, tuple[int | str, ...]]:
        """The shape of every parameter and value in the notation of the course, layer by layer.

        Examples are columns, and their number is `"m"`: `{"W1": (64, 64), "b1": (64, 1),
        "Z1": (64, "m"), "A1": (64, "m"), ...}`.
        """
        model = self._compilation.model
        found: dict[str, tuple[int | str, ...]] = {}
        for row in model.layers:
            found |= {p.symbol: p.shape for p in model.parameters if p.layer == row.label}
            for v in row.values:
                found[v.name] = tuple(d if isinstance(d, int) else str(d) for d in v.shape)
        return found

    @property
    def source(self) -> str:
        """The text of the NumPy program that trains. With `batch full` and `batch auto` the data
        are read for it.
        """
        compilation = self._compilation
        batch = compilation.bound.train.batch
        if batch is None:
            examples = load_data(compilation).train.n
            batch = batch_size(compilation.bound.train, compilation.model, examples)
        return make_plan(compilation, batch).program.text

    def train(
        self,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        *,
        dev: Pair | None = None,
        test: Pair | None = None,
        out: str | os.PathLike[str] | None = None,
    ) -> Run:
        """A run that trains as it is iterated over.

        Without arrays the data are those of the spec. With them, X and y take the place of its
        `source` or `train`, and the rest of `data` stays in force: `split` divides them,
        `normalize` is fitted on the training part. Where `dev` or `test` are given too, X and y are
        the training set as a whole, and `split` is not used.

        Args:
            X: (n, features), or (n, height, width, channels); numbers as in a data file.
            y: (n,) labels or numbers, (n, k) numbers; None for an autoencoder.
            dev: The inputs and targets of a dev set.
            test: Those of a test set.
            out: The run directory, new or empty; without it nothing is written.

        Raises:
            ValueError: arrays do not fit the spec, or a set that it needs is not given.
            RunError: data are missing or do not fit (E0501 to E0510), or the machine is too small.
        """
        compilation = self._compilation
        dataset = None
        if X is not None:
            dataset = prepare(given_request(compilation, (X, y), dev, test))
        elif y is not None or dev is not None or test is not None:
            raise ValueError("targets or further sets are given, and X is not")
        directory = None if out is None else os.fspath(out)
        self._run = Run(prepare_job(compilation, directory or "", dataset), directory)
        self._loaded = None
        return self._run

    def fit(
        self,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        *,
        dev: Pair | None = None,
        test: Pair | None = None,
        out: str | os.PathLike[str] | None = None,
    ) -> Run:
        """`train` to the end: the finished run.

        >>> import numpy as np
        >>> import specc
        >>> model = specc.compile('''
        ... data { source circles(n = 100) }
        ... network {
        ...     input 2
        ...     dense 8, relu
        ...     dense 1, sigmoid
        ... }
        ... loss binary_cross_entropy
        ... optimizer adam(lr = 0.05)
        ... train { run 30 epochs }
        ... ''')
        >>> X = np.random.default_rng(1).normal(size=(200, 2))
        >>> y = np.where(X[:, 0] > 0, "right", "left")
        >>> run = model.fit(X, y)
        >>> run.result.status
        'finished'
        >>> model.predict([[2, 0], [-2, 0]]).tolist()
        ['right', 'left']
        """
        return self.train(X, y, dev=dev, test=test, out=out).fit()

    def load(self, path: str | os.PathLike[str], *, checkpoint: str = "best") -> Model:
        """Take over the state of a saved file or a run directory; returns the model itself.

        Raises:
            RunError: E0512, it is missing, damaged, or no checkpoint of specc.
            ValueError: it is the state of another network, or `checkpoint` no name of one.
        """
        trained = open_trained(path, checkpoint)
        if network_digest(trained.compilation) != network_digest(self._compilation):
            raise ValueError(f"`{os.fspath(path)}` holds the state of another network")
        self._take(trained)
        return self

    def _take(self, trained: Trained) -> None:
        if trained.changed:
            warnings.warn(
                "the saved spec gives another network than the one that was trained: "
                "a file that it uses, or specc itself, has changed",
                stacklevel=3,
            )
        self._run = None
        self._loaded = Fitted(self._compilation, trained.predictor, trained.step, trained.hashes)

    def __repr__(self) -> str:
        model = self._compilation.model
        variant = self._compilation.bound.variant
        name = f"{model.name}, variant {variant}" if variant else model.name
        return f"<Model {name}: {model.features} -> {model.outputs}, {model.size:,} parameters>"

    def _fitted(self, checkpoint: Which) -> Fitted:
        if self._run is not None:
            return self._run._fitted(checkpoint)
        if self._loaded is None:
            raise RuntimeError("nothing is trained yet: call `fit`, or `load` a saved state")
        return self._loaded
