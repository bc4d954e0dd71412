"""scikit-learn's tools of inspection take the estimators as they are, mixed frames too."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import PartialDependenceDisplay, partial_dependence, permutation_importance

from layerwise import DNNClassifier, DNNRegressor

FAST = {"hidden_units": (8,), "learning_rate": 0.03, "epochs": 30, "random_state": 0}


def mixed(rows=300, missing=True):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": random.uniform(20, 60, rows),
            "city": pd.Categorical(random.choice(["a", "b", "c"], rows)),
            "word": random.choice(["x", "y"], rows),
            "noise": random.normal(size=rows),
            "count": random.integers(0, 5, rows),
        }
    )
    y = 0.1 * frame.age + 3.0 * (frame.city == "b") + 0.1 * random.normal(size=rows)
    if missing:
        frame.loc[::7, ["age", "city", "word"]] = np.nan, None, None
    return frame, y


def arrays(rows=300):
    X = np.random.default_rng(0).normal(size=(rows, 3))
    X[::9, 2] = np.nan
    return X, 2 * X[:, 0] + X[:, 1] ** 2


@pytest.fixture(scope="module")
def fitted():
    X, y = mixed()
    return DNNRegressor(**FAST).fit(X, y), DNNClassifier(**FAST).fit(X, y > y.median()), X, y


def test_permutation_importance_of_a_mixed_frame_finds_the_columns_that_matter(fitted):
    regressor, classifier, X, y = fitted
    for model, target in ((regressor, y), (classifier, y > y.median())):
        found = permutation_importance(model, X, target, n_repeats=3, random_state=0)
        mean = dict(zip(X.columns, found.importances_mean, strict=True))
        assert min(mean["age"], mean["city"]) > 5 * abs(mean["noise"])


def test_permutation_importance_of_an_array_with_missing_values():
    X, y = arrays()
    model = DNNRegressor(**FAST).fit(X, y)
    found = permutation_importance(model, X, y, n_repeats=3, random_state=0).importances_mean
    assert found.argmax() == 0
    assert found[2] < 0.1 * found[0]


def test_partial_dependence_of_a_number_rises_and_of_a_category_says_which_is_high(fitted):
    regressor, _, X, _ = fitted
    known = X[X.age.notna()]  # scikit-learn makes its grid of quantiles, which nan has not
    (age,) = partial_dependence(regressor, known, ["age"], grid_resolution=5)["average"]
    assert (np.diff(age) > 0).all()
    complete = X.dropna().astype({"city": object})
    found = partial_dependence(regressor, complete, ["city"], categorical_features=["city"])
    by_city = dict(zip(found["grid_values"][0], found["average"][0], strict=True))
    assert by_city["b"] > max(by_city["a"], by_city["c"]) + 1


def test_partial_dependence_of_several_classes_and_of_two_columns():
    X, y = arrays()
    model = DNNClassifier(**FAST).fit(X, np.digitize(y, [-1, 1]))
    found = partial_dependence(model, X, [(0, 1)], grid_resolution=4)["average"]
    assert found.shape == (3, 4, 4)
    assert found.sum(axis=0) == pytest.approx(1)


@pytest.mark.parametrize("kind", ["average", "individual", "both"])
def test_the_display_draws_frames_and_arrays(fitted, kind):
    _, classifier, X, _ = fitted
    draw = PartialDependenceDisplay.from_estimator
    few = {"kind": kind, "grid_resolution": 4, "subsample": 20, "random_state": 0}
    shown = draw(classifier, X[X.age.notna()], ["age", "noise"], **few)
    assert shown.axes_.size == 2
    rows, y = arrays()
    assert draw(DNNRegressor(**FAST).fit(rows, y), rows, [0, 1], **few).axes_.size == 2
    plt.close("all")


def test_the_display_draws_categories(fitted):
    _, classifier, X, _ = fitted
    whole = X.dropna()
    shown = PartialDependenceDisplay.from_estimator(
        classifier,
        whole,
        ["city", "word"],
        categorical_features=["city", "word"],
        grid_resolution=4,
    )
    assert [bar.get_text() for bar in shown.axes_[0, 0].get_xticklabels()] == ["a", "b", "c"]
    plt.close("all")
