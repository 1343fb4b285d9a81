"""Whatever is in a spec or in an argument: findings, never a bug of ours."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from pathlib import Path

from cli_samples import MODELS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.cli.main import run

DIGITS = (MODELS / "digits.dl").read_text()
TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|\w+|[ \t]+|\n|->|//|[<>=!]=|.')
TOKENS = TOKEN.findall(DIGITS)
STRANGE = [
    *("", " ", "\n", "\t", "\0", "\u202e", "é", "\\", '"', "'", ";", "#", "{", "}", "(", ")", "["),
    *("]", ",", "=", "->", "as", "in", "*", "//", "%", "-", "-1", "0", "0.5", "1/0", "1e308", "m"),
    *("9" * 30, "1 epoch", "5%", "true", "nan", "log(1, 2)", "{1, 2}", "let", "width", "network"),
    *("train", "input 64", "dense", "dropout keep = 0.5", "from features", "add", "then", "he"),
    *("adam", "csv", "repeat 3 {", "residual {", "block b(n) {", "variant x { init zeros }"),
    *("search { trials 3 }", 'use "x.dl"'),
]


def status(*arguments: str) -> tuple[int, str]:
    """The exit status of a command, and all that it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(arguments)
    return code, said.getvalue()


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """The text of the digits' spec with a few of its tokens changed."""
    tokens = list(TOKENS)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        other = draw(st.integers(0, len(tokens) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "replace", "strange", "cut"])):
            case "delete":
                del tokens[at]
            case "double":
                tokens.insert(at, tokens[at])
            case "swap":
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case "replace":
                tokens[at] = tokens[other]
            case "strange":
                tokens[at] = draw(st.sampled_from(STRANGE) | st.text(max_size=4))
            case _:
                del tokens[min(at, other) : max(at, other) // 2 + min(at, other) // 2]
        if not tokens:
            break
    return "".join(tokens)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=mutants())
def test_a_changed_spec_has_findings_or_none(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.dl"
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        code, said = status("check", str(path))
        assert code in (0, 1), said
        assert (code == 1) == ("error[" in said), said
        assert "Traceback" not in said
        # What a check accepts can be planned, and one that it refuses cannot.
        if code == 0 and "batch  full" not in text:
            planned, problem = status("plan", str(path))
            assert planned in (0, 1), problem


PATHS = st.sampled_from(
    "width train.batch train.run train.stop optimizer optimizer.lr optimizer.lr.x data.split "
    "data.split.train data.source init loss schedule regularize network network.dense expect x "
    "a.b data train let variant spec".split()
)
VALUES = st.sampled_from([t for t in TOKENS if t.strip()] + STRANGE) | st.text(max_size=6)


@settings(max_examples=100, deadline=None)
@given(settings_=st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=2))
def test_any_setting_is_taken_or_refused(settings_: list[tuple[str, str]]) -> None:
    options = [f"--set={path}={value}" for path, value in settings_]
    code, said = status("plan", str(MODELS / "digits.dl"), *options)
    assert code in (0, 1, 2), said
    assert "Traceback" not in said


WORDS = st.sampled_from(
    "check fmt explain plan compare --json --format json --check --set --variant -o -- - --help "
    "-h --version adam E0302 missing.dl \x1b".split(" ")
)


@settings(max_examples=100, deadline=None)
@given(arguments=st.lists(WORDS | st.text(max_size=5), max_size=4))
def test_any_arguments_are_understood_or_refused(arguments: list[str]) -> None:
    # Nothing here names a file that exists, so nothing is trained or written.
    code, said = status(*[a for a in arguments if a not in ("train", "watch", ".")])
    assert code in (0, 1, 2), said
    assert "Traceback" not in said
    assert "\x1b" not in said
