"""The gradient check passes the right backward pass and names the layer of a wrong one.

The mistakes are those of real slides; the pass below is the lecture's, written out with lists of
A, Z, W and b, so that each mistake is one line of it.
"""

import jax
import jax.numpy as jnp
import pytest

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.gradient_check import gradient_check, relative_error
from layerwise.propagation.heads import HEADS
from layerwise.propagation.network import propagate
from layerwise.propagation.regularization import Penalties
from layerwise.propagation.run import Passed, plain


def with_l2(drawn, l2=0.0):
    return *drawn, plain(drawn[0], Penalties(l2_share=jnp.asarray(l2)))


pytestmark = pytest.mark.usefixtures("float64")


def slide(mistake=None):
    """Return a forward and backward pass of a tanh network with one mistake of the slides in it."""

    def passes(network, parameters, batch, run):
        L, share, Y = network.depth, batch.weights / batch.weights.sum(), batch.Y
        W = {l: parameters[2 * (l - 1)]["W"] for l in range(1, L + 1)}
        b = {l: parameters[2 * (l - 1)]["b"] for l in range(1, L + 1)}
        A, Z, dA, dZ, dW, db = {0: batch.X}, {}, {}, {}, {}, {}
        for l in range(1, L + 1):
            Z[l] = W[l] @ A[0 if mistake == "Z[2] = W[2] X + b[2]" and l == 2 else l - 1] + b[l]
            A[l] = jnp.tanh(Z[l]) if l < L else HEADS[network.head].g(Z[l])
        for l in range(L, 0, -1):
            if l < L:
                dA[l] = W[l + 1].T @ dZ[l + 1]
                if mistake == "dA[l] = dW[l+1]' dZ[l+1]":
                    dA[l] = dW[l + 1].T @ dZ[l + 1]
                if mistake == "dA[l] = W[l+1]' dA[l+1]":
                    dA[l] = W[l + 1].T @ dA[l + 1]
                if mistake == "dA[l] = -Y/A[l] + (1-Y)/(1-A[l])":
                    dA[l] = -Y / A[l] + (1 - Y) / (1 - A[l])
                dZ[l] = dA[l] * (1 - A[l] ** 2)
            else:
                dA[l] = -Y / A[l] + (1 - Y) / (1 - A[l])
                dZ[l] = A[l] - (A[l] if mistake == "dZ[L] = A[L] - Yhat" else Y)
            mean = dZ[l] if mistake == "dW without 1/m" else dZ[l] * share
            source = {"dW = dZ A[l]'": A[l].T, "dW = dZ A_prev": A[l - 1]}.get(mistake, A[l - 1].T)
            dW[l] = mean @ source
            db[l] = mean if mistake == "db is (n, m)" else mean.sum(axis=1, keepdims=True)
        gradients = [{}] * (2 * L - 1)
        gradients[::2] = [{"W": dW[l], "b": db[l]} for l in range(1, L + 1)]
        return Passed(jnp.asarray(0.0), Z[L], tuple(gradients), run.statistics)

    return jax.jit(passes, static_argnums=0)


def first_wrong(draw, mistake, units, m=5):
    drawn = draw(1, units, ("tanh",) * (len(units) - 2), "sigmoid", m=m)
    return gradient_check(*with_l2(drawn), slide(mistake)).first_wrong


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_our_backward_pass_is_right_for_every_activation(name, draw):
    head = ("identity", "sigmoid", "softmax")[list(ACTIVATIONS).index(name) % 3]
    drawn = draw(3, (3, 4, 2), (name,), head, m=5)
    check = gradient_check(*with_l2(drawn, 0.3), jax.jit(propagate, static_argnums=0))
    assert check.first_wrong is None
    assert max(row.against_autodiff for row in check.rows) < 1e-12
    assert max(row.against_differences for row in check.rows) < 1e-6


def test_a_row_stands_for_each_tensor_from_the_last_layer_down(draw):
    check = gradient_check(*with_l2(draw(3, (3, 4, 2), ("tanh",), "softmax", m=5)))
    assert [(row.l, row.tensor) for row in check.rows] == [
        (2, "dW[2]"), (2, "db[2]"), (1, "dW[1]"), (1, "db[1]"),
    ]  # fmt: skip


def test_the_lectures_pass_without_a_mistake_is_right(draw):
    assert first_wrong(draw, None, (3, 3, 3, 1)) is None


# (mistake, the layer where its first wrong gradient stands on the way back) for L = 3, all n equal
NAMED = [
    ("dW = dZ A[l]'", 3),
    ("dA[l] = dW[l+1]' dZ[l+1]", 2),
    ("dA[l] = W[l+1]' dA[l+1]", 2),
    ("dZ[L] = A[L] - Yhat", 3),
    ("db is (n, m)", 3),
    ("dA[l] = -Y/A[l] + (1-Y)/(1-A[l])", 2),
    ("dW without 1/m", 3),
]


@pytest.mark.parametrize(("mistake", "layer"), NAMED)
def test_a_mistake_of_the_slides_is_named_with_its_layer(mistake, layer, draw):
    assert first_wrong(draw, mistake, (3, 3, 3, 3)) == layer


def test_X_in_the_place_of_A1_is_named_when_the_shapes_agree(draw):
    assert first_wrong(draw, "Z[2] = W[2] X + b[2]", (3, 3, 1)) == 2


def test_dW_without_the_transpose_is_named_when_the_shapes_agree(draw):
    assert first_wrong(draw, "dW = dZ A_prev", (5, 5, 5), m=5) == 2


@pytest.mark.parametrize("mistake", ["Z[2] = W[2] X + b[2]", "dW = dZ A_prev"])
def test_a_mistake_whose_shapes_disagree_is_a_shape_error(mistake, draw):
    with pytest.raises(TypeError, match="dot_general"):
        first_wrong(draw, mistake, (4, 3, 2))


def test_a_gradient_of_nan_is_wrong(draw):
    def passes(*given):
        passed = propagate(*given)
        return passed._replace(gradients=jax.tree.map(lambda g: g * jnp.nan, passed.gradients))

    drawn = draw(3, (3, 4, 2), ("tanh",), "softmax", m=5)
    assert gradient_check(*with_l2(drawn), passes).first_wrong == 2


def test_only_the_layer_that_is_wrong_is_named(draw):
    def passes(*given):
        passed = propagate(*given)
        first = {**passed.gradients[0], "W": -passed.gradients[0]["W"]}
        return passed._replace(gradients=(first, *passed.gradients[1:]))

    drawn = draw(3, (3, 4, 2), ("tanh",), "softmax", m=5)
    check = gradient_check(*with_l2(drawn), passes)
    assert check.first_wrong == 1
    assert [row.tensor for row in check.rows if row.against_autodiff > 1e-6] == ["dW[1]"]


def test_the_relative_error_of_two_zeros_is_zero():
    assert relative_error(jnp.zeros(3), jnp.zeros(3)) == 0.0


def test_the_relative_error_does_not_depend_on_the_scale():
    ours, reference = jnp.array([1.0, 2.0]), jnp.array([1.0, 2.1])
    assert relative_error(1e-9 * ours, 1e-9 * reference) == pytest.approx(
        relative_error(ours, reference), rel=1e-6
    )
