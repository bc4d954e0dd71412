import numpy as np
import pytest

from layerwise import SettingError, why
from layerwise.study.panels import plane


def test_on_two_columns_the_plane_is_the_prediction_itself(moons):
    model, X, y = moons
    found = why.boundary(model, X, y)
    points, corners = plane(X)
    assert found.corners == corners
    np.testing.assert_allclose(found.outputs.reshape(-1, 2), model.predict_proba(points))
    assert found.kept == 1
    assert not found.typical


def test_the_other_columns_stand_at_what_is_typical(mixed):
    model, X, y = mixed
    found = why.boundary(model, X, y)
    assert found.columns == ("size", "width")
    assert found.typical == {"colour": X["colour"].value_counts(sort=True)["colour"][0]}
    assert found.outputs.shape == (120, 120)
    assert 0 < found.kept <= 1


def test_columns_are_taken_by_name_or_number_and_others_named(iris, digits):
    model, X, y = iris
    by_name, by_number = (why.boundary(model, X, y, columns=c) for c in (("pl", "pw"), (2, 3)))
    np.testing.assert_array_equal(by_name.outputs, by_number.outputs)
    with pytest.raises(SettingError, match="'sl', 'sw', 'pl', 'pw'"):
        why.boundary(model, X, y)
    with pytest.raises(SettingError, match="pictures"):
        why.boundary(digits[0], digits[1])
