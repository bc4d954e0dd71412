"""From the settings to what stands before layer 1."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.datasets import load_diabetes

from layerwise import Columns, DNNRegressor, Piecewise, SettingError, load
from layerwise.estimators.entering import entering, met_by_layer_1, quantiles_of_a_normal
from layerwise.estimators.entrance import Inputs

SETTINGS = {
    "embedding": Piecewise(bins=4, outputs=2), "scaling": "scaling", "augmentation": None,
    "dropout": None, "columns": Columns("quantile_normal"),
}  # fmt: skip


def test_the_bins_of_a_normal_column_are_equally_full():
    edges = quantiles_of_a_normal(8)
    inner = norm.cdf(edges[1:-1])
    assert np.diff(inner) == pytest.approx(1 / 8)
    assert inner[0] == pytest.approx(1 / 8)
    assert np.isfinite(edges).all()


def test_edges_are_narrower_where_columns_are_scaled_by_their_quartiles():
    normal, robust = (
        entering(SETTINGS | {"columns": Columns(how)}, Inputs(5, 3))[0].numbers["edges"]
        for how in ("quantile_normal", "robust")
    )
    assert normal.shape == (1, 5, 1)
    assert normal == pytest.approx(robust * (norm.ppf(0.75) - norm.ppf(0.25)))


def test_rows_that_enter_layer_1_are_counted():
    inputs = Inputs(7, 3, (12, 20))
    found = entering(SETTINGS | {"columns": Columns(size=4)}, inputs)
    assert [one.entrance[0] for one in found] == ["piecewise", "categories", "scaling"]
    assert met_by_layer_1(inputs, found) == 7 + 3 * 2 - 2 + 2 * 4


def test_a_piecewise_embedding_learns_a_step_that_lines_do_not(tmp_path):
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 2))
    y = np.sign(X[:, 0] - 0.3)
    settings = {"hidden_units": (), "epochs": 60, "learning_rate": 0.02, "random_state": 0}
    plain, bent = (
        DNNRegressor(**settings, embedding=embedding).fit(X, y) for embedding in (None, "piecewise")
    )
    assert bent.score(X, y) > plain.score(X, y) + 0.15
    bent.save(tmp_path / "model.layerwise")
    assert (load(tmp_path / "model.layerwise").predict(X) == bent.predict(X)).all()


def test_a_bad_bin_count_is_refused():
    X, y = load_diabetes(return_X_y=True)
    with pytest.raises(SettingError, match=r"embedding.bins=5: expected one of 2, 4, 8"):
        DNNRegressor(embedding=Piecewise(bins=5)).fit(X, y)
