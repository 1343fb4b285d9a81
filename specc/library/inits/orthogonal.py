"""`orthogonal`: weights that neither stretch nor shrink what comes in."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.shapes import Shape


class Orthogonal(Init):
    """Rows, or columns where there are more rows, of length `scale` at right angles to each other.

        G = N(0, 1),  G = Q R,  W = scale * Q sign(diag R)

    A wide G is factorised upright. The signs make every orthogonal matrix as likely as any other.
    Filters of more axes are the columns of one matrix, the last axis counts them.

    Units       W W^T = scale^2 I where n_out <= n_in, else W^T W = scale^2 I; `orthogonal_` of
                PyTorch with `gain = scale`
    Source      Saxe et al. 2013, arXiv:1312.6120, section 3; the signs: Mezzadri 2007,
                arXiv:math-ph/0609050, section 5
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, tanh
            dense  1, sigmoid
        }
        init       orthogonal
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    scale: float = arg("float", 1.0, above=0, keyword=True, doc="factor on every weight")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        made = b.apply("orthogonal", b.apply("normal", shape=shape, purpose=purpose))
        return made if self.scale == 1 else made * self.scale
