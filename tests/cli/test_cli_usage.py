"""Arguments, help and exit status: what holds for every command."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from cli_samples import TINY, Run

from specc.cli.main import run

KNOWN = {"check", "fmt", "explain", "plan", "train", "watch", "gradcheck", "compare"}
KNOWN |= {"test", "evaluate", "predict", "runs"}


def listed(text: str) -> list[str]:
    """The commands that the help lists."""
    lines = text.partition("\ncommands:\n")[2].partition("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


def test_help_lists_every_command_with_a_line(process: Run) -> None:
    done = process("--help")
    assert done.status == 0
    assert done.err == ""
    assert set(listed(done.out)) >= KNOWN
    assert all(len(line) <= 100 for line in done.out.splitlines())


def test_without_arguments_help_goes_to_stderr(specc: Run) -> None:
    done = specc()
    assert done.status == 2
    assert done.out == ""
    assert done.err == specc("--help").out


def test_every_argument_of_every_command_is_explained(specc: Run) -> None:
    for command in listed(specc("--help").out):
        done = specc(command, "--help")
        assert done.status == 0
        assert done.out.startswith(f"usage: specc {command} ")
        lines = done.out.splitlines()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if re.match(r"  (-|[A-Z|]+\b)", line):
                # The text stands behind the argument or, if that is long, in the next line.
                assert "  " in line.strip() or following.startswith(" " * 10), (command, line)


def test_version(specc: Run) -> None:
    done = specc("--version")
    assert done.status == 0
    assert done.out.startswith("specc ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek", "x.dl"], ["there is no command `chek`", "did you mean `check`?"]),
        (["quux"], ["there is no command `quux`", "check, ", "explain"]),
        (["train"], ["FILE", "`specc train --help`"]),
        (["check"], ["FILE", "`specc check --help`"]),
        (["compare"], ["FILE"]),
        (["train", "x.dl", "--jsn"], ["`specc train` has no option `--jsn`", "`--json`"]),
        (["train", "x.dl", "--varient=a"], ["no option `--varient`", "`--variant`"]),
        (["train", "x.dl", "y.dl"], ["no use for `y.dl`"]),
        (["train", "x.dl", "--out"], ["--out"]),
        (["train", "x.dl", "--out", ""], ["--out", "empty"]),
        (["plan", "x.dl", "-o", ""], ["-o", "empty"]),
        (["plan", "x.dl", "--emit", "torch"], ["torch", "numpy"]),
        (["check", "x.dl", "--format", "jsn"], ["jsn", "json"]),
        (["--jsn"], ["`specc` has no option `--jsn`"]),
        (["train", "x.dl", "--resume"], ["`--resume` needs the run directory", "--out"]),
        (["\x1b[31mtrain"], [r"\x1b[31mtrain"]),
    ],
)
def test_wrong_usage_says_what_to_do(specc: Run, arguments: list[str], said: list[str]) -> None:
    done = specc(*arguments)
    assert done.status == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert "\nhelp: " in done.err
    assert "\x1b" not in done.err
    for text in said:
        assert text in done.err


@pytest.mark.parametrize("command", ["check", "fmt", "plan", "train", "compare", "gradcheck"])
def test_every_command_says_which_file_is_missing(specc: Run, command: str, tiny: str) -> None:
    done = specc(command, "tinny.dl")
    assert done.status == 2
    assert done.out == ""
    assert "error[E0501]: there is no file `tinny.dl`" in done.err
    assert f"did you mean `{tiny}`?" in done.err


@pytest.mark.parametrize("command", ["plan", "train", "compare"])
def test_a_folder_is_no_spec(specc: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "models").mkdir()
    done = specc(command, "models")
    assert done.status == 2
    assert "error[E0507]: `models` is a folder, not a spec" in done.err
    assert "= help: " in done.err


@pytest.mark.parametrize("command", ["check", "plan", "train", "compare"])
def test_a_spec_with_errors_is_a_finding(specc: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "bad.dl").write_text(TINY.replace("tanh", "tanj"))
    done = specc(command, "bad.dl")
    assert done.status == 1
    assert done.out == ""
    assert "error[E0201]" in done.err
    assert "--> bad.dl:12:19" in done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.dl"]


def test_a_bug_of_ours_ends_with_70_and_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a \x1b[31mred one")

    monkeypatch.setattr("specc.cli.explain.explain", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run(["explain", "adam"]) == 70
    said = capsys.readouterr().err
    assert r"internal error: ValueError: a \x1b[31mred one" in said
    assert "please report it" in said
    assert "Traceback" not in said
    (report,) = tmp_path.glob("specc-crash-*.txt")
    assert str(report) in said
    assert "Traceback" in report.read_text()


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (MemoryError(), 1, "error: there is not enough memory for this\nhelp: "),
        (
            MemoryError("Unable to allocate 7 TiB"),
            1,
            "error: there is not enough memory for this\nnote: unable to allocate 7 TiB\nhelp: ",
        ),
    ],
)
def test_what_is_no_bug_of_ours(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    problem: BaseException,
    status: int,
    said: str,
) -> None:
    def stopped(*_: object) -> None:
        raise problem

    monkeypatch.setattr("specc.cli.explain.explain", stopped)
    assert run(["explain", "adam"]) == status
    assert capsys.readouterr().err.startswith(said)


def test_a_file_whose_name_looks_like_an_option(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "-x.dl").write_text(TINY)
    (tmp_path / "y.dl").write_text(TINY)
    done = specc("check", "y.dl", "-x.dl")
    assert done.status == 2
    assert done.err.endswith("help: the file is given as `./-x.dl`\n")
    assert specc("check", "./-x.dl").status == 0
    assert specc("check", "--", "-x.dl").status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "y.dl", "--out", "a", "--out=b"], "`--out`: given twice: `a` and `b`"),
        (["plan", "y.dl", "--variant", "a", "--variant", "b"], "given twice: `a` and `b`"),
        (
            ["expand", "y.dl", "--set", "train.batch=1", "--set", "train.batch = 2"],
            "`--set`: `train.batch` twice: `1` and `2`",
        ),
    ],
)
def test_of_two_values_none_is_lost(specc: Run, arguments: list[str], said: str) -> None:
    done = specc(*arguments)
    assert done.status == 2
    assert said in done.err


def test_the_same_value_may_be_given_twice(specc: Run, tiny: str) -> None:
    same = ["--set", "train.seed=2"]
    assert specc("expand", tiny, *same, *same).status == 0
    assert specc("check", tiny, "--format", "json", "--format=json").out == "[]\n"
