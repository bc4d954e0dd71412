"""The way up: an input that excites a unit more and more, by the network's own backward pass."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.propagation.network import backward, forward
from layerwise.propagation.run import givens
from layerwise.study.why.looking import Seen

STEPS, FIRST_STEP = 150, 0.2  # of the radius; it shrinks to nothing over the steps


def ascend(
    part: Seen, start: np.ndarray, unit: int, radius: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the input (n,) that excites a unit most, and its Z at every step.

    Each step goes along dX of the unit's Z, is brought back to the `radius` around the start and to
    brightnesses from 0 to 1; kept is the best input met.
    """
    with jax.enable_x64(True):
        share = jnp.zeros((1, 1), np.float64)  # the parameters' own gradients are not asked for
        parameters, run = jax.tree.map(jnp.asarray, (part.parameters, part.run))
        given = givens(part.network, run, share)

        @jax.jit
        def look(columns: Any) -> tuple[Any, Any]:
            Z, caches = forward(part.network, parameters, columns, given)
            one = jnp.zeros_like(Z).at[unit].set(1)
            return Z[unit, 0], backward(part.network, one, list(caches), share)[0][:, 0]

        at, best, values = start, start, []
        for step in range(STEPS + 1):
            value, slope = (np.asarray(found) for found in look(jnp.asarray(at[:, None])))
            best = at if not values or value > max(values) else best
            values.append(float(value))
            length = float(np.linalg.norm(slope))
            if not length:  # a plain: nothing says where to go
                break
            size = FIRST_STEP * radius * (1 - step / STEPS)
            at = start + _shortened(at + size * slope / length - start, radius)
            at = np.clip(at, 0, 1)
    return best, np.maximum.accumulate(values)


def _shortened(way: np.ndarray, most: float) -> np.ndarray:
    return way * min(1.0, most / max(float(np.linalg.norm(way)), 1e-12))
