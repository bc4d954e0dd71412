"""The learning rate's factor at the start, on the way and at the end."""

import dataclasses
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.errors import SettingError
from layerwise.ingredient import resolved
from layerwise.training.schedule import Progress
from layerwise.training.schedules import SCHEDULES, ReduceOnPlateau

pytestmark = pytest.mark.usefixtures("float64")
# of 100 epochs: the factor at these epochs, from the formulas by hand
EXPECTED = {
    "constant": {0: 1, 50: 1, 100: 1},
    "step": {0: 1, 9.9: 1, 10: 0.5, 25: 0.25, 99: 0.5**9},
    "exponential": {0: 1, 1: 0.95, 10: 0.95**10},
    "inverse_time": {0: 1, 10: 0.5, 90: 0.1},
    "cosine": {0: 1, 25: 0.8535533905932737, 50: 0.5, 100: 0},
    "warm_up": {0: 0, 2.5: 0.5, 5: 1, 99: 1},
    "one_cycle": {0: 1 / 25, 15: (1 + 1 / 25) / 2, 30: 1, 65: (1 + 4e-6) / 2, 100: 4e-6},
    "cosine_restarts": {0: 1, 2.5: 0.8535533905932737, 5: 0.5, 10: 1, 20: 0.5, 30: 1, 50: 0.5, 70: 1},
    # t = (2^1/2 - 1) / 15, 1 / 15, 3 / 15, 7 / 15: up, down, down and down
    "cosine_log": {0: 0, 100 * (2**0.5 - 1) / 15: 1, 100 / 15: 0, 20: 0, 700 / 15: 0, 100: 0},
    "reduce_on_plateau": {0: 1, 99: 1},
}  # fmt: skip


def numbers_of(name, dtype=np.float64, **changes):
    found = SCHEDULES[name]().numbers() | changes
    return {key: jnp.asarray(value, dtype) for key, value in found.items()}


def factor(name, epoch, total=100, dtype=np.float64, **changes):
    progress = Progress(jnp.asarray(epoch, dtype), jnp.asarray(total, dtype))
    return float(SCHEDULES[name].factor(numbers_of(name, dtype, **changes), progress))


def test_every_schedule_has_its_values_here():
    assert set(EXPECTED) == set(SCHEDULES)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_schedule_has_the_values_of_its_formula(name):
    ours = [factor(name, epoch) for epoch in EXPECTED[name]]
    assert ours == pytest.approx(list(EXPECTED[name].values()), abs=1e-9)


@pytest.mark.parametrize("epochs", [1, 7, 100])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_factor_stays_between_0_and_1(name, epochs):
    values = [factor(name, epoch, epochs) for epoch in np.linspace(0, epochs, 301)]
    assert min(values) >= 0
    assert max(values) <= 1 + 1e-12


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"warm_up", "one_cycle", "cosine_log"}))
def test_a_schedule_that_does_not_rise_begins_at_the_learning_rate_even_of_one_epoch(name):
    assert factor(name, 0, total=1) == 1


@pytest.mark.parametrize("name", ["step", "reduce_on_plateau", "constant"])
def test_one_epoch_is_at_the_learning_rate_throughout(name):
    assert {factor(name, part, total=1) for part in np.linspace(0, 0.99, 12)} == {1.0}


@pytest.mark.parametrize(("name", "numbers"), [
    ("step", {"times": 1}), ("exponential", {"times": 1}), ("inverse_time", {"decay": 0}),
    ("cosine", {"end": 1}),
])  # fmt: skip
def test_a_schedule_that_changes_nothing_is_the_constant(name, numbers):
    assert [factor(name, epoch, **numbers) for epoch in (0, 33.3, 100)] == [1, 1, 1]


