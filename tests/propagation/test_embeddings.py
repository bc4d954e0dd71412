"""Scaling and the embeddings of numbers and categories: their laws, and their backward passes."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.architecture import build
from layerwise.propagation.categories import Categories
from layerwise.propagation.gradient_check import gradient_check
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.layer import Layer
from layerwise.propagation.network import init, propagate
from layerwise.propagation.notation import Examples, Given
from layerwise.propagation.periodic import Periodic
from layerwise.propagation.piecewise import Piecewise
from layerwise.propagation.run import Run, first_statistics
from layerwise.propagation.scaling import Scaling

pytestmark = pytest.mark.usefixtures("float64")
EDGES = np.array([[[-1.0], [-0.2], [-0.2], [0.9]], [[0.0], [0.5], [2.0], [3.0]]])
NUMBERS = {"periodic": {"scale": 0.7}, "piecewise": {"edges": EDGES}}
PERIODIC = ("periodic", partial(Periodic, numbers=2, frequencies=5, outputs=3))
PIECEWISE = ("piecewise", partial(Piecewise, numbers=2, bins=3, outputs=4))
CATEGORIES = ("categories", partial(Categories, levels=(3, 5), size=2))
SCALING = ("scaling", Scaling)
LEVELS = np.array([[0, 1, 2, 2, 1, 0, 1], [4, 0, 0, 3, 3, 1, 2]])
ENTRANCES = [
    (SCALING,), (PERIODIC,), (PIECEWISE,), (CATEGORIES,), (CATEGORIES, PERIODIC, SCALING),
    (SCALING, PIECEWISE), (CATEGORIES, PIECEWISE, PERIODIC, SCALING),
]  # fmt: skip


def numbers_of(kind):
    return {name: jnp.asarray(value) for name, value in NUMBERS.get(kind, {}).items()}


def case(entrance, seed=0):
    """Return a random network with this entrance, its parameters, a batch and a run."""
    random = np.random.default_rng(seed)
    network = build(5, (Layer(4, "tanh"), Layer(2)), "squared_error", entrance)
    own = tuple(numbers_of(block.kind) for block in network.blocks)
    run = Run(own, first_statistics(network, jnp.float64), {}, key=jax.random.key(seed))
    drawn = init(jax.random.key(seed), network, jnp.float64, run)
    moved = jax.tree.map(lambda t: t + 0.3 * random.normal(size=t.shape), drawn)
    X = np.concatenate([random.normal(size=(3, 7)), LEVELS])
    weights = random.random((1, 7))
    Y = random.normal(size=(2, 7))
    return network, moved, Examples(*map(jnp.asarray, (X, Y, weights))), run


def embedded(kind, own, settings, X):
    """Return what leaves a block, written a second time: one example and one number at a time."""
    rows = []
    for x in X.T:
        if kind == "scaling":
            rows.append(own["s"][:, 0] * x)
            continue
        if kind == "categories":
            others = len(x) - len(settings.levels)
            starts, parts = np.cumsum((0, *settings.levels)), [x[:others]]
            for place, level in enumerate(x[others:]):
                parts.append(own["E"][:, int(starts[place]) + level.astype(int)])
            rows.append(jnp.concatenate(parts))
            continue
        parts = [x[:2]]
        for i in range(2):
            if kind == "periodic":
                f = jnp.cos(2 * jnp.pi * (own["w"][i, :, 0] * x[i] + own["p"][i, :, 0]))
            else:
                f = steps(x[i], EDGES[i, :, 0])
            parts.append(jnp.einsum("ef,f->e", own["V"][i], f))
        rows.append(jnp.concatenate([*parts, x[2:]]))
    return jnp.stack(rows).T


def steps(x, edges):
    """Return P(x): integrals of the indicator of each bin from its left edge to x, over its width."""
    found = []
    for b, (left, right) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        lowest = -np.inf if b == 0 else left
        highest = np.inf if b == len(edges) - 2 else right
        inside = jnp.where(x < lowest, lowest, jnp.where(x > highest, highest, x))
        found.append((inside - left) / (right - left) if right > left else 0 * x)
    return jnp.stack(found)


def second_J(network, batch, run, parameters):
    A = batch.X
    for block, own in zip(network.blocks, parameters, strict=True):
        if block.l == 0:
            A = embedded(block.kind, own, block.settings, A)
        elif block.kind == "linear":
            A = jnp.einsum("ij,jm->im", own["W"], A) + own["b"]
        else:
            A = jnp.tanh(A)
    losses = jnp.sum(jnp.square(A - batch.Y), axis=0) / 2
    return jnp.average(losses, weights=batch.weights[0])


@pytest.mark.parametrize("entrance", ENTRANCES, ids=lambda e: "+".join(kind for kind, _ in e))
def test_the_gradients_are_those_of_another_forward_pass(entrance):
    network, parameters, batch, run = case(entrance)
    ours = propagate(network, parameters, batch, run)
    J, theirs = jax.value_and_grad(partial(second_J, network, batch, run))(parameters)
    assert float(ours.J) == pytest.approx(float(J), rel=1e-13)
    for mine, reference in zip(ours.gradients, theirs, strict=True):
        for name in mine:
            assert np.asarray(mine[name]) == pytest.approx(
                np.asarray(reference[name]), rel=1e-11, abs=1e-14
            )


def named(entrance):
    return "+".join(kind for kind, _ in entrance)


LAST = len(ENTRANCES) - 1  # all kinds together
checked = [
    entrance if place == LAST else pytest.param(entrance, marks=pytest.mark.slow)
    for place, entrance in enumerate(ENTRANCES)
]


@pytest.mark.parametrize("entrance", checked, ids=named)
def test_the_gradient_check_finds_nothing(entrance):
    assert gradient_check(*case(entrance)).first_wrong is None


@pytest.mark.parametrize(("kind", "settings"), [
    ("scaling", Scaling(5)), ("periodic", Periodic(5, 2, 5, 3)), ("piecewise", Piecewise(5, 2, 3, 4)),
])  # fmt: skip
def test_what_passes_back_to_the_input_is_its_derivative(kind, settings):
    file, random = KINDS[kind], np.random.default_rng(3)
    own = file.init(jax.random.key(0), settings, jnp.float64, numbers_of(kind))
    own = jax.tree.map(lambda t: t + random.normal(size=t.shape), own)
    X, dA = (jnp.asarray(random.normal(size=(n, 6))) for n in (5, settings.n))
    given = Given(numbers_of(kind), {}, jnp.ones((1, 6)) / 6, None)
    out = lambda X: file.forward(settings, own, X, given)[0]  # noqa: E731
    dX, _ = file.backward(settings, dA, file.forward(settings, own, X, given)[1], given.share)
    assert np.asarray(dX) == pytest.approx(np.asarray(jax.vjp(out, X)[1](dA)[0]), rel=1e-12)


def test_a_scaling_starts_as_the_identity():
    file, X = KINDS["scaling"], jnp.asarray(np.random.default_rng(0).normal(size=(5, 7)))
    own = file.init(jax.random.key(0), Scaling(5), jnp.float64, {})
    out, _ = file.forward(Scaling(5), own, X, Given({}, {}, jnp.ones((1, 7)), None))
    assert (out == X).all()


def test_a_piecewise_embedding_is_a_line_in_each_bin_and_outside_of_all():
    settings, file = Piecewise(1, 1, 3, 1), KINDS["piecewise"]
    own = {"V": jnp.asarray([[[2.0, -1.0, 0.5]]])}
    given = Given(
        {"edges": jnp.asarray([[[0.0], [1.0], [3.0], [4.0]]])}, {}, jnp.ones((1, 1)), None
    )
    x = jnp.asarray([[-1.0, 0.5, 1.0, 2.0, 3.0, 3.5, 6.0]])
    out = np.asarray(file.forward(settings, own, x, given)[0])
    assert out[0].tolist() == x[0].tolist()
    assert out[1] == pytest.approx([-2, 1, 2, 1.5, 1, 1.25, 2.5])


def test_a_piecewise_embedding_starts_at_zero_and_learns_at_once():
    network, _, batch, run = case((PIECEWISE,))
    parameters = init(jax.random.key(0), network, jnp.float64, run)
    assert not parameters[0]["V"].any()
    assert np.abs(propagate(network, parameters, batch, run).gradients[0]["V"]).max() > 1e-3


def test_an_unseen_level_starts_as_zeros_and_each_other_by_itself():
    file, settings = KINDS["categories"], Categories(3, (3, 5), 4)
    own = file.init(jax.random.key(0), settings, jnp.float64, {})
    X = jnp.asarray([[7.0, 7.0, 7.0], [0.0, 2.0, 2.0], [0.0, 4.0, 1.0]])
    out, _ = file.forward(settings, own, X, Given({}, {}, jnp.ones((1, 3)), None))
    assert out.shape == (settings.n, 3) == (9, 3)
    assert (out[0] == 7).all()
    assert not out[1:, 0].any()
    assert (out[1:5, 1] == out[1:5, 2]).all()
    assert (out[5:, 1] != out[5:, 2]).all()


def test_a_level_that_is_not_in_the_batch_does_not_move():
    network, parameters, batch, run = case((CATEGORIES,))
    X = batch.X.at[3].set(1)
    dE = propagate(network, parameters, batch._replace(X=X), run).gradients[0]["E"]
    assert not dE[:, [0, 2]].any()
    assert dE[:, 1].all()


def test_a_periodic_embedding_repeats_itself():
    settings, file = Periodic(1, 1, 2, 3), KINDS["periodic"]
    own = file.init(jax.random.key(0), settings, jnp.float64, {"scale": jnp.asarray(1.0)})
    own = {**own, "w": jnp.asarray([[[0.5], [0.25]]])}
    given = Given({}, {}, jnp.ones((1, 2)), None)
    out, _ = file.forward(settings, own, jnp.asarray([[0.3, 4.3]]), given)
    assert np.asarray(out[1:, 0]) == pytest.approx(np.asarray(out[1:, 1]), rel=1e-13)
    assert out.shape == (4, 2)
