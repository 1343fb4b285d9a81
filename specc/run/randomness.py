"""Random numbers as a function of (seed, purpose, step), so that no draw depends on an earlier one.

The generator is Philox, which turns a key and a counter into random bits. The key holds the seed in
its low 64 bits and the purpose, as the bytes of its name, in the high ones. The counter starts at
step * 2^192; a draw moves it by 1, so two steps never meet (nor two pieces of a step, 2^128 apart).
Resuming at step 10,000 therefore gives what an uninterrupted run has there.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def generator(seed: int, purpose: str, step: int = 0, piece: int = 0) -> np.random.Generator:
    """The generator of one step of one purpose.

    Args:
        piece: Which of the step's independent parts, where it has several.
        purpose: At most 8 ASCII characters.
    """
    name = purpose.encode("ascii")
    if not 0 < len(name) <= 8:
        raise ValueError(f"a purpose has 1 to 8 characters, not {purpose!r}")
    key = seed % 2**64 | int.from_bytes(name, "little") << 64
    return np.random.Generator(np.random.Philox(key=key, counter=step << 192 | piece << 128))


def rewind(random: np.random.Generator, step: int, piece: int = 0) -> np.random.Generator:
    """Set a generator to the start of another step or piece, faster than making a new one."""
    bits = random.bit_generator
    state: Any = bits.state
    state["state"]["counter"][:] = (0, 0, piece, step)
    state["buffer_pos"] = 4
    state["has_uint32"] = 0
    bits.state = state
    return random
