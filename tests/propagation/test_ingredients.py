"""Random networks of every kind of block: our gradients against automatic differentiation."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from second_opinion import second_J

from layerwise.propagation.activations import ACTIVATIONS
from layerwise.propagation.architecture import build
from layerwise.propagation.cost import COSTS, row_of
from layerwise.propagation.dropout import Dropout
from layerwise.propagation.kinds import KINDS
from layerwise.propagation.layer import Layer
from layerwise.propagation.network import forward, init, propagate
from layerwise.propagation.noise import Noise
from layerwise.propagation.notation import Examples, share_of
from layerwise.propagation.regularization import Penalties
from layerwise.propagation.run import Run, first_statistics, givens

QUICK = 24  # configurations in the quick run; all 400 by `pytest -m slow`
WIDTHS = (4, 7)
ONE_WIDTH = (7,)  # the long sweeps compile operation by operation, once for each shape
ONCE = {"xla_backend_optimization_level": "0"}
pytestmark = pytest.mark.usefixtures("float64")
NUMBERS = {
    "activation": {"slope": 0.1, "scale": 1.3},
    "parametric": {"slope": 0.1, "scale": 1.3},
    "dropout": {"probability": 0.3},
    "noise": {"scale": 0.1},
    "batch_norm": {"epsilon": 1e-3, "momentum": 0.9},
    "layer_norm": {"epsilon": 1e-3},
    "linear": {},
}


def arrays(numbers):
    return {name: jnp.asarray(value) for name, value in numbers.items()}


def paid(penalties, parameters):
    W = [tensors["W"] for tensors in parameters if "W" in tensors]
    l1, l2 = penalties
    return l1 * sum(jnp.abs(w).sum() for w in W) + l2 * sum(jnp.vdot(w, w) for w in W) / 2


def layers_of(random, depth, n_x, widths):
    """Return random layers; a residual one has as many units as the one before."""
    made, n_prev = [], n_x
    for _ in range(depth - 1):
        skip, n = bool(random.random() < 0.3), int(random.choice(widths))
        made.append(
            Layer(
                n=n_prev if skip else n,
                activation=str(random.choice(list(ACTIVATIONS))),
                parametric=bool(random.random() < 0.3),
                normalization=[None, "batch_norm", "layer_norm"][random.integers(3)],
                dropout=bool(random.random() < 0.3),
                skip=skip,
            )
        )
        n_prev = made[-1].n
    return (*made, Layer(3))


def targets(random, head, m):
    if head == "sigmoid":
        return random.integers(0, 2, (3, m)).astype(float)
    if head == "softmax":
        return np.eye(3)[:, random.integers(0, 3, m)]
    return random.poisson(3, (3, m)) + 0.5 * (head == "identity") * random.normal(size=(3, m))


def configuration(seed, deepest, widths=WIDTHS):
    """Return a network with its parameters, batch and run, all random; float64."""
    random = np.random.default_rng([11, seed])
    n_x, m = int(random.choice(widths)), 9
    cost = list(COSTS)[seed % len(COSTS)]
    noise, dropout = ("noise", Noise), ("dropout", Dropout)
    entrance = [(), (noise,), (dropout,), (noise, dropout)][random.integers(4)]
    depth = 1 + int(random.integers(deepest))
    network = build(n_x, layers_of(random, depth, n_x, widths), cost, entrance)
    of_cost = {"delta": 0.7, "gamma": 2.0, "levels": [[0.1], [0.5], [0.9]]}
    of_cost |= {"smoothing": 0.1} if seed % 2 else {}
    run = Run(
        tuple(arrays(NUMBERS[block.kind]) for block in network.blocks),
        first_statistics(network, jnp.float64),
        arrays(of_cost),
        Penalties(jnp.asarray(0.01), jnp.asarray(0.1)),
        jax.random.key(seed),
    )
    parameters = init(jax.random.key(seed + 1), network, jnp.float64, run)
    moved = jax.tree.map(lambda t: t + 0.1 * random.normal(size=t.shape), parameters)
    Y = jnp.asarray(targets(random, row_of(cost).head, m), jnp.float64)
    weights = jnp.asarray(random.random((1, m))).at[0, 0].set(0)
    return network, moved, Examples(jnp.asarray(random.normal(size=(n_x, m))), Y, weights), run


def reference_cost(network, batch, run, parameters):
    """Return J by the forward pass alone, the mean and the penalties written out again."""
    Z, _ = forward(network, parameters, batch.X, givens(network, run, share_of(batch.weights)))
    losses = row_of(network.cost).loss(Z, batch.Y, run.cost)
    mean = jnp.vdot(losses, batch.weights) / batch.weights.sum()
    return mean + paid(run.penalties, parameters)


def in_type(dtype, tree):
    """Return a tree with its real numbers in this type; keys stay."""
    real = lambda t: jnp.issubdtype(t.dtype, jnp.floating)  # noqa: E731
    return jax.tree.map(lambda t: t.astype(dtype) if real(t) else t, tree)


def worst_layer(network, ours, theirs):
    """Return the largest relative error of a layer, all its tensors together.

    In a single tensor the sum over the examples may cancel, as in a db of one unit.
    """
    layers = {}
    for block, mine, reference in zip(network.blocks, ours, theirs, strict=True):
        pair = layers.setdefault(block.l, ([], []))
        for name in mine:
            pair[0].append(np.asarray(mine[name], float).ravel())
            pair[1].append(np.asarray(reference[name], float).ravel())
    errors = [0.0]
    for one, other in (map(np.concatenate, pair) for pair in layers.values() if pair[0]):
        scale = max(np.linalg.norm(one), np.linalg.norm(other))
        errors.append(np.linalg.norm(one - other) / scale if scale else 0.0)
    return max(errors)


def errors_of(seed, deepest):
    """Return the errors against autodiff of the same forward, of another one, and of the two J."""
    network, parameters, batch, run = configuration(seed, deepest, ONE_WIDTH)
    ours = propagate(network, parameters, batch, run)
    same = jax.grad(partial(reference_cost, network, batch, run))(parameters)
    J, second = jax.value_and_grad(partial(second_J, network, batch, run))(parameters)
    return (
        worst_layer(network, ours.gradients, same),
        worst_layer(network, ours.gradients, second),
        abs(float(ours.J - J)) / abs(float(J)),
    )


@pytest.mark.parametrize(("seed", "dtype"), [
    *((seed, jnp.float64) for seed in range(QUICK)), *((seed, jnp.float32) for seed in range(2)),
])  # fmt: skip
def test_the_compiled_gradients_are_those_of_another_forward_pass(seed, dtype):
    network, parameters, *rest = configuration(seed, 3)
    parameters, batch, run = in_type(dtype, (parameters, *rest))

    @partial(jax.jit, compiler_options=ONCE)
    def both(parameters):
        J, theirs = jax.value_and_grad(partial(second_J, network, batch, run))(parameters)
        return propagate(network, parameters, batch, run), J, theirs

    ours, J, theirs = both(parameters)
    jax.clear_caches()  # each configuration is a program of its own
    most = 1e-12 if dtype == jnp.float64 else 1e-5
    assert worst_layer(network, ours.gradients, theirs) <= most
    assert abs(float(ours.J - J)) <= most * abs(float(J))


def test_a_parametric_activation_starts_as_g():
    layers = [(Layer(4, "mish", parametric=is_parametric), Layer(2)) for is_parametric in (0, 1)]
    outputs = []
    for made in layers:
        network = build(3, made, "squared_error")
        run = Run(({},) * 3, ({},) * 3, {})
        parameters = init(jax.random.key(0), network, jnp.float64, run)
        given = givens(network, run, jnp.ones((1, 5)))
        outputs.append(np.asarray(forward(network, parameters, jnp.ones((3, 5)), given)[0]))
    assert outputs[0] == pytest.approx(outputs[1], rel=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_the_gradients_of_300_up_to_20_layers(seed):
    assert max(errors_of(seed, deepest=20)) <= 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 400))
def test_the_gradients_of_100_more_up_to_50_layers(seed):
    assert max(errors_of(seed, deepest=50)) <= 1e-11


def still(network, run):
    """Return the run without dropout and noise: their draws differ between types."""
    numbers = [
        {n: 0 * v if block.kind == "noise" or n == "probability" else v for n, v in own.items()}
        for block, own in zip(network.blocks, run.numbers, strict=True)
    ]
    return run._replace(numbers=tuple(numbers))


@pytest.mark.slow
def test_in_float32_the_gradients_are_as_near_the_truth_as_those_of_autodiff():
    """After 40 layers both are some 1e-4 away from the gradients in float64, so 1e-5 holds no more."""
    ratios = []
    for seed in range(300, 400, 8):
        network, parameters, batch, run = configuration(seed, 50, ONE_WIDTH)
        tree, found = (parameters, batch, still(network, run)), {}
        compiled = partial(jax.jit, compiler_options=ONCE)
        slopes = compiled(lambda at, rest: jax.grad(partial(reference_cost, network, *rest))(at))
        ours = compiled(lambda at, rest: propagate(network, at, *rest).gradients)
        for dtype in (jnp.float64, jnp.float32):
            own, *rest = in_type(dtype, tree)
            found[dtype] = ours(own, rest), slopes(own, rest)
        (mine, theirs), (truth, _) = found[jnp.float32], found[jnp.float64]
        error = worst_layer(network, mine, truth)
        assert error <= 1e-3
        ratios.append(error / worst_layer(network, theirs, truth))
    assert np.exp(np.log(ratios).mean()) <= 1.5


def one_block(kind, seed=0, predicting=False, **numbers):
    random = np.random.default_rng(seed)
    layer = {
        "batch_norm": {"normalization": "batch_norm"},
        "layer_norm": {"normalization": "layer_norm"},
    }
    layers = (Layer(5, "tanh", **layer.get(kind, {"dropout": kind == "dropout"})), Layer(2))
    network = build(4, layers, "squared_error", (("noise", Noise),) if kind == "noise" else ())
    run = Run(
        tuple(arrays(NUMBERS[b.kind] | (numbers if b.kind == kind else {})) for b in network.blocks),
        first_statistics(network, jnp.float64), {}, Penalties(),
        None if predicting else jax.random.key(seed),
    )  # fmt: skip
    parameters = init(jax.random.key(seed), network, jnp.float64, run)
    batch = Examples(
        jnp.asarray(random.normal(size=(4, 9))),
        jnp.asarray(random.normal(size=(2, 9))),
        jnp.ones((1, 9)),
    )
    return network, parameters, batch, run


@pytest.mark.parametrize(("kind", "numbers"), [
    ("dropout", {"probability": 0.0}), ("noise", {"scale": 0.0}),
])  # fmt: skip
def test_a_probability_or_a_scale_of_zero_is_the_identity(kind, numbers):
    network, parameters, batch, run = one_block(kind, **numbers)
    training, predicting = (
        propagate(network, parameters, batch, r) for r in (run, run._replace(key=None))
    )
    assert (training.Z == predicting.Z).all()


@pytest.mark.parametrize("kind", ["dropout", "noise"])
def test_prediction_draws_nothing_and_training_draws_anew(kind):
    network, parameters, batch, run = one_block(kind)
    first, again, other = (
        propagate(network, parameters, batch, run._replace(key=jax.random.key(s))).Z
        for s in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_dropout_keeps_the_expectation():
    file, settings = KINDS["dropout"], None
    network, _, _, run = one_block("dropout", probability=0.4)
    settings = next(block.settings for block in network.blocks if block.kind == "dropout")
    given = givens(network, run, jnp.ones((1, 40_000)))[2]
    A, _ = file.forward(settings, {}, jnp.ones((5, 40_000)), given)
    assert float(A.mean()) == pytest.approx(1, abs=0.01)
    assert float((A == 0).mean()) == pytest.approx(0.4, abs=0.01)


def test_batch_norm_brings_a_batch_to_mean_zero_and_deviation_one():
    network, parameters, batch, run = one_block("batch_norm", epsilon=1e-12)
    given = givens(network, run, share_of(batch.weights))
    Z, _ = KINDS["linear"].forward(network.blocks[0].settings, parameters[0], batch.X, given[0])
    out, _ = KINDS["batch_norm"].forward(network.blocks[1].settings, parameters[1], Z, given[1])
    assert np.asarray(out.mean(axis=1)) == pytest.approx(np.zeros(5), abs=1e-12)
    assert np.asarray(out.std(axis=1)) == pytest.approx(np.ones(5), rel=1e-9)


def test_batch_norm_gathers_the_running_mean_and_variance():
    network, parameters, batch, run = one_block("batch_norm")
    after = propagate(network, parameters, batch, run).statistics[1]
    Z = parameters[0]["W"] @ batch.X
    assert np.asarray(after["mean"]) == pytest.approx(
        0.1 * np.asarray(Z).mean(axis=1)[:, None], rel=1e-12
    )
    assert np.asarray(after["var"]) == pytest.approx(
        0.9 + 0.1 * np.asarray(Z).var(axis=1)[:, None], rel=1e-12
    )


@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
def test_at_prediction_an_example_does_not_depend_on_its_batch(kind):
    network, parameters, batch, run = one_block(kind, predicting=True)
    together = forward(network, parameters, batch.X, givens(network, run, jnp.ones((1, 9))))[0]
    alone = forward(network, parameters, batch.X[:, :1], givens(network, run, jnp.ones((1, 1))))[0]
    assert np.asarray(together[:, :1]) == pytest.approx(np.asarray(alone), rel=1e-14)


@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
def test_an_example_of_weight_zero_leaves_the_others_alone(kind):
    network, parameters, batch, run = one_block(kind)
    weights = batch.weights.at[0, 4].set(0)
    strange = batch.X.at[:, 4].set(1e3)
    ours, theirs = (
        propagate(network, parameters, Examples(X, batch.Y, weights), run)
        for X in (batch.X, strange)
    )
    for a, b in zip(
        jax.tree.leaves(ours.gradients), jax.tree.leaves(theirs.gradients), strict=True
    ):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-9, abs=1e-12)


def test_a_residual_layer_that_makes_nothing_passes_its_input_on():
    network = build(3, (Layer(3, "tanh", "zeros", skip=True), Layer(2)), "squared_error")
    run = Run(({},) * 3, ({},) * 3, {})
    parameters = init(jax.random.key(0), network, jnp.float64, run)
    X = jnp.asarray(np.random.default_rng(0).normal(size=(3, 4)))
    Z, _ = forward(network, parameters, X, givens(network, run, jnp.ones((1, 4))))
    assert (parameters[2]["W"] @ X == Z).all()
