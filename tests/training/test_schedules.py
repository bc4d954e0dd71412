"""The learning rate's factor at the start, on the way and at the end."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.training.schedules import SCHEDULES, Progress, ReduceOnPlateau

pytestmark = pytest.mark.usefixtures("float64")
# of 100 epochs: the factor at these epochs, from the formulas by hand
EXPECTED = {
    "constant": {0: 1, 50: 1, 100: 1},
    "step": {0: 1, 9.9: 1, 10: 0.5, 25: 0.25, 99: 0.5**9},
    "exponential": {0: 1, 1: 0.95, 10: 0.95**10},
    "inverse_time": {0: 1, 10: 0.5, 90: 0.1},
    "cosine": {0: 1, 50: 0.5, 100: 0},
    "warm_up": {0: 0, 2.5: 0.5, 5: 1, 99: 1},
    "one_cycle": {0: 1 / 25, 15: (1 + 1 / 25) / 2, 30: 1, 65: (1 + 4e-6) / 2, 100: 4e-6},
    "cosine_restarts": {
        0: 1,
        5: 0.5,
        2.5: 0.8535533905932737,
        10: 1,
        20: 0.5,
        30: 1,
        50: 0.5,
        70: 1,
    },
    "reduce_on_plateau": {0: 1, 99: 1},
}


def factor(name, epoch, epochs=100, **numbers):
    own = {key: jnp.asarray(float(v)) for key, v in (SCHEDULES[name]().numbers() | numbers).items()}
    return float(
        SCHEDULES[name].factor(own, Progress(jnp.asarray(float(epoch)), jnp.asarray(float(epochs))))
    )


def test_every_schedule_has_its_values_here():
    assert set(EXPECTED) == set(SCHEDULES)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_schedule_has_the_values_of_its_formula(name):
    ours = [factor(name, epoch) for epoch in EXPECTED[name]]
    assert ours == pytest.approx(list(EXPECTED[name].values()), abs=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_factor_stays_between_0_and_1(name):
    values = [factor(name, epoch) for epoch in np.linspace(0, 100, 301)]
    assert min(values) >= 0
    assert max(values) <= 1 + 1e-12


@pytest.mark.parametrize(("name", "numbers"), [
    ("step", {"times": 1}), ("exponential", {"times": 1}), ("inverse_time", {"decay": 0}),
    ("cosine", {"end": 1}),
])  # fmt: skip
def test_a_schedule_that_changes_nothing_is_the_constant(name, numbers):
    assert [factor(name, epoch, **numbers) for epoch in (0, 33.3, 100)] == [1, 1, 1]


def test_the_cosine_is_that_of_optax():
    theirs = optax.cosine_decay_schedule(1.0, 100, alpha=0.1)
    ours = [factor("cosine", epoch, end=0.1) for epoch in range(101)]
    assert ours == pytest.approx([float(theirs(epoch)) for epoch in range(101)], abs=1e-6)


def test_one_cycle_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=101)
    rises, values = 0.3 * 101 - 1, []
    for _ in range(101):
        values.append(theirs.get_last_lr()[0])
        optimizer.step()
        if len(values) < 101:
            theirs.step()
    ours = [factor("one_cycle", step, rise=rises / 100) for step in range(101)]
    assert ours == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize(("costs", "expected"), [
    ([], 1.0),
    ([3, 2, 1], 1.0),
    ([1, 1, 1], 0.5),
    ([1, 2, 0.5, 1, 1], 0.5),
    ([1] * 7, 0.125),
    ([1] * 40, 0.01),
])  # fmt: skip
def test_a_plateau_cuts_the_learning_rate_after_its_patience(costs, expected):
    assert ReduceOnPlateau(times=0.5, patience=2, least=0.01).plateau(costs) == expected
