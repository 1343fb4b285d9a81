"""The lines around the charts: title, side panel, log, crash panel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from specc_tui.figures import brief, count
from specc_tui.lines import Line, Lines, Role, fit, length, line, spread, wrap
from specc_tui.snapshot import Snapshot
from specc_tui.words import STATUSES

TITLES = (
    ("train", "1", "Train"),
    ("dimensions", "2", "Dimensions"),
    ("gradients", "3", "Gradients"),
    ("layers", "4", "Layers"),
    ("result", "5", "Result"),
    ("plan", "6", "Plan"),
    ("spec", "7", "Spec"),
    ("compare", "8", "Compare"),
)
"""Name, key and title of each screen."""


LEAST_NAME = 12
"""Columns that stay for the name of the run beside those of the screens."""


def title_line(snapshot: Snapshot, screen: str, width: int) -> Lines:
    """The name of the run on the left, the screens on the right."""
    header = snapshot.view.header
    name = header.name if header is not None else ""
    variant = f" ({header.variant})" if header is not None and header.variant else ""
    left: Line = (("specc ", Role.DIM), (f"{name}{variant}", Role.STRONG))
    with_place: Line = (*left, (f"  {snapshot.directory}", Role.DIM))
    full, brief_tabs = _tabs(screen, titles=True), _tabs(screen, titles=False)
    here = tuple(tab for tab in brief_tabs if tab[1] == Role.STRONG)
    for candidate, tabs in ((with_place, full), (left, full), (left, brief_tabs), (left, here)):
        # A name that is too long for the screen gives way, but not all of it.
        room = width - length(tabs) - 1
        least = LEAST_NAME if tabs is not full else length(candidate)
        if room >= min(least, length(candidate)):
            return (spread(fit(candidate, room), tabs, width),)
    return (fit(left, width),)


def tab_at(snapshot: Snapshot, screen: str, width: int, column: int) -> str | None:
    """The screen whose name stands in a column of the title line."""
    right = title_line(snapshot, screen, width)[0]
    names = [name for name, _, _ in TITLES]
    if len(right) < len(names):
        return None
    at = sum(len(text) for text, _ in right[: -len(names)])
    for name, (text, _) in zip(names, right[-len(names) :], strict=True):
        if at <= column < at + len(text):
            return name
        at += len(text)
    return None


def _tabs(current: str, titles: bool) -> Line:
    pieces: list[tuple[str, Role]] = []
    for name, key, title in TITLES:
        text = f"{key} {title}" if titles or name == current else key
        here = name == current
        pieces.append((f"[{text}]" if here else f" {text} ", Role.STRONG if here else Role.DIM))
    return tuple(pieces)


def side_lines(snapshot: Snapshot, width: int) -> Lines:
    """What is trained and how: the settings of the run."""
    header = snapshot.view.header
    if header is None:
        return ()
    facts: list[tuple[str, str]] = [("spec", header.spec.replace("\\", "/").rpartition("/")[2])]
    facts += [("variant", header.variant)] if header.variant else []
    facts += [("parameters", count(header.parameters)), ("loss", header.loss)]
    facts += [("examples", ", ".join(f"{n} {count(k)}" for n, k in header.examples))]
    facts += [("batch", count(header.batch)), ("precision", header.precision)]
    facts += [(n, v) for n, v in header.settings if n not in {name for name, _ in facts}]
    known = {name for name, _ in facts}
    facts += [("optimizer", header.optimizer)] if "optimizer" not in known else []
    facts += [("seed", str(header.seed))] if "seed" not in known else []
    if math.isfinite(header.epochs) and "run" not in known:
        facts.append(("run", f"{brief(header.epochs)} epochs, {count(header.steps)} steps"))
    facts.append(("started", header.created.replace("T", " ")[:19]))
    rows: list[Line] = []
    for name, value in facts:
        if value:
            rows.append(line(name, Role.DIM))
            rows += wrap(value, width, Role.TEXT, "  ")
    return tuple(rows)


def log_lines(snapshot: Snapshot, width: int, height: int) -> Lines:
    """The newest rare events, the last one at the bottom."""
    log = snapshot.view.log
    shown = log[-max(0, height - 1) :] if height > 1 else ()
    title = line("events", Role.STRONG)
    if not shown:
        return (title, line("none yet", Role.DIM)) if height > 1 else (title,)
    return (title, *(_log_line(step, text) for step, text in shown))


def _log_line(step: int | None, text: str) -> Line:
    bad = text.startswith(("warning", "diverged")) or text.endswith("does not hold")
    where = "         " if step is None else f"{count(step):>9}"
    return ((f"{where}  ", Role.DIM), (text, Role.NOTE if bad else Role.TEXT))


def crash_lines(snapshot: Snapshot, width: int) -> Lines:
    """The last words of a trainer that ended badly."""
    code = snapshot.trainer.code
    meaning = STATUSES.get(code or 0, "")
    status = f"status {code}" + (f": {meaning}" if meaning else "")
    head = line(f"the trainer ended with {status}; esc hides this", Role.BAD)
    if not snapshot.trainer.lines:
        return (head, line("it printed nothing", Role.DIM))
    return (head, *(line(text) for text in snapshot.trainer.lines))


def key_line(keys: Sequence[tuple[str, str]], said: str, width: int) -> Lines:
    """A message if there is one, otherwise as many keys as fit."""
    if said:
        return (fit(line(said, Role.NOTE), width),)
    pieces: list[tuple[str, Role]] = []
    used = 0
    for key, what in keys:
        gap = "  " if pieces else ""
        used += len(gap) + len(key) + 1 + len(what)
        if used > width:
            break
        pieces += [(f"{gap}{key}", Role.STRONG), (f" {what}", Role.DIM)]
    return (tuple(pieces),)


def help_lines(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], width: int) -> Lines:
    """The keys of each group, one per line."""
    rows: list[Line] = []
    for title, keys in groups:
        rows.append(line(title, Role.STRONG))
        size = max((len(key) for key, _ in keys), default=0)
        for key, what in keys:
            first, *more = wrap(what, width - size - 4)
            rows.append(((f"  {key.ljust(size)}  ", Role.TRAIN), *first))
            rows += [((" " * (size + 4), Role.TEXT), *rest) for rest in more]
        rows.append(line(""))
    return tuple(rows[:-1])
