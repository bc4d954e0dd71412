"""Three networks of ReLU units that compute parity exactly, with every weight written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import SettingError
from layerwise.propagation.architecture import dense
from layerwise.propagation.blocks import Network
from layerwise.propagation.network import forward
from layerwise.propagation.notation import Array, Parameters
from layerwise.propagation.run import givens, plain

MOST_BITS = 12
BLOCK = 1024  # inputs computed at once
Weighted = tuple[np.ndarray, np.ndarray]  # a layer's weights (n, n_prev) and bias (n, 1)


class Constructed(NamedTuple):
    """A network of the board with given parameters; Z[L] is the parity itself, 0 or 1."""

    network: Network
    parameters: Parameters

    @property
    def weights(self) -> list[np.ndarray]:
        """W[1], ..., W[L], each (n[l], n[l-1])."""
        return [np.asarray(own["W"]) for own in self.parameters if "W" in own]

    @property
    def biases(self) -> list[np.ndarray]:
        """b[1], ..., b[L], each (n[l], 1)."""
        return [np.asarray(own["b"]) for own in self.parameters if "b" in own]

    @property
    def hidden_units(self) -> int:
        """How many hidden units there are, counted from the weights."""
        return sum(map(len, self.weights[:-1]))

    @property
    def depth(self) -> int:
        """L, counted from the weights."""
        return len(self.weights)


def _constructed(layers: list[Weighted]) -> Constructed:
    units = (layers[0][0].shape[1], *(len(bias) for _, bias in layers))
    network = dense(units, ("relu",) * (len(layers) - 1), "squared_error", "zeros")
    given = iter(layers)
    parameters: Any = tuple(
        dict(zip(("W", "b"), next(given), strict=True)) if block.kind == "linear" else {}
        for block in network.blocks
    )
    return Constructed(network, parameters)


def all_inputs(bits: int) -> np.ndarray:
    """Return all inputs of so many bits as columns (bits, 2^bits).

    >>> all_inputs(2).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]
    """
    return ((np.arange(2**bits)[None, :] >> np.arange(bits)[:, None]) & 1).astype(np.float64)


def patterns(bits: int) -> Constructed:
    """Return one hidden layer with a unit for each of the 2^(n-1) inputs of odd parity.

    A unit is max(0, x . (2 p - 1) - |p| + 1) for its pattern p: 1 where x = p, 0 elsewhere.
    """
    inputs = all_inputs(bits)
    odd = inputs[:, inputs.sum(axis=0) % 2 == 1].T
    first = 2 * odd - 1, 1 - odd.sum(axis=1, keepdims=True)
    return _constructed([first, (np.ones((1, len(odd))), np.zeros((1, 1)))])


def tree(bits: int) -> Constructed:
    """Return a tree of XOR blocks of two hidden units each, ceil(log2 n) hidden layers deep.

    a xor b = max(0, a + b) - 2 max(0, a + b - 1). A bit without a partner passes as max(0, a).
    """
    values, layers = np.eye(bits), []  # what the bits of a level are of the units before
    while len(values) > 1:
        rows, bias, mixes = [], [], []
        for place in range(0, len(values), 2):
            pair = values[place : place + 2].sum(axis=0)
            alone = place + 1 == len(values)
            rows += [pair] if alone else [pair, pair]
            bias += [0.0] if alone else [0.0, -1.0]
            mixes.append([1.0] if alone else [1.0, -2.0])
        layers.append((np.stack(rows), np.array(bias)[:, None]))
        values, at = np.zeros((len(mixes), len(rows))), 0
        for place, mix in enumerate(mixes):
            values[place, at : at + len(mix)] = mix
            at += len(mix)
    return _constructed([*layers, (values, np.zeros((1, 1)))])


def zigzag(bits: int) -> Constructed:
    """Return one hidden layer of n units on the sum of the bits: s - 2 (s-1)+ + 2 (s-2)+ - ..."""
    steps = np.arange(bits)
    first = np.ones((bits, bits)), -steps[:, None].astype(np.float64)
    turns = np.where(steps == 0, 1.0, 2.0 * (-1.0) ** steps)
    return _constructed([first, (turns[None, :], np.zeros((1, 1)))])


WAYS: dict[str, Callable[[int], Constructed]] = {
    "one unit per odd pattern": patterns,
    "tree of XOR blocks": tree,
    "zigzag of the sum": zigzag,
}
NAMED = {"patterns": patterns, "tree": tree, "sum": zigzag}


def parity_network(n: int, way: str = "tree") -> Constructed:
    """Return an exact network for the parity of n bits, with every weight written down.

    Use it to look at the weights, or to compute with them by hand.

    Parameters
    ----------
    n : int
        How many bits, from 2 to 12.
    way : str, default "tree"
        "patterns" (one hidden layer of 2^(n-1) units), "tree" (ceil(log2 n) hidden layers) or
        "sum" (one hidden layer of n units, for parity depends on the sum of the bits).

    Returns
    -------
    Constructed
        `weights` W[l] (n[l], n[l-1]) and `biases` b[l] (n[l], 1) of ReLU layers; the last layer is
        linear and Z[L] is 0 or 1.

    Raises
    ------
    SettingError
        When n or way is none of these.

    Notes
    -----
    Lecture row 25.

    Examples
    --------
    >>> from layerwise import why
    >>> made = why.parity_network(8, "tree")
    >>> [W.shape for W in made.weights], made.hidden_units
    ([(8, 8), (4, 8), (2, 4), (1, 2)], 14)
    """
    if isinstance(n, bool) or n not in range(2, MOST_BITS + 1):
        raise SettingError(f"n={n!r}: expected a whole number from 2 to {MOST_BITS}")
    if way not in NAMED:
        raise SettingError(f"way={way!r}: expected one of {', '.join(map(repr, NAMED))}")
    return NAMED[way](int(n))


@partial(jax.jit, static_argnums=0)
def _last(network: Network, parameters: Parameters, X: Array) -> Array:
    share = jnp.zeros((1, X.shape[1]), X.dtype)
    return forward(network, parameters, X, givens(network, plain(network), share))[0]


def wrong_of(made: Constructed, bits: int) -> int:
    """Return for how many of all 2^n inputs Z[L] is not the parity to the last bit.

    >>> wrong_of(tree(3), 3)
    0
    """
    inputs, wrong = all_inputs(bits), 0
    with jax.enable_x64(True):
        parameters = jax.tree.map(jnp.asarray, made.parameters)
        for at in range(0, inputs.shape[1], BLOCK):
            part = inputs[:, at : at + BLOCK]
            Z = np.asarray(_last(made.network, parameters, jnp.asarray(part)))
            wrong += int(np.sum(Z[0] != part.sum(axis=0) % 2))
    return wrong
