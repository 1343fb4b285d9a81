"""The part of docs/course.md that is made from the results: a section per spec."""

from __future__ import annotations

from collections.abc import Iterator

from course_chapters import CHAPTERS, Experiment
from course_published import Chapter, Cost
from course_results import Result

BEGIN = "<!-- Made from tests/cases/course.json by tests/docs/test_docs_course.py. -->\n"
END = "<!-- The end of what is made. -->\n"


def page(text: str, results: dict[str, Result]) -> str:
    """The text of the page with the sections made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    sections = "".join(_section(chapter, results) for chapter in CHAPTERS)
    return before + BEGIN + "\n" + sections + END + after


def _section(chapter: Chapter, results: dict[str, Result]) -> str:
    head = f"## {chapter.title}\n\n`models/{chapter.spec}.dl`: {chapter.lesson}.\n\n"
    tables = [list(_accuracies(chapter, results)), list(_costs(chapter, results))]
    return head + "".join("\n".join(table) + "\n\n" for table in tables if table)


def _accuracies(chapter: Chapter, results: dict[str, Result]) -> Iterator[str]:
    yield "| run | published: train, test | reached: train, dev, test | final cost | seconds |"
    yield "| --- | --- | --- | --- | --- |"
    for e in chapter.experiments:
        result = results.get(e.name)
        cells = (_label(e), _published(e), *_reached(result))
        yield f"| {' | '.join(cells)} |"


def _label(e: Experiment) -> str:
    name = e.variant or "the file"
    return f"{name}, {e.epochs:,} epochs" if e.epochs else name


def _published(e: Experiment) -> str:
    if not e.train:
        return e.note or "-"
    return ", ".join(" or ".join(f"{v:g} %" for v in part) for part in (e.train, e.test) if part)


def _reached(result: Result | None) -> tuple[str, str, str]:
    if result is None:
        return "the data were not at hand", "-", "-"
    parts = [(part, result[part]) for part in ("train", "dev", "test") if result[part]]
    key = "accuracy" if "accuracy" in parts[0][1] else "loss"
    shares = key == "accuracy"
    shown = [f"{100 * m[key]:.6g} %" if shares else f"{m[key]:.5g}" for _, m in parts]
    if not shares:
        shown[0] = f"loss {shown[0]}"
    return ", ".join(shown), f"{result['train']['cost']:.6g}", f"{result['seconds']:g}"


def _costs(chapter: Chapter, results: dict[str, Result]) -> Iterator[str]:
    """A row per cost that is printed; the numbers of updates or epochs go before it."""
    rows = [(e, at, cost) for e in chapter.experiments for at, cost in e.costs.items()]
    if not rows:
        return
    unit = "epochs" if rows[0][0].per_epoch else "updates"
    yield f"| run | {unit} | published cost | reached |"
    yield "| --- | --- | --- | --- |"
    for e, at, cost in rows:
        found = results[e.name]["costs"][str(at)] if e.name in results else None
        reached = "-" if found is None else _as_printed(found, cost)
        yield f"| {_label(e)} | {at:,} | {_editions(cost)} | {reached} |"


def _digits(cost: Cost) -> int:
    first = cost if isinstance(cost, float) else cost[0]
    return max(6, len(f"{first!r}".partition(".")[2]))


def _editions(cost: Cost) -> str:
    parts = (cost,) if isinstance(cost, float) else cost
    return " or ".join(f"{c:.{_digits(cost)}f}" for c in parts)


def _as_printed(found: float, cost: Cost) -> str:
    return f"{found:.{_digits(cost)}f}"
