"""`layernorm`: every example with mean 0 and variance 1 over its features, then scaled."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.ops.norms import layer_norm_shape


class Layernorm(Layer):
    """Every example is brought to mean 0 and variance 1 over its features, which are then scaled
    and shifted; the same in training and at test time.

        mu    = mean of the features of an example
        var   = mean of (A - mu)^2 over the features of an example
        Zt    = gamma * (A - mu) / sqrt(var + eps) + beta

    Shapes      unchanged; (n, m): over n, for each of m examples; a sequence (steps, n, m): over n,
                for each step and example; an image (height, width, channels, m): over all three
                axes, as PyTorch's LayerNorm([channels, height, width])
    Parameters  gamma (n, 1), starts at 1; beta (n, 1), starts at 0; for an image both (height,
                width, channels, 1); neither is regularised
    Errors      E0306 if `eps` is out of its range
    Source      Ba, Kiros, Hinton 2016, arXiv:1607.06450, equation 4
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input      2
            dense      8
            layernorm
            relu
            dense      1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    eps: float = arg("float", 1e-5, above=0, keyword=True, doc="added to the variance")

    def build(self, at: Place, x: Sym) -> Sym:
        shape = layer_norm_shape(x.shape)
        gamma = at.parameter("gamma", shape, weight=False, start=1.0)
        beta = at.parameter("beta", shape, weight=False)
        eps = at.b.setting("norm_eps", self.eps)
        return op.layer_norm(x, gamma, beta, eps).named("Zt")

    def formula(self) -> str:
        return "Zt = gamma * (X - mu) / sqrt(var + norm_eps) + beta"
