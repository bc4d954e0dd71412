"""What a fitted network shows: parameters, inputs, activations, a summary, its file."""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager
from typing import Any, Self
from weakref import WeakKeyDictionary

import jax
import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from layerwise.data.several import SeveralTargets
from layerwise.errors import SettingError
from layerwise.estimators.door import rows_to_predict
from layerwise.estimators.looking import Looking
from layerwise.estimators.refusals import refuse_columns, refuse_shapes
from layerwise.estimators.settings import kept_in
from layerwise.propagation.blocks import Network
from layerwise.training.predicting import Form, Ready, kind_of, outputs_of, ready, up_to

# beside the estimators, not in them: what is kept is no part of a file, a pickle or a copy
_READY: WeakKeyDictionary[Any, tuple[list[Any], Ready]] = WeakKeyDictionary()


def _mark(tensor: Any) -> Any:
    """Return what a tensor is known by: itself, or its content where that can be written over."""
    if isinstance(tensor, np.ndarray) and tensor.flags.writeable:
        return tensor.shape, tensor.dtype, tensor.tobytes()
    return tensor


def each_member(estimator: Any) -> list[tuple[Any, Any]]:
    """Return each member's parameters and statistics."""
    both = estimator.parameters_, estimator.run_.statistics
    if estimator.n_members_ == 1:
        return [both]
    members = range(estimator.n_members_)
    return [jax.tree.map(lambda leaves, k=k: leaves[k], both) for k in members]


def _same(known: Any, found: Any) -> bool:
    both = isinstance(known, tuple) and isinstance(found, tuple)
    return known is found or (both and known == found)


