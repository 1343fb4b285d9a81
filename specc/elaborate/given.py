"""What is wrong with the data of a generator, of which no data have to be read to know that."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.proof import Proof
from specc.lang.bound import DataUse, LayerUse
from specc.library.shares import empty_part
from specc.library.table import DataSource
from specc.shapes import Dim, plus, size


def unfit_data(proof: Proof) -> tuple[Diagnostic, ...]:
    """What a run would say of the data that a generator makes.

    Data that a caller of the Python interface hands over take the place of a source, so this is no
    error of the network; a run finds it as well, when it has the data.
    """
    return (*_other_inputs(proof), *_empty_parts(proof.bound.data))


def _empty_parts(data: DataUse) -> tuple[Diagnostic, ...]:
    """E0509 where a part of the split has no example."""
    source, split = data.source, data.split
    if not isinstance(source, DataSource) or source.generated is None or split is None:
        return ()
    found = empty_part(source.n, split.shares, split.span())  # type: ignore[attr-defined]
    return () if found is None else (found,)


def _other_inputs(proof: Proof) -> tuple[Diagnostic, ...]:
    """E0510 for a generator that makes more or fewer inputs than the network takes."""
    data, uses = proof.bound.data, proof.forward.inputs.uses
    takes: Dim = 0
    for use in uses:
        takes = plus(takes, size(getattr(use.layer, "sizes")))  # noqa: B009 - of one layer
    for source in (data.source, data.train, data.dev, data.test):
        if isinstance(source, DataSource) and source.generated not in (None, takes):
            return (_other_width(source, takes, uses),)
    return ()


def _other_width(source: DataSource, takes: Dim, uses: Sequence[LayerUse]) -> Diagnostic:
    gives, word = source.generated, source.span()
    first, *others = (use.layer.span("sizes") for use in uses)
    fix = Help(f"`input {gives}` takes all of them")
    if others:
        fix = Help(f"let the `input` statements take {gives} features together")
    elif first is not None:
        fix = Help(fix.text, (Edit(first, str(gives)),))
    return Diagnostic(
        "E0510",
        f"`input` takes {takes} features per example, but `{source.word}` makes {gives}",
        None if first is None else Label(first, f"{takes} features"),
        () if word is None else (Label(word, f"makes {gives} features"),),
        helps=(fix,),
    )
