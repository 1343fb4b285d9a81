"""Frozen records: what dataclasses would be, made fast enough for a compiler's start.

    class Span(Record):
        source: Source
        start: int
        end: int = 0

A dataclass writes the text of six methods and compiles it, and importing `dataclasses` imports
`inspect`; over the seventy records that a check needs this took longer than the check itself.
The methods of a record are shared, or closures over its names. Type checkers treat records as
frozen dataclasses (`dataclass_transform`).

Records have slots, compare and hash by class and values (by identity with `eq=False`), and are
built by position or by name. `replace` copies one with changes; `fields` names what it holds.
Modules of records begin with `from __future__ import annotations`: the kinds are read as text.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import field, replace
else:

    def field(*, default_factory, compare=True):
        """A field whose default is made anew for each record; `compare`: whether it counts when
        records are compared, hashed and shown.
        """
        return Fresh(default_factory, compare)

    def replace(record, /, **changes):
        """A copy with other values of some fields."""
        cls = type(record)
        values = [
            changes.pop(name) if name in changes else getattr(record, name)
            for name in cls.__fields__
        ]
        return cls(*values, **changes)


__all__ = ["Record", "field", "fields", "replace"]


class Fresh:
    """What `field` leaves in a class body."""

    def __init__(self, make: Callable[[], object], compare: bool) -> None:
        self.make = make
        self.compare = compare


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class RecordType(type):
    """The class of record classes: turns annotations into slots, and values beside them into
    defaults.
    """

    __fields__: tuple[str, ...]
    __shown__: tuple[str, ...]
    __defaults__: dict[str, Any]

    def __new__(
        mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], eq: bool = True
    ) -> RecordType:
        kinds: dict[str, str] = body.get("__annotations__", {})
        names = tuple(n for n, kind in kinds.items() if not kind.startswith("ClassVar"))
        defaults = {n: body.pop(n) for n in names if n in body}
        cls = super().__new__(mcs, name, bases, {"__slots__": names, **body})
        parent = cls.__base__
        if isinstance(parent, RecordType):
            names, defaults = parent.__fields__ + names, parent.__defaults__ | defaults
        cls.__fields__ = cls.__match_args__ = names  # type: ignore[attr-defined, misc]
        cls.__defaults__ = defaults
        cls.__shown__ = tuple(n for n in names if _counts(defaults.get(n)))
        if names:
            cls.__init__ = _constructor(cls)  # type: ignore[misc]
        if eq and "__eq__" not in body:
            _compare_by_value(cls, attrgetter(*cls.__shown__) if cls.__shown__ else _nothing)
        return cls


def _nothing(record: object) -> tuple[()]:
    """The values of a record without fields."""
    return ()


def _counts(default: object) -> bool:
    return default.compare if type(default) is Fresh else True


def _constructor(cls: RecordType) -> Callable[..., None]:
    count = len(cls.__fields__)
    # Assignment is refused on a frozen class; its slots still take values.
    setters = [getattr(cls, name).__set__ for name in cls.__fields__]
    tail = [cls.__defaults__[name] for name in cls.__fields__ if name in cls.__defaults__]
    fewest = count if any(type(d) is Fresh for d in tail) else count - len(tail)

    def whole(values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        given = len(values)
        if named or not fewest <= given <= count:
            return _completed(cls, values, named)
        return (*values, *tail[given - count :])

    if count == 3:
        return _of_three(setters, whole)

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        if named or len(values) != count:
            values = whole(values, named)
        for put, value in zip(setters, values):  # noqa: B905 - `strict` costs, and they fit
            put(self, value)

    return __init__


def _of_three(setters: list[Any], whole: Callable[..., tuple[Any, ...]]) -> Callable[..., None]:
    """The constructor of spans, of which a spec has as many as of all other records together: in
    half the time without a loop.
    """
    put_a, put_b, put_c = setters

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        if named or len(values) != 3:
            values = whole(values, named)
        a, b, c = values
        put_a(self, a)
        put_b(self, b)
        put_c(self, c)

    return __init__


def _completed(cls: RecordType, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The values of all fields: as given by position, by name or by default."""
    whole = list(values)
    defaults = cls.__defaults__
    for name in cls.__fields__[len(whole) :]:
        if name in named:
            whole.append(named.pop(name))
        elif name in defaults:
            value = defaults[name]
            whole.append(value.make() if type(value) is Fresh else value)
        else:
            raise TypeError(f"{cls.__name__} needs `{name}`")
    if named or len(whole) > len(cls.__fields__):
        surplus = f"`{next(iter(named))}`" if named else f"more than {len(cls.__fields__)} values"
        raise TypeError(f"{cls.__name__} does not take {surplus}")
    return tuple(whole)


def _compare_by_value(cls: RecordType, values: Callable[[Any], Any]) -> None:
    def __eq__(self: Any, other: object) -> Any:
        return values(self) == values(other) if type(other) is cls else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    cls.__eq__ = __eq__  # type: ignore[method-assign, assignment]
    cls.__hash__ = __hash__  # type: ignore[method-assign, assignment]


class Record(metaclass=RecordType):
    """A frozen record; see the module."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` cannot be deleted")

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in type(self).__shown__)
        return f"{type(self).__qualname__}({inside})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in type(self).__fields__)


def fields(record: Record | type[Record]) -> tuple[str, ...]:
    """The names of what a record holds."""
    cls = record if isinstance(record, RecordType) else type(record)
    return cls.__fields__
