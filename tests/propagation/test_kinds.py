"""How blocks make a network, and the dimension table."""

from inspect import signature

import jax
import jax.numpy as jnp
import pytest

from layerwise.propagation import activation, linear
from layerwise.propagation.architecture import dense
from layerwise.propagation.blocks import Block, Network
from layerwise.propagation.dimensions import dimensions
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.network import forward, init
from layerwise.propagation.run import givens, plain


def test_logistic_regression_is_a_network_of_one_linear_block():
    network = dense((3, 1), (), "binary_cross_entropy", "zeros")
    assert network == Network(
        (Block("linear", 1, linear.Linear(3, 1, "zeros")),), "binary_cross_entropy"
    )
    assert network.depth == 1


def test_the_input_is_not_counted_as_a_layer():
    assert dense((5, 4, 3, 2), ("tanh", "relu"), "cross_entropy", "he").depth == 3


def test_each_layer_has_its_own_activation_and_the_last_has_none():
    blocks = dense((5, 4, 3, 2), ("tanh", "relu"), "cross_entropy", "he").blocks
    assert [(b.l, b.kind) for b in blocks] == [
        (1, "linear"), (1, "activation"), (2, "linear"), (2, "activation"), (3, "linear"),
    ]  # fmt: skip
    assert [b.settings for b in blocks if b.kind == "activation"] == [
        activation.Activation(4, "tanh"),
        activation.Activation(3, "relu"),
    ]


def test_a_network_can_be_a_key_of_the_compiled_programs():
    ours, same = (dense((2, 4, 1), ("tanh",), "binary_cross_entropy", "he") for _ in range(2))
    assert hash(ours) == hash(same)
    assert ours == same
    assert ours != dense((2, 4, 1), ("relu",), "binary_cross_entropy", "he")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_file_with_init_forward_and_backward(kind):
    file = KINDS[kind]
    assert list(signature(file.init).parameters) == ["key", "settings", "dtype", "numbers"]
    assert list(signature(file.forward).parameters)[::3] == ["settings", "given"]
    assert list(signature(file.backward).parameters)[2:] == ["cache", "share"]
    assert file.OUTPUT in ("Z", "A")


def test_the_dimension_table_is_the_lectures():
    network = dense((4, 3, 2), ("relu",), "cross_entropy", "he")
    table = [
        (l, tensor, shape) for l, tensor, shape in dimensions(network, plain(network).numbers, 7)
    ]
    assert table == [
        (1, "W[1]", (3, 4)), (1, "b[1]", (3, 1)), (1, "Z[1]", (3, 7)), (1, "A[1]", (3, 7)),
        (2, "W[2]", (2, 3)), (2, "b[2]", (2, 1)), (2, "Z[2]", (2, 7)), (2, "A[2]", (2, 7)),
    ]  # fmt: skip


def test_the_dimension_table_is_that_of_the_real_tensors():
    network = dense((4, 5, 6, 2), ("relu", "tanh"), "squared_error", "he")
    parameters = init(jax.random.key(0), network, jnp.float32, plain(network))
    Z, _ = forward(
        network, parameters, jnp.ones((4, 3)), givens(network, plain(network), jnp.ones((1, 3)))
    )
    shapes = {row.tensor: row.shape for row in dimensions(network, plain(network).numbers, 3)}
    for block, tensors in zip(network.blocks, parameters, strict=True):
        for name, tensor in tensors.items():
            assert shapes[f"{name}[{block.l}]"] == tensor.shape
    assert shapes["Z[3]"] == Z.shape
