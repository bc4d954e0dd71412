"""Methods that look: each lives in a room to the right and is found by its path when called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

# estimators/ may not import study/: a path here, as in the package's own table of public names
HOMES = {
    "trace": "layerwise.study.trace.recording:trace",
    "tracked_fit": "layerwise.study.ledger.tracking:tracked_fit",
    "meter": "layerwise.study.meter.measuring:meter_of",
    "Asked": "layerwise.study.meter.measuring:Asked",
}


def found(name: str) -> Any:
    """Return the function of this name; its file is imported when it is first asked for."""
    home, _, function = HOMES[name].partition(":")
    return getattr(import_module(home), function)


def trackable(fit: Callable[..., Any]) -> Callable[..., Any]:
    """Give a fit the keyword `track`: the room `study` keeps a record of the run."""

    @wraps(fit)
    def fit_or_track(self: Any, *given: Any, track: Any = None, **named: Any) -> Any:
        vars(self).pop("run_id_", None)  # an earlier fit's
        if track is None or track is False:
            return fit(self, *given, **named)
        return found("tracked_fit")(fit, self, given, named, track)

    own = inspect.signature(fit)
    keyword = inspect.Parameter("track", inspect.Parameter.KEYWORD_ONLY, default=None)
    vars(fit_or_track)["__signature__"] = own.replace(
        parameters=[*own.parameters.values(), keyword]
    )
    return fit_or_track


class Looking:
    """The methods of an estimator that look into it from the room `study`."""

    def meter(
        self, X: Any, y: Any, sample_weight: Any = None, *, seeds: int = 5, rates: int = 64
    ) -> Any:
        """Return the stable range of the learning rate for this network and these data, measured.

        Use it before a long training, or when one diverges or crawls. The estimator need not be
        fitted and is left as it is; its epochs, batches, schedule and dropout are those of each
        run. What takes too long is shortened, and said.

        Parameters
        ----------
        X, y, sample_weight : as in `fit`
        seeds : int, default 5
            Runs of each rate, 1 to 100: the settings' own seed and others.
        rates : int, default 64
            Rates of the first sweep, 4 to 1000; more are tried around its edge.

        Returns
        -------
        Meter
            `.largest_stable`, `.best`, `.curvature`, `.bound`, `.rates`, `.costs` (64,),
            `.verdict(rate)`, and the picture by `.png()` and `.save("meter.png")`.

        Raises
        ------
        DataError, SettingError
            When the data or a setting cannot be used; L-BFGS finds its own step.

        Notes
        -----
        Lecture row 29; Cohen et al., Gradient descent on neural networks typically occurs at the
        edge of stability, ICLR 2021; Smith, WACV 2017.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from layerwise import DNNClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = DNNClassifier((), optimizer="gradient_descent", epochs=20, random_state=0)
        >>> found = model.meter(X, y, seeds=2, rates=8)
        >>> found.verdict(1e-4).word, found.verdict(1e4).word
        ('too small', 'too large')
        """
        asked = found("Asked")(seeds, rates)
        return found("meter")(self, (X, y, sample_weight), asked)

    def trace(self, X: Any, y: Any, *, member: int = 0, seed: int | None = 0) -> Any:
        """Return one training step on X, y: forward, cost, backward, update, every number visible.

        Use it to see, print or hand out what the network computes, with `.text()`, `.html()`,
        `.markdown()`, `.latex()` or `.save("step.html")`; a notebook shows it as a page. The
        estimator itself is left as it is.

        Parameters
        ----------
        X, y : rows (m, n_x) and targets (m,)
            One example or a batch, in the user's form; up to ten can be read with ease.
        member : int, default 0
            Of several members the one to trace, from 0. Members that share W are one network.
        seed : int or None, default 0
            Draws the masks of dropout and the noise, from 0 to 2^32 - 1; None leaves both out.

        Returns
        -------
        Trace
            `.steps` in order, and `trace["dW[1]"].values` (n[1], n[0]) by symbol, in float64.

        Raises
        ------
        DataError
            When the rows cannot be used, or there is not one target for each.
        SettingError
            When there is no such member, or the seed is not one.

        Notes
        -----
        Lecture rows 7 and 18.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from layerwise import DNNClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> model = DNNClassifier((5,), epochs=2, random_state=0).fit(X, y)
        >>> model.trace(X[:1], y[:1])["Z[1]"].shape
        (5, 1)
        """
        return found("trace")(self, X, y, member, seed)
