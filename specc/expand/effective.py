"""One value that holds, and where a statement stands: what the expansion is made of."""

from __future__ import annotations

from typing import Any

from specc.diag.source import Span
from specc.expand.closing import Scope
from specc.expand.origins import Origin
from specc.record import Record


class Effective(Record):
    """One value that holds.

    Attributes:
        path: `optimizer.lr`, `network.dense1.units`.
        value: The number, truth value or text; what has no such form, as it is written.
        origin: Where it was written, or the definition whose default it is.
        written: What stands there, if that is not the value itself.
        behind: The names that it depends on, what each stands for, and where.
        chain: The uses of blocks and rounds of `repeat` that led there, outermost first.
        why: The reason, where the compiler has chosen the value.
    """

    path: str
    value: int | float | bool | str
    origin: Origin
    written: str = ""
    behind: tuple[tuple[str, str, Origin], ...] = ()
    chain: tuple[str, ...] = ()
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "value": self.value,
            "origin": self.origin.to_json(),
            "written": self.written or None,
            "behind": [
                {"name": name, "written": text, "origin": origin.to_json()}
                for name, text, origin in self.behind
            ],
            "chain": list(self.chain),
            "why": self.why or None,
        }


class Place(Record):
    """Where a statement stands.

    Attributes:
        path: The start of the paths of its values.
        span: The statement, without its block.
        scope: The names that are known there.
        uses: The uses of blocks that led there.
        chain: The same in words, with rounds of `repeat`.
    """

    path: str
    span: Span
    scope: Scope
    uses: tuple[Span, ...] = ()
    chain: tuple[str, ...] = ()
