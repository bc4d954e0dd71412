"""Learning from held-out rows how far outputs miss, and how sure they should be."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from layerwise.data.trust import MOST_TARGETS, Scores, Trust, as_pair, logarithms, summarised
from layerwise.estimators.judging import Judge
from layerwise.estimators.score_intervals import as_counts

FEWEST_ROWS = 50  # of which a temperature is learned
COLDEST, HOTTEST = 0.05, 20.0


def learn(
    outputs: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    kind: str,
    offsets: tuple[float, ...] | None = None,
) -> Trust:
    """Return what held-out rows say of a network's outputs for them.

    Parameters
    ----------
    outputs : A[L] as rows (m, n[L])
        Of networks that have not trained on these rows: one network, or, out of fold, several.
    targets : Y as rows (m, n[L])
        In the same terms: 0 and 1, or standard units.
    weights : (m,)
        The rows' own, without the factors of `class_weight`.
    kind : what the target is
        "number" (several outputs are its quantiles), "several numbers", "two classes", "several
        classes" or "several labels".
    offsets : one per class, or empty; None: probabilities stay as they are
        The logarithms of the factors that each class was trained with.

    Notes
    -----
    Temperature: Guo et al., On calibration of modern neural networks, ICML 2017. Absolute errors:
    Lei et al., Distribution-free predictive inference for regression, JASA 2018. Quantiles: Romano
    et al., Conformalized quantile regression, NeurIPS 2019. Classes: Sadinle et al., Least
    ambiguous set-valued classifiers with bounded error levels, JASA 2019.

    Examples
    --------
    >>> found = learn(np.zeros((3, 1)), np.array([[1.0], [-2.0], [3.0]]), np.ones(3), "number")
    >>> found.scores[0].values
    (1.0, 2.0, 3.0)
    """
    counts = as_counts(weights)
    if "number" in kind:
        return Trust(scores=_of_numbers(outputs, targets, counts, kind))
    P, Y = as_classes(outputs, kind), as_classes(targets, kind)
    found = Trust()
    if offsets is not None:
        found = Trust(temperature=temperature(P, Y, counts, offsets), offsets=offsets)
    if kind == "several labels":
        return found
    doubt = 1 - (found.calibrated(P) * Y).sum(axis=1)
    return found.model_copy(update={"scores": (summarised(doubt, counts),)})


def as_classes(outputs: np.ndarray, kind: str) -> np.ndarray:
    """Return probabilities over the last axis: (m, classes), or (m, K, 2) for several labels."""
    if kind == "several classes":
        return outputs / outputs.sum(axis=1, keepdims=True)
    return as_pair(outputs if kind == "several labels" else outputs[:, 0])


def _of_numbers(
    outputs: np.ndarray, targets: np.ndarray, counts: np.ndarray, kind: str
) -> tuple[Scores, ...]:
    if kind == "number":  # of its quantiles the outer ones make the interval
        low, high = outputs.min(axis=1, keepdims=True), outputs.max(axis=1, keepdims=True)
        outside = np.maximum(low - targets[:, :1], targets[:, :1] - high)
    else:
        outside = np.abs(targets - outputs)
    if outside.shape[1] > MOST_TARGETS:
        return ()
    return tuple(summarised(column, counts) for column in outside.T)


def temperature(
    P: np.ndarray, Y: np.ndarray, counts: np.ndarray, offsets: tuple[float, ...] = ()
) -> float:
    """Return the temperature of the least weighted log loss; 1 where rows are few or nothing gains.

    The loss is convex in 1 / T, so a bounded search finds its minimum. Several labels have one
    temperature: they share the network whose sureness it corrects, and a rare one alone would have
    too few rows to learn its own from.
    """
    if counts.sum() < FEWEST_ROWS:
        return 1.0
    logits, shift = logarithms(P), np.array(offsets) if offsets else 0.0

    def loss(sureness: float) -> float:
        own = np.exp(sureness) * logits - shift
        each = logsumexp(own, axis=-1) - (own * Y).sum(axis=-1)
        return float(np.average(each.reshape(len(counts), -1).sum(axis=1), weights=counts))

    bounds = -np.log(HOTTEST), -np.log(COLDEST)
    found: Any = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(-found.x)) if loss(found.x) < loss(0.0) else 1.0


def trust_of(judge: Judge, estimator: Any, outputs: np.ndarray | None) -> Trust:
    """Return what a fitted estimator learns from its held-out rows, given its outputs for them."""
    target, checked, offsets = estimator.target_, judge.checked, None
    if estimator.settings_["calibration"] is not None:
        factors = judge.factors
        known = target.labels.tolist() if factors else ()
        offsets = tuple(float(np.log(factors.get(label, 1.0))) for label in known)
    if outputs is None or checked is None:
        return Trust() if offsets is None else Trust(temperature=1.0, offsets=offsets)
    Y = target.encode(checked.targets, "float64")
    return learn(outputs, Y, checked.own_weights, estimator.kind_of(target), offsets)
