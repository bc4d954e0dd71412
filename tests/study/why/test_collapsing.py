import numpy as np
import pytest
from scipy.special import softmax

from layerwise import DNNClassifier, DNNRegressor, SettingError, why


def test_a_network_of_identity_layers_is_one_map_with_what_is_folded_in(iris):
    _, X, y = iris
    model = DNNClassifier(
        (6, 5),
        activation="identity",
        normalization="batch_norm",
        dropout=0.1,
        epochs=3,
        random_state=0,
        dtype="float64",
        calibration=None,
    ).fit(X, y)
    found = why.collapse(model, X)
    by_hand = softmax(found.weights @ model.encode(X) + found.bias, axis=0).T
    np.testing.assert_allclose(by_hand, model.predict_proba(X), atol=1e-12)
    assert found.gap < 1e-12
    assert found.explained == pytest.approx(1)
    assert found.finding.startswith("All 3 layers are one linear map")


def test_a_run_of_identity_layers_inside_a_network_collapses_alone(iris):
    _, X, y = iris
    model = DNNClassifier(
        (6, 5, 4), activation=("tanh", "identity", "relu"), epochs=2, random_state=0
    ).fit(X, y)
    found = why.collapse(model, X)
    assert [(run.first, run.last, run.weights.shape) for run in found.runs] == [(2, 3, (4, 6))]
    assert found.weights is None
    assert found.gap < 1e-12
    assert found.bends == ("tanh of layer 1", "relu of layer 3")


def test_a_network_that_bends_says_so_and_how_much(iris):
    model, X, _ = iris
    found = why.collapse(model, X)
    assert not found.runs
    assert 0.3 < found.explained < 1
    assert "tanh of layer 1" in found.finding


def test_a_residual_connection_around_identity_layers_is_part_of_the_map():
    from layerwise import Layer

    X = np.random.default_rng(0).normal(size=(60, 3))
    layers = (Layer(4, activation="identity"), Layer(4, activation="identity", residual=True))
    model = DNNRegressor(layers, epochs=2, random_state=0, prediction_margin=None)
    model.fit(X, X.sum(axis=1))
    found = why.collapse(model)
    assert found.gap < 1e-12
    assert found.weights.shape == (1, 3)


def test_layer_normalization_bends_and_is_named(iris):
    _, X, y = iris
    model = DNNClassifier(
        (5,), activation="identity", normalization="layer_norm", epochs=2, random_state=0
    ).fit(X, y)
    assert why.collapse(model, X).bends == ("layer norm of layer 1",)


def test_embedded_categories_need_real_rows(mixed):
    model, X, _ = mixed
    with pytest.raises(SettingError, match="give X"):
        why.collapse(model)
    assert "first of its 2 members" in why.collapse(model, X).finding


def test_what_is_no_fitted_network_is_refused():
    with pytest.raises(SettingError, match="call fit first"):
        why.collapse(DNNClassifier())
