"""`lecun`: draws that keep the variance of what comes in."""

from __future__ import annotations

from specc.library.variance import VarianceInit


class Lecun(VarianceInit):
    """Draws that keep the variance of what comes in, as `selu` needs it.

        W = scale * sqrt(1 / n_in) * N(0, 1),  with `uniform` scale * sqrt(3 / n_in) * U(-1, 1)

    Source      LeCun et al. 1998, "Efficient BackProp", equation 16; Klambauer et al. 2017,
                arXiv:1706.02515, for `selu`. The same numbers as `xavier`
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, selu
            dense  1, sigmoid
        }
        init       lecun
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def variance(self, n_in: int, n_out: int) -> tuple[float, int]:
        return 1, n_in
