"""Is the backward pass right? Every tensor against automatic and central differences. Row 17.

The first wrong layer is the first one met on the way back: a wrong dA[l-1] spoils all below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

from layerwise.propagation.blocks import Network
from layerwise.propagation.network import cost, forward, propagate
from layerwise.propagation.notation import Array, Examples, Number, Parameters, share_of
from layerwise.propagation.regularization import penalty
from layerwise.propagation.run import Run, givens

STEP = 1e-5
TOLERANCE = 1e-6


class TensorCheck(NamedTuple):
    """The relative errors of one gradient against the two references."""

    l: int
    tensor: str
    against_autodiff: float
    against_differences: float


class GradientCheck(NamedTuple):
    """A row per tensor from layer L down to 1, and the first wrong layer met (None: all right)."""

    rows: tuple[TensorCheck, ...]
    first_wrong: int | None


def relative_error(ours: Array, reference: Array) -> float:
    """Return ||ours - reference|| / max(||ours||, ||reference||), and 0 where both are zero."""
    scale = max(float(jnp.linalg.norm(ours)), float(jnp.linalg.norm(reference)))
    return float(jnp.linalg.norm(ours - reference)) / scale if scale != 0 else 0.0


def central_difference(J: Callable[[Array], Number], tensor: Array, step: float) -> Array:
    """Return dJ/dtensor by moving one element at a time by `step` to either side."""
    moves = step * jnp.eye(tensor.size, dtype=tensor.dtype).reshape(-1, *tensor.shape)
    return jax.lax.map(
        lambda move: (J(tensor + move) - J(tensor - move)) / (2 * step), moves
    ).reshape(tensor.shape)


def gradient_check(
    network: Network,
    parameters: Parameters,
    batch: Examples,
    run: Run,
    passes: Callable = propagate,
) -> GradientCheck:
    """Check `passes` (ours by default); call it in float64, with a few thousand parameters."""
    given = givens(network, run, share_of(batch.weights))

    def J(at: Parameters) -> Number:
        Z = forward(network, at, batch.X, given)[0]
        return penalty(at, run.penalties, cost(network, Z, batch, run))

    ours = passes(network, parameters, batch, run).gradients
    reference, rows = jax.grad(J)(parameters), []
    for i, block in reversed(list(enumerate(network.blocks))):
        for name, tensor in parameters[i].items():

            def J_of(t: Array, i: int = i, name: str = name) -> Number:
                return J((*parameters[:i], {**parameters[i], name: t}, *parameters[i + 1 :]))

            slope, mine = central_difference(J_of, tensor, STEP), ours[i][name]
            errors = relative_error(mine, reference[i][name]), relative_error(mine, slope)
            rows.append(TensorCheck(block.l, f"d{name}[{block.l}]", *errors))
    wrong = [row.l for row in rows if not all(error <= TOLERANCE for error in row[2:])]
    return GradientCheck(tuple(rows), max(wrong, default=None))
