"""`he`: draws that keep the variance through rectifiers."""

from __future__ import annotations

from specc.library.variance import VarianceInit


class He(VarianceInit):
    """Draws that keep the variance through rectifiers.

        W = scale * sqrt(2 / n_in) * N(0, 1),  with `uniform` scale * sqrt(6 / n_in) * U(-1, 1)

    Source      He et al. 2015, arXiv:1502.01852, equation 10. PyTorch's `kaiming_normal_` and
                `kaiming_uniform_` with `nonlinearity = "relu"`
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       he
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def variance(self, n_in: int, n_out: int) -> tuple[float, int]:
        return 2, n_in
