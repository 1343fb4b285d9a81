"""What a spec allows, its expansion allows: `specc expand f > g` then `specc check --strict g`
passes where `specc check --strict f` does, for each variant, and says the same reasons.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_cases import CASES, QUIET, spec

from specc.checking import check_source
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.driver import compile_source
from specc.expand.expand import expand
from specc.lang.format import format_spec
from specc.lang.override import variants
from specc.lang.read import read
from specc.lint.allow import allows

TEXTS = [*dict.fromkeys([*(case.text for case in CASES), *QUIET])]


def allowed(text: str, *, above: bool) -> Source:
    """A spec with an allow for each of its warnings."""
    by_line: dict[int, list[str]] = {}
    for warning in check_source(Source("x.dl", text)):
        assert warning.primary is not None
        by_line.setdefault(warning.primary.span.line, []).append(warning.code)
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        comments = [f"# allow {code}: as in line {number}" for code in by_line.get(number, ())]
        lines += [*comments, line] if above else ["  ".join([line, *comments])]
    return Source("x.dl", "\n".join(lines))


def expanded(source: Source, variant: str | None = None, *settings: str) -> str:
    return expand(compile_source(source, variant, settings), settings).text


def comments(text: str) -> list[str]:
    """The lines that are allowed something, without their origins."""
    return [
        f"{line.split()[0]}: {allow.codes[0][0]}: {allow.reason}"
        for allow in allows(Source("x.dl", text))
        for line in [text.splitlines()[allow.line - 1]]
    ]


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_the_expansion_of_what_passes_passes(number: int) -> None:
    source = allowed(TEXTS[number], above=number % 2 == 0)
    assert check_source(source) == ()
    for variant in (None, *variants(read(source, Sink()))):
        printed = Source("x.dl", expanded(source, variant))
        assert check_source(printed) == (), printed.text
        assert format_spec(read(printed, Sink())) == printed.text
        assert comments(expanded(printed)) == comments(printed.text)


def test_there_are_specs_enough() -> None:
    assert len(TEXTS) > 200


# Where an allow goes


BLOCKS = """\
block pair(n) {
    # allow W0301: a factorisation, see #7  # and a word on it
    dense n
    dense n, relu  # of the pair
}
block lone(n) { dense n }  # allow W0301: alone
"""
SPEC = spec(
    "input 2\nrepeat 2 { pair 8 }\nlone 4\ndense 4, relu\ndense 1, sigmoid",
    before=BLOCKS,
    optimizer="adam(lr = 0.5,\n    beta1 = 0)  # allow W0401, W0402: a lesson",
    train="run 2 epochs  # allow W0407: a smoke test\nbatch 64",
    after="variant long { train { run 100 epochs } }\nvariant slow { optimizer sgd(lr = 0.1) }\n",
)


def test_copies_are_allowed_and_what_is_not_warned_about_is_not() -> None:
    assert check_source(Source("x.dl", SPEC)) == ()
    pairs = 2 * ["dense: W0301: a factorisation, see #7"] + ["dense: W0301: alone"]
    optimizer, run = "optimizer: W0401: a lesson", "run: W0407: a smoke test"
    source = Source("x.dl", SPEC)
    assert comments(expanded(source)) == [*pairs, optimizer, run]
    assert "# allow W0401, W0402: a lesson  # line " in expanded(source)
    assert comments(expanded(source, "long")) == [*pairs, optimizer]
    assert comments(expanded(source, "slow")) == [*pairs, run]
    assert comments(expanded(source, None, "train.run=100 epochs")) == [*pairs, optimizer]


def test_reasons_of_their_own_stand_beside_each_other() -> None:
    text = SPEC.replace("adam(lr", "adam(  # allow W0401: large\n    lr")
    text = text.replace("W0401, W0402: a lesson", "W0402: no average")
    found = expanded(Source("x.dl", text))
    assert "# allow W0401: large  # allow W0402: no average  # line " in found
    assert check_source(Source("x.dl", found)) == ()


def test_a_warning_is_not_silenced_on_the_way() -> None:
    text = SPEC.replace("  # allow W0301: alone", "").replace("W0401, W0402", "W0402")
    found = check_source(Source("x.dl", text))
    assert [d.code for d in found] == ["W0301", "W0401"]
    again = check_source(Source("x.dl", expanded(Source("x.dl", text))))
    assert [d.code for d in again] == [d.code for d in found]
    setting = check_source(
        Source("x.dl", expanded(Source("x.dl", SPEC), None, "optimizer=sgd(lr = 50)"))
    )
    assert [d.code for d in setting] == ["W0401"]


def test_what_comes_of_writing_out_is_told_so() -> None:
    text = spec("input 2\ndense 8, relu\ndropout share\ndense 1, sigmoid", before="let share = 1\n")
    assert check_source(Source("x.dl", text)) == ()
    assert comments(expanded(Source("x.dl", text))) == [
        "dropout: W0313: the file itself is not warned about this"
    ]


def test_allows_of_a_used_file_are_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts.dl").write_text(BLOCKS.replace("dense n\n", "dense n,\n        linear\n"))
    source = Source("x.dl", SPEC.replace(BLOCKS, 'use "parts.dl"\n'))
    assert check_source(source) == ()
    text = expanded(source)
    assert comments(text)[:2] == 2 * ["dense: W0301: a factorisation, see #7"]
    assert "# allow W0301: alone  # parts.dl:7 in `lone 4` (line " in text
    assert check_source(Source("x.dl", text)) == ()
