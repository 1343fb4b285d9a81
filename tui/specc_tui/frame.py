"""One frame of a run as plain text: what `--once` prints, and the only screen without Textual."""

from __future__ import annotations

from pathlib import Path

from specc_tui.ascii import to_ascii
from specc_tui.chart import draw
from specc_tui.curves import Options, cost_chart
from specc_tui.lines import Lines, fit, flow, line, plain
from specc_tui.look import Look
from specc_tui.printable import printable
from specc_tui.session import Session
from specc_tui.state import View, reduce
from specc_tui.tail import RunReader
from specc_tui.words import status_parts


def read_run(directory: Path) -> View:
    """Everything a run directory holds now."""
    reader = RunReader(directory)
    view = View()
    while True:
        news = reader.poll()
        view = reduce(view, news)
        if not news.more:
            return view


def frame(directory: Path, width: int, height: int, now: float, *, ascii_only: bool = False) -> str:
    """The cost chart and the status of a run, as lines that end in newlines."""
    view = read_run(directory)
    trainer = Session.attach(directory).trainer(view.header.pid if view.header else 0)
    name = view.header.name if view.header is not None else ""
    head: Lines = (fit(line(f"specc {name}  {printable(str(directory))}"), width),)
    status = flow(status_parts(view, trainer, now), width, 3)
    look = Look(ascii=ascii_only, colour=False)
    chart = draw(
        cost_chart(view, Options(), live=trainer.running is not False),
        width,
        max(3, height - len(status) - 1),
        look,
    )
    lines: Lines = (*head, *chart, *status)
    if ascii_only:
        lines = to_ascii(lines)
    return "".join(plain(row).rstrip() + "\n" for row in lines)
