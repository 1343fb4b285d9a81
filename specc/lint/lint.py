"""All rules on one spec that compiles: suspicious but legal things, as warnings.

    facts -> rules -> warnings, those that an `# allow` of the spec keeps quiet apart

A rule is a function from facts to findings in one of the modules beside this one. It says nothing
about what it does not know, and it never fails: what it reads was checked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.lang.bound import Bound
from specc.lang.spec import Spec
from specc.library.registry import Registry
from specc.lint import (
    data,
    dropout,
    duration,
    inits,
    layers,
    optimizer,
    output,
    ranges,
    redundant,
    updates,
)
from specc.lint.allow import Allowed, check_allows, idle_allows
from specc.lint.facts import Facts
from specc.model import Model

Diagnostics = tuple[Diagnostic, ...]
Rule = Callable[[Facts], Iterator[Diagnostic]]

RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("W0104",), redundant.unused_lets),
    (("W0105",), redundant.unused_blocks),
    (("W0106",), redundant.repeating_variants),
    (("W0201", "W0202"), ranges.odd_ranges),
    (("W0203", "W0204"), ranges.wrong_scales),
    (("W0301",), layers.linear_pairs),
    (("W0302",), layers.double_activations),
    (("W0303",), layers.hidden_softmax),
    (("W0309",), layers.vanishing),
    (("W0304", "W0305"), output.misfits),
    (("W0306", "W0307"), inits.starts),
    (("W0308",), inits.pairings),
    (("W0310", "W0311"), dropout.places),
    (("W0312", "W0313"), dropout.shares),
    (("W0401",), optimizer.rates),
    (("W0402", "W0403"), optimizer.averages),
    (("W0404",), optimizer.penalties),
    (("W0405", "W0406", "W0407"), updates.counts),
    (("W0411",), updates.order),
    (("W0408",), duration.patience),
    (("W0409", "W0410"), duration.schedules),
    (("W0501",), data.scale),
    (("W0502", "W0503"), data.parts),
)
"""Every rule with the codes that it gives."""

CODES = frozenset(code for codes, _ in RULES for code in codes)
"""The codes that an `# allow` may name."""


def lint(
    file: Spec, spec: Spec, bound: Bound, model: Model, registry: Registry
) -> tuple[Diagnostics, Diagnostics]:
    """The warnings about a spec that compiled, for one variant, and those that it allows; each in
    order of place.

    Args:
        file: The statements of the file, with its variants.
        spec: The statements of the variant.
        bound: Its words and arguments.
        model: What it was elaborated to.
        registry: The words of the language.
    """
    facts = Facts(file, spec, bound, model, registry)
    found, quiet, allowed = Sink(), Sink(), Allowed()
    for warning in check_allows(file.source, CODES):
        found.add(warning)
    for _, rule in RULES:
        for warning in rule(facts):
            (quiet if allowed.silences(warning) else found).add(warning)
    return found.sorted(), quiet.sorted()


def unused_allows(spec: Spec, silenced: Diagnostics) -> Diagnostics:
    """The allows of a file that silenced nothing in any variant; see `idle_allows`."""
    return idle_allows(spec.source, CODES, silenced)
