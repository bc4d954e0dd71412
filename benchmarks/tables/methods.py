"""The methods by name: the peers, and Layerwise at its defaults and with other settings."""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.tables import peers

PEERS: dict[str, tuple[peers.Fit, str]] = {
    "constant": (peers.constant, "the commonest class, or the mean"),
    "linear": (peers.linear, "logistic regression, or ridge regression"),
    "mlp": (peers.mlp, "scikit-learn's MLP: the usual pipeline, its defaults; every ratio's base"),
    "mlp_scaled": (peers.mlp_scaled, "the same with the target standardised"),
    "boosting": (peers.boosting, "scikit-learn's histogram gradient boosting"),
    "realmlp": (peers.pytabkit("RealMLP_TD"), "RealMLP of pytabkit, its tuned defaults"),
    "tabm": (peers.pytabkit("TabM_D"), "TabM of pytabkit, its defaults"),
}
NEEDS = {"realmlp": "pytabkit", "tabm": "pytabkit"}  # where it is absent, the peer is left out

# What one would type between the brackets of DNNClassifier() and DNNRegressor(); every public name
# of layerwise is known there, and so is `task` ("classes" or "numbers").
VARIANTS = {
    "layerwise": "",
    "lecture": "preset='lecture'",
    "one_member": "members=1",
    "four_members": "members=4",
    "no_embedding": "embedding=None",
    "no_scaling": "scaling=None",
    "no_dropout": "dropout=None",
    "no_decay": "update=Update(bias_factor=.1)",
    "by_metric": "monitor='metric'",
    "one_hot": "columns=Columns('robust_clipped', two_as_one=True, room=True)",
    "quantiles": "columns=Columns('quantile_normal', True, 9, room=True)",
    "plain_start": "preset='table', initialization='he'",
    "relu": "preset='table', activation='relu'",
    "constant_rate": "schedule='constant', learning_rate=.01",
    "half_the_epochs": "epochs=20",
    "piecewise": "embedding=Piecewise()",
    "preset_tabm": "preset='tabm'",
}
GROUPS = {
    "peers": tuple(PEERS),
    "ablation": tuple(VARIANTS),
    "usual": (*PEERS, "layerwise"),
}


class Method(NamedTuple):
    """A method as it is run and recorded: `settings` is None for a peer."""

    name: str
    settings: str | None = None


def methods(names: list[str], more: dict[str, str]) -> list[Method]:
    """Return methods by the names of methods, groups and the variants in `more`.

    Raises
    ------
    KeyError
        For a name that is none of these.
    """
    variants = VARIANTS | more
    known = GROUPS | {name: (name,) for name in (*PEERS, *variants)}
    wanted = dict.fromkeys(each for name in names for each in known[name])
    return [Method(name, None if name in PEERS else variants[name]) for name in wanted]


def absent(method: Method) -> str | None:
    """Return the package that a method needs and that is not installed."""
    need = NEEDS.get(method.name) if method.settings is None else "layerwise"
    return need if need and find_spec(need) is None else None


def ready(method: Method) -> None:
    """Import what a method needs, once: no fit's time."""
    if need := NEEDS.get(method.name) if method.settings is None else "layerwise":
        import_module(need if need == "layerwise" else f"{need}.models")


def fit(method: Method, X: pd.DataFrame, y: np.ndarray, task: str, seed: int) -> Any:
    """Return the fitted model."""
    if method.settings is None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a peer's complaints are its own
            return PEERS[method.name][0](X, y, task, seed)
    import layerwise

    known = {name: getattr(layerwise, name) for name in layerwise.__all__}
    given = eval(f"dict({method.settings})", known | {"task": task})
    kind = layerwise.DNNClassifier if task == "classes" else layerwise.DNNRegressor
    return kind(**{"random_state": seed, **given}).fit(X, y)
