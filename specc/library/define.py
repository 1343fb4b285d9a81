"""What a definition is: one small class in one file, whose signature is the language's.

The fields of a definition are its arguments, declared with `arg`. Names, defaults, ranges, units
and texts come from there; the checker, the formatter, `explain` and the language reference read
them and nothing else. This is not a dataclass, because a spec touches a dozen definitions and
generating an `__init__` for each costs a check more time than all its other work.
"""

from __future__ import annotations

from typing import Any, ClassVar, dataclass_transform

from specc.diag.source import Span
from specc.record import Record, fields, replace


class Required:
    """The type of `REQUIRED`, so that None stays usable as a default."""

    def __repr__(self) -> str:
        return "required"


REQUIRED = Required()


class Arg(Record):
    """One argument of a word.

    kind: `dim` (a positive whole number, a size), `int`, `float`, `bool`, `string`, `path` (a file
        beside the
        spec), `name` (a bare word or a string: a column, an array, a split), `duration` (`30
        epochs`, `500 steps`, `5%` of the run), `word` (a definition of `category`), `metric`
        (`dev.cost`), `seed` (a whole number or `legacy(3)`), `shuffle` (`true`, `false` or
        `legacy(10)`).
    many: takes all positional values that are left, as a tuple. sequence: takes one word, or
        several joined by `then`, as a tuple.
    one_of: the allowed words of a `name`. units: the allowed units of a `duration`, all if empty.
    """

    name: str
    kind: str
    default: Any
    doc: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    one_of: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    category: str = ""
    many: bool = False
    keyword: bool = False
    sequence: bool = False

    @property
    def label(self) -> str:
        """The argument's name in the language; `lambda_` is `lambda` there."""
        return self.name.rstrip("_")

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def bounds(self) -> str:
        """`at least 1`, `between 0 and 1 (both excluded)`, or nothing: the range in words."""
        low = self.at_least if self.at_least is not None else self.above
        high = self.at_most if self.at_most is not None else self.below
        open_low, open_high = self.above is not None, self.below is not None
        if low is not None and high is not None:
            which = {(True, True): "both", (True, False): f"{low:g}", (False, True): f"{high:g}"}
            text = which.get((open_low, open_high))
            return f"between {low:g} and {high:g}" + (f" ({text} excluded)" if text else "")
        if low is not None:
            return f"above {low:g}" if open_low else f"at least {low:g}"
        if high is not None:
            return f"below {high:g}" if open_high else f"at most {high:g}"
        return ""

    def admits(self, value: float) -> bool:
        """Whether a number lies inside the range."""
        return not (
            (self.at_least is not None and value < self.at_least)
            or (self.above is not None and value <= self.above)
            or (self.at_most is not None and value > self.at_most)
            or (self.below is not None and value >= self.below)
        )


def arg(kind: str, default: Any = REQUIRED, *, doc: str, **limits: Any) -> Any:
    """Declare an argument in the body of a definition; see `Arg` for kinds and limits."""
    return Arg("", kind, default, doc, **limits)


def shared(argument: Arg, **changes: Any) -> Any:
    """Declare an argument that other definitions have too, made once by `arg`."""
    return replace(argument, **changes)


@dataclass_transform(field_specifiers=(arg, shared), frozen_default=True)
class Definition:
    """A word of the language. Subclasses declare arguments with `arg` and carry the maths.

    `spans` holds where each argument was written (and the word itself under its empty name), for
    messages.
    """

    category: ClassVar[str] = ""
    args: ClassVar[tuple[Arg, ...]] = ()
    word: str
    spans: dict[str, Span]

    def __init_subclass__(cls) -> None:
        own = []
        for name, value in list(vars(cls).items()):
            if isinstance(value, Arg):
                own.append(Arg(name, *(getattr(value, field) for field in _ARG_FIELDS)))
                delattr(cls, name)
        cls.args = (*cls.args, *own)

    def __init__(self, **values: Any) -> None:
        given = dict(values)
        object.__setattr__(self, "word", given.pop("word", type(self).__name__.lower()))
        object.__setattr__(self, "spans", given.pop("spans", {}))
        for a in self.args:
            value = given.pop(a.name, a.default)
            if value is REQUIRED:
                raise TypeError(f"{type(self).__name__} needs {a.name}")
            object.__setattr__(self, a.name, value)
        if given:
            raise TypeError(f"{type(self).__name__} has no argument {next(iter(given))}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __repr__(self) -> str:
        values = [(a.label, getattr(self, a.name)) for a in self.args]
        inside = [
            f"{label} = {value if isinstance(value, Record) else repr(value)}"
            for label, value in values
            if value is not None
        ]
        return f"{self.word}({', '.join(inside)})"

    def __str__(self) -> str:
        """As it stands in a spec, or would: what was written, and what is not as it would be
        anyway.
        """
        values = [(a, getattr(self, a.name)) for a in self.args]
        said = [
            f"{a.label} = {as_written(a, v)}"
            for a, v in values
            if a.name in self.spans or v != a.default
        ]
        return f"{self.word}({', '.join(said)})" if said else self.word

    def span(self, name: str = "") -> Span | None:
        """Where an argument was written, or the word itself."""
        return self.spans.get(name) or self.spans.get("")


class Statement(Definition):
    """A statement with plain arguments. `block` is where it stands, empty for the top of the
    file.
    """

    category: ClassVar[str] = "statements"
    block: ClassVar[str] = ""


def as_written(argument: Arg, value: Any) -> str:
    """A value as the language has it."""
    if isinstance(value, tuple):
        return f"({', '.join(as_written(argument, v) for v in value)})"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"' if in_quotes(argument, value) else str(value)


def in_quotes(argument: Arg, value: Any) -> bool:
    """Whether a value is a text that is no word of the language."""
    return argument.kind in ("string", "path") or (
        argument.kind == "name" and not str(value).replace(".", "_").isidentifier()
    )


_ARG_FIELDS = tuple(f for f in fields(Arg) if f != "name")


def meaning(value: object) -> object:
    """A word with its arguments, or several, the same wherever they were written."""
    if isinstance(value, Definition):
        inside = [getattr(value, a.name) for a in value.args]
        found = [meaning(v) if isinstance(v, Definition | tuple) else v for v in inside]
        return (type(value), value.word, *found)
    return tuple(map(meaning, value)) if isinstance(value, tuple) else value
