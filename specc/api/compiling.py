"""`specc.compile` and `specc.load`: models from specs, and from what was trained."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from specc.api.checking import Spec, source_of
from specc.api.model import Model
from specc.driver import compile_sized, compile_source
from specc.trained import open_trained

Settings = Mapping[str, Any]
"""`{"train.batch": 128, "optimizer.lr": 1e-3}`: what `--set` takes, by path."""


def compile(  # noqa: A001 - what it is called wherever there is a compiler
    spec: Spec, *, variant: str | None = None, settings: Settings | None = None
) -> Model:
    """Compile a spec.

    Args:
        spec: A path, or the text of a spec. A text holds a line break or a brace.
        variant: One of the file's variants.
        settings: Other values by path, as `--set` takes them.

    Raises:
        SpecError: it does not compile; `.diagnostics` says where and why.
        RunError: E0501 or E0507, the file cannot be read.

    >>> import specc
    >>> text = '''
    ... let width = 4
    ... data { source circles(n = 100) }
    ... network {
    ...     input 2
    ...     dense width, relu
    ...     dense 1, sigmoid
    ... }
    ... loss binary_cross_entropy
    ... optimizer adam(lr = 0.05)
    ... train { run 2 epochs }
    ... '''
    >>> model = specc.compile(text, settings={"width": 8, "optimizer.lr": 0.1})
    >>> model.parameters, model.shapes["W1"], model.shapes["A1"]
    (33, (8, 2), (8, 'm'))
    >>> specc.compile(text.replace("relu", "relo"))
    Traceback (most recent call last):
    specc.diag.diagnostic.SpecError: error[E0202]: `dense` takes an activation, not `relo`
    """
    return Model(compile_source(source_of(spec), variant, _texts(settings or {})))


def compile_for(
    sizes: Mapping[str, int], spec: Spec, *, variant: str | None, settings: Settings
) -> Model:
    """`compile` for data of these sizes: each is the value of the `let` of its name, if the spec
    has one and `settings` do not say otherwise.
    """
    given = {name: str(size) for name, size in sizes.items() if name not in settings}
    return Model(compile_sized(source_of(spec), given, variant, _texts(settings)))


def load(path: str | os.PathLike[str], *, checkpoint: str = "best") -> Model:
    """The trained model in a run directory, or in a file that `save` wrote.

    Args:
        path: The directory, or the file.
        checkpoint: The state of a run: `best`, `last`, or one that `checkpoint keep` has kept, such
            as `step-200`.

    Raises:
        RunError: E0512, it is missing, damaged, or no checkpoint of specc.
        SpecError: its spec does not compile (any more).
        ValueError: `checkpoint` is no name of one.
    """
    trained = open_trained(path, checkpoint)
    model = Model(trained.compilation)
    model._take(trained)
    return model


def _texts(settings: Settings) -> list[str]:
    return [_setting(path, value) for path, value in settings.items()]


def _setting(path: str, value: object) -> str:
    """`train.batch=128` of a path and a value."""
    if hasattr(value, "item"):
        value = value.item()  # a number of NumPy
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise TypeError(f"settings[{path!r}] is a {type(value).__name__}, not text or a number")
    return f"{path}={value}"
