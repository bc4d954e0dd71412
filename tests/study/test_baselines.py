"""The constant guess and the linear model."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from layerwise import DNNClassifier, DNNRegressor
from layerwise.study.baselines import constant, linear


@pytest.fixture(scope="module")
def classifier():
    X, y = load_iris(return_X_y=True)
    rows = np.r_[:50, 50:80]
    return DNNClassifier((4,), epochs=2, random_state=0).fit(X[rows], y[rows])


def test_majority_is_the_training_s_most_common_class(classifier):
    name, guess = constant(classifier.target_, 3)
    assert (name, guess.tolist()) == ("majority", [0, 0, 0])


def test_logistic_learns_the_same_columns(classifier):
    X, y = load_iris(return_X_y=True)
    name, guess = linear(classifier, (X[:80], y[:80]), X[:80])
    assert name == "logistic"
    assert np.mean(guess == y[:80]) == 1.0


def test_mean_and_linear_are_in_the_target_s_units():
    X, y = load_diabetes(return_X_y=True)
    regressor = DNNRegressor((4,), epochs=2, random_state=0).fit(X, y)
    name, guess = constant(regressor.target_, 2)
    assert name == "mean"
    assert guess == pytest.approx([y.mean()] * 2, rel=0.05)
    name, guess = linear(regressor, (X, y), X)
    assert name == "linear"
    assert np.corrcoef(guess, y)[0, 1] > 0.7
