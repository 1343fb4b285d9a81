"""What a loss or a metric says about an argument that does not go with the network."""

from __future__ import annotations

from specc.record import Record


class Misfit(Record):
    """What an argument asks for and the output of the network does not give: E0304 at it."""

    argument: str
    message: str
    label: str
    fix: str
