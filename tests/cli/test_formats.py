"""`specc check --format`: every document is what its readers take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from cli_samples import GOOD, Run
from json_schema import violations

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.github import github
from specc.diag.sarif import sarif
from specc.diag.source import Source, Span

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "schemas" / "sarif-2.1.0-subset.json").read_text(encoding="utf-8")
)
BROKEN = GOOD.replace("dense  width, tanh", "dnse   width, tanh").replace("xavier", "xavjer")
USED = 'use "blocks.dl"\n' + GOOD.replace("dense  width, tanh", "unit   width")
BLOCKS = "block unit(size) {\n    dense  size, tanj\n}\n"


@pytest.fixture
def good(tmp_path: Path) -> str:
    """The path of a spec without findings."""
    (tmp_path / "good.dl").write_text(GOOD)
    return "good.dl"


def many(count: int) -> str:
    """A spec with that many errors."""
    wrong = "".join(f"    dnse  {i}\n" for i in range(1, count + 1))
    return GOOD.replace("    dense  width, tanh\n", wrong)


def read_sarif(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    assert violations(document, SCHEMA, SCHEMA) == []
    return document


# Which files


def test_a_folder_is_every_spec_below_it(specc: Run, tmp_path: Path) -> None:
    for name in ("b/z.dl", "a.dl", "b/c/x.dl", ".hidden/h.dl", "b/.h.dl", "b/not.txt", "b/a.dl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BROKEN)
    done = specc("check", ".", "--format", "concise")
    files = [line.split(":")[0] for line in done.out.splitlines()]
    assert list(dict.fromkeys(files)) == ["a.dl", "b/a.dl", "b/c/x.dl", "b/z.dl"]
    assert done.status == 1
    named = specc("check", ".hidden", "b/.h.dl", "--format", "concise")
    assert {line.split(":")[0] for line in named.out.splitlines()} == {".hidden/h.dl", "b/.h.dl"}


def test_a_file_that_is_named_twice_is_checked_once(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN)
    (tmp_path / "link.dl").symlink_to("bad.dl")
    done = specc("check", "bad.dl", "./bad.dl", ".", "link.dl", "--format", "json")
    assert [f["file"] for f in json.loads(done.out)] == ["bad.dl", "bad.dl"]


def test_a_folder_without_a_spec_is_no_success(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = specc("check", "empty")
    assert done.status == 2
    assert "error[E0501]: there is no spec below `empty`" in done.err
    assert "help: give a spec, or a folder that holds `.dl` files" in done.err


def test_a_link_in_a_circle_ends(specc: Run, tmp_path: Path, good: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert specc("check", ".").status == 0


def test_a_file_of_blocks_is_checked_for_what_it_is(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "model.dl").write_text(USED)
    (tmp_path / "blocks.dl").write_text(BLOCKS.replace("tanj", "tanh"))
    done = specc("check", ".", "--dims", "--format", "json")
    assert done.status == 0
    assert [one["file"] for one in json.loads(done.out)] == ["model.dl"]
    # An error in it is said once, though both files have it, and fails both.
    (tmp_path / "blocks.dl").write_text(BLOCKS)
    done = specc("check", ".", "--format", "json")
    (found,) = json.loads(done.out)
    assert (found["file"], found["line"], found["code"]) == ("blocks.dl", 2, "E0201")
    cases = ET.fromstring(specc("check", ".", "--format", "junit").out).iter("testcase")
    assert [(c.get("name"), len(c)) for c in cases] == [("blocks.dl", 1), ("model.dl", 1)]
    (tmp_path / "let.dl").write_text("let width = 4\nlet wide = 2 * with\n")
    assert "nothing is called `with`" in specc("check", "let.dl").err


# Text and JSON


@pytest.mark.parametrize("form", ["text", "concise", "json", "github", "sarif", "junit"])
def test_the_status_is_the_same_in_every_form(
    specc: Run, tmp_path: Path, good: str, form: str
) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN)
    (tmp_path / "careless.dl").write_text("let unused = 1\n" + GOOD)
    assert specc("check", good, "--format", form).status == 0
    assert specc("check", "careless.dl", "--format", form).status == 0
    assert specc("check", "careless.dl", "--strict", "--format", form).status == 1
    assert specc("check", good, "bad.dl", "--format", form).status == 1
    assert specc("check", good, "bad.dl", "missing.dl", "--format", form).status == 2


@pytest.mark.parametrize("form", ["concise", "json", "github", "sarif", "junit"])
def test_documents_go_to_stdout_and_nothing_to_stderr(
    specc: Run, tmp_path: Path, form: str
) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN)
    done = specc("check", "bad.dl", "--format", form)
    assert "E0201" in done.out
    assert done.err == ""
    text = specc("check", "bad.dl")
    assert text.out == ""
    assert "error[E0201]" in text.err


def test_dims_of_several_files_is_a_list_of_tables(specc: Run, tmp_path: Path, good: str) -> None:
    (tmp_path / "wide.dl").write_text(GOOD.replace("width = 4", "width = 8"))
    done = specc("check", good, "wide.dl", "--dims", "--format", "json")
    tables = json.loads(done.out)
    assert [list(one) for one in tables] == [["file", "layers", "parameters"]] * 2
    assert [(one["file"], one["parameters"]) for one in tables] == [
        ("good.dl", 17),
        ("wide.dl", 33),
    ]
    (tmp_path / "wide.dl").write_text(BROKEN)
    done = specc("check", good, "wide.dl", "--dims", "--format", "json")
    assert done.status == 1
    assert [f["code"] for f in json.loads(done.out)] == ["E0201", "E0201"]


@pytest.mark.parametrize("form", ["github", "sarif", "junit"])
def test_a_report_has_no_place_for_dims(specc: Run, good: str, form: str) -> None:
    done = specc("check", good, "--dims", "--format", form)
    assert (done.status, done.out) == (2, "")
    assert "help: give `--dims` with `--format text` or `--format json`" in done.err


# GitHub


def commands(text: str) -> list[str]:
    """The annotations, without the log."""
    return [line for line in text.split("::stop-commands::")[0].splitlines() if line]


def test_github_annotates_the_place(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN)
    done = specc("check", "bad.dl", "--format", "github")
    first, second = commands(done.out)
    assert first.startswith(
        "::error file=bad.dl,line=12,col=5,endLine=12,endColumn=9,title=E0201::"
        "no layer is called `dnse`%0Ahelp: did you mean `dense`?"
    )
    assert ",title=E0201::no initialisation is called `xavjer`" in second


def test_github_counts_paths_from_the_checkout(
    specc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.dl").write_text(BROKEN)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "sub")
    from specc.cli.report import repository_folder

    assert repository_folder() == str(tmp_path)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert repository_folder() == str(tmp_path / "sub")


@pytest.mark.parametrize(("errors", "shown"), [(1, 1), (10, 10), (11, 10), (23, 10)])
def test_github_shows_no_more_than_ten_annotations(
    specc: Run, tmp_path: Path, errors: int, shown: int
) -> None:
    (tmp_path / "bad.dl").write_text(many(errors))
    done = specc("check", "bad.dl", "--format", "github")
    lines = commands(done.out)
    assert len(lines) == shown
    if errors > shown:
        assert lines[-1] == (
            f"::error title=specc::{errors - 9} more errors; the log of this step has all {errors}"
        )
    log = done.out.split("::stop-commands::")[1]
    assert log.count("error[E0201]") == errors
    assert f"{errors} error" in log


def test_nothing_in_a_spec_can_be_a_command(tmp_path: Path) -> None:
    source = Source("a,b:c%\r\n.dl", "::error::x\n##[error]y\n")
    note = "::add-mask::secret " * 8
    d = Diagnostic("E0104", "x\r\n::error::y, 100%", Label(Span(source, 0, 10)), notes=(note,))
    text = github({source.path: [d]}, str(tmp_path))
    (command,) = commands(text)
    assert "%0D" not in command  # no control character is passed on, not even encoded
    head, _, data = command.removeprefix("::error ").partition("::")
    assert "100%25" in data
    name = head.split(",line=")[0]
    assert unquote(name) == "file=a,b:c%\\r\\n.dl"
    assert re.fullmatch(r"file=[^,:]*", name)
    # The log is fenced by a word that is not in it, and ends the fence.
    fence, log = text.split("::stop-commands::")[1].split("\n", 1)
    assert re.fullmatch(r"[0-9a-f]{32}", fence)
    assert log.endswith(f"\n::{fence}::\n")
    assert log.count(fence) == 1


def test_github_leaves_columns_out_where_the_line_changes(tmp_path: Path) -> None:
    source = Source("a.dl", "one\ntwo\n")
    d = Diagnostic("E0102", "x", Label(Span(source, 1, 6)))
    (command,) = commands(github({"a.dl": [d]}, str(tmp_path)))
    assert ",line=1,endLine=2,title=" in command


# SARIF


def test_sarif_is_valid_and_complete(specc: Run, tmp_path: Path, good: str) -> None:
    (tmp_path / "bad one.dl").write_text(BROKEN)
    done = specc("check", good, "bad one.dl", "missing.dl", "--format", "sarif")
    (run,) = read_sarif(done.out)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "specc"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, second, missing = run["results"]
    assert first["level"] == "error"
    assert first["message"]["text"].startswith("no layer is called `dnse`\n")
    (place,) = first["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "bad%20one.dl", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 5, "endLine": 12, "endColumn": 9},
    }
    ((change,),) = [fix["artifactChanges"] for fix in first["fixes"]]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "dense"}
    assert replacement["deletedRegion"] == place["physicalLocation"]["region"]
    assert second["ruleId"] == "E0201"
    assert missing["ruleId"] == "E0501"
    assert "missing.dl" in missing["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_sarif_without_findings_is_valid(specc: Run, good: str) -> None:
    (run,) = read_sarif(specc("check", good, "--format", "sarif").out)["runs"]
    assert run["results"] == []


def test_every_rule_says_what_it_is_about() -> None:
    (run,) = read_sarif(json.dumps(sarif({}, ".", "1")))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) > 40
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert len(rule["fullDescription"]["text"]) <= 1024  # what GitHub takes
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}")
        assert "helpUri" not in rule
        level = "warning" if rule["id"].startswith("W") else "error"
        assert rule["defaultConfiguration"] == {"level": level}


def test_secondary_labels_are_related_locations(specc: Run, tmp_path: Path) -> None:
    text = GOOD.replace("sigmoid", "relu")
    (tmp_path / "bad.dl").write_text(text)
    (run,) = read_sarif(specc("check", "bad.dl", "--format", "sarif").out)["runs"]
    (result,) = run["results"]
    (related,) = result["relatedLocations"]
    line = related["physicalLocation"]["region"]["startLine"]
    assert text.splitlines()[line - 1].startswith("loss")
    assert related["message"]["text"]


def prints(text: str) -> list[str]:
    (run,) = json.loads(text)["runs"]
    return [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]


def test_fingerprints_stay_when_lines_move(specc: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.dl"
    path.write_text(BROKEN)
    before = prints(specc("check", "bad.dl", "--format", "sarif").out)
    assert len(set(before)) == 2
    path.write_text("# a comment\n\n" + BROKEN.replace("    dnse   width", "      dnse width"))
    assert prints(specc("check", "bad.dl", "--format", "sarif").out) == before
    path.write_text(BROKEN.replace("dnse", "dnze"))
    after = prints(specc("check", "bad.dl", "--format", "sarif").out)
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_the_same_line_twice_has_two_fingerprints(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.dl").write_text(GOOD.replace("    dense  width, tanh\n", "    dnse  4\n" * 3))
    found = prints(specc("check", "bad.dl", "--format", "sarif").out)
    assert len(set(found)) == len(found) == 3


def test_sarif_takes_any_text(tmp_path: Path) -> None:
    source = Source("\ud800 [x](1).dl", "\u202e[a](1)\x1b\n")
    other = Source("/nowhere/b.dl", "x")
    span = Span(source, 0, 3)
    edits = (Edit(span, "\x00\ud800"), Edit(Span(other, 0, 1), "{0}"))
    label = Label(span, "[a](1) {0}")
    d = Diagnostic("E0104", "[a](1) {0}\x1b", label, (label, label), helps=(Help("h", edits),) * 2)
    document = read_sarif(json.dumps(sarif({source.path: [d, d]}, str(tmp_path), "1")))
    result = document["runs"][0]["results"][0]
    assert result["message"]["text"].startswith("\\[a](1) {0}\\x1b")
    assert len(result["relatedLocations"]) == len(result["fixes"]) == 1
    uris = [c["artifactLocation"]["uri"] for c in result["fixes"][0]["artifactChanges"]]
    assert uris[1] == "file:///nowhere/b.dl"


# JUnit


def test_junit_has_a_test_for_every_file(specc: Run, tmp_path: Path, good: str) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN)
    (tmp_path / "careless.dl").write_text("let unused = 1\n" + GOOD)
    files = (good, "bad.dl", "careless.dl", "missing.dl")
    top = ET.fromstring(specc("check", *files, "--format", "junit").out)
    assert top.tag == "testsuites"
    (suite,) = top
    for element in (top, suite):
        assert [element.get(k) for k in ("tests", "failures", "errors")] == ["4", "1", "1"]
    assert suite.get("name") == "specc check"
    sound, bad, careless, missing = suite
    assert [case.get("name") for case in suite] == list(files)
    assert {case.get("classname") for case in suite} == {"specc.check"}
    assert len(sound) == 0
    (failure,) = bad
    assert failure.tag == "failure"
    assert failure.attrib == {"type": "E0201", "message": "2 errors"}
    assert "error[E0201]: no layer is called `dnse`\n  --> bad.dl:12:5\n" in (failure.text or "")
    assert [child.tag for child in careless] == ["system-out"]
    assert [child.tag for child in missing] == ["error"]
    strict = ET.fromstring(specc("check", *files, "--strict", "--format", "junit").out)
    assert strict.get("failures") == "2"


def test_junit_is_the_same_in_every_encoding(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "\xfcn.dl").write_text(BROKEN + "# \u65e5\u672c\n", encoding="utf-8")
    text = specc("check", "\xfcn.dl", "--format", "junit").out
    assert text.isascii()
    (case,) = ET.fromstring(text).iter("testcase")
    assert case.get("name") == "\xfcn.dl"


def test_junit_holds_to_the_schema_of_jenkins(specc: Run, tmp_path: Path, good: str) -> None:
    (tmp_path / "bad.dl").write_text(BROKEN + '\nexpect { "]]>&\x0b\u202e" }\n')
    done = specc("check", good, "bad.dl", "missing.dl", "--format", "junit")
    attributes = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        "testcase": {"name", "time", "classname", "group"},
        "failure": {"type", "message"},
        "error": {"type", "message"},
        "system-out": set(),
    }
    required = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
    for element in ET.fromstring(done.out).iter():
        assert set(element.attrib) <= attributes[element.tag]
        assert required.get(element.tag, set()) <= set(element.attrib)
