"""The fenced blocks of the documentation, and how a fragment becomes a spec.

```dl [run] [NAME.dl]          a complete spec; `run` also trains it, shortened
```dl fragment [network]       statements of the top of a file, or of `network`
```dl fails CODE [NAME.dl]     a spec with exactly this error
```dl shared NAME.dl           a file that the specs of the page `use`
```sh                          commands
```console [slow] [about] [head=N] [tail=N]
                               a command after `$ `, then what it prints
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = (*sorted(DOCS.glob("*.md")), ROOT / "README.md")

MINIMAL = {
    "data": """\
data {
    source csv("points.csv", target = "label")
    split train = 80%, dev = 20%
}""",
    "network": "network {\n    input  2\n    dense  1, sigmoid\n}",
    "loss": "loss binary_cross_entropy",
    "optimizer": "optimizer sgd(lr = 0.1)",
    "train": "train { run 1 epoch }",
}
"""What a fragment of the top of a file is put into, each statement in the place of its like."""
POINTS = "x,y,z,label\n" + "".join(f"{i},{i % 3}.5,{i % 5},{i % 2}\n" for i in range(24))
"""The file `points.csv` that specs of the documentation read."""


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block. `flags` are the words after the language."""

    page: str
    line: int
    language: str
    flags: tuple[str, ...]
    text: str

    @property
    def id(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def name(self) -> str | None:
        """The file that the block is."""
        return next((flag for flag in self.flags if flag.endswith(".dl")), None)


def fences(path: Path) -> list[Fence]:
    """All fenced blocks of a page, in order."""
    text = path.read_text("utf-8")
    found = []
    for match in re.finditer(r"^```(.*)\n((?:(?!```).*\n)*)```$", text, re.M):
        language, *flags = match[1].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(path.name, line, language, tuple(flags), match[2]))
    return found


def specs() -> list[Fence]:
    """The `dl` blocks of all pages, and the spec at the top of the README, which has no tag."""
    every = [fence for page in PAGES for fence in fences(page)]
    return [f for f in every if f.language == "dl" or f.text.startswith("data {")]


def whole(fence: Fence) -> str:
    """The text of a block as a spec, with the statements around it if it is a fragment."""
    if "fragment" not in fence.flags:
        return fence.text
    if "network" in fence.flags:
        first = fence.text.split()[0]
        body = fence.text if first == "input" else f"input  2\n{fence.text}"
        inside = MINIMAL | {"network": f"network {{\n{body}dense  1, sigmoid\n}}"}
    else:
        given = set(re.findall(r"^([a-z]+)", fence.text, re.M))
        inside = {word: text for word, text in MINIMAL.items() if word not in given}
        inside["fragment"] = fence.text
    return "\n".join(inside.values()) + "\n"


def furnish(folder: Path, page: str) -> None:
    """Put beside the specs of a page what they need: models, data, and files that they use."""
    (folder / "models").symlink_to(ROOT / "models")
    (folder / "points.csv").write_text(POINTS)
    for path in PAGES:
        for fence in fences(path) if path.name == page else ():
            if fence.name is not None:
                (folder / fence.name).write_text(fence.text)
