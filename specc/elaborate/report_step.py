"""What is said about a step of the network that nothing reaches, that does not take what arrives,
that names no value, or that does not give what it claims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.elaborate.story import core, quoted, shape_table
from specc.ir.builder import Sym
from specc.ir.op import ShapeError
from specc.lang.bound import Body, LayerUse, NetworkStep, Residual, Step
from specc.lang.report import listing, meant
from specc.library.registry import standard
from specc.shapes import show

if TYPE_CHECKING:
    from specc.elaborate.forward import Forward, Scope


def nothing_arrives(first: Step) -> Diagnostic:
    """E0301 of a network that does not start with `input`."""
    return Diagnostic(
        "E0301",
        f"the network starts with `{first.span.text}`, but nothing arrives there yet",
        Label(first.span, "what comes in?"),
        helps=(Help("start with the features of one example, for example `input 64`"),),
    )


def does_not_fit(use: LayerUse, arrives: Sym, reason: ShapeError, walk: Forward) -> Diagnostic:
    """E0302 of a layer whose arguments do not go with the sizes of what arrives."""
    story = walk.story(use.step, arrives)
    return Diagnostic(
        "E0302",
        f"`{use.layer.word}` does not fit what arrives: {reason}",
        Label(core(use.step), f"gets {show(arrives.shape)}"),
        story.labels,
        table=shape_table(walk.rows),
        notes=story.notes,
    )


def too_large(step: Step, made: Sym, walk: Forward) -> Diagnostic:
    """E0306 of a step behind which a size is no longer one that an array can have."""
    return Diagnostic(
        "E0306",
        f"`{quoted(step.text)}` gives {show(made.shape)}, and a size is below 2**63",
        Label(core(step), "too large"),
        table=shape_table(walk.rows),
        helps=(Help("make fewer, or smaller ones"),),
    )


def unknown_value(name: str, span: Span, step: Step, scope: Scope, walk: Forward) -> Diagnostic:
    """E0210 at a name that is not in the scope of a step."""
    known = tuple(scope)
    near = tuple(h for h in meant(name, span, known) if h.edits)
    note = f"known here: {listing(known)}" if known and not near else ""
    elsewhere: tuple[Label, ...] = ()
    if near:
        nearest = near[0].edits[0].text
        elsewhere = (Label(scope[nearest][1].head, f"`{nearest}` is named here"),)
    named = _named(walk.bound.network, name)
    if named is not None and not near:
        later = named.span.start > span.start and named.span.source is span.source
        elsewhere = (Label(named.head, f"named {'only here' if later else 'inside a body'}"),)
        note = (
            "a value is known behind the statement that names it"
            if later
            else "what is named in a block, a `repeat` or a `residual` is known there only"
        )
    define = f"name one by `as`: `dense 64, relu as {name}`"
    if standard().find("activations", name):
        define = f"an activation stands on a line of its own: `{name}`"
    elif standard().find("layers", name):
        define = f"name the value of a layer by `as`: `{name} ... as start`, then `start`"
    return Diagnostic(
        "E0210",
        f"no value is called `{name}` here",
        Label(span, "unknown name"),
        (*elsewhere, *walk.story(step).labels),
        notes=(note,) if note else (),
        helps=near or (() if elsewhere else (Help(define),)),
    )


def _named(steps: tuple[NetworkStep, ...], name: str) -> Step | None:
    """The first step of a network that gives its value this name, at any depth."""
    for step in steps:
        if step.step.alias == name:
            return step.step
        if isinstance(step, Body | Residual):
            inner = _named(step.body, name)
            if inner is not None:
                return inner
    return None


def other_than_claimed(
    step: NetworkStep, claim: tuple[int, ...], given: Sym, walk: Forward
) -> Diagnostic:
    """E0303 of a step that gives another shape than it claims."""
    at = step.step
    said, found = (", ".join(map(str, shape)) for shape in (claim, given.shape[:-1]))
    flat = len(claim) == len(given.shape) - 1 == 1
    gives = f"{found} features, but {said} is" if flat else f"({found}), but ({said}) is"
    span = cast(Span, at.claim_span)
    helps = [Help("if the layer is right, correct the claim", (Edit(span, f"-> {found}"),))]
    units = step.layer.spans.get("units") if isinstance(step, LayerUse) else None
    if units is not None and flat:
        edits = (Edit(units, said),)
        helps.append(Help("if the claim is right, correct the layer", edits))
    story = walk.story(at, given)
    return Diagnostic(
        "E0303",
        f"`{quoted(at.text)}` gives {gives} claimed",
        Label(span, f"gives {found}"),
        story.labels,
        table=shape_table(walk.rows),
        notes=story.notes,
        helps=tuple(helps),
    )
