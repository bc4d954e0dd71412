import numpy as np
import pytest

from layerwise import SettingError, why


def test_each_layer_has_its_places_along_the_widest_directions(iris):
    model, X, y = iris
    found = why.embedding(model, X, y)
    assert [place.shape for place in found.places] == [(150, 2)] * 4
    A = model.transform(X, layer=1)
    widest = np.linalg.eigvalsh(np.cov(A.T))[-1]
    assert found.places[1][:, 0].var(ddof=1) == pytest.approx(widest)
    assert found.scores[0] > 0.9


def test_labels_without_meaning_are_not_separable(iris):
    model, X, y = iris
    shuffled = np.random.default_rng(0).permutation(y)
    assert why.embedding(model, X, shuffled).scores.max() < 0.5


def test_numbers_are_read_by_their_R2(mixed):
    model, X, y = mixed
    found = why.embedding(model, X, y)
    assert found.scores[0] > 0.8
    assert "R2" in found.finding
    assert found.places[-1].shape == (150, 2)


def test_neighbours_can_be_kept_in_place_of_distances(moons):
    model, X, y = moons
    found = why.embedding(model, X[:40], y[:40], method="tsne")
    assert np.isfinite(found.places[1]).all()
    with pytest.raises(SettingError, match="'pca', 'tsne'"):
        why.embedding(model, X, y, method="umap")
