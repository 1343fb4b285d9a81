"""How many examples an update takes, where the data decide: `batch full` and `batch auto`.

`auto` follows the guide of the course that the language comes from: all examples where there are
up to 2,000, else a power of two from 64 to 512, as large as still fits. What it is to fit in is the
cache of a processor rather than its memory: a step goes over its buffers several times. So it is
the largest size whose step has at most BUDGET bytes of buffers, as the plan counts them.

The budget is measured, on one core with 1 MiB of second-level and a share of 32 MiB of third-level
cache, in examples a second at 64, 128, 256 and 512 with the buffers that these take:

    784-512-256-10 (MNIST)     31,900  37,500  42,000  44,500    0.4  0.8   1.6   3.2 MiB
    LeNet-5                    22,800  22,600  21,200  20,600    5.3 10.0  20.2  38.0 MiB
    two convolutions, 8x8     111,700 115,400 115,400 111,800    2.1  4.2   4.7   8.0 MiB
    residual net, 8x8          30,200  32,900  32,800  30,900    2.1  4.3   8.6  19.0 MiB
    LSTM                      147,700 163,600 170,600 166,800    1.4  2.7   5.5  10.9 MiB

With 8 MiB each network gets within 3% of its best: 512, 64, 512, 128 and 256. Parameters, gradients
and the state of the optimiser are left out: they are the same for every batch, and the more there
are of them, the more a large batch saves.

Nothing here looks at the machine. A size that depended on it would make the same spec another
training elsewhere.

Source      DeepLearning.AI, "Improving Deep Neural Networks", week 2: "Understanding mini-batch
            gradient descent"
"""

from __future__ import annotations

from specc.diag.amounts import byte_amount
from specc.lang.bound import TrainUse
from specc.library.training import FEW
from specc.model import Model
from specc.passes.memory import plan_memory
from specc.passes.pipeline import training_graph
from specc.record import Record

SIZES = (512, 256, 128, 64)
BUDGET = 8 * 2**20
"""Bytes of buffers."""


class Choice(Record):
    """What `batch auto` stands for.

    Attributes:
        batch: Examples per update.
        examples: Those of the training set.
        buffers: Bytes of the buffers of a step, 0 where all examples are taken.
        larger: The same for the next larger size, 0 if there is none.
    """

    batch: int
    examples: int
    buffers: int = 0
    larger: int = 0

    @property
    def full(self) -> bool:
        """Whether it is `batch full`."""
        return self.batch == self.examples

    @property
    def reason(self) -> str:
        """Why, on one line."""
        if self.full:
            return f"auto: {self.examples:,} examples, no more than {FEW:,}"
        text, most = f"auto: {self.examples:,} examples; {self.batch}", byte_amount(BUDGET)
        taken = f"take {byte_amount(self.buffers)} of buffers"
        if self.buffers > BUDGET:
            return f"{text}, the fewest, {taken}, more than {most}"
        if self.larger:
            more = f"{2 * self.batch} would take {byte_amount(self.larger)}"
            return f"{text} {taken}, {more}, more than {most}"
        return f"{text} {taken}, no more than {most}"


def automatic(model: Model, precision: str, examples: int) -> Choice:
    """What `batch auto` stands for, for a training set of so many examples."""
    if examples <= FEW:
        return Choice(examples, examples)
    itemsize = 8 if precision == "float64" else 4
    larger = 0
    for batch in SIZES:
        buffers = plan_memory(training_graph(model, batch), batch, itemsize).arena
        if buffers <= BUDGET:
            break
        if batch != SIZES[-1]:
            larger = buffers
    return Choice(batch, examples, buffers, larger)


def batch_size(train: TrainUse, model: Model, examples: int) -> int:
    """Examples per update of a training set; `full` and sizes above the set take all of it."""
    if train.auto:
        return automatic(model, train.precision, examples).batch
    return examples if train.batch is None else min(train.batch, examples)
