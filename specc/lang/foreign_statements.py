"""Statements of other tools, and what takes their place here."""

from __future__ import annotations

from typing import Final

from specc.lang.foreign import plain
from specc.record import Record


class Habit(Record):
    """A statement of other tools: the block where its like stands here (`""`: the top of the
    file), what it is called there with `{}` for its values, and a remark that goes before it.
    """

    words: str
    block: str
    write: str
    remark: str = ""


HABITS: Final = (
    Habit("epochs epoch num_epochs n_epochs max_epochs nb_epoch", "train", "run {} epochs"),
    Habit("steps iterations iters num_iterations n_iter max_iter", "train", "run {} steps"),
    Habit("batch_size minibatch minibatch_size mini_batch bs", "train", "batch {}"),
    Habit("random_state random_seed rng_seed", "train", "seed {}"),
    Habit("dtype", "train", "precision float32"),
    Habit("early_stopping patience", "train", "stop early(on = dev.cost, patience = 5 epochs)"),
    Habit(
        "clipnorm clip_norm gradient_clip gradient_clipping grad_clip max_grad_norm "
        "gradient_clip_val clip_grad_norm",
        "train",
        "clip norm({})",
    ),
    Habit("clipvalue clip_value clip_grad_value", "train", "clip value({})"),
    Habit("metric measure", "train", "metrics {}"),
    Habit(
        "lr learning_rate alpha eta",
        "",
        "optimizer adam(lr = {})",
        "the learning rate is an argument of the optimiser, as in",
    ),
    Habit("beta1 beta2 eps epsilon", "", "optimizer adam(lr = 1e-3, beta1 = 0.9)"),
    Habit("optim solver", "", "optimizer {}"),
    Habit("criterion loss_function loss_fn lossfunction", "", "loss {}"),
    Habit(
        "scheduler lr_scheduler lr_schedule lr_decay decay learning_rate_decay", "", "schedule {}"
    ),
    Habit(
        "initializer initialization initialisation weights weight_init kernel_initializer",
        "",
        "init {}",
    ),
    Habit("regularizer regularization regularisation penalty", "", "regularize {}"),
    Habit("lambda lambd", "", "regularize l2({})"),
    Habit("const var set define param parameter", "", "let name = value", "a value gets a name by"),
    Habit("version", "", "spec 1"),
    Habit("model sequential layers architecture net nn topology graph", "", "network { ... }"),
    Habit("dataset datasets dataloader", "", "data { ... }"),
    Habit("training trainer fit hyperparameters", "", "train { ... }"),
    Habit("assert require ensure check tests goal", "", "expect { ... }"),
    Habit("tune tuning sweep grid", "", "search { ... }"),
    Habit("experiment alternative config", "", "variant name { ... }"),
    Habit(
        "import include require load",
        "",
        'use "blocks.dl"',
        "a spec imports no code: lets and blocks of another file come by",
    ),
    Habit(
        "def class function func fn macro module",
        "",
        "block name(size) { ... }",
        "a spec holds no code: layers get a name by",
    ),
    Habit(
        "for foreach while loop range",
        "network",
        "repeat 3 { ... }",
        "a spec holds no code: layers are repeated by",
    ),
    Habit(
        "if else elif switch when case",
        "",
        "variant name { ... }",
        "a spec has no conditions: alternatives are written",
    ),
    Habit(
        "train_test_split validation_split val_split test_size dev_split holdout",
        "data",
        "split train = 80%, dev = 20%",
    ),
    Habit("standardize standardise scaler preprocess rescale", "data", "normalize standard"),
    Habit("validation valid val", "data", "dev {}"),
    Habit("augmentation augmentations transform transforms", "data", "augment {}"),
    Habit("read file path load_data", "data", "source {}"),
    Habit(
        "activation nonlinearity",
        "network",
        "dense 64, {}",
        "an activation stands behind its layer, as in",
    ),
)


def habit(word: str) -> Habit | None:
    """The statement that is here what `word` is elsewhere."""
    looked = plain(word)
    return next((h for h in HABITS if looked in map(plain, h.words.split())), None)
