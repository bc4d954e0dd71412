"""The course's experiments: quick looks here, the full figures behind `pytest -m slow`."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import layerwise
from layerwise import DNNClassifier
from layerwise.errors import DataError
from layerwise.study.course.data import Effort, circles, flower, football, moons
from layerwise.study.course.experiments import EXPERIMENTS
from layerwise.study.course.panels import comparison
from layerwise.study.course.results import Figure
from layerwise.study.course.training import accuracies, chances, he, tiny, train_seeds
from layerwise.study.drawing.frame import picture_png

REAL_DATA = Path(__file__).parents[3] / "shared" / "data"
NEEDS_FILES = {"cats": "catvnoncat", "regularization": "football.mat"}
# what only the course's own first weights reach: the median over seeds is elsewhere
LUCKY = {"x 10", "gradient descent", "momentum .9"}


def _quick(name, epochs=100, **settings):
    rows = flower()
    model = DNNClassifier(
        (3,),
        activation="tanh",
        optimizer="gradient_descent",
        learning_rate=1.2,
        epochs=epochs,
        dtype="float64",
    )
    return rows, train_seeds(model.set_params(**settings), rows, tiny, range(2, 4))


def test_the_steps_are_the_lecture_s_own_in_plain_numpy():
    rows, trained = _quick("flower")
    random = np.random.RandomState(2)
    W1, W2 = random.randn(3, 2) * 0.01, random.randn(1, 3) * 0.01
    b1, b2, X, Y, m = np.zeros((3, 1)), np.zeros((1, 1)), rows.X.T, rows.y[None, :], 400
    for _ in range(100):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        dZ2 = A2 - Y
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        W2, b2 = W2 - 1.2 * dZ2 @ A1.T / m, b2 - 1.2 * dZ2.sum(axis=1, keepdims=True) / m
        W1, b1 = W1 - 1.2 * dZ1 @ X.T / m, b1 - 1.2 * dZ1.sum(axis=1, keepdims=True) / m
    expected = 1 / (1 + np.exp(-(W2 @ np.tanh(W1 @ X + b1) + b2)))
    np.testing.assert_allclose(chances(trained, rows.X)[0], expected[0], rtol=1e-9)


def test_seeds_trained_together_are_those_trained_alone():
    rows, both = _quick("flower", epochs=50)
    model = DNNClassifier(
        (3,),
        activation="tanh",
        optimizer="gradient_descent",
        learning_rate=1.2,
        epochs=50,
        dtype="float64",
    )
    alone = train_seeds(model, rows, tiny, range(3, 4))
    np.testing.assert_allclose(both.costs[1], alone.costs[0], rtol=1e-10)


def test_dropout_and_mini_batches_learn():
    rows = moons()
    model = DNNClassifier(
        (5, 2), epochs=30, batch_size=64, dropout=0.05, learning_rate=0.02, dtype="float64"
    )
    trained = train_seeds(model, rows, he, range(3, 5), shuffled=True)
    assert np.median(accuracies(trained, rows)) > 0.7
    assert trained.steps[-1] == 30


def test_the_data_sets_have_the_course_s_sizes():
    assert [len(part.y) for part in (flower(), moons(), *circles())] == [400, 300, 300, 100]


def test_a_file_that_is_not_there_is_said_with_the_remedy(tmp_path):
    with pytest.raises(DataError, match="--data FOLDER"):
        football(tmp_path)


def test_a_figure_knows_whether_its_own_and_its_median_are_inside():
    figure = Figure("x 10", (0.86, 0.6, 0.65), 100, 0.86)
    assert (figure.own_inside, figure.inside) == (True, False)
    assert figure.middle == 0.65
    assert figure.interval.low < 0.65 < figure.interval.high
    assert Figure("new", (0.5,), 10, None).inside is None


def test_a_comparison_becomes_a_picture():
    figures = tuple(Figure(f"{n}", (0.7, 0.8), 50, 0.75) for n in range(3))
    data = picture_png("seven in ten", [comparison("test", figures)])
    assert min(Image.open(io.BytesIO(data)).size) > 250


@pytest.mark.parametrize("name", ["symmetry", "learning-rates", "collapse"])
def test_a_demonstration_holds_and_its_picture_is_small(name):
    result = EXPERIMENTS[name](Effort(seeds=2, share=0.1))
    assert all(fact.holds for fact in result.facts), result.facts
    assert len(picture_png(result.finding, result.panels)) < 100_000


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_published_figures_are_met(name):
    if name in NEEDS_FILES and not (REAL_DATA / NEEDS_FILES[name]).exists():
        pytest.skip(f"the course's {NEEDS_FILES[name]} is not on this machine")
    result = EXPERIMENTS[name](Effort(seeds=5, data=REAL_DATA))
    for figure in result.figures:
        assert figure.own_inside, figure
        assert figure.inside or figure.name in LUCKY, figure
    assert all(fact.holds for fact in result.facts), result.facts


def test_an_experiment_by_its_name_shows_its_picture_in_a_notebook():
    result = layerwise.course("flower", seeds=1, share=0.01)
    assert result._repr_png_()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "wrong", [{"name": "petals"}, {"name": "flower", "seeds": 0}, {"name": "flower", "share": 0}]
)
def test_an_experiment_that_cannot_be_run_is_refused_with_what_can(wrong):
    with pytest.raises(layerwise.SettingError, match="expected"):
        layerwise.course(**wrong)
