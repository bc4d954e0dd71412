"""Every number of a trace against automatic differentiation of a forward pass written anew."""

import copy
import inspect
from dataclasses import FrozenInstanceError

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from traced_networks import SETTINGS, X

from layerwise import (
    BatchEnsemble,
    CrossEntropy,
    DataError,
    DNNClassifier,
    DNNRegressor,
    Dropout,
    Layer,
    LeakyReLU,
    Parametric,
    Periodic,
    Piecewise,
    Quantile,
    Scaling,
    SettingError,
    Update,
    gradients,
)
from layerwise.propagation.kinds import KINDS
from layerwise.study.trace import backward_steps, forward_steps

COLUMNS = ("Z[1]", "A[1]", "Z[2]", "A[2]", "Z[3]", "A[3]")


def by_another_hand(head, W, b, X, Y, moved):
    """Every tensor of three layers in rows instead of columns; `moved` is added to each."""
    seen, a = {"A[0]": X}, X.T + moved["A[0]"].T
    for l in (1, 2, 3):
        z = jnp.einsum("ij,kj->ik", a, W[l - 1]) + b[l - 1].reshape(1, -1) + moved[f"Z[{l}]"].T
        if l == 1:
            a = jnp.tanh(z)
        elif l == 2 or head == "sigmoid":
            a = 1 / (1 + jnp.exp(-z))
        elif head == "softmax":
            a = jnp.exp(z) / jnp.exp(z).sum(axis=1, keepdims=True)
        else:
            a = z
        a = a + moved[f"A[{l}]"].T
        seen |= {f"Z[{l}]": z.T, f"A[{l}]": a.T}
    y = Y.T
    losses = {
        "sigmoid": lambda: -(y * jnp.log(a) + (1 - y) * jnp.log(1 - a)),
        "softmax": lambda: -(y * jnp.log(a)),
        "identity": lambda: (a - y) ** 2 / 2,
    }[head]().sum(axis=1)
    return losses, seen


@pytest.mark.parametrize(
    ("head", "count"), [("sigmoid", 1), ("softmax", 1), ("softmax", 7), ("identity", 7)]
)
def test_every_number_agrees_with_automatic_differentiation(fitted, head, count):
    model, y = fitted[head]
    trace = model.trace(X[:count], y[:count])
    with jax.enable_x64(True), jax.numpy_rank_promotion("allow"):
        A, Y = jnp.array(model.encode(X[:count])), jnp.array(model.encode_target(y[:count]))
        W, b = [jnp.array(t) for t in model.weights_], [jnp.array(t) for t in model.biases_]
        none = {name: jnp.zeros(trace[name].shape) for name in ("A[0]", *COLUMNS)}

        def total(W, b, moved):
            losses, seen = by_another_hand(head, W, b, A, Y, moved)
            return losses.sum(), (losses, seen)

        slopes, (losses, seen) = jax.jit(jax.grad(total, (0, 1, 2), has_aux=True))(W, b, none)
    losses = np.asarray(losses)
    expected = {**seen, "loss": losses[None], "J": losses.mean()}
    for l in (1, 2, 3):
        expected |= {
            f"dW[{l}]": np.asarray(slopes[0][l - 1]) / count,
            f"db[{l}]": np.asarray(slopes[1][l - 1]) / count,
        }
        expected[f"W[{l}]"] = model.weights_[l - 1] - 0.1 * np.asarray(slopes[0][l - 1]) / count
        expected[f"b[{l}]"] = model.biases_[l - 1] - 0.1 * np.asarray(slopes[1][l - 1]) / count
    expected |= {f"d{name}": slope for name, slope in slopes[2].items()}
    checked = 0
    for step in trace.steps:
        reference = np.asarray(expected[step.symbol])
        assert step.values.dtype == np.float64
        assert step.shape == reference.shape, step.symbol
        scale = max(1.0, float(np.abs(reference).max()))
        assert np.abs(step.values - reference).max() <= 1e-12 * scale, step.symbol
        checked += 1
    assert checked == len(trace.steps) >= 29


