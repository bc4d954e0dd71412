"""A user's own cost: trained like a built-in one, checked before the first epoch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone

from layerwise import DNNClassifier, DNNRegressor, OwnCost, gradients, load
from layerwise.errors import ModelFileError, SettingError
from layerwise.estimators.own_cost_check import check_own_cost

EXACT = {"hidden_units": (5,), "epochs": 5, "random_state": 0, "dtype": "float64"}
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 3))
NUMBERS = X @ np.array([1.0, -2.0, 0.5]) + 100 + RANDOM.normal(size=120)
SEVERAL = np.column_stack([NUMBERS, -NUMBERS * 5])
TWO = np.where(X[:, 0] > 0, "yes", "no")
THREE = np.digitize(X[:, 1], [-0.5, 0.5])
LABELS = (X > 0).astype(int)
COUNTS = RANDOM.poisson(np.exp(X[:, 0] / 2))


def squares(Z, Y):
    return ((Z - Y) / 2 * (Z - Y)).sum(axis=0, keepdims=True)


def entropy(A, Y):
    return -(Y * jnp.log(A) + (1 - Y) * jnp.log(1 - A)).sum(axis=0)


def entropy_dA(A, Y):
    return (1 - Y) / (1 - A) - Y / A


def entropy_from_Z(Z, Y):
    return (jax.nn.softplus(Z) - Y * Z).sum(axis=0)


def of_classes(A, Y):
    return -(Y * jnp.log(A)).sum(axis=0)


def counts(A, Y):
    return (A - Y * jnp.log(A)).sum(axis=0)


SQUARES = OwnCost(squares, dZ=lambda Z, Y: Z - Y)
ENTROPY = OwnCost(entropy, dA=entropy_dA)
TWINS = {
    "squares by dZ": (DNNRegressor, NUMBERS, SQUARES, "squared_error"),
    "squares by dA": (
        DNNRegressor,
        NUMBERS,
        OwnCost(squares, dA=lambda A, Y: A - Y),
        "squared_error",
    ),
    "squares of several": (DNNRegressor, SEVERAL, SQUARES, "squared_error"),
    "two classes by dA": (DNNClassifier, TWO, ENTROPY, "cross_entropy"),
    "two classes by dZ": (
        DNNClassifier,
        TWO,
        OwnCost(entropy_from_Z, dZ=lambda Z, Y: jax.nn.sigmoid(Z) - Y),
        "cross_entropy",
    ),
    "several labels": (DNNClassifier, LABELS, ENTROPY, "cross_entropy"),
    "several classes": (
        DNNClassifier,
        THREE,
        OwnCost(of_classes, dA=lambda A, Y: -Y / A),
        "cross_entropy",
    ),
    "counts": (
        DNNRegressor,
        COUNTS,
        OwnCost(counts, dA=lambda A, Y: 1 - Y / A, head="exponential"),
        "poisson",
    ),
}


QUICK = ("squares of several", "several classes")
twins = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in TWINS]


@pytest.mark.parametrize("name", twins)
def test_it_trains_like_the_built_in_one(name):
    face, y, own, built_in = TWINS[name]
    ours, theirs = (face(**EXACT, cost=cost).fit(X, y) for cost in (own, built_in))
    for W, same in zip(ours.weights_, theirs.weights_, strict=True):
        assert pytest.approx(same, rel=1e-10, abs=1e-12) == W
    assert ours.score(X, y) == theirs.score(X, y) or built_in in ("squared_error", "poisson")
    assert ours.history_[-1].cost == pytest.approx(theirs.history_[-1].cost, rel=1e-12)


def test_squares_of_its_own_are_the_built_in_ones_to_the_bit():
    ours, theirs = (DNNRegressor(**EXACT, cost=c).fit(X, NUMBERS) for c in (SQUARES, "auto"))
    assert (ours.predict(X) == theirs.predict(X)).all()


def test_the_same_functions_compile_nothing_anew():
    from layerwise.training.epoch import run_epoch

    DNNRegressor(**EXACT, cost=OwnCost(squares, dZ=jnp.subtract)).fit(X, NUMBERS)
    before = run_epoch._cache_size()
    model = DNNRegressor(**EXACT, cost=OwnCost(squares, dZ=jnp.subtract), learning_rate=0.01)
    clone(model).fit(X, NUMBERS)
    assert run_epoch._cache_size() == before


WRONG = {
    "half": (OwnCost(squares, dZ=lambda Z, Y: (Z - Y) / 2), "half of the right one everywhere"),
    "twice": (OwnCost(squares, dZ=lambda Z, Y: (Z - Y) * 2), "twice the right one everywhere"),
    "sign": (OwnCost(squares, dZ=lambda Z, Y: Y - Z), "the opposite of the right one everywhere"),
    "third": (OwnCost(squares, dA=lambda A, Y: (A - Y) / 3), r"0.3333 times the right one every"),
    "none": (OwnCost(squares, dZ=lambda Z, Y: jnp.zeros_like(Z)), "0 times the right one"),
    "in places": (
        OwnCost(squares, dZ=lambda Z, Y: jnp.where(Z > 0, Z - Y, 3 * (Z - Y))),
        "3 times the right one there",
    ),
    "a little": (OwnCost(squares, dZ=lambda Z, Y: (Z - Y) * 1.00001), "1 times the right one"),
    "where it is 0": (OwnCost(lambda Z, Y: 0 * squares(Z, Y), dZ=lambda Z, Y: Z), "should be 0"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_derivative_is_refused_with_place_values_and_ratio(name):
    cost, words = WRONG[name]
    with pytest.raises(SettingError, match=words) as caught:
        DNNRegressor(**EXACT, cost=cost).fit(X, NUMBERS)
    message = str(caught.value)
    assert f"cost.{cost.derivative} is not the derivative of cost.loss: at" in message
    assert "by central differences" in message
    assert "\n" not in message


FAULTY = {
    "a mean": (OwnCost(lambda Z, Y: squares(Z, Y).mean(), dZ=jnp.subtract), r"the shape \(\); exp"),
    "not summed": (
        OwnCost(lambda Z, Y: (Z - Y) ** 2, dZ=lambda Z, Y: 2 * (Z - Y)),
        r"cost.loss returns the shape \(2, 16\); expected \(1, 16\) or \(16,\): a sum over the un",
    ),
    "another shape": (
        OwnCost(squares, dZ=lambda Z, Y: (Z - Y).sum(0)),
        r"cost.dZ returns the shape \(16,\); expected \(2, 16\)",
    ),
    "not finite": (
        OwnCost(lambda Z, Y: jnp.log(Z).sum(0), dZ=lambda Z, Y: 1 / Z),
        "cost.loss returns nan for example",
    ),
    "infinite slope": (OwnCost(squares, dZ=lambda Z, Y: (Z - Y) / 0), r"cost.dZ returns -?inf"),
    "numpy": (
        OwnCost(lambda Z, Y: np.asarray(Z).sum(0), dZ=jnp.subtract),
        "cost.loss fails on arrays of shape .*: write it with jax.numpy|jax.numpy",
    ),
    "an error of its own": (
        OwnCost(squares, dZ=lambda Z, Y: {}["x"]),
        "cost.dZ fails on arrays of shape .* KeyError",
    ),
    "1/m": (
        OwnCost(lambda Z, Y: squares(Z, Y) / Z.shape[1], dZ=lambda Z, Y: (Z - Y) / Z.shape[1]),
        "1/m is added by the network",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_functions_that_return_something_else_get_one_line(name):
    cost, words = FAULTY[name]
    with pytest.raises(SettingError, match=words) as caught:
        DNNRegressor(**EXACT, cost=cost).fit(X, SEVERAL)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("cost", "words"), [
    (OwnCost(squares), "given loss; expected the loss and exactly one of dZ and dA"),
    (OwnCost(squares, jnp.subtract, jnp.subtract), "given loss and dZ and dA; expected the loss"),
    (OwnCost(dZ=jnp.subtract), "given dZ; expected the loss"),
    (OwnCost("squares", jnp.subtract), "cost.loss='squares': expected a function of two arrays"),
    (OwnCost(squares, dZ=jnp.subtract, head="relu"), "cost.head='relu': expected one of"),
    (OwnCost(squares, dZ=jnp.subtract, head="softmax"), r"numbers \(number\); expected one of 'ide"),
    ("own", r"cost='own': .* give them \(again\) in Python"),
])  # fmt: skip
def test_what_is_not_a_cost_is_refused_in_one_line(cost, words):
    with pytest.raises(SettingError, match=words) as caught:
        DNNRegressor(**EXACT, cost=cost).fit(X, NUMBERS)
    assert "\n" not in str(caught.value)


def test_a_kink_and_a_slope_that_differentiation_cannot_find_are_let_through():
    huber = OwnCost(
        lambda Z, Y: jnp.where(jnp.abs(Z - Y) < 0.5, (Z - Y) ** 2, jnp.abs(Z - Y) - 0.25).sum(0),
        dZ=lambda Z, Y: jnp.clip(2 * (Z - Y), -1, 1),
    )
    check_own_cost(huber, "identity", NUMBERS[:, None] - 100)
    root = OwnCost(  # automatic differentiation gives NaN for Z > 0: the root's branch not taken
        lambda Z, Y: jnp.where(Z < 0, jnp.sqrt(-Z), Z).sum(0),
        dZ=lambda Z, Y: jnp.where(Z < 0, -0.5 / jnp.sqrt(jnp.abs(Z)), jnp.ones_like(Z)),
    )
    check_own_cost(root, "identity", NUMBERS[:, None])


@pytest.mark.parametrize("name", ["squares by dZ", "several labels", "several classes", "counts"])
def test_a_file_predicts_and_asks_for_the_functions_before_it_is_fitted_again(name, tmp_path):
    face, y, own, _ = TWINS[name]
    model = face(**EXACT, cost=own).fit(X, y)
    model.save(tmp_path / "m.layerwise")
    again = load(tmp_path / "m.layerwise")
    assert (again.predict(X) == model.predict(X)).all()
    assert again.score(X, y) == model.score(X, y)
    for wants_functions in (lambda: again.fit(X, y), lambda: gradients(again, X, y)):
        with pytest.raises(SettingError, match=r"give them \(again\) in Python") as caught:
            wants_functions()
        assert "\n" not in str(caught.value)
    again.set_params(cost=own).fit(X, y)
    assert (again.predict(X) == model.predict(X)).all()


@pytest.mark.parametrize(
    "cost",
    [
        {"name": "own", "head": "softmax"},
        {"name": "own", "head": "exponential"},
        {"name": "own", "loss": "os.system"},
        {"name": "quantile", "levels": (0.1, 0.9)},
        {"name": "quantile", "levels": (0.9,)},
    ],
)
def test_a_file_whose_cost_does_not_fit_is_refused(cost, tmp_path):
    from layerwise.data.model_file import read_model, write_model

    path = tmp_path / "m.layerwise"
    DNNRegressor(**EXACT, cost=SQUARES).fit(X, SEVERAL).save(path)
    header, tensors = read_model(path)
    settings = {**header.settings, "cost": cost}
    write_model(path, header.model_copy(update={"settings": settings}), tensors)
    with pytest.raises(ModelFileError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
