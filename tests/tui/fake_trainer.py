"""A stand-in for `python -m specc` in the tests of the terminal app: same files, same commands, no
training.

What it does is written in the "spec": lines `steps 200`, `delay 0.005`, `crash 70`, `diverge 40`,
`deaf`.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

PER_EPOCH = 20


def layer(name: str, text: str, line: int, number: int, n_in: int, n_out: int) -> dict:
    shape = {"shape": [n_out, "m"], "real": [n_out, 64]}
    return {
        "layer": text,
        "name": name,
        "line": line,
        "input": [n_in, "m"],
        "output": [n_out, "m"],
        "parameters": [
            {"name": f"{name}.W", "shape": [n_out, n_in]},
            {"name": f"{name}.b", "shape": [n_out, 1]},
        ],
        "values": [
            {
                "name": f"Z{number}",
                **shape,
                "rule": f"W{number} ({n_out}, {n_in}) times A{number - 1} ({n_in}, m), "
                f"plus b{number} ({n_out}, 1)",
            },
            {"name": f"A{number}", **shape, "rule": "entry by entry: the shape stays"},
        ],
        "gradients": [
            {"name": f"dZ{number}", **shape, "matches": f"Z{number}"},
            {
                "name": f"dW{number}",
                "shape": [n_out, n_in],
                "real": [n_out, n_in],
                "matches": f"W{number}",
            },
            {
                "name": f"db{number}",
                "shape": [n_out, 1],
                "real": [n_out, 1],
                "matches": f"b{number}",
            },
        ],
        "flops": 2 * n_in * n_out,
        "checked": True,
    }


LAYERS = [
    layer("dense1", "dense 64, relu", 13, 1, 64, 64),
    layer("dense2", "dense 32, relu", 15, 2, 64, 32),
    layer("dense3", "dense 10, softmax", 16, 3, 32, 10),
]


def header(spec: str, steps: int, pid: int, variant: str | None = None) -> dict:
    return {
        "format": 1,
        "name": "digits",
        "spec": spec,
        "variant": variant,
        "seed": 1,
        "created": "2026-01-02T03:04:05",
        "pid": pid,
        "machine": {"cores": 2},
        "versions": {"specc": "0", "python": "3", "numpy": "2"},
        "hashes": {"spec": "0", "data": "0"},
        "precision": "float32",
        "batch": 64,
        "steps": steps,
        "epochs": steps / PER_EPOCH,
        "steps_per_epoch": PER_EPOCH,
        "examples": {"train": 1437, "dev": 180, "test": 180},
        "parameters": 6570,
        "metrics": ["accuracy"],
        "loss": "cross_entropy",
        "optimizer": "adam(lr = 0.001)",
        "settings": [
            ["init", "he"],
            ["optimizer", "adam(lr = 0.001)"],
            ["schedule", "exponential(rate = 0.95, every = 1 epoch)"],
            ["regularize", "l2(0.01)"],
        ],
        "layers": LAYERS,
    }


def cost_at(step: int, steps: int) -> float:
    noise = math.sin(step * 12.9898) * 43758.5453
    noise -= math.floor(noise) + 0.5
    return (
        2.2 * math.exp(-6 * step / steps) + 0.08 + noise * 0.5 * math.exp(-3 * step / steps) * 0.5
    )


def evaluated(step: int, steps: int, seconds: float, best: bool) -> dict:
    base = 2.2 * math.exp(-6 * step / steps) + 0.08
    dev = base + 0.05 + 0.1 * step / steps
    return {
        "event": "evaluated",
        "step": step,
        "epoch": step / PER_EPOCH,
        "seconds": seconds,
        "train": {"cost": base, "loss": base, "accuracy": 1 - base / 2.5},
        "dev": {"cost": dev, "loss": dev, "accuracy": 1 - dev / 2.5},
        "best": best,
    }


def finished(status: str, reason: str, step: int, seconds: float) -> dict:
    return {
        "event": "finished",
        "status": status,
        "reason": reason,
        "steps": step,
        "epochs": step / PER_EPOCH,
        "seconds": seconds,
        "examples_per_second": 64 * step / max(seconds, 1e-9),
        "train": {"cost": 0.1},
        "dev": {"cost": 0.2},
        "test": None,
        "best": {"step": step},
        "expect": [{"claim": "dev.accuracy >= 95%", "holds": True, "value": 0.96}],
    }


class Trainer:
    def __init__(self, directory: Path, options: dict[str, float]) -> None:
        self.directory = directory
        self.options = options
        self.steps = int(options.get("steps", 100))
        self.delay = options.get("delay", 0.002)
        self.commands: Queue[str] = Queue()
        self.control_size = 0
        self.paused_after: int | None = None
        self.paused = False
        self.stopped = False
        self.rate = 0.001
        self.step = 0

    def event(self, data: dict) -> None:
        with open(self.directory / "events.jsonl", "a") as file:
            file.write(json.dumps(data) + "\n")

    def listen(self) -> None:
        for line in sys.stdin:
            self.commands.put(line.strip())
        self.commands.put("resume")

    def poll_control(self) -> None:
        path = self.directory / "control"
        if path.exists():
            text = path.read_text()
            for line in text[self.control_size :].splitlines():
                self.commands.put(line.strip())
            self.control_size = len(text)

    def obey(self) -> None:
        self.poll_control()
        while True:
            try:
                word, *rest = self.commands.get_nowait().split()
            except (Empty, ValueError):
                return
            if word == "pause":
                self.pause()
            elif word == "resume" and self.paused:
                self.paused = False
                self.event({"event": "resumed", "step": self.step})
            elif word == "step":
                self.paused, self.paused_after = False, self.step + int(rest[0] if rest else 1)
            elif word == "epoch":
                self.paused = False
                self.paused_after = (self.step // PER_EPOCH + 1) * PER_EPOCH
            elif word == "stop":
                self.stopped = "deaf" not in self.options
            elif word == "rate":
                self.rate = float(rest[0])
                self.event({"event": "rate_changed", "step": self.step, "rate": self.rate})

    def pause(self) -> None:
        self.paused, self.paused_after = True, None
        self.event({"event": "paused", "step": self.step})

    def run(self) -> int:
        threading.Thread(target=self.listen, daemon=True).start()
        self.event(
            {
                "event": "started",
                "directory": str(self.directory),
                "step": 0,
                "steps": self.steps,
                "epochs": self.steps / PER_EPOCH,
                "steps_per_epoch": PER_EPOCH,
                "batch": 64,
                "examples": {"train": 1437},
                "parameters": 6570,
            }
        )
        begin = time.perf_counter()
        with open(self.directory / "steps.bin", "ab", buffering=0) as records:
            while self.step < self.steps and not self.stopped:
                self.obey()
                if self.paused_after is not None and self.step >= self.paused_after:
                    self.pause()
                if self.paused or self.stopped:
                    time.sleep(0.005)
                    continue
                passed = time.perf_counter() - begin
                cost = cost_at(self.step, self.steps)
                if self.step >= self.options.get("diverge", math.inf):
                    cost = math.nan
                records.write(struct.pack("<Qddd", self.step, passed, self.rate, cost))
                self.step += 1
                if not math.isfinite(cost):
                    return self.diverged(passed)
                if self.step == self.options.get("crash_at", -1):
                    return self.crash()
                if self.step % PER_EPOCH == 0:
                    self.event(evaluated(self.step, self.steps, passed, best=True))
                time.sleep(self.delay)
        passed = time.perf_counter() - begin
        status = "stopped" if self.stopped else "finished"
        reason = "asked to stop" if self.stopped else f"ran {self.steps / PER_EPOCH:g} epochs"
        self.event(finished(status, reason, self.step, passed))
        return 0

    def diverged(self, passed: float) -> int:
        step = self.step - 1
        message = "the cost is nan: W2 left the finite numbers"
        self.event(
            {
                "event": "diverged",
                "step": step,
                "layer": "dense2",
                "tensor": "W2",
                "message": message,
            }
        )
        self.event(finished("diverged", message, step, passed))
        return 1

    def crash(self) -> int:
        sys.stderr.write(
            "Traceback (most recent call last):\n  \x1b[31mRuntimeError\x1b[0m: boom\n"
        )
        return int(self.options.get("crash", 70))


def read_options(path: Path) -> dict[str, float]:
    options: dict[str, float] = {}
    for line in path.read_text().splitlines():
        word, *rest = line.split()
        options[word] = float(rest[0]) if rest else 1.0
    return options


def train(arguments: list[str]) -> int:
    spec, directory = Path(arguments[0]), Path(arguments[arguments.index("--out") + 1])
    variant = arguments[arguments.index("--variant") + 1] if "--variant" in arguments else None
    if not spec.exists():
        sys.stderr.write("error[E0501]: there is no such spec\n")
        return 2
    options = read_options(spec)
    if "refuse" in options:
        sys.stderr.write("error[E0302]: `dense` takes features, but a tensor arrives\n")
        return 1
    directory.mkdir(parents=True)
    data = header(str(spec.resolve()), int(options.get("steps", 100)), os.getpid(), variant)
    temporary = directory / "run.json.new"
    temporary.write_text(json.dumps(data))
    temporary.rename(directory / "run.json")
    return Trainer(directory, options).run()


FINDING = {
    "file": "digits.dl",
    "code": "E0302",
    "severity": "error",
    "message": "`dense` takes 64 features, but 32 arrive",
    "line": 1,
    "column": 1,
    "end_line": 1,
    "end_column": 7,
    "label": "needs 64, gets 32",
    "notes": [],
    "help": "",
    "edits": [],
}


def check(path: Path, as_json: bool) -> int:
    refused = "refuse" in read_options(path)
    if as_json:
        sys.stdout.write(json.dumps([FINDING] if refused else []) + "\n")
    elif refused:
        sys.stderr.write(
            "error[E0302]: `dense` takes 64 features, but 32 arrive\n --> digits.dl:1:1\n"
            "  |\n1 | refuse\n  | ^^^^^^ needs 64, gets 32\n  |\n  = help: make it 64\n"
        )
    return int(refused)


def report() -> dict:
    tensors = []
    for index, (name, shape) in enumerate(
        (p["name"], p["shape"]) for each in LAYERS for p in each["parameters"]
    ):
        difference = 3.1e-10 * 4**index
        worst = {"index": [3, 0], "analytic": 0.0123, "numeric": 0.0123001, "difference": 2.1e-9}
        tensors.append(
            {
                "name": name,
                "shape": shape,
                "difference": difference,
                "worst": worst,
                "kinks": index % 3,
                "passed": difference < 1e-7,
            }
        )
    return {
        "passed": False,
        "difference": 2.4e-7,
        "epsilon": 1e-7,
        "examples": 32,
        "notes": ["dropout is off during the check"],
        "parameters": tensors,
    }


def main(arguments: list[str]) -> int:
    if arguments[0] == "gradcheck":
        sys.stdout.write(json.dumps(report()) + "\n")
        return 1
    if arguments[0] == "check":
        return check(Path(arguments[1]), "json" in arguments)
    return train(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
