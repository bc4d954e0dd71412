"""A random network, its parameters and a batch; and the cost of the same, written a second time."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.propagation.notation import Examples

CANONICAL = {
    "identity": "squared_error",
    "sigmoid": "binary_cross_entropy",
    "softmax": "cross_entropy",
}
SECOND_OPINION = {  # activations written without a look at the board, for rows or columns
    "identity": lambda Z: Z,
    "sigmoid": lambda Z: (1 + jnp.tanh(Z / 2)) / 2,
    "tanh": lambda Z: (jnp.exp(Z) - jnp.exp(-Z)) / (jnp.exp(Z) + jnp.exp(-Z)),
    "relu": lambda Z: Z * (Z > 0).astype(Z.dtype),
    "leaky_relu": lambda Z: Z * jnp.where(Z > 0, 1.0, 0.01).astype(Z.dtype),
}


def _loss_of_rows(head, Z, Y):
    if head == "identity":
        return jnp.sum(jnp.square(Y - Z), axis=1) / 2
    if head == "sigmoid":
        return jnp.sum(Y * jnp.logaddexp(0.0, -Z) + (1 - Y) * jnp.logaddexp(0.0, Z), axis=1)
    return jax.nn.logsumexp(Z, axis=1) * jnp.sum(Y, axis=1) - jnp.sum(Y * Z, axis=1)


@pytest.fixture(scope="session")
def draw():
    """Return a function to (network, parameters, batch, activations); float64, all random."""

    def drawn(seed, units, activations, head, m=9):
        random = np.random.default_rng(seed)
        network = dense(units, activations, CANONICAL[head], "xavier")
        parameters = []
        for n_prev, n in zip(units[:-1], units[1:], strict=True):
            W = random.normal(size=(n, n_prev)) * np.sqrt(2 / (n + n_prev))
            parameters += [{"W": W, "b": random.normal(size=(n, 1)) / 3}, {}]
        k, X = units[-1], random.normal(size=(units[0], m))
        Y = random.normal(size=(k, m)) if head == "identity" else random.integers(0, 2, (k, m))
        if head == "softmax":
            Y = np.eye(k)[:, random.integers(0, k, m)]
        batch = Examples(X, Y.astype(float), random.random((1, m)) + 0.01)
        parameters, batch = jax.tree.map(jnp.asarray, (tuple(parameters[:-1]), batch))
        return network, parameters, batch

    return drawn


@pytest.fixture(scope="session")
def second_cost():
    """Return the cost J written a second time: rows for examples, a list of (W, b), own losses."""

    def cost(layers, rows, names, l2):
        (X, Y, weights), (activations, head) = rows, names
        A = X
        for number, (W, b) in enumerate(layers, start=1):
            A = jnp.einsum("mi,ji->mj", A, W) + b[:, 0][None, :]
            if number < len(layers):
                A = SECOND_OPINION[activations[number - 1]](A)
        mean = jnp.average(_loss_of_rows(head, A, Y), weights=weights)
        return mean + l2 * sum(jnp.vdot(W, W) for W, _ in layers) / 2

    return cost
