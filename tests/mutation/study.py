"""The mutation study: how often a message points at the slip, and offers what stood there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits
from specc.diag.source import Source
from tests.mutation.mutants import NUMBERS, ROUNDS, Mutant, misspellings, other_numbers

ROOT = Path(__file__).parents[2]
SPECS = (
    *sorted((ROOT / "models").rglob("*.dl")),
    *sorted(Path(__file__).parent.glob("specs/*.dl")),
)


@dataclass
class Row:
    """What was counted for one kind of part. valid: mutants that are a spec as well."""

    tried: int = 0
    valid: int = 0
    placed: int = 0
    suggested: int = 0
    alone: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return self.tried - self.valid


@dataclass
class Study:
    """All rows, by kind of part."""

    rows: dict[str, Row] = field(default_factory=dict)

    def row(self, kind: str) -> Row:
        return self.rows.setdefault(kind, Row())

    def total(self, rows: dict[str, Row]) -> Row:
        """All these rows as one."""
        whole = Row()
        for row in rows.values():
            whole.tried += row.tried
            whole.valid += row.valid
            whole.placed += row.placed
            whole.suggested += row.suggested
            whole.alone += row.alone
        return whole

    @property
    def words(self) -> dict[str, Row]:
        return {k: r for k, r in self.rows.items() if k not in NUMBERS}

    @property
    def numbers(self) -> dict[str, Row]:
        return {k: r for k, r in self.rows.items() if k in NUMBERS}


def study(specs: tuple[Path, ...] = SPECS) -> Study:
    """Try every mutant of every spec."""
    found = Study()
    for path in specs:
        text = path.read_text("utf-8")
        # Those of the courses have many variants, each of which takes its time, and the same words.
        rounds = 1 if path.parent.name == "course" else ROUNDS
        for mutant in misspellings(text, path.name, rounds):
            _judge_word(mutant, found.row(mutant.kind), path.name)
        for mutant in other_numbers(text):
            _judge_number(mutant, found.row(mutant.kind), path.name)
    return found


def errors_of(text: str) -> tuple[Source, list[Diagnostic]]:
    source = Source("spec.dl", text)
    return source, [d for d in check_source(source) if d.severity == "error"]


def _judge_word(mutant: Mutant, row: Row, name: str) -> None:
    row.tried += 1
    source, errors = errors_of(mutant.text)
    if not errors:
        row.valid += 1
        return
    at = [d for d in errors if _is_at(d, mutant)]
    row.placed += bool(at)
    row.alone += len(errors) == 1
    suggested = any(_repairs(d, source, mutant) for d in at)
    row.suggested += suggested
    if not at or not suggested:
        row.misses.append(_line(mutant, errors, name))


def _is_at(d: Diagnostic, mutant: Mutant) -> bool:
    """Whether the primary span is the mutated part; for a name where it is defined, any label."""
    spans = [d.primary.span] if d.primary is not None else []
    if mutant.kind == "name defined":
        spans += [label.span for label in d.secondary]
        return any(s.start <= mutant.start and mutant.end <= s.end for s in spans)
    return any((s.start, s.end) == (mutant.start, mutant.end) for s in spans)


def _repairs(d: Diagnostic, source: Source, mutant: Mutant) -> bool:
    """Whether the first edit that is offered gives the original back."""
    edits = next((h.edits for h in d.helps if h.edits), ())
    if mutant.kind == "name defined":  # the use is changed to match
        return bool(edits)
    return bool(edits) and apply_edits(source, edits) == mutant.original


def _judge_number(mutant: Mutant, row: Row, name: str) -> None:
    row.tried += 1
    source, errors = errors_of(mutant.text)
    if not errors:
        row.valid += 1
        return
    named = any(_names_both(d, source, mutant) for d in errors)
    row.placed += named
    row.alone += len(errors) == 1
    if not named:
        row.misses.append(_line(mutant, errors, name))


def _names_both(d: Diagnostic, source: Source, mutant: Mutant) -> bool:
    """Whether the changed number is marked or in the table, and another place is marked."""
    labels = [label.span for label in (d.primary, *d.secondary) if label is not None]
    marked = [s for s in labels if s.start <= mutant.start and mutant.end <= s.end]
    line = source.line(source.position(mutant.start)[0]).split("#")[0].split("->")[0]
    statement = " ".join(line.split()).split(" as ")[0].strip()
    listed = any(row.startswith(statement) for row in d.table)
    return bool(marked or listed) and len(labels) > (len(marked) if marked else 0)


def _line(mutant: Mutant, errors: list[Diagnostic], name: str) -> str:
    now = mutant.text[mutant.start : mutant.end]
    first = errors[0]
    where = "" if first.primary is None else first.primary.span.text
    fix = next((h.text for h in first.helps), "")
    return f"{name}: {mutant.kind} `{now}`: {first.code} {first.message} | `{where}` | {fix}"
