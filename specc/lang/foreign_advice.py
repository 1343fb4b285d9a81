"""What other tools have as one word or argument and this language has as several, or not at all:
advice in words, where no single word could be put in place of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from specc.lang.foreign import plain

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "layers": {
        "conv_transpose conv_transpose2d conv2d_transpose transposed_conv deconv deconv2d": (
            "`upsample 2` and a `conv` behind it do so"
        ),
        "depthwise_conv depthwise_conv2d": (
            "it is a `conv` with as many `groups` as channels arrive"
        ),
        "separable_conv separable_conv2d": (
            "it is two of them: a `conv` with as many `groups` as channels arrive, "
            "and a `conv` with `kernel = 1`"
        ),
        "zero_padding2d zero_pad2d padding pad": (
            "zeros around the image are an argument: `conv 16, pad = same`"
        ),
        "group_norm group_normalization instance_norm instance_norm2d rms_norm": (
            "`batchnorm` normalises each channel, `layernorm` each example"
        ),
        "spatial_dropout spatial_dropout2d dropout2d": (
            "`dropout keep = 0.8` switches off single values; there is none for whole channels"
        ),
        "bidirectional": "recurrent layers go forward only",
        "time_distributed": (
            "recurrent layers give the states of all steps; `last` takes the last"
        ),
        "repeat_vector": "`reshape` puts values into steps: `reshape 1, 64`",
        "permute transpose swapaxes": "axes keep their order: images are height, width, channels",
        "return yield": "a block gives what its last layer gives: leave it out",
        "squeeze expand_dims unsqueeze": "`reshape` gives the axes of an example anew",
    },
    "metrics": {
        "loss cost": "cost and loss are measured in any case: leave it out",
    },
    "schedules": {
        "sequential_lr chained_scheduler sequential join_schedules": (
            "schedules are joined by `then`: `warmup(5%) then cosine`"
        ),
        "noam transformer": "it is `warmup(5%) then inverse_sqrt`",
        "polynomial polynomial_lr polynomial_decay poly": (
            "`cosine` falls to 0 over the run, `inverse_time` for ever"
        ),
        "cyclic_lr cyclic triangular": "`one_cycle` rises and falls once",
    },
    "normalizers": {
        "batch_norm batch_normalization bn": "it is a layer of `network`: `batchnorm`",
        "layer_norm": "it is a layer of `network`: `layernorm`",
    },
}
"""By category; each key holds the names that one piece of advice is about."""

ARGUMENTS: Final[Mapping[str, str]] = {
    "input_shape input_dim input_size in_features in_channels batch_input_shape input_length": (
        "the sizes of what arrives are known: only `input` at the start of `network` says them"
    ),
    "return_sequences return_state": (
        "recurrent layers give the states of all steps; `last` on the next line takes the last one"
    ),
    "batch_first data_format time_major": (
        "axes have one order: steps, features; height, width, channels; leave it out"
    ),
    "num_layers": "one layer is one statement: `repeat 2 { lstm 64 }`",
    "activation": "an activation is a statement as well: `relu` on the next line",
    "dropout": "dropout is a layer of its own: `dropout keep = 0.8` on the next line",
    "recurrent_dropout bidirectional go_backwards stateful unroll cooldown verbose amsgrad mode": (
        "there is no such thing here: leave it out"
    ),
    "clipnorm clipvalue global_clipnorm clip_norm clip max_grad_norm": (
        "gradients are bounded in `train`: `clip norm(1)`"
    ),
    "weight_decay decay": (
        "weights decay by an optimiser of their own, `adamw(decay = 0.01)`, "
        "or by `regularize weight_decay(0.01)`"
    ),
    "momentum": "momentum is an optimiser of its own: `momentum(lr = 0.1, beta = 0.9)`",
    "nesterov": "it is an optimiser of its own: `nesterov(lr = 0.1, beta = 0.9)`",
    "betas": "they are two arguments: `beta1 = 0.9, beta2 = 0.999`",
    "from_logits": (
        "the network ends with its activation, and both are one operation: leave it out"
    ),
    "reduction": "the cost is the mean over the examples: leave it out",
    "name": "a value gets a name by `as`: `dense 64, relu as features`",
    "t_max total_steps steps_per_epoch": (
        "a schedule lasts for the rest of the run unless `over` says how long"
    ),
    "eta_min min_lr": "`to` is where the rate ends, as a share of lr: `to = 0.01`",
    "max_lr base_lr initial_lr init_lr": (
        "rates start from that of the optimiser: `adam(lr = 1e-3)`"
    ),
    "header names index_col skiprows usecols": (
        "line 1 of the file names the columns, and `inputs = (a, b)` chooses among them"
    ),
    "restore_best_weights save_best_only save_best": (
        "the best state is kept in any case: leave it out"
    ),
    "mean std": "`normalize standard` takes mean and deviation from the training set",
}
"""Arguments, of whatever statement or word."""


def word_advice(word: str, category: str) -> str | None:
    """What takes the place of a word that has no counterpart in a category."""
    return _advice(category).get(plain(word.rpartition(".")[2]))


def argument_advice(name: str) -> str | None:
    """What takes the place of an argument that has no counterpart."""
    return _advice("").get(plain(name))


@cache
def _advice(category: str) -> Mapping[str, str]:
    """The table of a category, or of arguments where none is given, by single names."""
    table = WORDS.get(category, {}) if category else ARGUMENTS
    return {plain(word): text for words, text in table.items() for word in words.split()}
