"""What must change nothing: settings at their zero, a row's weight for its copies, its neighbours."""

import numpy as np
import pytest

from layerwise import (
    Cosine,
    DNNClassifier,
    DNNRegressor,
    Dropout,
    Layer,
    Step,
    Update,
)

QUICK = {
    "hidden_units": (6,), "epochs": 3, "patience": None, "validation_fraction": 0,
    "batch_size": "all", "random_state": 0, "dtype": "float64", "learning_rate": 0.01,
}  # fmt: skip
INGREDIENTS = {
    "batch norm, parametric, L1": {
        "normalization": "batch_norm", "activation": "parametric", "l1": 0.1,
    },
    "layer norm, dropout, L2": {"normalization": "layer_norm", "dropout": "dropout", "l2": 0.1},
    "residual, noise, focal": {
        "hidden_units": (6, Layer(6, residual=True)), "augmentation": "noise", "cost": "focal",
    },
    "data-driven, limits": {
        "initialization": "data_driven", "update": Update(max_norm=1.0, clip_norm=0.1, average=0.9),
    },
    "huber": {"cost": "huber"},
    "poisson, batch norm": {"cost": "poisson", "normalization": "batch_norm"},
}  # fmt: skip


def table():
    random = np.random.default_rng(0)
    X = random.normal(size=(21, 3))
    return X, (X[:, 0] > 0).astype(int), random.integers(0, 4, 21)


def fitted(settings, X, y, weights=None):
    face = DNNRegressor if settings.get("cost") in ("huber", "poisson") else DNNClassifier
    return face(**{**QUICK, **settings}).fit(X, y, weights)


def figures(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


@pytest.mark.parametrize("name", INGREDIENTS)
def test_weights_are_copies_and_a_row_is_predicted_by_itself(name):
    X, y, times = table()
    weighted = fitted(INGREDIENTS[name], X, y, times.astype(float))
    together = figures(weighted, X)
    copies = fitted(INGREDIENTS[name], np.repeat(X, times, axis=0), np.repeat(y, times))
    kept = times > 0
    absent = fitted(INGREDIENTS[name], X[kept], y[kept], times[kept].astype(float))
    for other in (copies, absent):
        assert figures(other, X) == pytest.approx(together, rel=1e-10, abs=1e-12)
    alone = np.concatenate([figures(weighted, X[i : i + 1]) for i in range(3)])
    assert alone == pytest.approx(together[:3], rel=1e-10)
    strange = np.concatenate([X[:3], 100 * X[3:]])
    assert figures(weighted, strange)[:3] == pytest.approx(together[:3], rel=1e-10)


NOTHING = {
    "no dropout": [{"dropout": Dropout(0.0, 0.0)}, {"dropout": 0.0},
                   {"hidden_units": (Layer(6, dropout=0.0),), "dropout": Dropout(0.5, 0.0)}],
    "no update": [{"update": Update()}, {"update": "update"}],
    "a constant learning rate": [{"schedule": Step(times=1)}, {"schedule": Cosine(end=1)}],
    "no penalty": [{"l1": 0.0, "l2": 0.0}],
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_a_setting_at_its_zero_changes_not_one_bit(name):
    X, y, _ = table()
    plain = fitted({}, X, y).weights_
    for settings in NOTHING[name]:
        for ours, theirs in zip(fitted(settings, X, y).weights_, plain, strict=True):
            assert (ours == theirs).all(), settings
