"""What counts as a hit, and the metric made of it."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.training.score import COMPARED, SURENESS, compared, metric, score

pytestmark = pytest.mark.usefixtures("float64")
UNITS = np.array([[0.3, -0.3, 0.0, 2.0], [-1.0, -1.0, 1.0, 1.0]])
TRUTH = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])


def ending_in(cost):
    return dense((2, 2), (), cost, "he")


@pytest.mark.parametrize(("cost", "expected"), [
    ("binary_cross_entropy", [1, 0, 1, 0]),  # every unit on its side of a half
    ("cross_entropy", [1, 1, 1, 0]),  # the largest unit is the label's
    ("squared_error", [(0.49 + 1) / 2, (1.69 + 1) / 2, 0, 2]),  # the mean of the squares
])  # fmt: skip
def test_each_example_has_its_score(cost, expected):
    ours = score(ending_in(cost), jnp.asarray(UNITS), jnp.asarray(TRUTH), {})
    assert ours.shape == (1, 4)
    assert np.asarray(ours)[0] == pytest.approx(expected, rel=1e-14)


def test_the_metric_is_the_accuracy_or_the_root_of_the_mean_square():
    costs = ("binary_cross_entropy", "cross_entropy", "squared_error")
    assert [metric(ending_in(cost), 0.25) for cost in costs] == [0.25, 0.25, 0.5]


@pytest.mark.parametrize("cost", ["binary_cross_entropy", "cross_entropy"])
def test_epochs_are_compared_by_the_costs_of_outputs_made_more_or_less_sure(cost):
    ours = compared(ending_in(cost), "calibrated_cost", jnp.asarray(UNITS), jnp.asarray(TRUTH), {})
    assert ours.shape == (COMPARED["calibrated_cost"], 4)
    for sureness, row in zip(SURENESS, np.asarray(ours), strict=True):
        odds = np.exp(sureness * UNITS)
        if cost == "cross_entropy":
            expected = -np.log((TRUTH * odds).sum(axis=0) / odds.sum(axis=0))
        else:
            right = np.where(TRUTH > 0, odds, 1) / (1 + odds)
            expected = -np.log(right).sum(axis=0)
        assert row == pytest.approx(expected, rel=1e-13)
