"""Every spec in the documentation compiles, or fails as the page says.

Those that a reader may copy give no warnings either. Examples of the reference are too short for
that.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from doc_pages import Fence, furnish, specs, whole

from specc.checking import check_text
from specc.diag.source import Source
from specc.driver import compile_source
from specc.run.events import Finished
from specc.training import prepare_job, run_job

SPECS = specs()
COMPLETE = [f for f in SPECS if "fragment" not in f.flags and "fails" not in f.flags]
RUN = [f for f in COMPLETE if "run" in f.flags]


def test_the_flags_are_known() -> None:
    known = {"run", "fragment", "network", "fails", "shared", "warns"}
    for fence in SPECS:
        rest = {flag for flag in fence.flags if not flag.endswith(".dl")} - known
        assert rest == set() or ("fails" in fence.flags and len(rest) == 1), fence.id
    assert len(SPECS) > 60
    assert len(RUN) >= 3


@pytest.mark.parametrize("fence", SPECS, ids=lambda f: f.id)
def test_specs_compile(fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "shared" in fence.flags:
        return
    furnish(tmp_path, fence.page)
    monkeypatch.chdir(tmp_path)
    found = check_text(whole(fence), str(tmp_path))
    errors = [d for d in found if d.severity == "error"]
    if "fails" in fence.flags:
        assert [d.code for d in errors] == [fence.flags[fence.flags.index("fails") + 1]]
    else:
        assert errors == []
    if not {"fails", "fragment", "warns"} & {*fence.flags} and fence.page != "reference.md":
        assert found == ()


@pytest.mark.parametrize("fence", RUN, ids=lambda f: f.id)
def test_specs_train(fence: Fence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(tmp_path, fence.page)
    monkeypatch.chdir(tmp_path)
    compiled = compile_source(Source("spec.dl", fence.text), None, ("train.run=2 epochs",))
    *_, last = run_job(prepare_job(compiled, "run"))
    assert isinstance(last, Finished)
    assert last.status == "finished"
