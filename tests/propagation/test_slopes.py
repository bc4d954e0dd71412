"""The error of central differences falls with the square of the step, for a right gradient alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_ingredients import configuration

from layerwise.propagation.network import propagate
from layerwise.propagation.regularization import Penalties

pytestmark = pytest.mark.usefixtures("float64")
SMOOTH = ("identity", "sigmoid", "tanh", "gelu", "silu", "mish", "softplus")
SMOOTH_COSTS = (
    "squared_error", "poisson", "binary_cross_entropy", "cross_entropy", "binary_focal", "focal",
)  # fmt: skip
STEPS = np.array([4e-3, 2e-3, 1e-3])


def smoothed(network):
    """Return the network with a smooth activation for every one that has a kink."""
    blocks = []
    for place, block in enumerate(network.blocks):
        name = getattr(block.settings, "name", None)
        if name is not None and name not in SMOOTH:
            smooth = block.settings._replace(name=SMOOTH[place % len(SMOOTH)])
            blocks.append(block._replace(settings=smooth))
        else:
            blocks.append(block)
    return network._replace(blocks=tuple(blocks))


def slope(errors):
    return np.polyfit(np.log(STEPS), np.log(np.abs(errors)), 1)[0]


@pytest.mark.parametrize("seed", range(12))
def test_the_error_of_central_differences_has_slope_two_on_smooth_networks(seed):
    network, parameters, batch, run = configuration(seed, 5)
    cost = SMOOTH_COSTS[seed % len(SMOOTH_COSTS)]
    network = smoothed(network)._replace(cost=cost)
    Y = {"cross_entropy": jnp.eye(3)[:, :1].repeat(9, 1), "focal": jnp.eye(3)[:, 1:2].repeat(9, 1)}
    batch = batch._replace(Y=Y.get(cost, jnp.round(batch.Y) % 2))
    run = run._replace(penalties=Penalties(None, jnp.asarray(0.1)))
    random = np.random.default_rng(seed)
    along = jax.tree.map(lambda t: jnp.asarray(random.normal(size=t.shape)), parameters)

    @jax.jit
    def J(step):
        moved = jax.tree.map(lambda t, d: t + step * d, parameters, along)
        return propagate(network, moved, batch, run).J

    ours = propagate(network, parameters, batch, run).gradients
    right = sum(map(jnp.vdot, jax.tree.leaves(ours), jax.tree.leaves(along)))
    differences = np.array([float(J(h) - J(-h)) / (2 * h) for h in STEPS])
    assert slope(differences - float(right)) == pytest.approx(2, abs=0.1)
    wrong = 1.1 * float(right) + 0.1
    assert slope(differences - wrong) == pytest.approx(0, abs=0.2)
