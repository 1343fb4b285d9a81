"""What the tree promises about itself: what is loaded when, what is empty, what is imported."""

from __future__ import annotations

import ast
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"specc": ROOT / "specc", "specc_tui": ROOT / "tui" / "specc_tui"}
SOURCES = sorted(p for folder in PACKAGES.values() for p in folder.rglob("*.py"))
LIMIT = 300
LONG = {
    "specc/lang/values.py": "one method per kind of value, and all of them know one another",
    "specc/run/trainer.py": "one state machine: every method is a part of its loop",
}
"""Files of more than `LIMIT` lines, and why they are not two."""

LOADED = """
import json, sys
from specc.cli.main import run
status = run(sys.argv[1:])
sys.stderr.write(json.dumps([status, sorted(sys.modules)]))
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a process has loaded after a command that went well."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    status, modules = json.loads(done.stderr.splitlines()[-1])
    assert status == 0, done.stderr
    return set(modules)


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _no_tree_is_kept() -> Iterator[None]:
    """They are hundreds of megabytes, which would slow down all tests behind these."""
    yield
    tree.cache_clear()


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# What is loaded when


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"]])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    assert not {"numpy", "lark", "textual", "specc_tui"} & loaded(tmp_path, *arguments)


def test_a_check_loads_neither_numpy_nor_the_app(tmp_path: Path) -> None:
    digits = str(ROOT / "models" / "digits.dl")
    for options in ([], ["--dims"], ["--format", "json"]):
        modules = loaded(tmp_path, "check", digits, *options)
        assert not {"lark", "numpy", "textual", "rich", "specc_tui"} & modules


SLOW = set(
    "ast asyncio concurrent csv dataclasses decimal dis email http importlib.metadata inspect "
    "logging pathlib pickle shutil socket ssl subprocess tempfile threading tokenize "
    "urllib.parse xml".split()
)
"""Parts of Python that take milliseconds to import."""


def test_a_check_loads_what_it_uses(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "check", str(ROOT / "models" / "digits.dl"))
    assert not SLOW & modules
    behind = ("specc.emit", "specc.passes", "specc.run", "specc.job", "specc.training")
    again = ("specc.editing", "specc.elaborate.summary", "specc.lint.silence")
    assert [name for name in modules if name.startswith((*behind, *again))] == []
    words = {name for name in modules if name.count(".") == 3 and name.startswith("specc.library.")}
    assert words == {
        f"specc.library.{word}"
        for word in (
            "activations.relu activations.softmax inits.he layers.dense layers.input "
            "losses.cross_entropy metrics.accuracy normalizers.standard optimizers.adam "
            "regularizers.l2 schedules.exponential sources.csv"
        ).split()
    }


def test_explaining_and_formatting_need_no_numpy(tmp_path: Path) -> None:
    digits = str(ROOT / "models" / "digits.dl")
    assert "numpy" not in loaded(tmp_path, "explain", "adam")
    assert "numpy" not in loaded(tmp_path, "fmt", "--check", digits)


def test_training_loads_no_app(tmp_path: Path) -> None:
    circles = str(ROOT / "models" / "circles.dl")
    modules = loaded(tmp_path, "train", circles, "--set", "train.run=2 steps")
    assert "numpy" in modules
    assert not {"textual", "rich", "specc_tui"} & modules


def test_a_trainer_needs_no_compiler(tmp_path: Path) -> None:
    code = (
        "import sys, specc.run.trainer, specc.run.store, specc.run.recorded;"
        "print(*[m for m in sys.modules if m == 'lark' or m.startswith(('specc.lang',"
        " 'specc.elaborate', 'specc.passes', 'specc.emit', 'specc.driver', 'textual'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


# What stands in the files


def test_packages_are_only_folders() -> None:
    interface = ROOT / "specc" / "__init__.py"  # the one that holds something: the Python API
    packages = [p for p in SOURCES if p.name == "__init__.py" and p != interface]
    assert packages
    assert [name(p) for p in packages if p.read_bytes()] == []
    folders = {p.parent for p in SOURCES} - {interface.parent}
    assert [name(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def called(path: Path) -> set[str]:
    """The plain names that are called."""
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


def imported(path: Path) -> set[str]:
    """The top-level names of all modules that are imported, wherever in the file."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


FORBIDDEN_CALLS = {"print", "eval", "__import__", "breakpoint"}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "dill", "multiprocessing"}


def test_only_the_command_line_writes_and_nothing_runs_what_it_reads() -> None:
    calls = {name(p): FORBIDDEN_CALLS & called(p) for p in SOURCES}
    assert {path: names for path, names in calls.items() if names} == {}
    modules = {name(p): FORBIDDEN_IMPORTS & imported(p) for p in SOURCES}
    assert {path: names for path, names in modules.items() if names} == {}


def test_every_file_says_what_it_is_for() -> None:
    silent, undone = [], []
    for path in SOURCES:
        if path.name != "__init__.py" and not ast.get_docstring(tree(path)):
            silent.append(name(path))
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in ("TODO", "FIXME", "XXX")):
            undone.append(name(path))
    assert (silent, undone) == ([], [])


def test_only_the_loader_of_generated_modules_runs_code() -> None:
    users = {name(p) for p in SOURCES if "exec" in called(p)}
    assert users == {"specc/emit/load.py"}


def test_long_files_have_a_reason() -> None:
    lengths = {name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    long = {path: length for path, length in lengths.items() if length > LIMIT}
    assert {path: n for path, n in long.items() if path not in LONG} == {}
    assert set(LONG) <= set(long), "no longer long: take it out of the list"


def test_no_file_is_called_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "types"}
    assert [name(p) for p in SOURCES if p.stem in vague] == []


# What imports what


def test_import_contracts(tmp_path: Path) -> None:
    pytest.importorskip("importlinter")
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command is not None, "import-linter is there, and its command is not"
    done = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "tui", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout
