"""A layer that is turned off leaves what enters it alone; one that is on is as without a gate."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import dense
from layerwise.propagation.network import cost, forward, init, propagate
from layerwise.propagation.notation import Examples, share_of
from layerwise.propagation.run import givens, plain

pytestmark = pytest.mark.usefixtures("float64")
UNITS, NAMES = (3, 5, 5, 5, 1), ("tanh", "sigmoid", "softplus")


def gated(on, present=None):
    """Return a network whose layers 2 and 3 have gates, and its run."""
    network = dense(UNITS, NAMES, "binary_cross_entropy", "xavier")
    blocks, numbers, gates = [], [], iter(on)
    for block in network.blocks:
        here = block.kind == "activation" and block.l > 1
        blocks.append(block._replace(gate=2) if here else block)
        numbers.append({"on": jnp.asarray(float(next(gates)))} if here else {})
        if block.kind == "activation" and present is not None:
            numbers[-1]["present"] = jnp.asarray(present)
    network = network._replace(blocks=tuple(blocks))
    return network, plain(network)._replace(numbers=tuple(numbers))


@pytest.fixture
def batch():
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(3, 7)), (random.random((1, 7)) > 0.5).astype(float)
    return Examples(*map(jnp.asarray, (X, Y, random.random((1, 7)))))


def drawn(network, run):
    tensors = init(jax.random.key(1), network, jnp.float64, run)
    return jax.tree.map(lambda tensor: tensor + 0.1, tensors)


def slopes(network, run, parameters, batch):
    def J(parameters):
        given = givens(network, run, share_of(batch.weights))
        Z, _ = forward(network, parameters, batch.X, given)
        return cost(network, Z, batch, run)

    return jax.grad(J)(parameters)


@pytest.mark.parametrize("on", [(1, 1), (1, 0), (0, 1), (0, 0), (0.3, 0.6)])
@pytest.mark.parametrize("present", [None, [[1.0], [1.0], [0.0], [1.0], [0.0]]])
def test_the_backward_pass_is_the_slope_of_the_forward_one(on, present, batch):
    network, run = gated(on, present)
    parameters = drawn(network, run)
    ours = propagate(network, parameters, batch, run).gradients
    for one, other in zip(
        jax.tree.leaves(ours), jax.tree.leaves(slopes(network, run, parameters, batch)), strict=True
    ):
        assert np.asarray(one) == pytest.approx(np.asarray(other), rel=1e-10, abs=1e-15)


def test_open_gates_are_the_network_without_them(batch):
    network, run = gated((1, 1))
    parameters = drawn(network, run)
    bare = dense(UNITS, NAMES, "binary_cross_entropy", "xavier")
    with_gates = propagate(network, parameters, batch, run)
    without = propagate(bare, parameters, batch, plain(bare))
    assert (with_gates.Z == without.Z).all()
    assert jax.tree.all(jax.tree.map(lambda a, b: (a == b).all(), with_gates[2], without[2]))


def test_a_shut_layer_learns_nothing_and_the_others_learn_as_without_it(batch):
    network, run = gated((1, 0))
    parameters = drawn(network, run)
    ours = propagate(network, parameters, batch, run)
    assert all((jnp.asarray(leaf) == 0).all() for leaf in jax.tree.leaves(ours.gradients[4:6]))
    shorter = dense((3, 5, 5, 1), NAMES[:2], "binary_cross_entropy", "xavier")
    kept = parameters[:4] + parameters[6:]
    alone = propagate(shorter, kept, batch, plain(shorter))
    assert np.abs(ours.Z - alone.Z).max() < 1e-13
    rest = ours.gradients[:4] + ours.gradients[6:]
    for one, other in zip(jax.tree.leaves(rest), jax.tree.leaves(alone.gradients), strict=True):
        assert np.abs(one - other).max() < 1e-14


def test_absent_units_are_zero_and_pass_nothing_back(batch):
    network, run = gated((1, 1), [[1.0], [1.0], [1.0], [1.0], [0.0]])
    passed = propagate(network, drawn(network, run), batch, run)
    for place in (2, 4, 6):  # what comes from the absent unit of the layer before
        assert (passed.gradients[place]["W"][:, 4] == 0).all()
    for place in (0, 2, 4):
        assert (passed.gradients[place]["W"][4] == 0).all()
        assert (passed.gradients[place]["b"][4] == 0).all()
