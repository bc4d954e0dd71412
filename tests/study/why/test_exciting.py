import numpy as np
import pytest

from layerwise import SettingError, why
from layerwise.study.why.ascent import ascend
from layerwise.study.why.looking import before_g, seen, through


def test_the_rows_that_excite_a_unit_most_come_first(iris):
    model, X, _ = iris
    found = why.excites(model, X, layer=2, unit=3)
    A = model.transform(X, layer=2)[:, 2]
    np.testing.assert_allclose(found.values, np.sort(A)[::-1][:8])
    assert found.names[0] in ("sl", "sw", "pl", "pw")
    assert (np.diff(np.abs(found.differences)) <= 0).all()


def test_of_a_sample_the_rows_keep_the_numbers_of_the_users_table(iris, monkeypatch):
    model, X, _ = iris
    monkeypatch.setattr("layerwise.study.why.exciting.MOST_ROWS", 40)
    found = why.excites(model, X, layer=2, unit=3)
    np.testing.assert_allclose(model.transform(X, layer=2)[found.rows, 2], found.values, atol=1e-6)
    assert found.rows.max() >= 40


def test_gradient_ascent_excites_the_unit_within_its_limits(digits):
    model, X, _ = digits
    found = why.excites(model, X, layer=2, unit=4)
    assert found.ascent[-1] > found.ascent[0] + 1
    assert found.sought.min() >= 0
    assert found.sought.max() <= 1
    whole = seen(model)
    Z = through(whole.part(0, before_g(whole.network, 2)), found.sought[:, None])
    assert Z[3, 0] == pytest.approx(found.ascent[-1], rel=1e-9)
    rows = model.encode(X).T
    assert (
        np.linalg.norm(found.sought - rows.mean(0))
        <= dict(found.facts)["distance allowed from the mean"] + 1e-9
    )


def test_the_way_up_from_a_linear_unit_is_its_own_row_of_W(digits):
    model, _, _ = digits
    part = seen(model).part(0, 1)
    start, W = np.full(64, 0.5), part.parameters[0]["W"][2]
    best, values = ascend(part, start, 2, 0.2)
    np.testing.assert_allclose(best - start, 0.2 * W / np.linalg.norm(W), atol=1e-6)
    assert values[-1] - values[0] == pytest.approx(0.2 * np.linalg.norm(W), rel=1e-6)


def test_categories_and_members_are_understood_and_wrong_places_refused(mixed, iris):
    model, X, _ = mixed
    found = why.excites(model, X, layer=1, unit=1)
    assert "colour=a" in found.names
    with pytest.raises(SettingError, match="from 1 to 3"):
        why.excites(iris[0], iris[1], layer=4)
    with pytest.raises(SettingError, match="from 1 to 6"):
        why.excites(iris[0], iris[1], layer=1, unit=7)