class FittedNetwork(Looking, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The part of DNNClassifier and DNNRegressor that reads what fit has left."""

    encoder_: Any
    target_: Any
    network_: Network
    parameters_: Any
    run_: Any
    rows_: tuple[int, int]
    dtype: str
    threshold_: float | None
    metric_: str
    n_members_: int

    def _precision(self) -> AbstractContextManager:
        return jax.enable_x64(self.dtype == "float64")

    @property
    def weights_(self) -> list[np.ndarray]:
        """W[1], ..., W[L], each (n[l], n[l-1]); of several members (members, n[l], n[l-1]).

        Of k members that share W the last one is (n[L] k, n[L-1]): unit 1 of all, unit 2 ...
        """
        return [tensors["W"] for tensors in self._fitted("parameters_") if "W" in tensors]

    @property
    def biases_(self) -> list[np.ndarray]:
        """b[1], ..., b[L], each (n[l], 1); of several members (members, n[l], 1).

        Of k members that share W each is (n[l], k, 1), the last one (n[L] k, 1).
        """
        return [tensors["b"] for tensors in self._fitted("parameters_") if "b" in tensors]

    @property
    def units_(self) -> list[int]:
        """n[0], ..., n[L]: how many columns enter, and the units of each layer."""
        check_is_fitted(self)
        return [len(self.encoder_.names), *self.network_.units]

    @property
    def members_(self) -> list[Self]:
        """Each member as an estimator of its own, which shares the arrays of this one."""
        check_is_fitted(self)
        return [self] if self.n_members_ == 1 else list(map(self._member, range(self.n_members_)))

    def _member(self, place: int) -> Self:
        member = copy.copy(self)
        parameters, statistics = each_member(self)[place]
        member.parameters_, member.n_members_ = parameters, 1
        member.run_ = self.run_._replace(statistics=statistics)
        vars(member)["kept_"] = vars(self).get("kept_", ())[place : place + 1]
        return member

    def _fitted(self, name: str) -> Any:
        if name not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no {name} before fit")
        return vars(self)[name]

    def _encoded_rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        rows = rows_to_predict(self, X, self.encoder_)
        return self.encoder_.encode(rows, kept_in(self.dtype))

    def _outputs(self, X: Any) -> np.ndarray:
        return self._activations(X, None)

    def _activations(self, X: Any, layer: int | None) -> np.ndarray:
        check_is_fitted(self)
        rows, dtype = rows_to_predict(self, X, self.encoder_), kept_in(self.dtype)
        made = self._ready(kind_of(len(rows), self.network_, dtype), layer)
        if isinstance(rows, pl.DataFrame):  # an error names the row: it is read as a whole
            rows = self.encoder_.encode(rows, dtype)
            return outputs_of(made, len(rows), rows.__getitem__)
        return outputs_of(made, len(rows), lambda part: self.encoder_.encode(rows[part], dtype))

    def _ready(self, kind: np.dtype, layer: int | None) -> Ready:
        if layer is not None:
            part = up_to(layer, self.network_, self.parameters_, self.run_)
            form = Form(self.n_members_ if layer else 1, 0 < layer < self.network_.depth)
            return ready(*part, kind, form)
        fitted = self.network_, self.parameters_, self.run_
        found = [self.network_, kind, *map(_mark, jax.tree.leaves(fitted[1:]))]
        known, made = _READY.get(self, ((), None))
        if made is None or len(known) != len(found) or not all(map(_same, known, found)):
            made = ready(*fitted, kind, Form(self.n_members_))
            _READY[self] = found, made
        return made

    def encode(self, X: Any) -> np.ndarray:
        """Return the columns (n_x, m) that enter the network: X = A[0] of the lecture."""
        return np.ascontiguousarray(self._encoded_rows(X).T)

    def _refuse_unlike(self, X: Any, y: Any) -> None:
        check_is_fitted(self)
        refuse_shapes(X, y)
        if not isinstance(self.target_, SeveralTargets):
            refuse_columns(y, self.target_.words)

    def encode_target(self, y: Any) -> np.ndarray:
        """Return the target Y (n[L], m) that the network is compared with."""
        self._refuse_unlike((), y)
        return np.ascontiguousarray(self.target_.encode(np.asarray(y), kept_in(self.dtype)).T)

    def transform(self, X: Any, layer: int | None = None) -> np.ndarray:
        """Return the activations A[l] of a layer as rows (m, n[l]): what the network makes of X.

        Parameters
        ----------
        X : rows (m, n_x)
        layer : int, optional
            l from 0 (the encoded rows) to L (the output); the last hidden layer by default.

        Returns
        -------
        ndarray of shape (m, n[l])
            Of several members (m, members * n[l]): theirs beside each other; in the last layer
            their mean.

        Raises
        ------
        SettingError
            When there is no such layer.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from layerwise import DNNClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> DNNClassifier((8, 5), epochs=2, random_state=0).fit(X, y).transform(X).shape
        (150, 5)
        """
        check_is_fitted(self)
        depth = self.network_.depth
        chosen = depth - 1 if layer is None else layer
        if isinstance(chosen, bool) or chosen not in range(depth + 1):
            raise SettingError(f"layer={layer!r}: expected a whole number from 0 to {depth}")
        return self._activations(X, int(chosen))

    @property
    def _n_features_out(self) -> int:
        return self.weights_[-1].shape[-1] * self.network_.members * self.n_members_

    def summary(self, m: int | None = None) -> str:
        """Return the layers and the main figures as text; with m examples every shape and equation.

        `layerwise.dimension_table` gives the latter as a value.
        """
        from layerwise.estimators.summary import summary_text

        check_is_fitted(self)
        return summary_text(self, m)

    def save(self, path: Any) -> None:
        """Write the fitted estimator to one safetensors file, whole or not at all."""
        from layerwise.estimators.persistence import save

        check_is_fitted(self)
        save(self, path)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for tensor in jax.tree.leaves(vars(self).get("parameters_")):
            if isinstance(tensor, np.ndarray):
                tensor.setflags(write=False)  # as after fit: arrays that stay are known again

    def _html_repr(self) -> str:
        if "parameters_" not in vars(self):
            return super()._html_repr()
        from layerwise.estimators.pictures import as_html

        return as_html(self)

    def __sklearn_is_fitted__(self) -> bool:
        return "parameters_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags
