"""The peers: each fits a split's frame as its users would, with the usual pipeline and defaults.

A peer is a function (X, y, task, seed) -> a fitted model with `predict` (and `predict_proba`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

MOST_LEVELS = 255  # histogram gradient boosting takes no more of a category
Fit = Callable[[pd.DataFrame, np.ndarray, str, int], Any]


def plain(X: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with dates as days since 1970 and flags as 0 and 1."""
    made = X.copy()
    for name in X:
        if pd.api.types.is_datetime64_any_dtype(X[name]):
            made[name] = (X[name] - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        elif pd.api.types.is_bool_dtype(X[name]):
            made[name] = X[name].astype(float)
    return made


def words(X: pd.DataFrame) -> list[str]:
    """Return the names of the columns that hold no numbers."""
    return [name for name in X if not pd.api.types.is_numeric_dtype(X[name])]


def usual(X: pd.DataFrame, model: Any) -> Pipeline:
    """Return impute, standardise, one-hot, then the model."""
    named = words(plain(X))
    numbers = [name for name in X if name not in named]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), named),
    )
    return make_pipeline(FunctionTransformer(plain), columns, model)


def constant(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Fit the commonest class, or the mean."""
    return (DummyClassifier(strategy="prior") if task == "classes" else DummyRegressor()).fit(X, y)


def linear(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Fit logistic regression or ridge regression."""
    model = LogisticRegression(max_iter=1000) if task == "classes" else RidgeCV()
    return usual(X, model).fit(X, y)


def mlp(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Fit scikit-learn's network at its defaults."""
    network = MLPClassifier if task == "classes" else MLPRegressor
    return usual(X, network(random_state=seed)).fit(X, y)


def mlp_scaled(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Fit scikit-learn's network to the standardised target; classes as `mlp`."""
    if task == "classes":
        return mlp(X, y, task, seed)
    network = usual(X, MLPRegressor(random_state=seed))
    return TransformedTargetRegressor(network, transformer=StandardScaler()).fit(X, y)


class Levels(BaseEstimator):
    """Words as pandas' categories of the training rows; those with too many levels as numbers."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Levels:
        self.levels_ = {name: np.unique(plain(X)[name].dropna()) for name in words(plain(X))}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        made = plain(X)
        for name, levels in self.levels_.items():
            made[name] = pd.Categorical(made[name].where(made[name].isin(levels)), levels)
            if len(levels) > MOST_LEVELS:
                made[name] = made[name].cat.codes.replace(-1, np.nan).astype(float)
        return made


def boosting(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Fit scikit-learn's histogram gradient boosting; categories and missing values are its own."""
    model = HistGradientBoostingClassifier if task == "classes" else HistGradientBoostingRegressor
    trees = model(categorical_features="from_dtype", random_state=seed)
    return make_pipeline(Levels(), trees).fit(X, y)


class Filled(BaseEstimator):
    """Words as categories; missing numbers as the median, which pytabkit wants filled."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Filled:
        self.middle_ = plain(X).median(numeric_only=True).fillna(0)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        made = plain(X)
        made[self.middle_.index] = made[self.middle_.index].astype(float).fillna(self.middle_)
        for name in words(made):
            made[name] = made[name].astype(object).where(made[name].notna(), "missing")
            made[name] = made[name].astype("category")
        return made


def pytabkit(name: str) -> Fit:
    """Return a fit of one of pytabkit's models at its defaults."""

    def fit(X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
        from pytabkit import models

        kind = "Classifier" if task == "classes" else "Regressor"
        model = getattr(models.sklearn.sklearn_interfaces, f"{name}_{kind}")
        return make_pipeline(Filled(), model(device="cpu", random_state=seed)).fit(X, y)

    return fit
