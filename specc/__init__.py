"""A declarative compiler for neural networks: `.dl` specs become readable NumPy programs.

    text -> Spec -> Bound -> Model -> Graph ... Graph -> Plan -> module -> events

`specc.driver` is the compiler on one page, `specc.training` runs what it makes.
"""

from specc.version import __version__

__all__ = ["__version__"]
