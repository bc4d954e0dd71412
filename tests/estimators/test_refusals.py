"""A wrong shape is refused with both shapes, the cause and the fix; look-alikes pass. Lecture row 15."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from layerwise import DNNClassifier, DNNRegressor, OwnCost, gradients
from layerwise.errors import DataError, SettingError
from layerwise.estimators.preparing import read

FAST = {"hidden_units": (3,), "epochs": 1, "random_state": 0}
M, N_X = 40, 4
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(M, N_X))
Y = np.arange(M) % 3
ONE_HOT = np.eye(3)[Y]
PICTURES = RANDOM.integers(0, 255, (M, 6, 5, 3)).astype(np.uint8)


def classifier():
    return DNNClassifier(**FAST)


@pytest.fixture(scope="module")
def fitted():
    frame = pd.DataFrame(X, columns=list("abcd"))
    return {
        "plain": classifier().fit(X, Y),
        "frame": classifier().fit(frame, Y),
        "pictures": classifier().fit(PICTURES, Y),
        "number": DNNRegressor(**FAST).fit(X, X[:, 0]),
    }


def refused(call, *words):
    with pytest.raises(DataError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "turned",
    [X.T, X.T.tolist(), pd.DataFrame(X.T), pl.DataFrame(X.T)],
    ids=("array", "lists", "pandas", "polars"),
)
def test_a_transposed_x_is_refused_by_fit(turned):
    words = "inconsistent numbers of samples", "(4, 40)", "(40,)", "transposed", "give X.T"
    refused(lambda: classifier().fit(turned, Y), *words)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "transform", "encode"])
def test_a_transposed_x_is_refused_by_what_reads_rows(fitted, method):
    words = "X has 40 features, but", "expecting 4", "(4, 40)", "(m, 4)", "transposed", "give X.T"
    refused(lambda: getattr(fitted["plain"], method)(X.T), *words)


def test_a_transposed_frame_is_refused_with_and_without_the_names(fitted):
    turned = pd.DataFrame(X).T
    refused(lambda: fitted["plain"].predict(turned), "(4, 40)", "(m, 4)", "transposed")
    refused(lambda: fitted["frame"].predict(turned), "missing", "(4, 40)", "(m, 4)", "transposed")


def test_a_transposed_x_is_refused_by_score_and_gradients(fitted):
    for call in (fitted["plain"].score, lambda A, b: gradients(fitted["plain"], A, b)):
        refused(lambda: call(X.T, Y), "(4, 40)", "(40,)", "give X.T")


def test_the_lecture_s_layout_of_both_is_refused():
    refused(lambda: classifier().fit(X.T, Y[None]), "(4, 40)", "(1, 40)", "X.T and y.ravel()")
    refused(lambda: classifier().fit(X.T, ONE_HOT.T), "(4, 40)", "(3, 40)", "X.T and y.T")


@pytest.mark.parametrize("kind", [DNNClassifier, DNNRegressor])
def test_a_row_of_targets_is_refused(kind):
    words = "should be a 1d array", "(40, 4)", "(1, 40)", "give y.ravel()"
    refused(lambda: kind(**FAST).fit(X, Y[None].astype(int)), *words)


def test_a_row_of_targets_is_refused_where_it_is_compared(fitted):
    for model in (fitted["plain"], fitted["number"]):
        refused(lambda: model.encode_target(Y[None]), "(1, 40)", "(m,)", "y.ravel()")
        refused(lambda: model.score(X, Y[None]), "(1, 40)", "(40, 4)", "y.ravel()")


def test_fewer_targets_than_rows_are_not_broadcast(fitted):
    refused(lambda: gradients(fitted["number"], X, X[:1, 0]), "(40, 4)", "(1,)")


@pytest.mark.parametrize(
    "y",
    [ONE_HOT, ONE_HOT.tolist(), ONE_HOT.astype(int), pd.DataFrame(ONE_HOT == 1)],
    ids=("array", "lists", "whole", "frame"),
)
def test_one_hot_labels_are_refused(y):
    refused(
        lambda: classifier().fit(X, y), "(40, 3)", "(40,)", "one-hot", "argmax(axis=1)", "booleans"
    )


def test_one_hot_labels_are_refused_by_what_knows_the_classes(fitted):
    model = fitted["plain"]
    calls = (
        lambda: model.score(X, ONE_HOT),
        lambda: model.encode_target(ONE_HOT),
        lambda: classifier().fit(X, Y, validation=(X, ONE_HOT)),
        lambda: model.partial_fit(X, ONE_HOT),
    )
    for call in calls:
        refused(call, "(40, 3)", "(m,)", "one-hot", "argmax(axis=1)")


def test_booleans_insist_on_one_of_several_labels():
    assert read(classifier(), (X, ONE_HOT == 1, None)).targets.shape == (M, 3)


@pytest.mark.parametrize("shape", [(M, 1), (1, M)])
def test_weights_of_two_axes_are_refused(shape):
    weights = np.ones(shape)
    refused(
        lambda: classifier().fit(X, Y, weights), str(shape), "(40,)", "m x m = (40, 40)", "ravel()"
    )
    refused(lambda: classifier().fit(X, Y, validation=(X, Y, weights)), "validation", "m x m")


def test_a_loss_of_m_by_m_is_refused_in_those_words():
    cost = OwnCost(lambda A, Y: (A[0][:, None] - Y[0][None]) ** 2, dA=lambda A, Y: 2 * (A - Y))
    with pytest.raises(SettingError, match=r"\(16, 16\); expected \(1, 16\).*m x m"):
        DNNRegressor(**FAST, cost=cost).fit(X, X[:, 0])


def test_pictures_with_the_colours_first_are_refused(fitted):
    first = np.moveaxis(PICTURES, -1, 1)
    words = "(40, 3, 6, 5)", "np.moveaxis(X, 1, -1)"
    refused(lambda: classifier().fit(first, Y), *words, "(40, 6, 5, 3)", "channels first")
    refused(lambda: fitted["pictures"].predict(first), *words, "(m, 6, 5, 3)")


@pytest.mark.parametrize("given", [PICTURES, PICTURES[..., 0], PICTURES / 255])
def test_pictures_along_the_last_axis_are_refused(given):
    last = np.moveaxis(given, 0, -1)
    words = str(last.shape), "(40,)", "last axis", "np.moveaxis(X, -1, 0)"
    refused(lambda: classifier().fit(last, Y), *words)


def test_pictures_along_the_last_axis_are_refused_by_predict(fitted):
    last = np.moveaxis(PICTURES, 0, -1)
    refused(lambda: fitted["pictures"].predict(last), "(6, 5, 3, 40)", "(m, 6, 5, 3)", "last axis")


def test_rows_with_a_third_axis_are_refused_with_the_reshape():
    refused(
        lambda: classifier().fit(X[:, :, None], Y),
        "Found array with dim 3",
        "(40, 4, 1)",
        "(40, 4)",
    )
    refused(lambda: classifier().fit(PICTURES / 255.0, Y), "(40, 6, 5, 3)", "(40, 90)", "np.uint8")


LOOK_ALIKES = {
    "as many rows as columns": (X[:4], Y[:4]),
    "a column of targets": (X, Y[:, None]),
    "several labels": (X, RANDOM.integers(0, 2, (M, 3))),
    "one-hot but for one row": (X, np.vstack([ONE_HOT[:-1], np.ones((1, 3))])),
    "few rows with one label each": (X[:12], ONE_HOT[:12]),
    "flags as bytes": (PICTURES[:, 0, :, 0] % 2, Y),
    "three rows of pixels": (PICTURES[:, :3], Y),
    "as many pictures as rows of pixels": (PICTURES[:6], Y[:6]),
    "grey pictures with one channel": (PICTURES[..., :1], Y),
}


@pytest.mark.filterwarnings("ignore:A column-vector")
@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_only_looks_wrong_is_read(name):
    rows, targets = LOOK_ALIKES[name]
    assert len(read(classifier(), (rows, targets, None)).targets) == len(rows)


def test_a_square_x_is_predicted_and_so_is_one_row(fitted):
    assert fitted["plain"].predict(X[:4]).shape == (4,)
    assert fitted["plain"].predict(X[:1]).shape == (1,)


def test_a_regressor_of_one_hot_numbers_and_of_one_column_passes():
    assert read(DNNRegressor(), (X, ONE_HOT, None)).targets.shape == (M, 3)
    assert read(DNNRegressor(), (X, X[:, :1].ravel(), None)).targets.shape == (M,)


def test_pictures_laid_flat_and_one_picture_are_predicted(fitted):
    flat = PICTURES.reshape(M, -1)
    assert (fitted["pictures"].predict(flat) == fitted["pictures"].predict(PICTURES)).all()
    assert len(fitted["pictures"].predict(PICTURES[:1])) == 1
