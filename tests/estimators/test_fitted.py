"""What a fitted network keeps between two predictions, and when it lets go of it."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone

import layerwise
from layerwise import DNNClassifier, DNNRegressor
from layerwise.estimators import fitted
from layerwise.estimators.door import QUICKLY_CHECKED


@pytest.fixture(scope="module")
def rows():
    X = np.random.default_rng(0).normal(size=(3000, 5)).astype(np.float32)
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


@pytest.fixture
def model(rows):
    return DNNClassifier((8,), epochs=2, random_state=0).fit(rows[0][:200], rows[1][:200])


def anew(model, X):
    """Return what a model predicts that has kept nothing."""
    other = clone(model)
    vars(other).update(vars(model))
    fitted._READY.pop(other, None)
    return other.predict_proba(X)


@pytest.fixture
def made(monkeypatch):
    """Return the list of times a network was made ready."""
    seen, own = [], fitted.ready
    monkeypatch.setattr(fitted, "ready", lambda *given: seen.append(given) or own(*given))
    return seen


def test_a_second_prediction_copies_no_parameter(model, rows, made):
    for at in range(3):
        model.predict(rows[0][at : at + 1])
        model.predict_proba(rows[0][at : at + 7])
    assert len(made) == 1


def refitted(model, X, y):
    model.set_params(random_state=1).fit(X, y)


def continued(model, X, y):
    model.partial_fit(X, y)


def assigned(model, X, y):
    model.parameters_ = tuple({k: v * 2 for k, v in t.items()} for t in model.parameters_)


def one_assigned(model, X, y):
    model.parameters_[0]["W"] = -model.parameters_[0]["W"]


def written_over(model, X, y):
    assigned(model, X, y)
    model.predict(X[:1])  # known by its content now
    model.weights_[0][:] = 1


def statistics_assigned(model, X, y):
    model.run_ = model.run_._replace(
        statistics=tuple({k: v + 1 for k, v in t.items()} for t in model.run_.statistics)
    )


@pytest.mark.parametrize("many", [1, 2000])
@pytest.mark.parametrize(
    "change", [refitted, continued, assigned, one_assigned, written_over, statistics_assigned]
)
def test_a_prediction_follows_every_change(change, many, rows):
    X, y = rows
    model = DNNClassifier((8,), normalization="batch_norm", epochs=2, random_state=0)
    model.fit(X[:200], y[:200])
    before = model.predict_proba(X[:many])
    change(model, X[:200], y[:200])
    after = model.predict_proba(X[:many])
    assert (after != before).any()
    assert (after == anew(model, X[:many])).all()


def test_nothing_that_is_kept_gets_into_a_pickle_a_copy_or_a_clone(rows):
    model = DNNClassifier((256,), epochs=1, random_state=0).fit(rows[0][:99], rows[1][:99])
    before, names = len(pickle.dumps(model)), set(vars(model))
    model.predict(rows[0][:1])
    assert len(pickle.dumps(model)) < before + 1000
    assert set(vars(model)) == names
    assert copy.copy(model) not in fitted._READY
    assert not hasattr(clone(model), "parameters_")


def test_what_is_kept_goes_with_the_model(rows):
    model = DNNClassifier((8,), epochs=1, random_state=0).fit(rows[0][:99], rows[1][:99])
    model.predict(rows[0][:1])
    count = len(fitted._READY)
    del model
    assert len(fitted._READY) == count - 1


def test_a_model_read_again_keeps_its_numbers_like_the_first(model, rows, made, tmp_path):
    model.save(tmp_path / "m.layerwise")
    for other in (
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
        layerwise.load(tmp_path / "m.layerwise"),
    ):
        assert not any(W.flags.writeable for W in [*model.weights_, *other.weights_])
        made.clear()
        for _ in range(2):
            assert (other.predict_proba(rows[0][:9]) == model.predict_proba(rows[0][:9])).all()
        assert len(made) <= 2  # its own, and the model's


@pytest.mark.parametrize("hidden", [(8,), (64, 64)])
def test_a_row_alone_is_the_row_in_a_batch_to_1e_15(hidden, rows):
    X, y = rows
    model = DNNClassifier(hidden, epochs=1, random_state=0).fit(X[:200], y[:200])
    together = model.predict_proba(X[:1000])
    alone = np.concatenate([model.predict_proba(X[i : i + 1]) for i in range(0, 1000, 50)])
    assert np.abs(alone - together[::50]).max() < 1e-15


def test_many_rows_are_what_the_encoded_table_gives(model, rows):
    X = rows[0]
    whole = np.concatenate([model.predict_proba(X[i : i + 1000]) for i in range(0, 3000, 1000)])
    assert np.abs(model.predict_proba(X) - whole).max() < 1e-6
    assert model.predict_proba(X).dtype == np.float64


def test_every_form_of_a_row_gives_the_same(model, rows):
    row = np.round(rows[0][:1] * 10)
    expected = model.predict_proba(row)
    for form in (
        row.tolist(),
        row.astype(np.float64),
        row.astype(int),
        np.asfortranarray(row),
        np.repeat(row, QUICKLY_CHECKED // 5 + 1, axis=0)[::QUICKLY_CHECKED],
    ):
        assert (model.predict_proba(form) == expected).all()


@pytest.mark.parametrize("count", [1, QUICKLY_CHECKED])
@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        (lambda X: np.full_like(X, np.inf), "contains infinity"),
        (lambda X: X[:, :4], "X has 4 features, but DNNClassifier is expecting 5 features"),
        (lambda X: X[:0], "minimum of 1 is required"),
        (lambda X: X[:, 0], "Expected 2D array"),
    ],
)
def test_a_small_array_is_refused_in_the_words_for_a_large_one(model, rows, count, spoiled, words):
    X = np.resize(rows[0], (count, 5))
    with pytest.raises(ValueError, match=words):
        model.predict(spoiled(X))


def test_a_missing_value_alone_is_read_like_in_a_table(model, rows):
    X = rows[0][:50].copy()
    X[3, 2] = np.nan
    together, alone = model.predict_proba(X), model.predict_proba(X[3:4])
    assert np.abs(together[3] - alone[0]).max() < 1e-15


def test_a_regressor_predicts_many_rows_and_one(rows):
    X = rows[0]
    model = DNNRegressor((8,), epochs=1, random_state=0).fit(X[:200], X[:200, 0])
    assert model.predict(X).shape == (3000,)
    assert model.predict(X)[7] == pytest.approx(model.predict(X[7:8])[0], abs=1e-5)


def test_a_scorer_may_ask_for_activations(rows):
    def spread(estimator, X, y):
        return float(np.std(estimator.transform(X)))

    model = DNNClassifier((8,), metric=spread, validation_fraction=0.2, epochs=2, random_state=0)
    assert model.fit(rows[0][:300], rows[1][:300]).history_[0].validation_metric > 0
