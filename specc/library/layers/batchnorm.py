"""`batchnorm`: every feature with the mean and the deviation that the layer learns."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.shapes import Shape, size


class Batchnorm(Layer):
    """Every feature is brought to mean 0 and variance 1 over the batch, then scaled and shifted.

        mu    = mean of Z over the batch
        var   = mean of (Z - mu)^2 over the batch
        Zt    = gamma * (Z - mu) / sqrt(var + eps) + beta
        after each batch  running_mean = average running_mean + (1 - average) mu
                          running_var  = average running_var + (1 - average) var
        at test time      Zt = gamma * (Z - running_mean) / sqrt(running_var + eps) + beta

    Shapes      unchanged; a feature is a row of (n, m), over m examples; a channel of an image
                (height, width, channels, m), over height, width and m; a feature of a sequence
                (steps, n, m), over steps and m
    Parameters  gamma (n, 1), starts at 1; beta (n, 1), starts at 0; neither is regularised. Beside
                them, stored and not trained: running_mean (n, 1), starts at 0; running_var (n, 1),
                starts at 1
    Units       `average` is the share of the old average that stays: PyTorch's momentum is
                1 - average, Keras's is the same number. Averages are not corrected for their start.
                `running_var` averages the var of the formula; PyTorch's averages m / (m - 1) times
                it. A batch with one value per feature says nothing about a variance: it gives beta
                and leaves the averages as they are
    Errors      E0306 if `average` or `eps` is out of its range
    Source      Ioffe, Szegedy 2015, arXiv:1502.03167, algorithm 1; the averages at test time: Ng,
                "Improving Deep Neural Networks", week 3
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input      2
            dense      8
            batchnorm
            relu
            dense      1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    centres: ClassVar[bool] = True
    affine: ClassVar[bool] = True

    average: float = arg(
        "float", 0.9, at_least=0, below=1, keyword=True, doc="share of the old average that stays"
    )
    eps: float = arg("float", 1e-5, above=0, keyword=True, doc="added to the variance")

    def build(self, at: Place, x: Sym) -> Sym:
        features: Shape = (x.shape[-2], 1)
        gamma = at.parameter("gamma", features, weight=False, start=1.0)
        beta = at.parameter("beta", features, weight=False)
        mean = at.running("mean", features, 0.0)
        variance = at.running("var", features, 1.0)
        eps = at.b.setting("norm_eps", self.eps)
        if not at.training:
            scale = op.per_feature(gamma / op.sqrt(variance + eps), x)
            normal = (x - op.per_feature(mean, x)) * scale
            return (normal + op.per_feature(beta, x)).named("Zt")
        mu, var = op.batch_mean(x).named("mu"), op.batch_variance(x).named("var")
        # 0 of a batch with one value per feature.
        alone = op.minimum(at.b.extent(size((*x.shape[:-2], x.shape[-1]))) - 1, 1)
        new = (1 - at.b.setting("average", self.average)) * alone
        at.b.rename(new.id, "new")
        at.keep("mean", mean + (mu - mean) * new)
        at.keep("var", variance + (var - variance) * new)
        return op.batch_norm(x, gamma, beta, eps).named("Zt")

    def formula(self) -> str:
        return "Zt = gamma * (X - mu) / sqrt(var + norm_eps) + beta"
