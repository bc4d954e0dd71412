"""The cost J of any network written a second time, without a look at the board: rows are examples.

It shares with the board the description of the network, the random keys, the coins drawn with them,
and nothing else; its gradients come from automatic differentiation.
"""

import jax
import jax.numpy as jnp
from jax.scipy.special import erf

from layerwise.propagation.coins import coins

SELU = (1.0507009873554804934, 1.6732632423543772848)


def _mish(Z):
    square = jnp.square(1 + jnp.exp(Z))
    return Z * (square - 1) / (square + 1)


def _elu(Z, scale):
    return jnp.where(Z < 0, scale * (jnp.exp(jnp.where(Z < 0, Z, 0 * Z)) - 1), Z)


ACTIVATIONS = {
    "identity": lambda Z, _: Z,
    "sigmoid": lambda Z, _: (1 + jnp.tanh(Z / 2)) / 2,
    "tanh": lambda Z, _: 1 - 2 / (jnp.exp(2 * Z) + 1),
    "relu": lambda Z, _: Z * (Z > 0).astype(Z.dtype),
    "leaky_relu": lambda Z, own: Z * jnp.where(Z > 0, jnp.ones_like(Z), own["slope"]),
    "elu": lambda Z, own: _elu(Z, own["scale"]),
    "selu": lambda Z, _: SELU[0] * _elu(Z, SELU[1]),
    "gelu": lambda Z, _: Z * (1 + erf(Z / jnp.sqrt(2 * jnp.ones_like(Z)))) / 2,
    "silu": lambda Z, _: Z / (1 + jnp.exp(-Z)),
    "mish": lambda Z, _: _mish(Z),
    "softplus": lambda Z, _: jnp.logaddexp(Z, 0 * Z),
}


def _standard(A, mean, deviation, own):
    return (A - mean) / deviation * own["gamma"][:, 0][None, :] + own["beta"][:, 0][None, :]


def _block(block, own, A, numbers, key, w):
    """Return the rows that leave a block; `w` are the weights of the examples, summing to 1."""
    kind, (m, n) = block.kind, A.shape
    if kind == "linear":
        Z = jnp.einsum("mi,ji->mj", A, own["W"])
        return Z + own["b"][:, 0][None, :] if "b" in own else Z
    if kind == "activation":
        return ACTIVATIONS[block.settings.name](A, numbers)
    if kind == "parametric":
        a = own["a"][:, 0][None, :]
        return (1 - a) * A + a * ACTIVATIONS[block.settings.name](A, numbers)
    if kind == "noise":
        return A + numbers["scale"] * jax.random.normal(key, (n, m), A.dtype).T
    if kind == "dropout":
        kept = coins(key, 1 - numbers["probability"], (n, m)).T
        return jnp.where(kept, A / (1 - numbers["probability"]), jnp.zeros_like(A))
    if kind == "batch_norm":
        mean = jnp.einsum("m,mn->n", w, A)[None, :]
        var = jnp.einsum("m,mn->n", w, jnp.square(A - mean))[None, :]
    else:
        mean, var = (f(A, axis=1, keepdims=True) for f in (jnp.mean, jnp.var))
    return _standard(A, mean, jnp.sqrt(var + numbers["epsilon"]), own)


def second_Z(network, batch, run, parameters):
    """Return Z[L] as rows, in training."""
    weights = batch.weights[0]
    w, states = weights / weights.sum(), [batch.X.T]
    keys = jax.random.split(run.key, len(network.blocks))
    for i, block in enumerate(network.blocks):
        A = _block(block, parameters[i], states[-1], run.numbers[i], keys[i], w)
        states.append(A + states[i + 1 - block.skip] if block.skip else A)
    return states[-1]


def _smoothed(Y, numbers, classes):
    s = numbers.get("smoothing", jnp.zeros((), Y.dtype))
    return Y - s * (Y - 1 / classes)


def _binary(Z, Y):
    return Y * jnp.logaddexp(0 * Z, -Z) + (1 - Y) * jnp.logaddexp(0 * Z, Z)


def _binary_focal(Z, Y, gamma):
    p, q = 1 / (1 + jnp.exp(-Z)), 1 / (1 + jnp.exp(Z))  # 1 - p has lost the digits of a small q
    return -(Y * q**gamma * jnp.log(p) + (1 - Y) * p**gamma * jnp.log(q))


def _focal(Z, Y, gamma):
    log_p = Z - jax.nn.logsumexp(Z, axis=1, keepdims=True)
    return -Y * (-jnp.expm1(log_p)) ** gamma * log_p


def _huber(r, delta):
    return jnp.where(r <= delta, r**2 / 2, delta * (r - delta / 2))


def _quantile(Z, Y, levels):
    q = jnp.asarray(levels)[:, 0][None, :]
    return jnp.where(Y >= Z, q * (Y - Z), (1 - q) * (Z - Y))


LOSSES = {
    "squared_error": lambda Z, Y, own: jnp.square(Y - Z) / 2,
    "absolute_error": lambda Z, Y, own: jnp.abs(Y - Z),
    "huber": lambda Z, Y, own: _huber(jnp.abs(Y - Z), own["delta"]),
    "quantile": lambda Z, Y, own: _quantile(Z, Y, own["levels"]),
    "poisson": lambda Z, Y, own: jnp.exp(Z) - Y * Z,
    "binary_cross_entropy": lambda Z, Y, own: _binary(Z, _smoothed(Y, own, 2)),
    "cross_entropy": lambda Z, Y, own: (
        _smoothed(Y, own, Z.shape[1]) * (jax.nn.logsumexp(Z, axis=1, keepdims=True) - Z)
    ),
    "binary_focal": lambda Z, Y, own: _binary_focal(Z, Y, own["gamma"]),
    "focal": lambda Z, Y, own: _focal(Z, Y, own["gamma"]),
}


def second_J(network, batch, run, parameters):
    """Return the cost J with its penalties."""
    Z = second_Z(network, batch, run, parameters)
    losses = LOSSES[network.cost](Z, batch.Y.T, run.cost).sum(axis=1)
    J = jnp.average(losses, weights=batch.weights[0])
    for W in (own["W"] for own in parameters if "W" in own):
        J = J + jnp.sum(run.penalties.l1_share * jnp.abs(W) + run.penalties.l2_share * W * W / 2)
    return J
