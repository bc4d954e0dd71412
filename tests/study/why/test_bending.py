import numpy as np
import pytest

from layerwise import DNNClassifier, SettingError, why


def test_every_named_activation_is_drawn_with_its_derivative():
    found = why.activations()
    assert len(found.curves) == len(found.panels) == 11
    for name in ("sigmoid", "tanh", "softplus", "gelu"):
        g, slope = found.curves[name]
        np.testing.assert_allclose(np.gradient(g, found.z)[1:-1], slope[1:-1], atol=2e-3)


def test_the_share_of_flat_pairs_is_that_of_the_rows_own_slopes(iris):
    model, X, _ = iris
    found = why.activations(model, X)
    A = model.transform(X, layer=1)
    assert found.layers[0].saturated == pytest.approx(np.mean(1 - A**2 < 0.05))
    assert [layer.layer for layer in found.layers] == [1, 2]
    assert len(found.panels) == 2


def test_a_unit_that_is_off_for_every_row_is_dead(moons):
    model, X, _ = moons
    found = why.activations(model, X)
    A = model.transform(X, layer=1)
    assert found.layers[0].dead == pytest.approx(np.mean((A == 0).all(axis=0)))
    assert found.layers[0].saturated == pytest.approx(np.mean(A == 0))


def test_without_a_hidden_layer_there_is_no_activation(moons):
    _, X, y = moons
    model = DNNClassifier((), epochs=1, random_state=0).fit(X, y)
    with pytest.raises(SettingError, match="no hidden layer"):
        why.activations(model)
