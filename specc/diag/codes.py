"""The codes of diagnostics: one exists because its page `explain/CODE.md` exists.

There is no other list to keep in step.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[EW]\d{4}", re.ASCII)


def explain_page(code: str) -> str | None:
    """The Markdown page of a code, in upper or lower case; None if there is no such code."""
    name = code.upper()
    # The match also keeps what a user typed from being used as a path.
    if not _CODE.fullmatch(name):
        return None
    from importlib.resources import files  # 10 ms, which a spec without errors does not pay

    page = files("specc.diag").joinpath("explain", f"{name}.md")
    return page.read_text(encoding="utf-8") if page.is_file() else None


def summaries() -> dict[str, str]:
    """Every code with the one line that says what it means, in order of code."""
    from importlib.resources import files

    found: dict[str, str] = {}
    for page in sorted(files("specc.diag").joinpath("explain").iterdir(), key=lambda p: p.name):
        name, _, kind = page.name.rpartition(".")
        if kind == "md" and _CODE.fullmatch(name):
            with page.open(encoding="utf-8") as file:
                found[name] = file.readline().partition(": ")[2].strip()
    return found
