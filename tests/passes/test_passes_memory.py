"""The memory plan: values never lose a byte while they are needed, and sharing changes no bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import batch_for, compiled, program, settle, spec
from replay import Replay, hold
from strategies import Drawn, networks

from specc.driver import Compilation, Planned, make_plan
from specc.emit.numpy import emit
from specc.ir.graph import Graph
from specc.passes import memory
from specc.passes.memory import plan_memory
from specc.passes.pipeline import checking_graph, evaluation_graph, training_graph
from specc.record import replace

quick = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
few = settings(quick, max_examples=12)
LARGE = spec(
    "input 200; dense 260, relu; dropout keep = 0.9; dense 70, tanh; dense 10, softmax",
    "cross_entropy",
    regularize="l2(0.5), l1(0.5)",
    optimizer="adam",
)


@contextmanager
def loops_from(length: int, block: int) -> Iterator[None]:
    """Loops over blocks for vectors above `length`."""
    before = memory.LOOP_FROM, memory.BLOCK
    memory.LOOP_FROM, memory.BLOCK = length, block
    try:
        yield
    finally:
        memory.LOOP_FROM, memory.BLOCK = before


def graphs(compilation: Compilation) -> tuple[Graph, ...]:
    model = compilation.model
    return training_graph(model), checking_graph(model), evaluation_graph(model)


def trained(compilation: Compilation, planned: Planned, m: int, steps: int = 5) -> dict[str, bytes]:
    """Everything that five steps change, bit for bit."""
    made = program(planned, compilation.model, seed=4)
    settle(made.theta, 3, 0.2)
    costs = []
    for t in range(1, steps + 1):
        precision = "float64" if planned.plan.itemsize == 8 else "float32"
        X, T = batch_for(compilation.model, m, precision, seed=t)
        costs.append(made.step(m)(X, T, 0.05, t))
    found = {"theta": made.theta, "dtheta": made.dtheta, "costs": np.array(costs), **made.state}
    return {name: value.tobytes() for name, value in found.items()}


def planned_with(compilation: Compilation, batch: int, itemsize: int, **choices: Any) -> Planned:
    """A module whose plans were made with other choices than the driver's."""
    model = compilation.model
    graph = training_graph(model)
    plan = plan_memory(graph, batch, itemsize, **choices)
    evaluation = plan_memory(evaluation_graph(model), batch, itemsize, **choices)
    precision = "float64" if itemsize == 8 else "float32"
    return Planned(graph, plan, evaluation, emit(model, plan, evaluation, precision, "test"))


