"""The fixed parts of a generated module: small functions that every reader meets first."""

from __future__ import annotations

HEAD = '''"""{file}, compiled by specc {version}: a {sizes} network as a NumPy program.

Examples are columns: an array (n, m) holds n features of m examples, and Z2 = W2 A1 + b2. theta
holds all parameters in one vector and dtheta all gradients; every W and b is a view of theta, every
dW and db a view of dtheta. Arrays are bound once per batch size; a step writes into them and
allocates none.
"""

import math

import numpy as np
from numpy import {ufuncs}

REAL = np.{precision}
SIZE = {size}  # numbers in theta
# Vectors like theta that the update keeps, 0 at first; averages without their factor (1 - beta).
STATE = {state!r}
TRAINING_ARENA = {training_arena}  # bytes of buffers for batches of up to {batch} examples
EVALUATION_ARENA = {evaluation_arena}  # the same for {evaluation_examples} examples
EVALUATION_EXAMPLES = {evaluation_examples}
METRICS = {metrics!r}  # how many sums over the examples each takes
PARAMETERS = (  # name, place in theta, shape
{parameters}
){running}
'''

RUNNING = """
RUNNING = (  # kept up while training, read at test time: name, place in `running`, shape
{running}
)"""

ARRAYS = '''
def scalar(value):
    """A number as an array without axes, which NumPy combines with arrays fastest."""
    return np.array(value, REAL)


def buffer(arena, offset, shape, kind=REAL):
    """An array in the arena, from this byte on; values never needed together share bytes."""
    count = int(np.prod(shape)) * np.dtype(kind).itemsize
    return arena[offset : offset + count].view(kind).reshape(shape)
'''

CUTS = '''
def cuts(length, block):
    """Begin and end of each block of a vector."""
    return [(i, min(i + block, length)) for i in range(0, length, block)]
'''

FLUSH = '''
def flush(*vectors):
    """Set numbers too small to matter to 0: arithmetic on subnormal numbers is ten times slower."""
    least = np.finfo(REAL).tiny * 1e8
    for x in vectors:
        x[np.abs(x) < least] = 0
'''

DRAWS = '''
def draws(seed, purpose):
    """A stream of random numbers of its own for every (seed, purpose)."""
    return np.random.Generator(np.random.Philox(key=[seed, purpose]))
'''

STREAM = '''
class Draws:
    """Random numbers as a function of (seed, purpose, step): a resumed run draws the same ones."""

    def __init__(self, seed, purpose):
        self.bits = np.random.Philox(key=[seed, purpose])
        self.generator = np.random.Generator(self.bits)
        self.block = 0  # blocks of 32 bytes that were passed

    def fill(self, out, step):
        """Uniform numbers in [0, 1); every step has 2**32 blocks of its own."""
        self.bits.advance((step << 32) - self.block)
        self.generator.random(out=out, dtype=out.dtype)
        self.block = (step << 32) - (-out.nbytes // 32)
'''

FROZEN = '''
def frozen_draws(seed, before, shape):
    """The draws of NumPy's legacy stream behind `before` rows, the same at every step."""
    rows = before + math.prod(shape[:-1])
    return np.random.RandomState(seed).random_sample((rows, shape[-1]))[before:].reshape(shape)
'''

RATE = '''
def learning_rate({arguments}):
    """The learning rate of the update after `step` updates and `epoch` whole epochs."""
{body}
'''

BINDING = '''
def {name}({arguments}):
    """Bind every array for batches of m examples, at most {batch}.

    `examples` is the size of the training set, by which penalties are divided.
    """
{binding}

    def step(X, T, lr, t):
        """Update t = 1, 2, ... on X (features, m) and targets T; returns the cost before it."""
{body}
        return {cost}

    return step
'''

FORWARD = '''
def evaluation({arguments}):
    """Bind every array for a forward pass of m examples, at most {batch}; nothing is random."""
{binding}

    def evaluate(X, T):
        """The output, sums over the examples ({sums}), and the penalty."""
{body}
        return {output}, ({totals},), {penalty}

    return evaluate
'''
