"""The input itself."""

from __future__ import annotations

from typing import ClassVar

from specc.library.words import Target, Task


class InputTarget(Target):
    """The target is the input, as it goes into the network: after `normalize`. What learns to give
    it back through a narrow layer is an autoencoder.

        t = x

    The source needs no target, and one that it has is left alone. With `augment`, flips, shifts and
    their like move the target along; `noise` stays out of it, so that the network learns to take it
    away (a denoising autoencoder). `binary_cross_entropy` takes it where all values lie between 0
    and 1, as pixels after `normalize scale(1/255)`; the loss is its mean over the outputs then.

    Shapes      x (n, m) -> t (n, m); the network has as many outputs as inputs
    Errors      E0309 if the loss takes classes, or the network has another number of outputs;
                E0505 if `binary_cross_entropy` meets a value outside 0 to 1
    Source      Hinton, Salakhutdinov 2006, Science 313; with noise Vincent et al. 2008
    Example
        ```dl
        data {
            source  circles(n = 100)
            target  input
        }
        network {
            input  2
            dense  1, tanh
            dense  2
        }
        loss       mse
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "input"
