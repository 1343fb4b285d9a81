"""What a run asks of its data, and how errors in the data point back at the spec."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.diag.source import Span
from specc.library.table import DataSource, Normalizer
from specc.library.tokens import Tokens
from specc.run.split import Split

Blame = Callable[..., RunError]
"""(code, headline, label, *notes, helps = ()) -> an error that points at the data source."""


@dataclass(frozen=True, slots=True, eq=False)
class DataRequest:
    """What a run needs of its data.

    Attributes:
        source, train: where examples come from; one of the two is given, and `split` divides it.
        dev, test: separate sources, in place of shares of `split`.
        task: `classes` (class numbers), `binary` (two values), `real` (numbers), `input` (an
            autoencoder).
        outputs: outputs of the network: the number of classes, or of target columns.
        features: the product of the dims of `input`.
        shape: the dims of `input` where there are several, (28, 28, 1) of an image.
        bounded: whether the loss takes targets between 0 and 1 only, where the input is its target.
        dtype: `float32` or `float64`.
        folder: where relative paths start.
        tokens: which inputs are token numbers; they are never normalised.
        spans: where `input`, `split`, `loss`, `source` and the first `embedding` were written, for
            messages.
    """

    task: str
    outputs: int
    features: int
    folder: str
    shape: tuple[int, ...] = ()
    bounded: bool = False
    dtype: str = "float32"
    source: DataSource | None = None
    train: DataSource | None = None
    dev: DataSource | None = None
    test: DataSource | None = None
    split: Split | None = None
    normalizer: Normalizer | None = None
    tokens: tuple[Tokens, ...] = ()
    spans: Mapping[str, Span | None] = field(default_factory=dict)

    def further(self, source: DataSource) -> DataRequest:
        """What is asked of a further source: all of it, and nothing that the spec says of its own.

        Its paths start at the working directory.
        """
        return replace(
            self,
            folder=os.curdir,
            source=source,
            train=None,
            dev=None,
            test=None,
            split=None,
            normalizer=None,
            spans={},
        )


_NEEDS = {"classes": "needs class labels", "binary": "needs two values", "real": "needs numbers"}


def blame_source(source: DataSource, request: DataRequest) -> Blame:
    """Errors that point at a source, and where its target is the matter, at the loss too."""

    def blame(
        code: str, message: str, label: str, *notes: str, helps: tuple[Help, ...] = ()
    ) -> RunError:
        span = source.span() or request.spans.get("source")
        loss = request.spans.get("loss") if code in ("E0502", "E0503", "E0504", "E0510") else None
        return RunError(
            Diagnostic(
                code,
                message,
                Label(span, label) if span else None,
                (Label(loss, _NEEDS[request.task]),) if loss and request.task in _NEEDS else (),
                notes=notes,
                helps=helps,
            )
        )

    return blame
