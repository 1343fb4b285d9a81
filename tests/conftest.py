"""Options of the whole suite: goldens are compared, or with `--update-cases` written anew."""

from __future__ import annotations

import difflib
import gc
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from specc.threads import GENERAL

# The products of tests are small: a thread per core would wait for the others, by spinning, most of
# the time (see `specc.threads`). It is read when NumPy is imported, which is after this.
os.environ.setdefault(GENERAL, "1")

# The same examples every time and no clock, so that a change is judged by what it changes and not
# by chance or by how busy the machine is. `--hypothesis-profile=default` looks for new ones.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

CASES = Path(__file__).parent / "cases"

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="write the goldens under tests/cases anew; review the difference before committing it",
    )


def pytest_configure() -> None:
    """A shell that starts the suite behind itself lets it ignore Ctrl-C, which all processes that
    tests start and interrupt would inherit. What is collected stays, so no rubbish is looked for.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()


PROVEN = pytest.StashKey[set[str]]()
"""The words that the collected tests are marked to prove."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[PROVEN] = {
        word for item in items for mark in item.iter_markers("proves") for word in mark.args
    }


def pytest_collection_finish() -> None:
    gc.enable()
    set_apart()


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is not None and nextitem.path.parent != item.path.parent:
        set_apart()


def set_apart() -> None:
    """Keep all that is there now out of the search for rubbish. Thousands of tests and what they
    import stay to the end, and to look through them again and again is a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _leaves_all_cores() -> Iterator[None]:
    """A benchmark ties itself to one core; all tests behind it would share that one, with the
    processes that they start."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    yield
    assert os.sched_getaffinity(0) == cores, "a test has tied the suite to some of the cores"


@pytest.fixture
def proven(request: pytest.FixtureRequest) -> set[str]:
    """The words that tests are marked to prove; skips where only a part of the suite is run."""
    root = Path(__file__).parents[1]
    places = {Path(arg).resolve() for arg in request.config.args}
    if not places <= {root, root / "tests"}:
        pytest.skip("needs the whole suite to be collected")
    return request.config.stash[PROVEN]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(name, text)`: the text must be that of the file `tests/cases/name`."""
    update = bool(request.config.getoption("--update-cases"))

    def compare(name: str, text: str) -> None:
        path = CASES / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        pinned = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != pinned:
            difference = difflib.unified_diff(
                pinned.splitlines(), text.splitlines(), f"cases/{name}", "now", lineterm=""
            )
            pytest.fail(
                "\n".join(["the golden differs; --update-cases writes it anew", *difference]),
                pytrace=False,
            )

    return compare
