"""The symbols as types: what the strictness of the tests lets through and what it stops."""

import jax.numpy as jnp
import pytest

from layerwise.propagation import activation, linear, network
from layerwise.propagation.cost import COSTS
from layerwise.propagation.notation import Given, share_of

GIVEN = Given({}, {}, jnp.ones((1, 2)), None)
SETTINGS = linear.Linear(2, 2, "he")


def test_the_share_of_equal_weights_is_one_over_m():
    assert share_of(jnp.ones((1, 4))).tolist() == [[0.25] * 4]


def test_the_shares_of_unequal_weights_sum_to_one():
    assert share_of(jnp.array([[1.0, 0.0, 3.0]])).tolist() == [[0.25, 0.0, 0.75]]


def test_the_shares_are_zero_when_no_example_counts():
    assert share_of(jnp.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]


def test_a_bias_without_its_second_dimension_is_refused_even_when_n_is_m():
    parameters = {"W": jnp.ones((2, 2)), "b": jnp.ones(2)}
    with pytest.raises(ValueError, match="rank_promotion"):
        linear.forward(SETTINGS, parameters, jnp.ones((2, 2)), GIVEN)


def test_a_weight_row_without_its_first_dimension_is_refused():
    with pytest.raises(Exception, match="Type-check error"):
        share_of(jnp.ones(3))


def test_a_dZ_of_another_shape_than_the_columns_of_Y_is_refused():
    with pytest.raises(Exception, match="Type-check error"):
        COSTS["binary_cross_entropy"].dZ(jnp.ones((1, 4)), jnp.ones((1, 3)), {})


def test_weights_for_another_number_of_examples_are_refused():
    cache = linear.Kept(jnp.ones((2, 3)), jnp.ones((2, 2)), None)
    with pytest.raises(Exception, match="Type-check error"):
        linear.backward(SETTINGS, jnp.ones((2, 3)), cache, jnp.ones((1, 4)))


def test_columns_of_whole_numbers_are_refused():
    with pytest.raises(Exception, match="Type-check error"):
        activation.forward(activation.Activation(1, "relu"), {}, jnp.ones((1, 2), jnp.int32), GIVEN)


def test_features_as_a_vector_are_refused():
    with pytest.raises(Exception, match="Type-check error"):
        network.forward(network.Network((), "squared_error"), (), jnp.ones(3), [])
