"""What other tools call things: names that people bring along, and what they are here.

Each table leads from our word to theirs, compared without case, `_` and `-`. An entry counts only
where our word exists, so that a word may stand here before it is built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "layers": {
        "input": "input_layer input_shape input_dim input_size inputs",
        "dense": "linear fully_connected fc affine inner_product full hidden output output_layer",
        "conv": "conv1d conv2d conv3d convolution convolution2d convolutional",
        "maxpool": "max_pool2d max_pooling2d max_pooling maxpool2d pool pooling "
        "global_max_pooling2d global_max_pool adaptive_max_pool2d",
        "avgpool": "avg_pool2d average_pooling2d average_pool mean_pool global_average_pooling2d "
        "global_avg_pool global_avg_pool2d global_average_pooling adaptive_avg_pool2d gap",
        "batchnorm": "batch_normalization batch_norm1d batch_norm2d batch_normalize bn",
        "layernorm": "layer_normalization ln",
        "dropout": "drop alpha_dropout gaussian_dropout",
        "flatten": "view ravel",
        "reshape": "resize unflatten",
        "embedding": "embed lookup",
        "rnn": "simple_rnn recurrent",
        "residual": "skip shortcut skip_connection resnet identity_block",
        "repeat": "times",
        "concat": "concatenate cat merge join hstack stack",
        "add": "sum plus",
        "upsample": "upsampling2d up_sampling interpolate",
        "from": "goto continue",
    },
    "activations": {
        "sigmoid": "logistic sigm expit",
        "linear": "identity none id",
        "silu": "swish",
        "leaky_relu": "lrelu",
        "tanh": "hyperbolic_tangent tansig",
        "softplus": "soft_relu",
        "softmax": "soft_max normalized_exponential",
    },
    "inits": {
        "he": "kaiming kaiming_normal kaiming_uniform he_normal he_uniform msra",
        "xavier_avg": "glorot glorot_normal glorot_uniform xavier_normal xavier_uniform",
        "lecun": "lecun_normal lecun_uniform",
        "normal": "gaussian random_normal randn truncated_normal random",
        "uniform": "random_uniform rand",
        "zeros": "zero zeros_init",
        "constant": "fill const",
        "orthogonal": "ortho",
    },
    "losses": {
        "binary_cross_entropy": "bce bce_loss bce_with_logits binary_crossentropy log_loss "
        "logistic_loss bce_with_logits_loss sigmoid_cross_entropy logistic",
        "cross_entropy": "categorical_crossentropy sparse_categorical_crossentropy nll nll_loss "
        "cross_entropy_loss negative_log_likelihood softmax_cross_entropy ce xent softmax "
        "categorical_cross_entropy",
        "mse": "mean_squared_error mse_loss l2_loss quadratic least_squares l2",
        "mae": "mean_absolute_error l1_loss absolute_error l1",
        "huber": "smooth_l1 smooth_l1_loss huber_loss",
        "squared_error": "sum_squared_error sse half_mse",
    },
    "regularizers": {
        "l2": "ridge tikhonov weight_penalty frobenius l2_regularization",
        "l1": "lasso l1_regularization",
        "elastic": "l1_l2 l1l2 elastic_net",
        "weight_decay": "decoupled decay wd",
        "max_norm": "maxnorm_constraint norm_constraint",
    },
    "optimizers": {
        "sgd": "gd gradient_descent stochastic_gradient_descent batch_gradient_descent",
        "momentum": "sgd_momentum heavy_ball sgdm",
        "nesterov": "nag nesterov_momentum",
        "rmsprop": "rms",
        "adamw": "adam_w",
        "adam": "adam_optimizer",
    },
    "schedules": {
        "staircase": "step step_lr step_decay",
        "piecewise": "multistep_lr piecewise_constant piecewise_constant_decay milestones",
        "exponential": "exponential_lr exponential_decay exp",
        "inverse_time": "inverse_time_decay time_decay time_based",
        "cosine": "cosine_annealing cosine_annealing_lr cosine_decay sgdr "
        "cosine_annealing_warm_restarts cosine_decay_restarts",
        "plateau": "reduce_lr_on_plateau reduce_on_plateau",
        "warmup": "linear_warmup linear_lr",
        "one_cycle": "one_cycle_lr",
        "constant": "constant_lr fixed none",
    },
    "metrics": {
        "accuracy": "acc accuracy_score binary_accuracy categorical_accuracy",
        "mae": "mean_absolute_error",
        "f1": "f1_score f_score",
        "r2": "r2_score r_squared",
        "top_k": "top_k_accuracy top5",
        "confusion": "confusion_matrix",
        "recall": "sensitivity tpr",
    },
    "sources": {
        "csv": "read_csv tsv table from_csv pandas",
        "idx": "mnist ubyte",
        "npz": "savez",
        "npy": "numpy array",
        "parquet": "read_parquet feather arrow",
        "images": "image_folder imagefolder pictures image_dataset_from_directory",
        "spirals": "spiral make_spiral",
        "circles": "make_circles",
        "moons": "make_moons",
        "blobs": "make_blobs",
    },
    "normalizers": {
        "standard": "standard_scaler standardize standardise zscore z_score mean_std",
        "minmax": "min_max_scaler min_max rescale",
        "scale": "divide factor multiply",
    },
    "clips": {
        "norm": "clip_grad_norm clip_grad_norm_ clip_by_norm clip_by_global_norm clipnorm "
        "global_clipnorm global_norm",
        "value": "clip_grad_value clip_grad_value_ clip_by_value clipvalue",
    },
    "targets": {
        "classes": "categorical class labels multiclass one_hot softmax",
        "binary": "bool boolean yes_no sigmoid",
        "real": "number numbers continuous regression float",
        "input": "inputs itself autoencoder self x reconstruction",
    },
    "augmentations": {
        "flip": "random_flip random_horizontal_flip horizontal_flip hflip mirror",
        "crop": "random_crop pad_and_crop",
        "shift": "translate random_translation random_affine width_shift",
        "rotate": "rotation random_rotation turn",
        "noise": "gaussian_noise gauss_noise jitter",
    },
    "stops": {"early": "early_stopping earlystop patience"},
    "results": {
        "parameters": "params num_params n_params n_parameters total_params trainable_params",
        "output.shape": "output_shape out_shape",
        "memory": "ram bytes",
        "dev.cost": "val_cost valid_cost validation_cost dev_cost",
        "dev.loss": "val_loss valid_loss validation_loss dev_loss eval_loss",
        "dev.accuracy": "val_accuracy val_acc valid_acc validation_accuracy dev_accuracy dev_acc",
        "dev.mae": "val_mae validation_mae dev_mae",
        "train.cost": "train_cost training_cost",
        "train.loss": "train_loss training_loss",
        "train.accuracy": "train_accuracy train_acc training_accuracy",
        "test.cost": "test_cost",
        "test.loss": "test_loss",
        "test.accuracy": "test_accuracy test_acc",
    },
    "ranges": {
        "log": "loguniform log_uniform qloguniform logarithmic log10 exponential",
        "uniform": "float real quniform linear range",
        "int": "randint integer int_uniform qrandint discrete",
    },
    "units": {
        "epochs": "ep epo passes",
        "min": "m mins",
        "h": "hr hrs",
        "s": "secs",
        "steps": "iterations iters iter it updates batches",
    },
}

ARGUMENTS: Final[Mapping[str, str]] = {
    "lr": "learning_rate alpha eta step_size rate initial_lr base_lr lr0 learn_rate",
    "keep": "keep_prob keep_rate retain rate p drop prob dropout_rate drop_rate drop_prob q",
    "units": "n hidden size out_features output_dim neurons num_units width nodes features out "
    "hidden_units n_units dim filters out_channels num_filters n_filters hidden_size hidden_dim "
    "embedding_dim",
    "channels": "filters out_channels num_filters n_filters features",
    "kernel": "kernel_size filter_size ksize window size",
    "vocabulary": "num_embeddings input_dim vocab_size vocab n_tokens max_features num_words",
    "dilation": "dilation_rate",
    "size": "pool_size kernel_size kernel window",
    "times": "size scale_factor factor scale",
    "recurrent_init": "recurrent_initializer",
    "class_weights": "weight weights class_weight pos_weight",
    "label_smoothing": "smoothing",
    "pad": "padding",
    "stride": "strides step",
    "activation": "act func fn nonlinearity activation_fn activation_function a",
    "bias": "use_bias add_bias",
    "init": "kernel_initializer initializer weight_init weights initialization",
    "regularize": "kernel_regularizer regularizer weight_decay l2 l1 reg penalty regularization",
    "average": "momentum decay rho beta share",
    "beta": "momentum mu rho decay gamma beta1 alpha",
    "beta1": "b1 beta momentum",
    "beta2": "b2 rho",
    "eps": "epsilon delta",
    "rate": "gamma decay decay_rate factor k",
    "decay": "weight_decay",
    "every": "decay_steps step_size interval period steps freq frequency each epochs",
    "per": "unit by",
    "over": "for duration length lasts t_max total_steps warmup_steps num_steps",
    "delay": "wait offset begin",
    "to": "end final alpha",
    "most": "max max_norm clip_value limit threshold c",
    "patience": "wait n_iter_no_change rounds",
    "on": "monitor metric watch what",
    "delta": "min_delta tol tolerance",
    "target": "label labels y column output class outputs targets",
    "inputs": "x features columns input",
    "separator": "sep delimiter delim",
    "n": "samples n_samples size count points num m",
    "noise": "std sigma noise_std",
    "seed": "random_state random_seed rng",
    "factor": "scale",
    "scale": "std stddev sigma gain",
    "train": "training train_size train_split fit",
    "dev": "val valid validation validation_split val_size eval",
    "test": "testing test_size holdout",
    "stratify": "stratified",
    "lambda": "weight strength l alpha lam lambd coefficient c factor lambda_",
    "rank": "top",
}

WITH_ARGUMENTS: Final[Mapping[str, str]] = {
    "glorotuniform": "xavier_avg(uniform = true)",
    "xavieruniform": "xavier_avg(uniform = true)",
    "heuniform": "he(uniform = true)",
    "kaiminguniform": "he(uniform = true)",
    "lecununiform": "lecun(uniform = true)",
    "steplr": "staircase(decay = exponential)",
    "globalaveragepooling2d": "avgpool global",
    "globalaveragepooling": "avgpool global",
    "globalavgpool": "avgpool global",
    "globalavgpool2d": "avgpool global",
    "adaptiveavgpool2d": "avgpool global",
    "gap": "avgpool global",
    "globalmaxpooling2d": "maxpool global",
    "globalmaxpool": "maxpool global",
    "adaptivemaxpool2d": "maxpool global",
}
"""Names, spelt plainly, that say what is an argument here."""

FALSE_FRIENDS: Final = frozenset({"Linear"})
"""Words that are spelt like one of ours in small letters, and stand for another."""

DROPPED: Final = frozenset("rate p drop prob dropoutrate droprate dropprob q".split())
"""Names under which other tools take the share that dropout removes, not the one that it keeps."""


def plain(word: str) -> str:
    """A word without case, `_` and `-`."""
    return word.lower().replace("_", "").replace("-", "")


@cache
def _theirs(category: str) -> Mapping[str, tuple[str, ...]]:
    table = ARGUMENTS if category == "arguments" else WORDS.get(category, {})
    found: dict[str, tuple[str, ...]] = {}
    for ours, words in table.items():
        for word in words.split():
            found[plain(word)] = (*found.get(plain(word), ()), ours)
    return found


def ours(word: str, category: str, candidates: Collection[str]) -> str | None:
    """What is here called as `word` is elsewhere, if it is among the candidates.

    Args:
        word: As the person wrote it; a part before a dot, as in `nn.Linear`, is left out.
        category: A category of the registry, `units`, or `arguments`.
        candidates: What exists.
    """
    there = set(candidates)
    library, _, bare = word.rpartition(".")
    names = _theirs(category).get(plain(bare), ())
    if library:  # `optim.Adam`
        names = (*names, *(name for name in candidates if plain(name) == plain(bare)))
    return next((name for name in names if name in there), None)
