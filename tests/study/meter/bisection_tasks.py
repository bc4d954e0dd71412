"""Twenty tasks for the meter, and the largest stable rate of each by bisection with whole fits."""

import warnings

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_blobs,
    make_circles,
    make_classification,
    make_friedman1,
    make_moons,
    make_regression,
)

from layerwise import DNNClassifier, DNNRegressor, LayerwiseError, fit_many

SEEDS = (101, 202, 303, 404, 505)  # none of them is one of the meter's
CLOSE = 1.1
WHOLE = {"validation_fraction": 0, "patience": None, "random_state": 0}
GD, ALL = {"optimizer": "gradient_descent"}, {"batch_size": "all"}
BATCH, MOMENTUM, ADAM = {"batch_size": 32}, {"optimizer": "momentum"}, {"optimizer": "adam"}
TANH = {"activation": "tanh"}


def classes(hidden, epochs, *more):
    return DNNClassifier(hidden, epochs=epochs, **WHOLE, **merged(more))


def numbers(hidden, epochs, *more):
    return DNNRegressor(hidden, epochs=epochs, **WHOLE, **merged(more))


def merged(parts):
    return {name: value for part in parts for name, value in part.items()}


def digits():
    X, y = load_digits(return_X_y=True)
    return X[:500], y[:500]


def bundled(load):
    return lambda: load(return_X_y=True)


TASKS = {
    "diabetes, linear, all rows": (numbers((), 100, GD, ALL), bundled(load_diabetes)),
    "diabetes, 1 tanh, all rows": (numbers((8,), 100, GD, ALL, TANH), bundled(load_diabetes)),
    "iris, logistic, momentum": (classes((), 30, MOMENTUM, BATCH), bundled(load_iris)),
    "moons, 1 tanh, adam": (
        classes((16,), 30, ADAM, BATCH, TANH),
        lambda: make_moons(300, noise=0.2, random_state=1),
    ),
    "moons, 1 relu, all rows": (
        classes((16,), 150, GD, ALL),
        lambda: make_moons(300, noise=0.2, random_state=2),
    ),
    "friedman, 1 relu, batches": (
        numbers((16,), 30, GD, BATCH),
        lambda: make_friedman1(400, noise=0.5, random_state=3),
    ),
    "friedman, 2 relu, momentum": (
        numbers((16, 8), 30, MOMENTUM, BATCH),
        lambda: make_friedman1(400, noise=0.5, random_state=4),
    ),
    "friedman, 2 tanh, adam": (
        numbers((16, 8), 30, ADAM, BATCH, TANH),
        lambda: make_friedman1(400, noise=0.5, random_state=5),
    ),
    "wine, 2 tanh, batches": (classes((8, 8), 30, GD, BATCH, TANH), bundled(load_wine)),
    "wine, 1 relu, momentum": (classes((16,), 30, MOMENTUM, BATCH), bundled(load_wine)),
    "cancer, logistic, all rows": (classes((), 100, GD, ALL), bundled(load_breast_cancer)),
    "cancer, 2 relu, batches": (classes((16, 8), 15, GD, BATCH), bundled(load_breast_cancer)),
    "digits, 1 relu, batches": (classes((32,), 15, GD, BATCH), digits),
    "digits, 2 tanh, momentum": (classes((32, 16), 15, MOMENTUM, BATCH, TANH), digits),
    "circles, 3 tanh, all rows": (
        classes((8, 8, 8), 150, GD, ALL, TANH),
        lambda: make_circles(300, noise=0.1, factor=0.5, random_state=6),
    ),
    "blobs, 1 tanh, momentum": (
        classes((8,), 30, MOMENTUM, BATCH, TANH),
        lambda: make_blobs(300, centers=4, cluster_std=3.0, random_state=7),
    ),
    "noise in labels, 3 relu, batches": (
        classes((16, 16, 16), 30, GD, BATCH),
        lambda: make_classification(400, 12, flip_y=0.2, random_state=8),
    ),
    "noise in labels, logistic, all rows": (
        classes((), 100, GD, ALL),
        lambda: make_classification(400, 12, flip_y=0.2, random_state=9),
    ),
    "regression, linear, momentum, all rows": (
        numbers((), 100, MOMENTUM, ALL),
        lambda: make_regression(300, 20, noise=20.0, random_state=10),
    ),
    "regression, 3 tanh, all rows": (
        numbers((8, 8, 8), 100, GD, ALL, TANH),
        lambda: make_regression(300, 20, noise=20.0, random_state=11),
    ),
}  # fmt: skip


def fits(model, data, rate, **more):
    """Return a fit of each seed, or its error."""
    own = {**model.get_params(deep=False), "learning_rate": rate, **more}
    models = [type(model)(**{**own, "random_state": seed}) for seed in SEEDS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return fit_many(models, *data)
        except LayerwiseError:
            return None  # all diverged


def by_bisection(model, data):
    """Return the largest rate whose fits stay finite and end no higher than they began."""
    first = [record.estimator.history_[0].cost for record in fits(model, data, 1e-12, epochs=1)]

    def is_stable(rate):
        records = fits(model, data, rate)
        return records is not None and all(
            record.error is None and record.estimator.history_[-1].cost <= began
            for record, began in zip(records, first)
        )

    low, high = 1e-4, 1e-3
    while is_stable(high) and high < 1e5:
        low, high = high, 4 * high
    while high / low > CLOSE:
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if is_stable(middle) else (low, middle)
    return low
