"""What losses on classes share: weights of the classes and smoothed targets."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.misfit import Misfit
from specc.library.words import Loss
from specc.ops import algebra as op


class ClassLoss(Loss):
    """A loss on the probabilities of classes; `classes` counts them."""

    class_weights: tuple[float, ...] = arg(
        "float",
        (),
        at_least=0,
        many=True,
        keyword=True,
        doc="factor on the loss of the examples of each class, in the order of the classes",
    )
    label_smoothing: float = arg(
        "float",
        0.0,
        at_least=0,
        below=1,
        keyword=True,
        doc="share of the target that is spread evenly over all classes",
    )

    def classes(self, outputs: int) -> int:
        """How many classes so many outputs tell apart."""
        return outputs

    def misfit(self, outputs: int) -> Misfit | None:
        given, wanted = len(self.class_weights), self.classes(outputs)
        if given in (0, wanted):
            return None
        example = ", ".join(["1"] * (wanted - 1) + ["2"]) if wanted <= 6 else "1, 2, ..."
        weights = "1 class weight" if given == 1 else f"{given} class weights"
        return Misfit(
            "class_weights",
            f"`{self.word}` has {weights}, but there are {wanted} classes",
            f"needs {wanted} weights, gets {given}",
            f"one number per class, for example `({example})`",
        )

    def smoothed(self, target: Sym, classes: int) -> Sym:
        """Targets (k, m) of 0 and 1 as shares of the classes."""
        if self.label_smoothing == 0:
            return target
        share = target.builder.setting("label_smoothing", self.label_smoothing)
        return (target * (1 - share) + share / classes).named("S")

    def weighted(self, losses: Sym, target: Sym) -> Sym:
        """The losses (1, m), each times the weight of its class."""
        weights = self.class_weights
        if not weights:
            return losses
        if target.shape[0] == 1:
            no, yes = (target.builder.lift(w) for w in weights)
            return losses * (target * (yes - no) + no)
        return losses * op.weigh(target, weights)