def test_both_starts_of_the_backward_pass_are_there_and_agree(fitted):
    model, y = fitted["sigmoid"]
    trace = model.trace(X[:5], y[:5])
    first, second = (step for step in trace.steps if step.symbol == "dZ[3]")
    assert trace["dA[3]"].equation == "dA[3] = -Y / A[3] + (1 - Y) / (1 - A[3])"
    assert second.equation == "dZ[3] = A[3] - Y"
    assert np.abs(first.values - second.values).max() <= 1e-12
    assert "largest difference" in second.sentence


rng = np.random.default_rng(1)
NUMBERS = rng.normal(size=(30, 3))
FRAME = pl.DataFrame({
    "x": NUMBERS[:, 0], "colour": np.array(list("rgbcmykw"))[np.arange(30) % 8].tolist()
})  # fmt: skip
CLASSES, COUNTS = np.arange(30) % 3, np.arange(30) % 4
QUICK = {**SETTINGS, "hidden_units": (4, 4), "epochs": 1, "learning_rate": 0.01}
# estimator, settings beside QUICK, rows, target, and whether `gradients` passes as in training
CASES = {
    "residual layers, layer normalization, l1 and l2, several labels": (
        DNNClassifier,
        {"hidden_units": (Layer(4, "relu"), Layer(4, LeakyReLU(0.2), residual=True)),
         "activation": "relu", "normalization": "layer_norm", "l1": 0.1, "l2": 0.5},
        NUMBERS, np.stack([CLASSES == 0, CLASSES == 1], axis=1).astype(int), True,
    ),
    "batch normalization and label smoothing": (
        DNNClassifier,
        {"hidden_units": (4,), "activation": "elu", "normalization": "batch_norm",
         "cost": CrossEntropy(smoothing=0.1)},
        NUMBERS, CLASSES, False,
    ),
    "a parametric activation, a scaling, waves and quantiles, in the tangent form": (
        DNNRegressor,
        {"hidden_units": (4,), "activation": Parametric("tanh"), "scaling": Scaling(),
         "embedding": Periodic(frequencies=4), "cost": Quantile((0.1, 0.5, 0.9)),
         "initialization": "tangent"},
        NUMBERS, NUMBERS[:, 0], True,
    ),
    "categories, bins and the exponential head": (
        DNNRegressor,
        {"hidden_units": (4,), "activation": "gelu", "embedding": Piecewise(bins=4),
         "cost": "poisson"},
        FRAME, COUNTS, True,
    ),
    "members that share W": (
        DNNClassifier, {"members": BatchEnsemble(2)}, NUMBERS, CLASSES, True,
    ),
}  # fmt: skip


LONG = (
    "members that share W",
    "residual layers, layer normalization, l1 and l2, several labels",
    "categories, bins and the exponential head",
)
marked = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in CASES]


@pytest.mark.parametrize("name", marked)
def test_the_step_of_any_network_is_the_estimators_own(name):
    kind, settings, rows, y, comparable = CASES[name]
    model = kind(**QUICK | settings).fit(rows, y)
    trace = model.trace(rows, y)
    if comparable:
        cost, slopes = gradients(model, rows, y)
        assert float(trace["J"].values) == pytest.approx(cost, rel=1e-12)
        assert len(slopes) == len(trace.parameters)
        for symbol, values in slopes.items():
            shown = trace[f"{symbol[:-1]}[{symbol[-1]}]"].values
            assert np.abs(shown - values).max() <= 1e-12 * max(1, np.abs(values).max()), symbol
    later = copy.deepcopy(model).partial_fit(rows, y)
    state = later.kept_[0].progress.state.parameters
    for block, tensors in zip(model.network_.blocks, state, strict=True):
        for own, values in tensors.items():
            shown = trace[f"{own}[{block.l}]"].values
            assert shown == pytest.approx(np.asarray(values), rel=1e-11, abs=1e-13), own
    written = trace.text() + trace.markdown() + trace.latex() + trace.html() + trace.json()
    assert all(step.symbol.split("[")[0] in written for step in trace.steps)


