"""Recurrent layers over more steps than they can look back."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.place import uses
from specc.lint.facts import Facts

LONG = 100
"""Steps over which a plain recurrent layer does not learn to remember: Bengio et al. 1994 found it
to fail from 10 to 20 steps on, Hochreiter and Schmidhuber 1997 from 100 on whatever was tried.
"""


def forgetting(facts: Facts) -> Iterator[Diagnostic]:
    """W0324."""
    for node in facts.flow.nodes:
        if not node.recurs or node.use is None or node.use.layer.word != "rnn":
            continue
        steps, layer = node.row.input[0], node.use.layer
        start = getattr(layer, "recurrent_init", None) or getattr(layer, "init", None)
        # Turns that keep lengths are what makes long sequences work.
        kept = (start or facts.bound.init).word == "orthogonal"
        if not isinstance(steps, int) or steps < LONG or kept:
            continue
        plain = "activation" not in layer.spans and not node.step.chain
        edits = (Edit(node.step.span, "gru"),) if plain else ()
        yield Diagnostic(
            "W0324",
            f"`rnn` over {steps:_} steps: hardly any gradient reaches the first ones",
            Label(node.step.span, f"{steps:_} steps"),
            uses(node.step.chain),
            notes=(
                "at every step back the gradient is multiplied by U and by a slope of at most 1: "
                f"at 0.9 each time {0.9**steps:.0e} of it is left",
            ),
            helps=(
                Help("`gru` and `lstm` keep a state without multiplying it", edits),
                Help("or start U from turns: `recurrent_init = orthogonal`"),
            ),
        )