@quick
@given(networks())
def test_no_value_is_lost_while_it_is_needed(drawn: Drawn) -> None:
    for graph in graphs(compiled(drawn.text)):
        shared, apart = (plan_memory(graph, drawn.m, 4, reuse=r) for r in (True, False))
        hold(shared)
        hold(apart)
        assert shared.arena <= apart.arena
        assert apart.arena == sum(-(-t.place.size // 64) * 64 for t in apart.lifetimes)


@quick
@given(networks())
def test_no_value_is_lost_in_loops_over_blocks(drawn: Drawn) -> None:
    with loops_from(length=6, block=4):
        for graph in graphs(compiled(drawn.text)):
            hold(plan_memory(graph, drawn.m, 8))


@few
@given(networks())
def test_sharing_memory_changes_no_bit(drawn: Drawn) -> None:
    compilation = compiled(drawn.text)
    shared, apart = (planned_with(compilation, drawn.m, 4, reuse=r) for r in (True, False))
    assert trained(compilation, shared, drawn.m) == trained(compilation, apart, drawn.m)


@few
@given(networks())
def test_loops_over_blocks_change_no_bit(drawn: Drawn) -> None:
    compilation = compiled(drawn.text)
    whole = planned_with(compilation, drawn.m, 4)
    with loops_from(length=6, block=4):
        blocked = planned_with(compilation, drawn.m, 4)
    assert trained(compilation, whole, drawn.m) == trained(compilation, blocked, drawn.m)


def test_the_replay_notices_every_lost_value() -> None:
    """The test of the test: any two values that are alive together, put in one place."""
    compilation = compiled(
        spec(
            "input 3 as x; dense 3, relu; residual {; dense 3, gelu; }; concat x; dense 2, softmax",
            "cross_entropy",
            regularize="l2(0.5), l1(0.5)",
            optimizer="adam",
        )
    )
    plan = plan_memory(training_graph(compilation.model), 5, 8)
    hold(plan)
    pairs = 0
    for a in plan.lifetimes:
        for b in plan.lifetimes:
            if a.first < b.first < a.last and plan.places[b.first] == b.place:
                moved = replace(b.place, offset=a.place.offset)
                spoilt = replace(
                    plan, places=plan.places | {b.first: moved}, arena=plan.arena + b.place.size
                )
                with pytest.raises(AssertionError):
                    Replay(spoilt).run()
                pairs += 1
    assert pairs > 50


def test_large_networks_are_updated_in_blocks_with_the_same_bits() -> None:
    compilation = compiled(LARGE)
    assert compilation.model.size > memory.LOOP_FROM
    blocked = make_plan(compilation, 32)
    hold(blocked.plan)
    loops = [step for step in blocked.plan.steps if len(step) > 1]
    assert loops
    assert "in blocks" in blocked.program.text
    with loops_from(length=10**12, block=memory.BLOCK):
        whole = make_plan(compilation, 32)
    assert not any(len(step) > 1 for step in whole.plan.steps)
    assert trained(compilation, blocked, 32) == trained(compilation, whole, 32)
    apart = planned_with(compilation, 32, 4, reuse=False)
    assert trained(compilation, apart, 32) == trained(compilation, whole, 32)


@few
@given(networks())
def test_a_smaller_batch_in_a_larger_plan_changes_no_bit(drawn: Drawn) -> None:
    """The last batch of an epoch: leading views of buffers that were made for more examples."""
    compilation = compiled(drawn.text)
    own, larger = make_plan(compilation, drawn.m), make_plan(compilation, drawn.m + 9)
    assert trained(compilation, own, drawn.m) == trained(compilation, larger, drawn.m)


def test_batches_of_different_sizes_take_turns() -> None:
    """All sizes share one arena and theta; the order of sizes is that of fresh programs."""
    compilation = compiled(LARGE)
    shared = program(make_plan(compilation, 20), compilation.model)
    turns = [20, 7, 20, 1, 7]
    alone = program(make_plan(compilation, 20), compilation.model)
    for t, m in enumerate(turns, 1):
        X, T = batch_for(compilation.model, m, "float32", seed=t)
        cost = shared.step(m)(X, T, 0.01, t)
        fresh = program(make_plan(compilation, m), compilation.model)
        for name, vector in (("theta", alone.theta), *alone.state.items()):
            (fresh.theta if name == "theta" else fresh.state[name])[...] = vector
        assert fresh.step(m)(X, T, 0.01, t) == cost
        alone.theta[...] = fresh.theta
        for name, vector in alone.state.items():
            vector[...] = fresh.state[name]
        assert shared.theta.tobytes() == alone.theta.tobytes()


def test_evaluation_between_steps_changes_nothing() -> None:
    compilation = compiled(LARGE)
    planned = make_plan(compilation, 16)
    X, T = batch_for(compilation.model, 16, "float32")
    results = []
    for watched in (False, True):
        made = program(planned, compilation.model)
        evaluate = made.module.evaluation(
            made.theta, 16, made.examples, np.empty(made.module.EVALUATION_ARENA, np.uint8)
        )
        for t in range(1, 4):
            made.step(16)(X, T, 0.05, t)
            if watched:
                evaluate(X, T)
        results.append(made.theta.tobytes())
    assert results[0] == results[1]


def test_garbage_in_the_arena_does_not_matter() -> None:
    """Nothing is read before it is written: buffers full of NaN give the same bits as zeros."""
    compilation = compiled(LARGE)
    planned = make_plan(compilation, 16)
    X, T = batch_for(compilation.model, 16, "float32")
    results = []
    for byte in (0, 0xFF):
        made = program(planned, compilation.model)
        made.dtheta.view(np.uint8)[...] = byte
        arena = np.full(made.module.TRAINING_ARENA, byte, np.uint8)
        vectors = (made.theta, made.dtheta, *made.state.values())
        step = made.module.training(*vectors, 16, 100, 1, arena)
        results.append((step(X, T, 0.1, 1), made.theta.tobytes(), made.dtheta.tobytes()))
    assert results[0] == results[1]
