"""`xavier_avg`: draws that keep the variance forward and backward."""

from __future__ import annotations

from specc.library.variance import VarianceInit


class XavierAvg(VarianceInit):
    """Draws that keep the variance through tanh, of values forward and of gradients backward.

        W = scale * sqrt(2 / (n_in + n_out)) * N(0, 1)
        with `uniform`: scale * sqrt(6 / (n_in + n_out)) * U(-1, 1)

    Source      Glorot, Bengio 2010, equations 12 and 16 (there uniform). `glorot_normal` and
                `glorot_uniform` of Keras, `xavier_normal_` and `xavier_uniform_` of PyTorch
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, tanh
            dense  1, sigmoid
        }
        init       xavier_avg(uniform = true)
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def variance(self, n_in: int, n_out: int) -> tuple[float, int]:
        return 2, n_in + n_out
