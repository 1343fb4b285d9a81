"""Where a value of a spec comes from: a line, a variant, `--set`, or a definition's default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from specc.diag.escape import escape
from specc.diag.source import Source, Span
from specc.lang.behind import one_line
from specc.record import Record


class Origin(Record):
    """One place.

    Attributes:
        kind: How the value came in.
        file, line: Where it stands, of a file and of a variant.
        name: The variant, the setting as given, or the definition with the default.
        main: Whether `file` is the spec itself, which needs no mention.
    """

    kind: Literal["file", "variant", "set", "default"]
    file: str = ""
    line: int = 0
    name: str = ""
    main: bool = True

    @property
    def text(self) -> str:
        """In a few words: `line 15`, `blocks.dl:3`, `variant he, line 44`, `--set width=32`."""
        match self.kind:
            case "file":
                return f"line {self.line}" if self.main else escape(f"{self.file}:{self.line}")
            case "variant":
                return f"variant {self.name}, line {self.line}"
            case "set":
                return escape(f"--set {' '.join(self.name.split())}")
            case "default":
                return f"default of {self.name}"

    def to_json(self) -> dict[str, Any]:
        match self.kind:
            case "file":
                return {"kind": "file", "file": self.file, "line": self.line}
            case "variant":
                place = {"file": self.file, "line": self.line}
                return {"kind": "variant", "variant": self.name, **place}
            case "set":
                return {"kind": "set", "set": self.name}
            case "default":
                return {"kind": "default", "definition": self.name}


def default(word: str) -> Origin:
    """The default that a definition, or a statement that is not there, stands for."""
    return Origin("default", name=word)


class Origins:
    """Tells places of one spec, of the variant in force and of the settings apart."""

    def __init__(
        self,
        source: Source,
        variant: tuple[str, Span] | None,
        settings: Mapping[Source, str],
    ) -> None:
        self._source = source
        self._variant = variant
        self._settings = settings

    def of(self, span: Span) -> Origin:
        """The origin of what is written at a place."""
        if span.source in self._settings:
            return Origin("set", name=self._settings[span.source])
        if self._variant is not None:
            name, whole = self._variant
            inside = whole.start <= span.start < whole.end
            if span.source is whole.source and inside:
                return Origin("variant", span.source.path, span.line, name)
        main = span.source is self._source
        return Origin("file", span.source.path, span.line, main=main)


def quoted(span: Span) -> str:
    """What is written at a place, fit for a comment."""
    return escape(one_line(span))
