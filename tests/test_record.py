"""Records are frozen, compare by value, and are built and copied as dataclasses are."""

from __future__ import annotations

import copy
from typing import ClassVar

import pytest

from specc.record import Record, field, fields, replace


class Point(Record):
    """Two numbers and what hangs on them."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 2
    tags: dict[str, int] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list, compare=False)


class Other(Record):
    x: int
    y: int = 2


class Deep(Other):
    z: int = 3

    @property
    def total(self) -> int:
        return self.x + self.y + self.z


class Thing(Record, eq=False):
    x: int


class Empty(Record):
    pass


def test_fields_are_given_by_position_by_name_or_by_default() -> None:
    assert Point(1) == Point(1, 2) == Point(y=2, x=1) == Point(1, y=2, tags={})
    assert (Point(1).x, Point(1).y, Point(1).kind) == (1, 2, "point")
    assert Deep(1).total == 6
    assert Deep(1, z=0).total == Deep(1, 2, 0).total == 3
    assert Empty() == Empty()


def test_defaults_are_made_anew() -> None:
    one, two = Point(1), Point(1)
    one.tags["a"] = 1
    assert (two.tags, one == two) == ({}, False)


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        ((), {}, "Other needs `x`"),
        ((1, 2, 3), {}, "Other does not take more than 2 values"),
        ((1,), {"z": 3}, "Other does not take `z`"),
        ((1,), {"x": 3}, "Other does not take `x`"),
    ],
)
def test_what_does_not_fit_is_refused(
    arguments: tuple[int, ...], named: dict[str, int], message: str
) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        Other(*arguments, **named)


def test_records_are_frozen_and_hold_nothing_else() -> None:
    point = Other(1)
    with pytest.raises(AttributeError, match="Other is frozen: `x` cannot be set"):
        point.x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="Other is frozen: `new` cannot be set"):
        setattr(point, "new", 3)  # noqa: B010 - a type checker refuses it in plain sight
    with pytest.raises(AttributeError, match="Other is frozen: `x` cannot be deleted"):
        del point.x
    assert not hasattr(point, "__dict__")
    assert not hasattr(Deep(1), "__dict__")


def test_records_are_equal_by_class_and_values() -> None:
    assert Other(1) != Deep(1)
    assert Other(1).__eq__((1, 2)) is NotImplemented
    assert len({Other(1), Other(1, 2), Other(2), Deep(1)}) == 3
    assert Point(1, seen=[1]) == Point(1, seen=[2])
    assert Thing(1) != Thing(1)
    assert len({Thing(1), Thing(1)}) == 2


def test_replace_copies_with_changes() -> None:
    point = Point(1, 5, {"a": 1}, [7])
    assert replace(point, x=2) == Point(2, 5, {"a": 1})
    assert replace(point).seen is point.seen
    assert (point.x, replace(Deep(1), z=9)) == (1, Deep(1, 2, 9))
    with pytest.raises(TypeError, match="does not take `w`"):
        replace(point, w=1)  # type: ignore[call-arg]


def test_records_can_be_shown_matched_and_copied() -> None:
    assert repr(Deep(1)) == "Deep(x=1, y=2, z=3)"
    assert repr(Point(1)) == "Point(x=1, y=2, tags={})"
    assert fields(Deep(1)) == fields(Deep) == ("x", "y", "z")
    match Other(1, 5):
        case Other(x, y):
            assert (x, y) == (1, 5)
    same = copy.deepcopy(Point(1, tags={"a": 1}))
    assert same == Point(1, tags={"a": 1})
