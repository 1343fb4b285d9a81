"""The dimension table: every value of every layer with its symbolic and real shape, and the rule
behind it."""

from __future__ import annotations

from specc_tui.figures import count, shape
from specc_tui.header import Gradient, Header, Layer, Parameter, Shape, Value
from specc_tui.lines import Line, Lines, Role, length, line, plain, wrap

GAP = "  "

NARROW = 64
"""Below this width a rule stands on its own lines."""
LEAST_RULE = 16
"""Columns into which a rule is folded; with fewer its line is longer than the screen."""


def dimension_lines(header: Header | None, width: int) -> Lines:
    """The table for a screen of this width; lines may be longer, to be scrolled."""
    if header is None:
        return (line("waiting for the run's dimensions", Role.DIM),)
    if not header.layers:
        return (line("this run lists no layers", Role.DIM),)
    columns = _columns(header)
    narrow = width < NARROW
    rows: list[Line] = [] if narrow else [_titles(columns)]
    for layer in header.layers:
        rows += _layer(layer, columns, width)
    return (*rows, *_totals(header, narrow))


def _columns(header: Header) -> tuple[int, int, int]:
    """Widths of the columns for names, symbolic and real shapes."""
    names, shapes, real = [len("value")], [len("shape")], [len("real")]
    for layer in header.layers:
        listed: tuple[Parameter | Value | Gradient, ...]
        listed = (*layer.parameters, *layer.values, *layer.gradients)
        names += [len(x.name) for x in listed]
        shapes += [len(shape(x.shape)) for x in listed]
        real += [len(shape(x.real)) for x in listed if not isinstance(x, Parameter)]
    return min(24, max(names)), min(28, max(shapes)), min(28, max(real))


def _titles(columns: tuple[int, int, int]) -> Line:
    name, symbolic, real = columns
    text = GAP.join(
        ("  " + "value".ljust(name), "shape".ljust(symbolic), "real".ljust(real), "rule")
    )
    return line(text, Role.DIM)


def _layer(layer: Layer, columns: tuple[int, int, int], width: int) -> list[Line]:
    narrow = width < NARROW
    number = sum(_size(p.shape) for p in layer.parameters)
    tick = ("✓ ", Role.GOOD) if layer.checked else ("· ", Role.DIM)
    facts = [f"line {layer.line}"] if layer.line else []
    facts += [f"→ {shape(layer.output)}"] if layer.output else []
    facts += [f"{count(number)} parameters"] if number else []
    facts += [f"{count(layer.flops)} flops"]
    if not layer.checked:
        facts.append("not checked at run time yet")
    head: list[Line] = [(tick, (layer.text or layer.name, Role.STRONG))]
    if narrow:
        head += [line("  " + fact, Role.DIM) for fact in facts]
    else:
        joined = " · ".join(facts)
        if length(head[0]) + 3 + len(joined) <= width:
            head[0] = (*head[0], (f"   {joined}", Role.DIM))
        else:
            head += wrap(joined, width, Role.DIM, "    ")
    rows = [_row(p.name, p.shape, p.shape, _count(p), columns, width) for p in layer.parameters]
    rows += [
        _row(v.name, v.shape, v.real, ((v.rule, Role.TEXT),), columns, width) for v in layer.values
    ]
    rows += [
        _row(g.name, g.shape, g.real, _match(g, layer), columns, width) for g in layer.gradients
    ]
    return [*head, *(r for group in rows for r in group), line("")]


def _row(
    name: str,
    symbolic: Shape,
    real: Shape,
    rule: Line,
    columns: tuple[int, int, int],
    width: int,
) -> list[Line]:
    shapes = shape(symbolic), shape(real)
    if width < NARROW:
        both = shapes[0] if shapes[1] == shapes[0] or not real else f"{shapes[0]} = {shapes[1]}"
        first: Line = ((f"  {name} ", Role.TRAIN), (both, Role.TEXT))
        return [first, *wrap(plain(rule), width, Role.TEXT, "    ")]
    ahead: Line = (
        (f"  {name.ljust(columns[0])}{GAP}", Role.TRAIN),
        (f"{shapes[0].ljust(columns[1])}{GAP}", Role.TEXT),
        (f"{shapes[1].ljust(columns[2])}{GAP}", Role.DIM),
    )
    room = width - length(ahead)
    if length(rule) <= room or room < LEAST_RULE:
        return [(*ahead, *rule)]
    first, *more = wrap(plain(rule), room)
    blank = (" " * length(ahead), Role.TEXT)
    return [(*ahead, *first), *((blank, *rest) for rest in more)]


def _count(parameter: Parameter) -> Line:
    return (("parameter, ", Role.DIM), (count(_size(parameter.shape)), Role.TEXT))


def _match(gradient: Gradient, layer: Layer) -> Line:
    """What the gradient's shape must be, and whether it is."""
    target = _target(gradient.matches, layer)
    if target is None:
        return ((f"must match {gradient.matches}", Role.TEXT),)
    wanted = f"must match {gradient.matches} {shape(target)} "
    if target in (gradient.shape, gradient.real):
        return ((wanted, Role.TEXT), ("✓", Role.GOOD))
    return ((wanted, Role.TEXT), ("✗ differs", Role.BAD))


def _target(name: str, layer: Layer) -> Shape | None:
    """The shape of what a gradient belongs to: a value, or the parameter `dense1.W` for `W1`."""
    for value in layer.values:
        if value.name == name:
            return value.shape
    letter = name.rstrip("0123456789")
    for parameter in layer.parameters:
        if parameter.name == name or parameter.name.rpartition(".")[2] == letter:
            return parameter.shape
    return None


def _size(axes: Shape) -> int:
    size = 1
    for axis in axes:
        if isinstance(axis, str):
            return 0
        size *= axis
    return size


def _totals(header: Header, narrow: bool) -> list[Line]:
    flops = sum(layer.flops for layer in header.layers)
    checked = sum(layer.checked for layer in header.layers)
    number = len(header.layers)
    facts = (f"{number} layers", f"{count(header.parameters)} parameters", f"{count(flops)} flops")
    role = Role.GOOD if checked == number else Role.NOTE
    tick = (f"{checked} of {number} checked at run time (✓)", role)
    if narrow:
        rows = [line("  " + fact) for fact in facts]
        return [line("total", Role.STRONG), *rows, (("  ", Role.TEXT), tick)]
    return [(("total   ", Role.STRONG), (" · ".join(facts) + "   ", Role.TEXT), tick)]
