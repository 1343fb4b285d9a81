"""The pictures of the app in the docs, taken from real runs.

    python docs/screens/make.py OUT

trains the digits and the three optimisers on the moons below OUT, opens the app on them without a
terminal, presses keys, waits until the screen shows what is wanted, and writes each screen as
OUT/NAME.svg. With `models/course/data/` at hand, LeNet is trained on MNIST, too. A browser makes
PNG of the SVG: the pictures in this folder are made so, and looked at.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specc_tui.session import Session
from specc_tui.viewer import Viewer

from specc.driver import compile_file
from specc.training import prepare_job, run_job

ROOT = Path(__file__).parents[2]
SIZE = (120, 36)


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen: the run, the keys, and the text that says that it is complete."""

    name: str
    run: str
    keys: tuple[str, ...]
    until: str


SHOTS = (
    Shot("train", "digits", ("1",), "dev cost"),
    Shot("cursor", "moons-adam", ("1", "c", *["left"] * 20), "smoothed"),
    Shot("dimensions", "digits_conv", ("2",), "must match"),
    Shot("gradients", "digits", ("3",), "relative difference"),
    Shot("layers", "digits", ("4",), "look for"),
    Shot("boundary", "moons-adam", ("5",), "examples of train are right"),
    Shot("mistakes", "digits_conv", ("5",), "worst mistakes"),
    Shot("plan", "digits", ("6", "down", "down"), "% "),
    Shot("spec", "digits", ("7",), "no findings"),
    Shot(
        "compare", "moons-adam", ("8", "slash", *"moons", "enter", "x", "down", "x"), "optimizer:"
    ),
)
MNIST = (
    Shot("mnist-train", "lenet", ("1",), "accuracy"),
    Shot("mnist-filters", "lenet", ("4", *["pagedown"] * 8), "look for"),
    Shot("mnist-mistakes", "lenet", ("5",), "worst mistakes"),
)


def train(model: str, folder: Path, variant: str | None = None) -> None:
    """A real run, unless it is there."""
    name = model if variant is None else f"{model}-{variant}"
    if (folder / name / "run.json").exists():
        return
    path = ROOT / "models" / f"{model}.dl"
    if not path.exists():
        path = ROOT / "models" / "course" / f"{model}.dl"
    compilation = compile_file(str(path), variant)
    for _ in run_job(prepare_job(compilation, str(folder / name))):
        pass


async def take(shot: Shot, folder: Path) -> str:
    """The screen as SVG."""
    viewer = Viewer(Session.attach(folder / shot.run))
    async with viewer.run_test(size=SIZE) as pilot:
        await until(viewer, pilot.pause, lambda text: "specc" in text)
        for key in shot.keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        await until(viewer, pilot.pause, lambda text: shot.until in text)
        await pilot.pause(1.5)
        svg = viewer.export_screenshot(title=f"specc watch {shot.run}", simplify=True)
    # The fonts of the reader, none from afar.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)


async def until(viewer: Viewer, pause: Callable[..., object], shown: Callable[[str], bool]) -> None:
    """Wait until the screen shows something."""
    end = time.monotonic() + 60
    while True:
        strips = viewer.screen._compositor.render_strips()
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        if shown(text):
            return
        if time.monotonic() > end:
            raise SystemExit(f"the screen never showed what was wanted:\n{text}")
        await pause(0.1)  # type: ignore[misc]


def main(out: Path) -> None:
    """Train, and write all screens."""
    runs = out / "runs"
    for variant in ("gd", "momentum", "adam"):
        train("moons", runs, variant)
    train("digits", runs)
    train("digits_conv", runs)
    shots = SHOTS
    if (ROOT / "models/course/data/train-images-idx3-ubyte.gz").exists():
        train("lenet", runs)
        shots += MNIST
    for shot in shots:
        if (out / f"{shot.name}.svg").exists():
            continue
        svg = asyncio.run(take(shot, runs))
        (out / f"{shot.name}.svg").write_text(svg, encoding="utf-8")
        sys.stdout.write(f"{shot.name}.svg\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
