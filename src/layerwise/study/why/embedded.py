"""The data as each layer sees it, in two dimensions, and how separable it has become."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from layerwise.errors import SettingError
from layerwise.study.panels import Cloud
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.looking import (
    class_names,
    is_of_classes,
    one_member,
    readable,
    refuse_several,
    sampled,
)

MOST_ROWS, FOLDS, MOST_STEPS = 2000, 3, 300
METHODS = ("pca", "tsne")


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Embedding(Answer):
    """What `embedding` found.

    Attributes
    ----------
    places : tuple of arrays (m, 2)
        The rows as A[0], ..., A[L] in two dimensions.
    scores : array (L + 1,)
        How separable each is by a linear model: accuracy, or R2 for numbers, cross-validated.
    targets : array (m,)
        The class's place, or the number, of each row shown.
    """

    places: tuple[np.ndarray, ...]
    scores: np.ndarray
    targets: np.ndarray


def embedding(model: Any, X: Any, y: Any, method: str = "pca") -> Embedding:
    """Draw the rows as every layer sees them, in two dimensions.

    Use it to see the layers pull the classes apart.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one.
    X, y : rows (m, n_x) and targets (m,)
        At most 2000, drawn. Rows the network has not seen show what it has learned.
    method : "pca" or "tsne", default "pca"
        "pca" keeps distances as they are along the two widest directions; "tsne" keeps neighbours
        together and says nothing of distances.

    Returns
    -------
    Embedding
        `places` and `scores`, one per layer from 0 to L.

    Raises
    ------
    SettingError, DataError
        When there is no such method, or the target has several columns.

    Notes
    -----
    Lecture row 24; Alain and Bengio, Understanding intermediate layers using linear classifier
    probes, 2016; van der Maaten and Hinton, Visualizing data using t-SNE, 2008.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8,), epochs=5, random_state=0).fit(X, y)
    >>> [place.shape for place in why.embedding(model, X, y).places]
    [(150, 2), (150, 2), (150, 2)]
    """
    if method not in METHODS:
        raise SettingError(f"method={method!r}: expected one of {', '.join(map(repr, METHODS))}")
    member, note = one_member(model)
    refuse_several(member, "embedding")
    X, y, count = sampled(X, y, MOST_ROWS)
    of_classes, y = is_of_classes(member), np.ravel(np.asarray(y))
    targets = member.target_.places(y) if of_classes else y.astype(np.float64)
    depth = member.network_.depth
    seen = [
        readable(member, X)[1],
        *(member.transform(X, layer=layer) for layer in range(1, depth + 1)),
    ]
    scores = np.array([_separable(A, targets, of_classes) for A in seen])
    places = tuple(_flat(A, method) for A in seen)
    word = "accuracy" if of_classes else "R2"
    return Embedding(
        finding=_told(scores, of_classes) + note,
        facts=_facts(scores, word, f"{len(y)} of {count}"),
        panels=_panels(member, places, scores, (targets, method)),
        places=places,
        scores=scores,
        targets=targets,
    )


def _facts(scores: np.ndarray, word: str, rows: str) -> tuple[Measured, ...]:
    each = (Measured(f"A[{layer}], linear {word}", float(s)) for layer, s in enumerate(scores))
    return (*each, Measured("rows", rows))


def _separable(A: np.ndarray, targets: np.ndarray, of_classes: bool) -> float:
    last: Any = LogisticRegression(max_iter=MOST_STEPS) if of_classes else Ridge(alpha=1.0)
    splits: Any = StratifiedKFold if of_classes else KFold
    folds = min(FOLDS, len(targets))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # a probe that has not settled, or a class of few rows, still gives a figure
        warnings.simplefilter("ignore")
        model = make_pipeline(StandardScaler(), last)
        ways = splits(folds, shuffle=True, random_state=0)
        return float(np.mean(cross_val_score(model, A, targets, cv=ways)))


def _flat(A: np.ndarray, method: str) -> np.ndarray:
    centred = A - A.mean(axis=0)
    if method == "tsne" and A.shape[1] > 2:
        from sklearn.manifold import TSNE

        near = min(30.0, max(1.0, (len(A) - 1) / 3))
        return np.asarray(TSNE(perplexity=near, random_state=0, init="pca").fit_transform(centred))
    if A.shape[1] == 1:
        # a single unit has one direction: the other keeps points from hiding each other
        return np.c_[A, np.random.default_rng(0).uniform(-1, 1, len(A))]
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, :2] * sizes[:2]


def _told(scores: np.ndarray, of_classes: bool) -> str:
    if of_classes:
        first, last = (f"{100 * s:.1f} %" for s in (scores[0], scores[-1]))
        what = "of the rows right"
    else:
        first, last = (f"{s:.2f}" for s in (scores[0], scores[-1]))
        what = "as its R2"
    change = scores[-1] - scores[0]
    word = "more" if change > 0.005 else "less" if change < -0.005 else "as"
    than = "as" if word == "as" else "than"
    best = int(np.argmax(scores))
    return (
        f"The output is {word} linearly readable {than} the input. A linear model has {first} "
        f"{what} from A[0] and {last} from A[{len(scores) - 1}]; it reads A[{best}] best."
    )


def _panels(
    model: Any, places: tuple[np.ndarray, ...], scores: np.ndarray, shown: tuple[np.ndarray, str]
) -> tuple[Cloud, ...]:
    targets, method = shown
    names, units = class_names(model), [0, *model.network_.units]
    word, panels = "linear" if names else "R2", []
    for layer, (points, score) in enumerate(zip(places, scores, strict=True)):
        figure = f"{100 * score:.1f} %" if names else f"{score:.2f}"
        single = layer > 0 and model.network_.members == 1 and units[layer] == 1
        by = "t-SNE" if method == "tsne" else "principal direction"
        labels = (f"A[{layer}], 1st {by}", f"2nd {by}")
        labels = (f"A[{layer}]", "spread at random") if single else labels
        unit = "" if names or layer < len(places) - 1 else "target"
        title = f"A[{layer}]: {word} {figure}"
        panels.append(Cloud(title, points, targets, labels, names, unit))
    return tuple(panels)
