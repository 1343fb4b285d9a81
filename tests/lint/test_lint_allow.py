"""`# allow` silences one warning at one place, for a reason, and is found out when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_cases import spec

from specc.checking import check_source, check_text
from specc.diag.edits import apply_edits
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.driver import compile_source
from specc.lang.format import format_spec
from specc.lang.read import read
from specc.lint.allow import allows

SHORT = spec(train="run 10 epochs\nbatch 64")
LINE = "    run 10 epochs\n"


def codes(text: str) -> list[str]:
    return [d.code for d in check_text(text)]


def with_line(line: str) -> str:
    assert SHORT.count(LINE) == 1
    return SHORT.replace(LINE, line)


def test_the_spec_is_warned_about() -> None:
    assert codes(SHORT) == ["W0407"]


@pytest.mark.parametrize(
    "line",
    [
        "    run 10 epochs  # allow W0407: a smoke test\n",
        "    run 10 epochs  # allow w0407:a smoke test\n",
        "    # allow W0407: a smoke test\n    run 10 epochs\n",
        "    # allow W0407: a smoke test\n    # of the data\n    run 10 epochs\n",
        "    #allow  W0407 :  a smoke test\n    run 10 epochs\n",
        "    run 10 epochs  # allow W0407: a smoke test  # line 3\n",
        "    run 10 epochs  # allow W0407: a smoke test of #3  # line 3  # allow W0406: x\n",
    ],
)
def test_it_silences_its_line_and_the_next_one_where_it_stands_alone(line: str) -> None:
    assert codes(with_line(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "    # allow W0407: a smoke test\n\n    run 10 epochs\n",
        "    # allow W0407: a smoke test\n    seed 1\n    run 10 epochs\n",
        "    run 10 epochs\n    seed 1  # allow W0407: a smoke test\n",
        "    run 10 epochs  # allow W0406: another code\n",
    ],
)
def test_elsewhere_it_silences_nothing_and_says_so(line: str) -> None:
    assert sorted(codes(with_line(line))) == ["W0103", "W0407"]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("# allow W0407", ["W0101", "W0407"]),
        ("# allow W0407:", ["W0101", "W0407"]),
        ("# allow W0407: ", ["W0101", "W0407"]),
        ("# allow W0407 a smoke test", ["W0101", "W0407"]),
        ("# allow W0407 - a smoke test", ["W0101", "W0407"]),
        ("# allow W9999: why", ["W0102", "W0407"]),
        ("# allow E0302: why", ["W0102", "W0407"]),
        ("# allow W0103: why", ["W0102", "W0407"]),
        ("# allow W0407, W0406: why", ["W0103"]),
        ("# allow W0407, W0406", ["W0101", "W0407"]),
        ("# allow a short run", ["W0407"]),
        ("# we allow W0407: why", ["W0407"]),
        ("# short # allow W0407: why", ["W0407"]),
        ("# allow W0407: why # allow W0406: why", ["W0103"]),
        ("# allow W0406: why # allow W0407: why", ["W0103"]),
        ("# allow W0406 # allow W0407: why", ["W0101"]),
        ("# allow W0407 # why", ["W0101", "W0407"]),
        ("# allow L2 to work", ["W0407"]),
    ],
)
def test_what_a_comment_says(comment: str, said: list[str]) -> None:
    assert sorted(codes(with_line(f"    run 10 epochs  {comment}\n"))) == said


def test_several_codes_share_a_line_and_a_reason() -> None:
    text = SHORT.replace("train {\n    run 10 epochs\n    batch 64\n}", "train { run 10 epochs }")
    text = text.replace("optimizer sgd(lr = 0.1)\ntrain {", "train {")
    text += "optimizer adam(lr = 0.5)  # allow W0401: on purpose\n"
    text = text.replace("epochs }", "epochs }  # allow W0407: a smoke test")
    assert codes(text) == []
    both = "variant v { optimizer sgd(lr = 9); init zeros }".replace("; ", "\n")
    assert codes(spec(after=both + "  # allow W0306, W0401: a lesson\n")) == ["W0401", "W0103"]


@pytest.mark.parametrize(
    "lines",
    [
        "optimizer adam(lr = 0.5,\n    beta1 = 0)  # allow W0401, W0402: on purpose\n",
        "# allow W0401, W0402: on purpose\noptimizer adam(lr = 0.5,\n    beta1 = 0)\n",
        "optimizer adam(  # allow W0401: a\n    lr = 0.5,\n    # allow W0402: b\n    beta1 = 0)\n",
    ],
)
def test_it_is_about_all_lines_of_its_statement(lines: str) -> None:
    text = spec().replace("optimizer sgd(lr = 0.1)\n", lines)
    assert text != spec()
    assert codes(text) == []
    formatted = format_spec(read(Source("x.dl", text), Sink()))
    assert codes(formatted) == []
    assert codes(text.replace("init he", "init zeros")) == ["W0306"]


def test_formatting_a_long_line_keeps_what_it_allows() -> None:
    path = "data/" + 9 * "deep/" + "points.csv"
    line = (
        f'source csv("{path}", target = "label", inputs = ("a", "b"))  # allow W0501: of one scale'
    )
    text = spec(data=f"{line}\nsplit 80%, 20%")
    formatted = format_spec(read(Source("x.dl", text), Sink()))
    assert formatted.count("\n") > text.count("\n")
    assert (codes(text), codes(formatted)) == ([], [])


def test_a_string_is_no_comment() -> None:
    text = spec(data='source csv("# allow W0501: x", target = "t")\nsplit 80%, 20%')
    assert codes(text) == ["W0501"]
    assert allows(Source("x.dl", text)) == ()


@pytest.mark.parametrize(
    ("line", "code", "after"),
    [
        ("    run 50 epochs  # allow W0407: old\n", "W0103", "    run 50 epochs\n"),
        ("    # allow W0407: old\n    run 50 epochs\n", "W0103", "    run 50 epochs\n"),
        ("    run 50 epochs  # allow E0302: old\n", "W0102", "    run 50 epochs\n"),
        (
            "    run 10 epochs  # allow W0470: why\n",
            "W0102",
            "    run 10 epochs  # allow W0407: why\n",
        ),
        (
            "    run 10 epochs  # allow W0407 a test\n",
            "W0101",
            "    run 10 epochs  # allow W0407: a test\n",
        ),
        (
            "    run 50 epochs  # allow W0407: old  # line 3\n",
            "W0103",
            "    run 50 epochs  # line 3\n",
        ),
        (
            "    # allow W0406: old # allow W0407: new\n    run 10 epochs\n",
            "W0103",
            "    # allow W0407: new\n    run 10 epochs\n",
        ),
        (
            "    run 10 epochs  # allow W0407: new  # allow W0406: old\n",
            "W0103",
            "    run 10 epochs  # allow W0407: new\n",
        ),
    ],
)
def test_edits(line: str, code: str, after: str) -> None:
    source = Source("spec.dl", with_line(line))
    found = [d for d in check_source(source) if d.code == code]
    assert len(found) == 1
    assert apply_edits(source, found[0].helps[0].edits) == with_line(after)
    assert codes(with_line(after)) == []


def test_what_a_variant_needs_is_not_idle() -> None:
    text = spec(
        train="run 50 epochs  # allow W0407: short with the full batch",
        after="variant full { train { batch full } }\n",
    )
    assert codes(text) == []
    source = Source("spec.dl", text)
    assert compile_source(source).silenced == ()
    assert [d.code for d in compile_source(source, "full").silenced] == ["W0407"]
    assert codes(text.replace("batch full", "seed 3")) == ["W0103"]


def test_nothing_is_idle_while_there_are_errors() -> None:
    text = spec(after="variant bad { loss cross_entropy }\n").replace(
        "    run 50 epochs\n", "    run 50 epochs  # allow W0407: why\n"
    )
    assert {d.severity for d in check_text(text)} == {"error"}


def test_a_warning_is_said_once_for_all_variants() -> None:
    text = SHORT + "variant a { init xavier }\nvariant b { optimizer sgd(lr = 0.2) }\n"
    assert codes(text) == ["W0407"]


def test_warnings_come_in_order_of_place_and_never_hide_an_error() -> None:
    text = spec(
        "input 2\ndense 8\ndense 8, relu\ndense 1, sigmoid",
        data="source circles(n = 1_000)",
        optimizer="sgd(lr = 5)",
    )
    assert codes(text) == ["W0502", "W0301", "W0401"]
    assert codes(text.replace("dense 1, sigmoid", "dense 2, sigmoid")) == ["E0304"]


def test_a_file_that_is_used_is_warned_about_once_and_holds_its_own_allows(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    blocks = tmp_path / "blocks.dl"
    blocks.write_text("let unused = 3\nblock pair(n) {\n    dense n\n    dense n, relu\n}\n")
    text = spec(
        "input 2\npair 8\ndense 1, sigmoid",
        before='use "blocks.dl"\n',
        after="variant a { init xavier }\nvariant b { optimizer sgd(lr = 0.2) }\n",
    )
    found = check_text(text, str(tmp_path))
    assert [d.code for d in found] == ["W0301"]
    assert found[0].primary is not None
    assert found[0].primary.span.source.path.endswith("blocks.dl")
    assert [label.text for label in found[0].secondary] == ["the next weighted sum", "in this use"]
    blocks.write_text(
        "block pair(n) {\n    dense n  # allow W0301: a factorisation\n    dense n, relu\n}\n"
    )
    assert check_text(text, str(tmp_path)) == ()
