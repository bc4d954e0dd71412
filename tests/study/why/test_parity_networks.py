"""The weights of the exact networks, multiplied out by NumPy alone."""

import numpy as np
import pytest

from layerwise import SettingError, why


def all_inputs(n):
    return np.array(list(np.ndindex(*(2,) * n)), dtype=float).T


@pytest.mark.parametrize("way", ["patterns", "tree", "sum"])
@pytest.mark.parametrize("n", range(2, 13))
def test_the_weights_of_a_network_compute_parity_without_the_board(n, way):
    made, bits = why.parity_network(n, way), all_inputs(n)
    A = bits
    for W, b in zip(made.weights[:-1], made.biases[:-1], strict=True):
        A = np.maximum(W @ A + b, 0)
    Z = made.weights[-1] @ A + made.biases[-1]
    np.testing.assert_array_equal(Z[0], bits.sum(axis=0) % 2)
    assert made.hidden_units == {"patterns": 2 ** (n - 1), "sum": n}.get(way, made.hidden_units)
    if way == "tree":
        assert made.depth - 1 == int(np.ceil(np.log2(n)))


@pytest.mark.parametrize("wrong", [{"n": 1}, {"n": 13}, {"n": 4, "way": "xor"}, {"n": True}])
def test_a_network_that_is_not_there_is_refused(wrong):
    with pytest.raises(SettingError, match="expected"):
        why.parity_network(**wrong)
