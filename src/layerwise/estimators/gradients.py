"""The lecture's gradients of a fitted network, for anybody who wants to repeat the computation."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from layerwise.errors import DataError
from layerwise.estimators.door import weights_of
from layerwise.estimators.refusals import refuse_shapes
from layerwise.propagation.network import propagate
from layerwise.propagation.notation import Examples
from layerwise.propagation.regularization import Penalties

_propagate = jax.jit(propagate, static_argnums=0)


def gradients(
    estimator: Any, X: Any, y: Any, sample_weight: Any = None
) -> tuple[float, dict[str, np.ndarray]]:
    """Return the cost and its derivatives by the estimator's own backward pass.

    Use it to check the backward pass, or to see what a step of gradient descent would do.

    Parameters
    ----------
    estimator : DNNClassifier or DNNRegressor
        A fitted one; with ``dtype="float64"`` the result is exact to about 1e-15.
    X, y : rows (m, n_x) and targets (m,)
        In the user's form; they enter the network as ``estimator.encode(X)`` and
        ``estimator.encode_target(y)``.
    sample_weight : array of shape (m,), optional
        Weights of the examples, from 0 up.

    Returns
    -------
    cost : float
        J, the weighted mean loss plus l2 / (2 m) * sum of W squared, where m is the sum of weights.
    gradients : dict
        ``"dW1"``, ``"db1"``, ... each with the shape of what it derives.

    Notes
    -----
    Lecture rows 9, 17 and 18.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, gradients
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier(hidden_units=(5,), epochs=2, random_state=0).fit(X, y)
    >>> cost, slopes = gradients(model, X, y)
    >>> slopes["dW1"].shape, slopes["db2"].shape
    ((5, 4), (3, 1))
    """
    refuse_shapes(X, y)
    columns, target = estimator.encode(X), estimator.encode_target(y)
    if columns.shape[1] != target.shape[1]:
        raise DataError(
            f"X is {columns.shape} and Y {target.shape} as columns: expected as many examples in "
            "both; one of them would be broadcast over the others"
        )
    weights, kind = weights_of(sample_weight, target.T), columns.dtype.type
    with estimator._precision():
        shown = (jnp.asarray(part) for part in (columns, target, weights.astype(kind)[None, :]))
        shares = Penalties(
            *(jnp.asarray(kind(p / weights.sum())) for p in (estimator.l1, estimator.l2))
        )
        run = estimator.run_._replace(penalties=shares)
        passed = _propagate(estimator.network_, estimator.parameters_, Examples(*shown), run)
    named = {
        f"d{name}{block.l}": np.asarray(values)
        for block, tensors in zip(estimator.network_.blocks, passed.gradients, strict=True)
        for name, values in tensors.items()
    }
    return float(passed.J), named