def test_dropout_shows_its_mask_which_the_seed_draws():
    dropping = {"dropout": Dropout(hidden=0.5, input=0.2), "augmentation": "noise"}
    model = DNNClassifier(**QUICK | {"hidden_units": (4,), "activation": "relu"} | dropping).fit(
        NUMBERS, CLASSES
    )
    first, again, other = (model.trace(NUMBERS, CLASSES, seed=seed) for seed in (3, 3, 4))
    D = first["D[1]"].values
    assert set(np.unique(D)) == {0.0, 1.0}
    assert (first["A[1]"].values == first["H[1]"].values * D / 0.5).all()
    assert (first["dH[1]"].values == first["dA[1]"].values * D / 0.5).all()
    assert (again["D[1]"].values == D).all()
    assert (other["D[1]"].values != D).any()
    none = model.trace(NUMBERS, CLASSES, seed=None)
    cost, slopes = gradients(model, NUMBERS, CLASSES)
    assert float(none["J"].values) == pytest.approx(cost, rel=1e-12)
    assert none["dW[1]"].values == pytest.approx(slopes["dW1"], rel=1e-10, abs=1e-14)


def test_a_member_is_traced_by_its_number_and_another_optimizer_shows_its_step():
    moved = {
        "members": 2,
        "optimizer": "adam",
        "update": Update(clip_norm=0.01),
        "hidden_units": (4,),
        "activation": "relu",
    }
    model = DNNClassifier(**QUICK | moved | {"dtype": "float32"}).fit(NUMBERS, CLASSES)
    trace = model.trace(NUMBERS[:2], CLASSES[:2], member=1)
    assert trace.facts["member"] == "2 of 2"
    assert (trace.parameters["W[1]"] == model.weights_[0][1]).all()
    step = trace["step W[1]"].values
    assert trace["W[1]"].values == pytest.approx(trace.parameters["W[1]"] + step, abs=1e-16)
    # Adam's first step is as long as the learning rate wherever there is a slope
    slope = trace["dW[1]"].values
    assert step == pytest.approx(-0.01 * np.sign(slope), rel=1e-2)
    assert "adam" in trace["step W[1]"].sentence
    assert "clip_norm" in trace["step W[1]"].sentence
    with pytest.raises(SettingError, match="from 0 to 1"):
        model.trace(NUMBERS, CLASSES, member=2)


def test_a_trace_cannot_be_changed_and_changes_nothing(fitted, one):
    model, _ = fitted["softmax"]
    with pytest.raises(ValueError, match="read-only"):
        one["W[1]"].values[0, 0] = 1.0
    with pytest.raises(FrozenInstanceError):
        one.steps = ()
    assert (one.parameters["W[1]"] == model.weights_[0]).all()


@pytest.mark.parametrize("seed", [-1, 0.5, True, 2**32])
def test_a_seed_that_is_none_is_refused(fitted, seed):
    model, y = fitted["softmax"]
    with pytest.raises(SettingError, match="seed="):
        model.trace(X[:1], y[:1], seed=seed)


def test_rows_and_targets_that_differ_in_number_are_refused(fitted):
    model, y = fitted["softmax"]
    with pytest.raises(DataError, match="2 rows and y has 1"):
        model.trace(X[:2], y[:1])


def test_every_kind_of_block_has_its_rows():
    forward = set(forward_steps.ROWS)
    derivatives = set(backward_steps.PARAMETERS)
    for kind, file in KINDS.items():
        if kind.endswith("norm"):
            continue  # both have a row of their own, by the ending
        assert kind in forward
        parametric = {"W", "b", "s", "V", "E"} & set(inspect.getsource(file.init).split('"'))
        assert kind in derivatives or not parametric, kind
