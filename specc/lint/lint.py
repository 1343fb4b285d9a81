"""All rules on one spec that compiles: suspicious but legal things, as warnings.

    facts -> rules -> warnings, those that an `# allow` of the spec keeps quiet apart

A rule is a function from facts to findings in one of the modules beside this one. It says nothing
about what it does not know, and it never fails: what it reads was checked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.elaborate.proof import Proof
from specc.lang.memo import Memo
from specc.lang.spec import Spec
from specc.library.registry import Registry
from specc.lint import (
    choices,
    claims,
    classes,
    data,
    dropout,
    duration,
    idle,
    images,
    inits,
    layers,
    norms,
    optimizer,
    output,
    ranges,
    redundant,
    sequences,
    shrinking,
    updates,
    waiting,
)
from specc.lint.allow import Allowed, check_allows, idle_allows
from specc.lint.facts import Facts

Diagnostics = tuple[Diagnostic, ...]
Rule = Callable[[Facts], Iterator[Diagnostic]]

Rules = tuple[tuple[tuple[str, ...], Rule], ...]
"""Every rule with the codes that it gives."""

FILE_RULES: Rules = (
    (("W0104",), redundant.unused_lets),
    (("W0105",), redundant.unused_blocks),
    (("W0106",), redundant.repeating_variants),
    (("W0107",), redundant.unused_parameters),
    (("W0108",), redundant.unused_files),
    (("W0205",), ranges.no_ranges),
    (("W0208",), choices.repeated),
    (("W0209",), choices.trials),
)
"""Rules about a file with all its variants."""

RULES: Rules = (
    *FILE_RULES,
    (("W0202",), ranges.fixed_ranges),
    (("W0203", "W0204"), ranges.wrong_scales),
    (("W0206",), ranges.objectives),
    (("W0207",), claims.shares),
    (("W0301",), layers.linear_pairs),
    (("W0302",), layers.double_activations),
    (("W0303",), layers.hidden_softmax),
    (("W0309",), layers.vanishing),
    (("W0304", "W0305"), output.misfits),
    (("W0306", "W0307"), inits.starts),
    (("W0308",), inits.pairings),
    (("W0310", "W0311"), dropout.places),
    (("W0312", "W0313"), dropout.shares),
    (("W0314",), norms.biases),
    (("W0315",), norms.outputs),
    (("W0316",), norms.batches),
    (("W0317",), norms.behind_dropout),
    (("W0318", "W0319"), images.padding),
    (("W0320",), images.gaps),
    (("W0321",), images.channels),
    (("W0322",), idle.layers),
    (("W0323",), idle.constants),
    (("W0327",), idle.doubled),
    (("W0324",), sequences.forgetting),
    (("W0325",), classes.weights),
    (("W0326",), classes.smoothing),
    (("W0401",), optimizer.rates),
    (("W0402", "W0403"), optimizer.averages),
    (("W0419",), optimizer.divisors),
    (("W0404",), optimizer.penalties),
    (("W0415",), optimizer.clips),
    (("W0416",), shrinking.twice),
    (("W0405", "W0406", "W0407"), updates.counts),
    (("W0411",), updates.order),
    (("W0408",), duration.patience),
    (("W0409", "W0410"), duration.schedules),
    (("W0412",), duration.endless),
    (("W0420",), duration.intervals),
    (("W0421",), duration.deltas),
    (("W0413",), waiting.drops),
    (("W0414",), waiting.warm_ups),
    (("W0417",), waiting.stairs),
    (("W0418",), shrinking.fast),
    (("W0501",), data.scale),
    (("W0502", "W0503"), data.parts),
    (("W0504",), data.left_over),
    (("W0505",), data.again),
    (("W0506",), data.factors),
)

CODES = frozenset(code for codes, _ in RULES for code in codes)
"""The codes that an `# allow` may name."""


def lint(
    file: Spec, spec: Spec, proof: Proof, registry: Registry, memo: Memo | None = None
) -> tuple[Diagnostics, Diagnostics]:
    """The warnings about a spec that compiled, for one variant, and those that it allows; each in
    order of place.

    Args:
        file: The statements of the file, with its variants.
        spec: The statements of the variant.
        proof: That it has a model.
        registry: The words of the language.
        memo: What was made for other variants. Then the rules about the file as a whole have had
            their turn.
    """
    again = memo is not None and memo.sealed
    facts = Facts(file, spec, proof, registry, memo)
    found, quiet, allowed = Sink(), Sink(), Allowed(file)
    if not again:
        for warning in check_allows(file.source, CODES):
            found.add(warning)
    rules = (rule for _, rule in (RULES[len(FILE_RULES) :] if again else RULES))
    for warning in _said(rules, facts, memo):
        (quiet if allowed.silences(warning) else found).add(warning)
    return found.sorted(), quiet.sorted()


def _said(rules: Iterable[Rule], facts: Facts, memo: Memo | None) -> Iterator[Diagnostic]:
    """What the rules say; while a text is edited, without those that would say nothing again."""
    if memo is None or not memo.lasting:
        return chain.from_iterable(rule(facts) for rule in rules)
    from specc.lint.silence import Silence

    variant = facts.bound.variant
    file = None if variant is None else memo.get(Silence, at=(None,))
    silence: Silence = memo.get(Silence, at=(variant,)) or Silence(file)
    memo.put(silence, Silence, at=(variant,))
    return silence.ask(rules, facts)


def unused_allows(spec: Spec, silenced: Diagnostics) -> Diagnostics:
    """The allows of a file that silenced nothing in any variant; see `idle_allows`."""
    return idle_allows(spec, CODES, silenced)
