import numpy as np
import pytest

from layerwise import DataError, SettingError, gradients, why
from layerwise.study.why.paths import trained_path, vector_of
from layerwise.study.why.surfaces import costs_at


def test_the_surface_at_the_middle_is_the_estimator_s_own_cost(moons):
    model, X, y = moons
    found = why.cost_surface(model, X, y, path=None, count=5)
    assert found.cost == pytest.approx(gradients(model, X, y)[0], rel=1e-12)
    assert found.heights[2, 2] == pytest.approx(found.cost, rel=1e-12)
    assert found.heights.max() > found.cost


def test_a_place_along_a_direction_is_the_cost_of_the_parameters_there(moons):
    model, X, y = moons
    found = why.cost_surface(model, X, y, path=None, count=5)
    _, found_slopes = gradients(model, X, y)
    slope = np.concatenate([found_slopes[name].ravel() for name in ("dW1", "db1", "dW2", "db2")])
    step = 1e-5
    both = costs_at(model, found.directions, np.array([[step, 0.0], [-step, 0.0]]), (X, y))
    expected = slope @ found.directions[0]
    assert (both[0] - both[1]) / (2 * step) == pytest.approx(expected, rel=1e-4)


def test_training_anew_ends_at_the_model_itself(moons):
    model, X, y = moons
    path = trained_path(model, X, y)
    np.testing.assert_allclose(path[-1], vector_of(model.parameters_), atol=1e-12)
    found = why.cost_surface(model, X, y, count=5)
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-10)
    assert 0.5 < dict(found.facts)["share of the path's variance in the plane"] <= 1
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-10)


def test_random_directions_have_rows_as_long_as_the_network_s_own(moons):
    model, X, y = moons
    found = why.cost_surface(model, X, y, path=None, count=5)
    first = found.directions[0][: model.weights_[0].size].reshape(model.weights_[0].shape)
    lengths = [np.linalg.norm(part, axis=1) for part in (first, model.weights_[0])]
    np.testing.assert_allclose(*lengths, rtol=1e-10)


def test_a_path_of_one_s_own_is_taken_and_another_shape_refused(moons):
    model, X, y = moons
    end = vector_of(model.parameters_)
    path = end + np.linspace(1, 0, 4)[:, None]
    found = why.cost_surface(model, X, y, path=path, count=5)
    assert dict(found.facts)["share of the path's variance in the plane"] == pytest.approx(1)
    with pytest.raises(DataError, match="all parameters"):
        why.cost_surface(model, X, y, path=path[:, :3])
    with pytest.raises(SettingError, match="count=2"):
        why.cost_surface(model, X, y, count=2)


def test_several_members_and_categories_have_a_surface_too(mixed):
    model, X, y = mixed
    found = why.cost_surface(model, X, y, count=5)
    assert np.isfinite(found.heights).all()
    assert "first of its 2 members" in found.finding
    own = gradients(model.members_[0], X, y)[0]
    assert found.cost == pytest.approx(own, rel=1e-4)
