"""Every screen as a picture of text and styles, in colour, without, in ASCII, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from specc_tui.screens.compare import CompareScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.screens.spec import SpecScreen
from specc_tui.session import Session
from specc_tui.viewer import Viewer
from still_runs import Shelf, put_up
from style_picture import colours, contrast, decode, picture
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from tui_pilot import run, shown, until, watching

DIALOGS = ("help", "palette", "rate")
NOW = 1_800_000_000.0
TEXT = 4.5
"""The contrast of text that WCAG 2.2 wants (1.4.3)."""
DRAWN = 2.5
"""Of what is drawn: frames and raw batches are dim on purpose."""
TICKS = 2
"""Turns of the app's timer without a change after which a picture is taken."""


@pytest.fixture
def shelf(tmp_path: Path, fake: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return put_up(tmp_path, fake, monkeypatch)


def says(*wanted: str) -> Callable[[Viewer], bool]:
    return lambda viewer: all(text in shown(viewer) for text in wanted)


ENDED = says("finished")


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen as it is pinned: when keys can be pressed, which, and when all is there."""

    name: str
    mode: str
    there: Callable[[Viewer], object]
    keys: tuple[str, ...] = ()
    result: str = "moons"
    ready: Callable[[Viewer], object] = ENDED


def _compared(viewer: Viewer) -> bool:
    screen = viewer.screen
    names = ["digits", "large"]
    return isinstance(screen, CompareScreen) and len(screen._marked.views(names)) == 2


def _studied(viewer: Viewer) -> bool:
    screen = viewer.screen
    return isinstance(screen, SpecScreen) and bool(screen.bench.found) and says("11✗")(viewer)


AT_FINDING = ("i", *["down"] * 10, "end")
TYPED = (*["backspace"] * len("sigmiod"), "s", "o")
SCENES = (
    Scene("train", "train", says("cost J", "finished"), ("c", *["shift+left"] * 4)),
    Scene("dimensions", "dimensions", says("dense 64, relu")),
    Scene("gradients", "gradients", says("gradient flow", "1 of 6 parameters do not agree")),
    Scene("layers", "layers", lambda viewer: viewer.snapshot.filters),
    Scene("result", "result", says("o 0  x 1")),
    Scene("plan", "plan", says("66.7%"), ("tab", "right_square_bracket"), ready=says("66.7%")),
    Scene("spec", "spec", _studied, AT_FINDING, ready=_studied),
    Scene("compare", "compare", _compared, ("x", "down", "x"), ready=says(" digits ", " large ")),
)
MORE = (
    Scene("result-digits", "result", says("cat"), result="digits"),
    Scene("result-prices", "result", says("predicted"), result="prices"),
    Scene("weights", "layers", says("weights and"), ("w",)),
    Scene("maximised", "train", says("cost J"), ("tab", "enter")),
    Scene("help", "train", says("esc closes"), ("question_mark",)),
    Scene("palette", "train", says("halve the learning rate"), ("colon",)),
    Scene("rate", "train", says("it is recorded in the run"), ("r",)),
    Scene("popup", "spec", says("▶ softmax", "called `so`"), (*AT_FINDING, *TYPED), ready=_studied),
)


def _stop_blinking(viewer: Viewer) -> None:
    for widget in viewer.screen.query("Input, TextArea"):
        if isinstance(widget, Input | TextArea):
            widget.cursor_blink = False


def _behind(viewer: Viewer) -> bool:
    """Whether there is something new that is not drawn: after a slow drawing the app waits longer
    than some turns. Behind a dialog it draws nothing.
    """
    return viewer._stale and isinstance(viewer.screen, RunScreen)


async def _still(pilot: Pilot[Any], viewer: Viewer) -> str:
    """The picture, once the timer of the app has nothing to change in it."""
    before, same = "", 0
    _stop_blinking(viewer)
    while same <= TICKS:
        viewer.tick()
        await pilot.pause()
        now = picture(viewer)
        same = same + 1 if now == before and not _behind(viewer) else 0
        before = now
    return before


def _pictures(
    shelf: Shelf,
    command: Any,
    scene: Scene,
    size: tuple[int, int] = (80, 24),
    themes: tuple[str, ...] = ("specc-dark", "specc-light"),
    **options: Any,
) -> list[str]:
    """A scene in each of the themes."""
    found: list[str] = []
    shelf.answer(scene.result)

    async def test() -> None:
        session = Session.attach(shelf.folder / "digits", command)
        session.file = Path("circles.dl")
        viewer = Viewer(session, clock=lambda: NOW, start=scene.mode, **options)
        async with watching(viewer, size, scene.mode) as pilot:
            await until(pilot, lambda: scene.ready(viewer) and not _behind(viewer))
            # Before a cursor is drawn: the editor keeps lines that were drawn without it.
            _stop_blinking(viewer)
            await pilot.press(*scene.keys)
            await until(pilot, lambda: scene.there(viewer))
            for theme in themes:
                viewer.theme = theme
                found.append(await _still(pilot, viewer))

    run(test())
    assert len(found) == len(themes)
    return found


def unreadable(text: str, background: str = "") -> set[str]:
    """The styles that stand out too little from their background, with what is written in them;
    only of cells on one `background` where a dialog dims the rest."""
    held: dict[str, set[str]] = {}
    for character, style in (cell for row in decode(text) for cell in row):
        ratio = contrast(style) if background in colours(style)[1] else None
        if ratio is not None and ratio < (TEXT if character.isalnum() else DRAWN):
            held.setdefault(f"{style}, {ratio:.1f}:1", set()).add(character)
    return {f"{style}: {''.join(sorted(written))}" for style, written in held.items()}


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_screen(golden, shelf, command, scene: Scene, size: tuple[int, int]) -> None:
    dark, light = _pictures(shelf, command, scene, size)
    golden(f"tui/style-{scene.name}-{size[0]}.txt", dark)
    assert not unreadable(dark) | unreadable(light)


@pytest.mark.parametrize("scene", MORE, ids=lambda scene: scene.name)
def test_what_opens_over_a_screen(golden, shelf, command, scene: Scene) -> None:
    dark, light = _pictures(shelf, command, scene)
    golden(f"tui/style-{scene.name}-80.txt", dark)
    above = ("#1e1e1e", "#f0f0f0") if scene.name in DIALOGS else ("", "")
    assert not unreadable(dark, above[0]) | unreadable(light, above[1])


@pytest.mark.parametrize("scene", [SCENES[0], SCENES[6]], ids=lambda scene: scene.name)
def test_in_the_light_theme(golden, shelf, command, scene: Scene) -> None:
    _, light = _pictures(shelf, command, scene)
    golden(f"tui/style-{scene.name}-80-light.txt", light)


def used(text: str) -> set[str]:
    """The colours of a picture."""
    styles = {style for row in decode(text) for _, style in row}
    return {c for style in styles for c in colours(style) if c}


PLAIN = [*SCENES[:3], *SCENES[5:], *MORE[6:]]


@pytest.mark.parametrize("scene", PLAIN, ids=lambda scene: scene.name)
def test_without_colour(golden, shelf, command, monkeypatch, scene: Scene) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    dark, light = _pictures(shelf, command, scene)
    assert used(dark) | used(light) == {"default"}
    golden(f"tui/style-{scene.name}-80-plain.txt", dark)


@pytest.mark.parametrize("scene", [SCENES[0], SCENES[6]], ids=lambda scene: scene.name)
def test_in_the_colours_of_the_terminal(golden, shelf, command, monkeypatch, scene: Scene) -> None:
    themes = ("ansi-dark", "ansi-light")
    dark, light = _pictures(shelf, command, scene, themes=themes)
    golden(f"tui/style-{scene.name}-80-ansi.txt", dark)
    assert "#" not in "".join(used(dark) | used(light))
    monkeypatch.setenv("NO_COLOR", "1")
    assert set().union(*map(used, _pictures(shelf, command, scene, themes=themes))) == {"default"}


@pytest.mark.parametrize("scene", [SCENES[0], SCENES[7]], ids=lambda scene: scene.name)
def test_in_ascii(golden, shelf, command, scene: Scene) -> None:
    dark, _ = _pictures(shelf, command, scene, ascii_only=True)
    assert dark.isascii()
    golden(f"tui/style-{scene.name}-80-ascii.txt", dark)
