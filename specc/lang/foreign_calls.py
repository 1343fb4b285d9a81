"""Layers of Keras and PyTorch as they are written there, as statements of this language.

    nn.Conv2d(3, 16, kernel_size=3, padding="same")   ->   conv 16, kernel = 3, pad = same

Their arguments have other names, another order, and say things that are known here. Where one of
them has no counterpart, nothing is made of the call: half of a layer would be another layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from specc.lang.foreign import DROPPED, ours, plain
from specc.library.define import Arg
from specc.library.registry import standard

KERAS: Final[Mapping[str, str]] = {
    "conv2d": "conv units kernel stride pad",
    "dense": "dense units activation",
    "maxpooling2d": "maxpool size stride pad",
    "averagepooling2d": "avgpool size stride pad",
    "globalaveragepooling2d": "avgpool =global",
    "globalmaxpooling2d": "maxpool =global",
    "upsampling2d": "upsample times",
    "batchnormalization": "batchnorm",
    "layernormalization": "layernorm",
    "dropout": "dropout keep",
    "flatten": "flatten",
    "reshape": "reshape sizes",
    "embedding": "embedding vocabulary units",
    "lstm": "lstm units",
    "gru": "gru units",
    "simplernn": "rnn units activation",
}
"""Layer there, layer here, and our names of their values in order; `-` is known here, `=word` is
written as it is.
"""
TORCH: Final[Mapping[str, str]] = {
    "conv2d": "conv - units kernel stride pad dilation groups bias",
    "linear": "dense - units bias",
    "maxpool2d": "maxpool size stride pad",
    "avgpool2d": "avgpool size stride pad",
    "adaptiveavgpool2d": "avgpool - =global",
    "adaptivemaxpool2d": "maxpool - =global",
    "batchnorm1d": "batchnorm - eps",
    "batchnorm2d": "batchnorm - eps",
    "layernorm": "layernorm - eps",
    "dropout": "dropout keep",
    "flatten": "flatten - -",
    "embedding": "embedding vocabulary units",
    "lstm": "lstm - units",
    "gru": "gru - units",
    "rnn": "rnn - units",
}
SIZED: Final[Mapping[str, tuple[str, ...]]] = {
    word: tuple(labels)
    for word, known, *labels in (line.split() for line in TORCH.values() if " " in line)
    if known == "-"
}
"""Layers that PyTorch tells the size of what arrives, and our names of their other values."""
KNOWN_FIRST: Final = {word: labels for word, labels in SIZED.items() if labels[0] == "units"}
"""Layers whose first number in PyTorch is the size of what arrives, and our names of the others."""
KNOWN: Final = frozenset(
    map(
        plain,
        "input_shape input_dim input_size in_features in_channels data_format batch_first inplace "
        "name return_sequences dim start_dim end_dim num_features normalized_shape output_size "
        "input_length".split(),
    )
)
"""Arguments of theirs that say what is known here, or has one form only."""
_ITEM: Final = re.compile(r"(?:[^,()\[\]]|[(\[][^()\[\]]*[)\]])+")
_NAMED: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.*\S)\s*", re.S)
_VALUE: Final = re.compile(r"[\w.]+(?:e-\d+)?|\([\w\s,]+\)", re.ASCII)
LONGEST: Final = 200
"""Characters of a call that is translated."""


def translated(name: str, inside: str) -> str | None:
    """A call as a statement; None where it is not known what that would be.

    Args:
        name: The name that is called, as written: `Conv2D`, `nn.Conv2d`.
        inside: What stands between its brackets.
    """
    if len(inside) > LONGEST or "\n" in inside:
        return None
    library, _, word = name.rpartition(".")
    items = [item for item in _ITEM.findall(inside) if item.strip()]
    bare = sum(_NAMED.fullmatch(item) is None for item in items)
    if not word[:1].isupper():
        return None
    if word == "Activation":
        known = _value(inside.strip())
        return known if known in standard().words("activations") else None
    tables = (TORCH, KERAS) if library.startswith(("nn", "torch")) else (KERAS, TORCH)
    if word.endswith("2d") or (bare > 1 and word in ("LSTM", "GRU", "RNN")):
        tables = (TORCH, KERAS)
    for table in tables:
        here, *places = table.get(plain(word), "").split() or [""]
        kind = standard().find("layers", here)
        statement = None if kind is None else _statement(here, places, kind.args, items)
        if statement is not None:
            return statement
    return None


def _statement(here: str, places: list[str], args: tuple[Arg, ...], items: list[str]) -> str | None:
    values = {p: p[1:] for p in places if p.startswith("=")}
    order = iter([p for p in places if not p.startswith("=")])
    labels = [a.label for a in args]
    for item in items:
        named = _NAMED.fullmatch(item)
        if named is None:
            label, text = next(order, None), item.strip()
        else:
            label, text = ours(named[1], "arguments", labels), named[2]
            label = named[1] if named[1] in labels else label
            if plain(named[1]) in DROPPED and "keep" in labels:
                label = "keep"
            if label is None and plain(named[1]) in KNOWN:
                continue
        if label == "-":
            continue
        value = _value(text)
        if label is None or value is None or label in values:
            return None
        if label == "keep":
            value = _kept(value)
        if value is None or (label == "average" and named is not None and len(places) > 1):
            return None  # PyTorch's share is that of the new average
        values[label] = value
    if any(a.required and a.label not in values for a in args):
        return None
    return " ".join([here, ", ".join(written(values, args))]).strip()


def written(values: Mapping[str, str], args: Sequence[Arg]) -> Iterator[str]:
    """Values in their places as long as none before them is missing, the others by name."""
    yield from (text for label, text in values.items() if label.startswith("="))
    bare = not any(label.startswith("=") for label in values)
    for a in args:
        if a.label not in values:
            bare = False
            continue
        text = values[a.label]
        if a.label == "sizes":
            text = text.strip("()")
        bare = bare and not a.keyword
        yield text if bare and a.label != "keep" else f"{a.label} = {text}"


def _value(text: str) -> str | None:
    """A value of Python as one of ours."""
    for quote in "'\"":
        if len(text) > 2 and text[0] == text[-1] == quote:
            text = text[1:-1]
    if text in ("True", "False"):
        return text.lower()
    if text.startswith("["):
        text = f"({text[1:-1]})"
    return text if _VALUE.fullmatch(text) else None


def _kept(text: str) -> str | None:
    """The share that stays, from the one that goes."""
    try:
        return f"{1 - float(text):.6g}"
    except ValueError:
        return None
