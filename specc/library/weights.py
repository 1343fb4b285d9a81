"""Arguments that layers with weights share."""

from __future__ import annotations

from typing import Any

from specc.library.define import arg

ACTIVATION: Any = arg(
    "word", None, category="activations", doc="function of the sums; linear if not given"
)
BIAS: Any = arg("bool", True, keyword=True, doc="add b; directly before `batchnorm` only if given")
INIT: Any = arg(
    "word",
    None,
    category="inits",
    keyword=True,
    doc="how W starts, in place of the file's `init`",
)
REGULARIZE: Any = arg(
    "word",
    None,
    category="regularizers",
    keyword=True,
    doc="penalty of this W, in place of the file's `regularize`",
)
