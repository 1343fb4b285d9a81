"""Results as a table for people and as JSON for machines."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from bench.runner import Result

LABELS = {
    "ours": "specc step",
    "trainer": "specc trainer",
    "torch": "PyTorch eager, fused",
    "torch-default": "PyTorch eager",
    "course": "course-style NumPy",
    "course-loop": "course loop, 64 bits",
    "sklearn": "scikit-learn",
}
SETTINGS = ("OPENBLAS_CORETYPE", "MKL_ENABLE", "MKL_DEBUG", "NPY_DISABLE", "ATEN_CPU")
"""Variables of the environment that choose kernels; whoever reads the numbers must know them."""
LEGEND = (
    "A step is forward, loss, backward and update on batches that lie in memory; the trainer also",
    "orders and gathers examples and records every step. PyTorch neither turns its loss into a",
    "number nor adds the penalty's value to it. The course loop puts examples into another order",
    "before each epoch and computes in 64 bits, as it is taught; it is held against the trainer.",
)
PACKAGES = ("specc-dl", "numpy", "torch", "scikit-learn")


def environment(rounds: int, seconds: float, core: int) -> dict[str, Any]:
    """What the numbers depend on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "system": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "load": [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "blas": f"{blas['name']} {blas['version']}",
        "kernels": kernels(),
        "settings": {k: v for k, v in sorted(os.environ.items()) if k.startswith(SETTINGS)},
        "threads": 1,
        "pinned": core if hasattr(os, "sched_setaffinity") else None,
        "versions": versions,
        "rounds": rounds,
        "block_seconds": seconds,
    }


def kernels() -> str | None:
    """Whose kernels NumPy's BLAS chose, such as Haswell; None without threadpoolctl to ask it."""
    try:
        asked = importlib.import_module("threadpoolctl").threadpool_info()
    except ImportError:
        return None
    found = [i for i in asked if i["user_api"] == "blas" and "numpy" in i["filepath"]]
    return str(found[0].get("architecture")) if found else None


def processor() -> str:
    """The processor's name, as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def text(results: Sequence[Result], about: dict[str, Any]) -> str:
    """The whole report."""
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    pinned = "" if about["pinned"] is None else ", all pinned to one core"
    load = "" if about["load"] is None else f", load {about['load'][0]:g}"
    kernels = "" if about["kernels"] is None else f", {about['kernels']} kernels"
    settings = "".join(f", {name}={value}" for name, value in about["settings"].items())
    aside = about.get("set aside", {})
    settings += "".join(f" ({name}={value} set aside)" for name, value in aside.items())
    lines = [
        f"{about['processor']}, {about['cores']} cores{load}; {about['system']}",
        f"{versions}",
        f"NumPy's BLAS {about['blas']}{kernels}{settings}",
        f"1 thread{pinned}; CPU time, median of {about['rounds']} interleaved blocks of "
        f"{about['block_seconds']:g} s; float32",
    ]
    for result in results:
        lines += ["", *table(result)]
    return "\n".join([*lines, "", *LEGEND]) + "\n"


def table(result: Result) -> list[str]:
    """The lines of one workload."""
    work, workload = result.work, result.workload
    lines = [
        f"{workload.name}  {workload.title}; {workload.parameters:_} parameters",
        f"    specc: {work.calls} calls, {_short(work.flops)}flop, {_short(work.bytes)}B read and "
        f"written per step, arena {_short(work.arena)}B",
        f"    {'':22}{'us/step':>12}{'min':>12}{'ex/s':>10}{'ours/peer':>11}{'target':>10}",
    ]
    for timing in result.timings:
        ratio = result.ratio(timing.name) if timing.name != "ours" else None
        target = workload.targets.get(timing.name)
        verdict = {True: "pass", False: "FAIL", None: ""}[result.verdict(timing.name)]
        lines.append(
            f"    {LABELS[timing.name]:22}{timing.median:12,.1f}{timing.least:12,.1f}"
            f"{_short(workload.batch / timing.median * 1e6, 1):>10}"
            f"{'' if ratio is None else f'{ratio:.3f}':>11}"
            f"{'' if target is None else f'<= {target:g}':>10}  {verdict}".rstrip()
        )
    lines += [f"    {LABELS[name]:22}{'not installed':>12}" for name in result.missing]
    return lines


def document(results: Sequence[Result], about: dict[str, Any]) -> dict[str, Any]:
    """The report as JSON."""
    return {"environment": about, "workloads": {r.workload.name: _entry(r) for r in results}}


def _entry(result: Result) -> dict[str, Any]:
    work = result.work
    return {
        "title": result.workload.title,
        "parameters": result.workload.parameters,
        "calls": work.calls,
        "flops": work.flops,
        "bytes": work.bytes,
        "arena": work.arena,
        "missing": list(result.missing),
        "implementations": {
            t.name: {
                "us": t.median,
                "min": t.least,
                "steps": t.steps,
                "rounds": list(t.cpu),
                "wall": list(t.wall),
                "ratio": result.ratio(t.name),
                "target": result.workload.targets.get(t.name),
                "passed": result.verdict(t.name),
            }
            for t in result.timings
        },
    }


def passed(results: Sequence[Result]) -> bool:
    """Whether no target that could be measured was missed."""
    return all(r.verdict(t.name) is not False for r in results for t in r.timings)


def _short(number: float, digits: int = 2) -> str:
    """12_345_678 as `12.35 M`."""
    for unit in ("", "k", "M", "G"):
        if number < 1000 or unit == "G":
            return f"{number:.{digits if unit else 0}f} {unit}"
        number /= 1000
    raise AssertionError
