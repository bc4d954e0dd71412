"""What several estimators prepare alike is prepared once, and equals what each prepares alone."""

import jax
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, make_classification

from layerwise import (
    DataError,
    DNNClassifier,
    DNNRegressor,
    Focal,
    Huber,
    Layer,
    Quantile,
    SettingError,
)
from layerwise.estimators.preparing import prepared_from
from layerwise.estimators.sharing import Part, asked_of, prepared_once, programs_of, teams_of

CLASSIFIER = DNNClassifier((4,), random_state=1, dtype="float64", batch_size=16)
REGRESSOR = DNNRegressor((4,), random_state=1, dtype="float64", batch_size=16)


@pytest.fixture(scope="module")
def classes():
    X, y = make_classification(120, 5, flip_y=0.2, random_state=0)
    X[::7, 2] = np.nan
    X[60:] = X[:60]  # equal rows, which "all" merges
    return X, np.where(y, "yes", "no"), np.arange(120) % 3 / 2.0


@pytest.fixture(scope="module")
def numbers():
    X, y = load_diabetes(return_X_y=True)
    frame = pd.DataFrame(X[:100, :3], columns=["a", "b", "c"])
    frame["kind"] = np.where(np.arange(100) % 3, "x", "y")
    return frame, y[:100], None


def assert_equal_trees(ours, its):
    assert jax.tree.structure(ours) == jax.tree.structure(its)
    for one, other in zip(jax.tree.leaves(ours), jax.tree.leaves(its), strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype
        assert np.array_equal(one, other)


def assert_prepared_as_alone(models, given):
    part = Part(given)
    for model in models:
        alone, together = clone(model), clone(model)
        with model._precision():
            its = prepared_from(alone, given)
            ours = prepared_once(asked_of(together), part)
        assert ours.job.plan == its.job.plan
        assert (ours.job.rows, ours.job.seed, ours.job.plateau, ours.job.dtype, ours.counts) == (
            its.job.rows, its.job.seed, its.job.plateau, its.job.dtype, its.counts,
        )  # fmt: skip
        assert (ours.encoder, ours.target) == (its.encoder, its.target)
        assert_equal_trees(ours.job.training, its.job.training)
        assert_equal_trees(ours.job.validation, its.job.validation)
        assert_equal_trees(ours.job.numbers, its.job.numbers)
        (own,), (other,) = ours.checked, its.checked
        assert (own is None) == (other is None)
        if own is not None:
            parts = [[c.rows, c.encoded, c.targets, c.weights] for c in (own, other)]
            for one, other in zip(*parts, strict=True):
                np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
        noted = vars(alone).keys() - alone.get_params(deep=False).keys()
        assert noted == vars(together).keys() - together.get_params(deep=False).keys()
        for name in noted:
            assert np.array_equal(getattr(alone, name), getattr(together, name))
    return part


CHANGES = [
    {},
    {"learning_rate": 0.1, "l1": 0.1, "l2": 0.3, "momentum": 0.5},
    {"hidden_units": (3, Layer(3, residual=True)), "optimizer": "nadam", "schedule": "cosine"},
    {"batch_size": 8},
    {"batch_size": "all"},
    {"batch_size": "auto"},
    {"batch_size": "all", "learning_rate": 0.2},
    {"dtype": "float32"},
    {"dtype": "bfloat16"},
    {"validation_fraction": 0.2},
    {"validation_fraction": 0.2, "random_state": 5},
    {"validation_fraction": 0.2, "validation_split": "time"},
    {"validation_fraction": 0.2, "validation_split": "time", "random_state": 7},
    {"validation_fraction": 0.2, "validation_split": "random"},
    {"validation_fraction": 0.3, "batch_size": "all", "dtype": "float32"},
    {"random_state": 9},
    {"schedule": "reduce_on_plateau", "update": "update", "dropout": 0.2},
    {"normalization": "batch_norm", "augmentation": "mixup", "epochs": 3},
]


def test_classifiers_of_many_settings_are_prepared_bit_for_bit_as_alone(classes):
    more = [
        {"class_weight": "balanced"},
        {"class_weight": {"yes": 3}},
        {"class_weight": {"yes": 3}, "validation_fraction": 0.2},
        {"cost": "focal"},
        {"cost": Focal(gamma=1.0)},
        {"threshold": 0.3},
        {"threshold": "f1", "validation_fraction": 0.2},
        {"metric": "roc_auc", "validation_fraction": 0.2},
        {"validation_fraction": 0.2, "validation_split": "stratified"},
    ]
    models = [clone(CLASSIFIER).set_params(**changes) for changes in CHANGES + more]
    assert_prepared_as_alone(models, classes)
    assert_prepared_as_alone(models[::-1], (*classes[:2], None))


def test_regressors_of_many_settings_are_prepared_bit_for_bit_as_alone(numbers):
    more = [
        {"cost": "poisson"},
        {"cost": "poisson", "validation_fraction": 0.2},
        {"cost": "quantile"},
        {"cost": Quantile((0.2, 0.8))},
        {"cost": "huber"},
        {"cost": Huber(delta=2.0)},
        {"cost": "absolute_error"},
    ]
    models = [clone(REGRESSOR).set_params(**changes) for changes in CHANGES + more]
    assert_prepared_as_alone(models, numbers)
    assert_prepared_as_alone(models[::-1], numbers)


def test_what_the_rows_become_is_made_once_whatever_the_networks_and_their_numbers(classes):
    changes = [c for c in CHANGES if not set(c) & {"dtype", "validation_fraction"}]
    models = [clone(CLASSIFIER).set_params(**one) for one in changes]
    part = assert_prepared_as_alone(models, classes)
    assert (len(part.samples), len(part.ready)) == (1, 1)
    assert len(part.tables) == 2  # with equal rows merged, and without


def test_equal_parts_share_their_very_arrays_and_other_draws_do_not(classes):
    seeds = [clone(CLASSIFIER).set_params(random_state=seed) for seed in (1, 2)]
    held = [clone(model).set_params(validation_fraction=0.2) for model in [*seeds, seeds[0]]]
    tables = [team.jobs[0].training for team, _ in teams_of([*seeds, *held], [classes] * 5)]
    assert tables[0].X is tables[1].X
    assert tables[2].X is tables[4].X
    assert tables[2].X is not tables[3].X


def test_a_function_that_makes_a_part_is_asked_once(classes):
    asked = []

    def part():
        asked.append(1)
        return classes

    teams_of([clone(CLASSIFIER) for _ in range(3)], [part] * 3)
    assert asked == [1]


def test_what_cannot_be_prepared_is_returned_as_its_error_and_harms_no_other(classes):
    X, y, _ = classes
    endless = np.where(np.isnan(X), np.inf, X)
    models = [clone(CLASSIFIER) for _ in range(4)]
    models[1].set_params(epochs=0)
    parts = [(X, y, None), (X, y, None), (X, np.full(120, "no"), None), (endless, y, None)]
    found = [one for one, _ in teams_of(models, parts)]
    assert found[0].estimator is models[0]
    assert isinstance(found[1], SettingError)
    assert isinstance(found[2], DataError)
    assert isinstance(found[3], DataError)
    assert "infinity" in str(found[3])


def test_numbers_of_another_structure_are_another_program(classes):
    models = [clone(CLASSIFIER).set_params(l1=l1, l2=l2) for l1, l2 in [(0, 0), (0.1, 0), (0, 0.1)]]
    judges = {place: one for place, (one, _) in enumerate(teams_of(models, [classes] * 3))}
    assert programs_of(judges) == [[0, 2], [1]]