@pytest.mark.parametrize(("name", "numbers", "theirs"), [
    ("cosine", {"end": 0.1}, optax.cosine_decay_schedule(1.0, 100, alpha=0.1)),
    ("exponential", {"times": 0.9}, optax.exponential_decay(1.0, 1, 0.9)),
    ("step", {"times": 0.9, "every": 7}, optax.exponential_decay(1.0, 7, 0.9, staircase=True)),
    ("warm_up", {"epochs": 8}, optax.linear_schedule(0.0, 1.0, 8)),
    ("one_cycle", {"rise": 0.4}, optax.cosine_onecycle_schedule(100, 1.0, 0.4, 25, 1e4)),
    ("cosine_restarts", {"first": 8, "times": 1}, optax.join_schedules(
        [optax.cosine_decay_schedule(1.0, 8)] * 13, list(range(8, 104, 8))
    )),
])  # fmt: skip
def test_a_schedule_is_that_of_optax(name, numbers, theirs):
    ours = [factor(name, epoch, **numbers) for epoch in range(101)]
    with jax.numpy_dtype_promotion("standard"):
        expected = [float(theirs(jnp.asarray(epoch))) for epoch in range(101)]
    assert ours == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("name", "numbers", "kind", "settings"), [
    ("step", {"times": 0.9, "every": 7}, "StepLR", {"step_size": 7, "gamma": 0.9}),
    ("exponential", {"times": 0.9}, "ExponentialLR", {"gamma": 0.9}),
    ("cosine", {"end": 0.1}, "CosineAnnealingLR", {"T_max": 100, "eta_min": 0.1}),
    ("warm_up", {"epochs": 8}, "LinearLR", {"start_factor": 1e-12, "total_iters": 8}),
    ("inverse_time", {"decay": 0.3}, "LambdaLR", {"lr_lambda": lambda epoch: 1 / (1 + 0.3 * epoch)}),
    # PyTorch counts 101 steps and the rise up to the step before 0.3 of them
    ("one_cycle", {"rise": 0.293}, "OneCycleLR", {"max_lr": 1.0, "total_steps": 101}),
    ("cosine_restarts", {"first": 8}, "CosineAnnealingWarmRestarts", {"T_0": 8, "T_mult": 2}),
    ("cosine_restarts", {"first": 8, "times": 1}, "CosineAnnealingWarmRestarts", {"T_0": 8}),
])  # fmt: skip
def test_a_schedule_is_that_of_pytorch(name, numbers, kind, settings):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = getattr(torch.optim.lr_scheduler, kind)(optimizer, **settings)
    for epoch in range(100):
        assert factor(name, epoch, **numbers) == pytest.approx(theirs.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize("times", [1, 1.5, 2, 3, 100])
@pytest.mark.parametrize("first", [1, 3, 10])
def test_a_restart_is_at_the_learning_rate_in_float32_too(first, times):
    begin = first
    for cycle in range(1, 200):
        if begin > 1000:
            break
        assert factor("cosine_restarts", begin, 1e3, np.float32, first=first, times=times) > 0.999
        begin += first * times**cycle


@pytest.mark.parametrize("epoch", [0, 3.5, 11, 47, 99])
def test_restarts_that_hardly_grow_are_those_that_do_not(epoch):
    even = factor("cosine_restarts", epoch, times=1)
    assert factor("cosine_restarts", epoch, times=1 + 1e-9) == pytest.approx(even, abs=1e-6)


@pytest.mark.parametrize("every", [0.1, 0.3, 0.7, 1, 7])
def test_a_step_comes_at_its_epoch_in_float32_too(every):
    for count in range(1, 60):
        ours = factor("step", every * count, dtype=np.float32, times=0.5, every=every)
        assert ours == pytest.approx(0.5**count, rel=1e-5)


@pytest.mark.parametrize("name", SCHEDULES)
def test_other_numbers_and_epochs_compile_nothing_and_keep_the_type(name):
    step = jax.jit(SCHEDULES[name].factor)
    with jax.enable_x64(False):
        for share in (1.0, 0.9, 0.8):
            numbers = {key: share * v for key, v in numbers_of(name, np.float32).items()}
            ours = step(numbers, Progress(jnp.float32(3 * share), jnp.float32(100 * share)))
            assert ours.dtype == np.float32
    assert step._cache_size() == 1


# the costs of epochs, and what a patience of 2 and halves down to 0.01 make of them
PLATEAUS = [
    ([], 1), ([3, 2, 1], 1), ([1, 1, 1], 0.5), ([1, 2, 0.5, 1, 1], 0.5), ([1] * 7, 0.125),
    ([1] * 40, 0.01), ([3, 3, 2, 3, 3, 1, 1, 1], 0.25),
]  # fmt: skip


@pytest.mark.parametrize(("costs", "expected"), PLATEAUS)
def test_a_plateau_cuts_the_learning_rate_after_its_patience(costs, expected):
    assert ReduceOnPlateau(times=0.5, patience=2, least=0.01).plateau(costs) == expected


@pytest.mark.parametrize(
    "costs", [*(costs for costs, _ in PLATEAUS), list(np.random.default_rng(0).random(60))]
)
def test_a_plateau_is_that_of_pytorch_with_one_epoch_less_of_patience(costs):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=2, threshold=0, min_lr=0.01, eps=0
    )
    ours = ReduceOnPlateau(times=0.5, patience=3, least=0.01)
    for done, cost in enumerate(costs, start=1):
        theirs.step(cost)
        assert ours.plateau(costs[:done]) == theirs.get_last_lr()[0]


def test_a_plateau_counts_a_cost_that_is_not_a_number_as_no_fall():
    assert ReduceOnPlateau(times=0.5, patience=2).plateau([1, math.nan, math.nan]) == 0.5


@pytest.mark.parametrize("wrong", [-1e-9, 1e10, float("nan"), float("inf"), "0.5", True, None])
@pytest.mark.parametrize(("name", "field"), [
    (name, f.name) for name, kind in SCHEDULES.items() for f in dataclasses.fields(kind)
])  # fmt: skip
def test_a_number_out_of_its_range_is_refused_in_one_line(name, field, wrong):
    with pytest.raises(SettingError) as caught:
        resolved("schedule", SCHEDULES[name](**{field: wrong}), SCHEDULES)
    assert str(caught.value).startswith(f"schedule.{field}={wrong!r}: expected ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_name_stands_for_the_defaults(name):
    assert resolved("schedule", name, SCHEDULES) == SCHEDULES[name]()
