"""The classifier: sigmoid for two classes or several labels, softmax for more classes."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, column_or_1d

from layerwise.data.several import learn_labels, zeros_and_ones
from layerwise.data.targets import ClassTarget, LabelsTarget, learn_classes
from layerwise.errors import DataError
from layerwise.estimators.base import DNN
from layerwise.estimators.door import target_columns
from layerwise.estimators.preparing import Known
from layerwise.estimators.trusted import TrustedClasses


class DNNClassifier(TrustedClasses, ClassifierMixin, DNN):
    """A dense network that tells classes apart.

    Use it for labels of any type, two classes or many, on tables with numbers, categories, dates
    and missing values, or on pictures. The network is the lecture's: Z[l] = W[l] A[l-1] + b[l],
    A[l] = g(Z[l]), a sigmoid or softmax at the end, cross-entropy as the cost. A target of several
    columns of 0 and 1 is several labels per row: one sigmoid unit each, the cost is their sum, and
    `score` and the metric of the records are the share of rows with every label right.

    Parameters
    ----------
    hidden_units : tuple of int or "auto", default "auto"
        Units of each layer, first to last; () is logistic regression. "auto": as `preset` says.
    activation : str, ingredient, or tuple of them, default "auto"
        g of the hidden layers: "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
        "softplus", "tanh", "sigmoid", "identity", or "parametric" (z + a (g(z) - z), a learned);
        a tuple gives each hidden layer its own.
    initialization : str or ingredient, default "auto"
        How W starts: "he", "xavier", "lecun" (or "he_uniform" ...), "orthogonal", "data_driven" (Z
        of unit variance on the first batch), "tangent" (so too, and Z = W A / sqrt(n[l-1]) + b),
        "small_normal", "constant", "zeros", or Given(weights, biases).
    columns : "columns" or ingredient, default "auto"
        How a table's columns become numbers: Columns(numbers=..., one_hot_up_to=...).
    embedding : "periodic", "piecewise", ingredient or None, default "auto"
        Numbers joined by learned waves or broken lines: what changes fast along them is learned.
    scaling : "scaling", ingredient or None, default "auto"
        A learned factor on each input of layer 1.
    normalization : str, ingredient or None, default None
        Of Z in every hidden layer: "batch_norm", "layer_norm" or None.
    dropout : float, "dropout", ingredient or None, default "auto"
        Probability that training drops a hidden unit, to 0.99; "dropout": 0.5, of inputs 0.2.
    augmentation : str, ingredient or None, default None
        What is done to the inputs in training: "noise", "mixup" or None.
    cost : str or ingredient, default "auto"
        For classes "cross_entropy" or "focal"; for numbers "squared_error", "absolute_error",
        "huber", "poisson" (counts) or "quantile" (prediction intervals, of one target); "auto" is
        the first of each. One's own is OwnCost(loss, dZ=...).
    optimizer : str or ingredient, default "auto"
        "adam", "adamw", "nadam", "lion", "rmsprop", "adagrad", "nesterov", "momentum",
        "gradient_descent" (exactly the lecture's step) or "lbfgs" (small problems, all rows).
    learning_rate : float, "auto" or "meter", default "auto"
        Step size, above 0: too small falls slowly, too large diverges. "meter" measures it at the
        first fit, from many rates trained at once; "auto" does so where none is known to suit.
    momentum : float, default 0.9
        Share of the previous step that is kept, from 0 to below 1 (beta1 of "adam" and its kin);
        plain "gradient_descent", "adagrad" and "rmsprop" have none.
    schedule : str or ingredient, default "auto"
        How the learning rate changes: "constant", "step", "exponential", "inverse_time",
        "cosine", "warm_up", "one_cycle", "cosine_restarts", "cosine_log" or "reduce_on_plateau".
    update : "update", ingredient or None, default "auto"
        Beside any optimizer: clipping, weight decay, max-norm, accumulation, averaging.
    batch_size : int, "all" or "auto", default "auto"
        Rows per step; "all" is the lecture's batch gradient descent; "auto" takes a power of two
        up to 256 that grows with the table (in "lecture" all rows when there are at most 64).
    epochs : int or "auto", default "auto"
        Most passes over the rows; the best epoch's parameters are kept in any case.
    l1, l2 : float, default 0.0
        Weights of the penalties ``l1 / m * sum of |W|`` and l2 / (2 m) * sum of W squared in the
        cost, from 0 up.
    class_weight : "balanced", dict or None, default None
        How much each label's rows count, {label: weight} with 1 for the others, multiplied into
        the rows' own weights in training and validation; "balanced" gives each class the same sum.
    threshold : float, "auto" or str, default 0.5
        With two classes the second is predicted when its probability is above this number; the
        name of a scorer of scikit-learn, such as "f1", chooses it on the validation rows after
        training, and "auto" does so for the balanced accuracy.
    calibration : "temperature" or None, default "auto"
        Whether held-out rows (50 or more) correct how sure `predict_proba` is: one temperature
        divides the logarithms of the probabilities, and the factors of class_weight are taken out
        again. No prediction changes. None keeps A[L] as it is.
    metric : str or callable, default "auto"
        What the records tell: "auto" is the accuracy, or the root mean squared error; a scorer of
        scikit-learn, by name ("roc_auc", "f1_macro", "neg_mean_absolute_error") or as a function,
        is taken on the validation rows after each epoch, the greater the better.
    monitor : str, default "auto"
        What chooses the best epoch on these rows: the "metric", the "cost", or "calibrated_cost",
        the least cost that a temperature can bring them to (what few rows get right is luck).
    prediction_margin : float or None, default "auto"
        Predicted numbers stay in the training targets' range, wider by this share of it a side.
    validation_fraction : float or "auto", default "auto"
        Share of the rows held out to find the best epoch, from 0 to 0.9; "auto" is a tenth, and 0
        when that is fewer than 50 rows, which would choose a lucky epoch. Of several members each
        holds out another part of the rows, and all keep the epoch that was best for all rows.
    validation_split : str, default "auto"
        How they are drawn: "random", "stratified" (each class keeps its share), "auto" (that
        where each class has enough rows), "grouped" (whole groups, and the share is of the groups;
        fit needs them) or "time" (the last rows).
    patience : int or None, default "auto"
        Epochs without a better metric or a lower cost on held-out rows before it stops; None: all.
    max_seconds : float or None, default None
        Training stops after the first epoch that ends later than this.
    members : int, "batch_ensemble", ingredient or "auto", default "auto"
        Networks trained at once, each from another start and without another part of the rows
        (from 65 to 50 000; else all hold out the same), or "batch_ensemble": members of one, which
        share W; the mean of their outputs predicts.
    warm_start : bool, default False
        Whether fit goes on from the fit before: parameters, optimizer, epochs, best epoch and
        seed; scales and categories stay those of the first. `layerwise train` goes on from the
        model file that it is to write, if there is one.
    random_state : int, RandomState or None, default None
        Seed of initialization, held-out rows and order: the same seed on the same machine gives
        the same bits.
    dtype : str, default "float32"
        "float32", "float64" for checks, or "bfloat16": parameters in float32, matrices multiplied
        in bfloat16 in training, faster for wide layers on some processors (AMX, tensor cores).
    verbose : int, default 0
        1 shows a progress bar on a terminal.
    preset : str, default "auto"
        What "auto" stands for elsewhere: "lecture" is the course's plain network, "table" the one
        that was chosen on tables (docs/decisions/0024-the-default-on-tables.md), "tabm" the batch
        ensemble of Gorishniy et al., 2025. "auto" is "table", and "lecture" for pictures, for fewer
        than 65 rows, and where hidden_units, activation, initialization or optimizer are given.

    Attributes
    ----------
    weights_, biases_ : list of ndarray
        W[l] of shape (n[l], n[l-1]) and b[l] of shape (n[l], 1); of several members with an axis
        for these in front. `members_` are estimators of their own.
    settings_ : dict
        The settings in use, with the preset's choices in place of "auto".
    history_ : list of Epoch
        One record per epoch: cost, metric, validation figures, seconds, norms per layer.
    best_epoch_ : int
        The epoch whose parameters are kept; `stopped_` says why training ended.
    metric_, threshold_ : str, float
        Name of the records' metric, and the threshold on `predict_proba` (None: 3 classes or more).
    trust_ : Trust
        What the held-out rows say: the temperature, and the scores of `predict_set`.
    classes_, n_features_in_, feature_names_in_ : ndarray, int, ndarray
        As in scikit-learn; several labels per row are numbered from 0, names are those of frames.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> DNNClassifier(hidden_units=(16,), random_state=0).fit(X, y).score(X, y) > 0.9
    True
    """

    def _targets(self, y: Any, rows: Any) -> np.ndarray:
        y, self._target_names = target_columns(y)
        if len(self._target_names) > 1:
            y = zeros_and_ones(y)
        else:
            y = column_or_1d(y, warn=True)
            check_classification_targets(y)
        check_consistent_length(rows, y)
        return y

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch more; the first call begins. Ten calls are ten epochs, bit for bit.

        Parameters
        ----------
        X, y, sample_weight
            As in fit. The scales and categories of the rows are learned at the first call. Kept
            are the parameters of the best epoch since the rows last changed.
        classes : array of shape (K,), optional
            All labels that will come, when the first call does not hold them all; for several
            labels per row their columns say it already.

        Returns
        -------
        self

        Raises
        ------
        DataError
            When a label is none of the classes, or these are not those of the first call.
        """
        known = self._known()
        if classes is not None:
            labels = np.unique(classes)
            if known is not None and not np.array_equal(labels, self.classes_):
                raise DataError(
                    f"classes={labels.tolist()!r}: the first call had {self.classes_.tolist()!r}"
                )
            if known is None and len(target_columns(y)[1]) < 2:
                known = Known(None, self.learn_target(labels, np.ones(len(labels))))
        return self._fit((X, y, sample_weight), known, 1)

    def learn_target(self, y: np.ndarray, weights: np.ndarray) -> ClassTarget | LabelsTarget:
        """Return the classes, or the labels of several columns; a single class is refused."""
        if y.ndim == 2:
            return learn_labels(y, weights, self._target_names)
        if len(np.unique(y)) < 2:
            raise DataError(f"only one class in the target, {y.tolist()[0]!r}: expected at least 2")
        return learn_classes(y, weights)

    @staticmethod
    def kind_of(target: ClassTarget | LabelsTarget) -> str:
        """Return "two classes", "several classes" or "several labels"."""
        if isinstance(target, LabelsTarget):
            return "several labels"
        return "two classes" if len(target.classes) == 2 else "several classes"

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, (m, number of classes), rows summing to 1.

        For several labels per row (m, K): the probability of each label, independent of the others.
        They are A[L], which `class_weight` shifts; with `calibration`, those of the rows as they
        are and weigh without it (`transform` then still returns A[L]).
        """
        return self._probabilities(self._outputs(X))

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probabilities."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable label of each row, (m,), or 0 and 1 for each label, (m, K).

        Of two classes the second one where its probability is above `threshold_`. Calibration
        changes none of it.
        """
        A = self._outputs(X)
        if isinstance(self.target_, LabelsTarget):
            return (A > 0.5).astype(self.target_.dtype)
        if self.threshold_ is None:
            best = A.argmax(axis=1)
        else:
            best = self._probabilities(A)[:, 1] > self.threshold_
        return self.classes_[best.astype(np.intp)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
