"""What counts as a hit, and the metric made of it."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.training.score import metric, score

pytestmark = pytest.mark.usefixtures("float64")
UNITS = np.array([[0.3, -0.3, 0.0, 2.0], [-1.0, -1.0, 1.0, 1.0]])
TRUTH = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])


@pytest.mark.parametrize(("head", "expected"), [
    ("sigmoid", [1, 0, 1, 0]),  # every unit on its side of a half
    ("softmax", [1, 1, 1, 0]),  # the largest unit is the label's
    ("identity", [0.49 + 1, 1.69 + 1, 0, 4]),  # the squares added over the units
])  # fmt: skip
def test_each_example_has_its_score(head, expected):
    ours = score(head, jnp.asarray(UNITS), jnp.asarray(TRUTH))
    assert ours.shape == (1, 4)
    assert np.asarray(ours)[0] == pytest.approx(expected, rel=1e-14)


def test_the_metric_is_the_accuracy_or_the_root_of_the_mean_square():
    assert [metric(head, 0.25) for head in ("sigmoid", "softmax", "identity")] == [0.25, 0.25, 0.5]
