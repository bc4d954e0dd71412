import numpy as np

from layerwise import why
from layerwise.study.panels import Matrix, Tiles


def test_a_picture_s_weights_are_pictures(digits):
    model, _, _ = digits
    found = why.first_layer(model)
    panel = found.panels[0]
    assert isinstance(panel, Tiles)
    np.testing.assert_allclose(panel.pictures[0].ravel(), model.weights_[0][found.order[0]])
    assert sorted(found.order) == list(range(12))


def test_a_table_s_weights_stand_over_the_names_of_its_columns(iris):
    model, _, _ = iris
    found = why.first_layer(model)
    assert isinstance(found.panels[0], Matrix)
    assert found.names == ("sl", "sw", "pl", "pw")
    np.testing.assert_allclose(found.weights, model.weights_[0])


def test_behind_an_embedding_a_column_has_the_length_of_its_weights(mixed):
    model, _, _ = mixed
    found = why.first_layer(model)
    assert found.names == ("size", "width", "width missing", "colour")
    assert (found.weights >= 0).all()
    assert found.panels[0].above_zero
