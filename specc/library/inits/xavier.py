"""`xavier`: draws that keep the variance through tanh."""

from __future__ import annotations

from specc.library.variance import VarianceInit


class Xavier(VarianceInit):
    """Draws that keep the variance through tanh.

        W = scale * sqrt(1 / n_in) * N(0, 1),  with `uniform` scale * sqrt(3 / n_in) * U(-1, 1)

    Source      Ng, "Improving Deep Neural Networks", week 1, after Glorot, Bengio 2010; Glorot's
                own form, `xavier_avg`, averages n_in and n_out
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def variance(self, n_in: int, n_out: int) -> tuple[float, int]:
        return 1, n_in
