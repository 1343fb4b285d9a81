"""Specs of 500 lines, as an editor may hold them."""

from __future__ import annotations

LINES = 500


DATA = (
    "data {",
    "    source circles(n = 1000)",
    "    split train = 80%, dev = 20%",
    "    normalize standard",
    "}",
)
BEFORE = ("network {", "    input 2")
BEHIND = (
    "    dense 1, sigmoid",
    "}",
    "init he",
    "loss binary_cross_entropy",
    "optimizer adam(lr = 1e-3)",
    "train {",
    "    run 30 epochs",
    "    batch 64",
    "}",
)


def network() -> str:
    """One network, a layer per line."""
    head = ("spec 1", *DATA, *BEFORE)
    layers = [f"    dense {32 + i % 3}, relu" for i in range(LINES - len(head) - len(BEHIND))]
    return _text([*head, *layers, *BEHIND])


def blocks() -> str:
    """One network, a use of a block per line, of which every third has a named width."""
    block = ("block part(n) {", "    dense n, relu", "}")
    head = ("spec 1", "let wide = 33", *DATA, *block, *BEFORE)
    widths = ("32", "wide", "34")
    uses = [f"    part {widths[i % 3]}" for i in range(LINES - len(head) - len(BEHIND))]
    return _text([*head, *uses, *BEHIND])


def experiment() -> str:
    """An experiment: named widths, blocks, a network of 24 layers, and the variants that fill the
    rest, with comments and blank lines.
    """
    lines = ["spec 1  # language version", ""]
    for i in range(8):
        lines += [f"# how wide stage {i} is", f"let w{i} = {16 + 8 * (i % 6)}"]
    lines += ["", "data {"]
    lines += ["    source     circles(n = 2000)"]
    lines += ["    split      train = 80%, dev = 20%, seed = 7"]
    lines += ["    normalize  standard", "}", ""]
    lines += ["# wide, then narrow", "block part(width, keep = 0.9) {"]
    lines += ["    dense    width, relu", "    dropout  keep = keep", "}", ""]
    lines += ["network {", "    input  2"]
    for i in range(8):
        lines += [f"    # stage {i}", f"    part   w{i}", f"    dense  w{i}, relu", ""]
    lines += ["    dense  1, sigmoid", "}", ""]
    lines += ["init        he", "loss        binary_cross_entropy", "regularize  l2(0.01)"]
    lines += ["optimizer   adam(lr = 1e-3 in log(1e-4, 1e-2))", ""]
    lines += ["train {", "    run 30 epochs", "    batch 64", "    seed 1", "}", ""]
    lines += ["expect {", "    parameters   <= 1_000_000", "    dev.accuracy >= 95%", "}", ""]
    number = 0
    while len(lines) < LINES - 8:
        number += 1
        lines += [f"# {number}: another step size, and what comes of it"]
        lines += [f"variant v{number} {{", f"    optimizer   adam(lr = {number + 10}e-5)"]
        lines += [f"    regularize  l2(0.{number + 10})"]
        lines += ["    train {", f"        batch  {16 + number}", "    }", "}", ""]
    return _text(lines + ["# the end"] * (LINES - len(lines)))


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
