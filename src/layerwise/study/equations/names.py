"""What each name means: the lecture's tensors, numbers and functions, and their spellings."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from layerwise.study.equations.limits import MisreadError
from layerwise.study.equations.tree import Index, Span

TENSORS = ("A", "Z", "W", "b", "dA", "dZ", "dW", "db")
LAYERED = frozenset(TENSORS)
COLUMNS = frozenset({"A", "Z", "dA", "dZ", "X", "Y", "Yhat"})  # one column per example
DICTIONARIES = ("parameters", "params", "grads", "gradients", "cache", "caches")
RATES = ("alpha", "eta", "learning_rate", "learningRate", "lr", "rate", "step_size", "epsilon")
NUMBERS = {
    **dict.fromkeys(RATES, "rate"),
    **dict.fromkeys(("lambda", "lambd", "lam", "l2"), "l2"),
    "m": "m",
    "e": "e",
    **dict.fromkeys(("J", "cost", "Cost"), "J"),
    **dict.fromkeys(("L", "loss", "Loss", "ell"), "loss"),
}
HATS = ("Yhat", "Y_hat", "yhat", "y_hat", "Y_pred", "y_pred")
FUNCTIONS = {
    **dict.fromkeys(("g", "activation"), "g"),
    **dict.fromkeys(("sigma", "sigmoid", "Sigmoid", "logistic", "expit"), "sigmoid"),
    **dict.fromkeys(("tanh", "Tanh"), "tanh"),
    **dict.fromkeys(("relu", "ReLU", "Relu", "ReLu", "RELU"), "relu"),
    **dict.fromkeys(("leaky_relu", "leakyrelu", "LeakyReLU", "lrelu", "LReLU"), "leaky_relu"),
    **dict.fromkeys(("softmax", "Softmax"), "softmax"),
    **dict.fromkeys(("linear", "identity"), "identity"),
    **dict.fromkeys(("log", "ln", "Log"), "log"),
    **{
        "exp": "exp",
        "sum": "sum",
        "mean": "mean",
        "dot": "dot",
        "matmul": "dot",
        "multiply": "multiply",
    },
    **{"divide": "divide", "power": "power", "square": "square", "transpose": "transpose"},
    **dict.fromkeys(("maximum", "max"), "maximum"),
    **{"where": "where", "int64": "number", "float64": "number", "squeeze": "squeeze"},
    **{"float": "number", "int": "number", "abs": "abs", "negative": "negative"},
}
ACTIVATIONS = ("g", "sigmoid", "tanh", "relu", "leaky_relu", "softmax", "identity")
DERIVATIVES = ("_prime", "_derivative", "_backward", "_grad")
_LOWER = {"a": "A", "z": "Z", "w": "W", "x": "X", "y": "Y", "da": "dA", "dz": "dZ", "dw": "dW"}
_SPOKEN = frozenset(
    {"if", "else", "otherwise", "for", "when", "where", "and", "np", "numpy", "axis", "keepdims"}
    | {"True", "False", "str", "prev", "hat", *DICTIONARIES}
)
_TENSOR = re.compile(r"(d?[AZWbazwx]|[XYy]|delta)(?:_?(\d+|[lL])|(_prev|prev))?$")
_TOGETHER = re.compile(r"(?:[WwXxZzAaYybm])(?:[WwXxZzAaYybm])+$")


class Meaning(NamedTuple):
    """What a name stands for, and what of its layer is said in the name itself."""

    family: str
    index: Index | None
    column: bool
    style: str
    name: Span
    place: Span | None


def meaning(text: str, span: Span) -> Meaning | None:
    """Return what a name stands for, or None when it is no tensor and no number.

    >>> meaning("dW2", (0, 3)).family, meaning("dW2", (0, 3)).index
    ('dW', Index(base='', offset=2))
    """
    if text in HATS:
        return Meaning("Yhat", None, text[0] == "y", "bare", span, None)
    if text in NUMBERS:
        return Meaning(NUMBERS[text], None, False, "bare", span, None)
    if text in ("AL", "dAL", "ZL", "dZL", "WL", "bL", "dWL", "dbL"):
        text = f"{text[:-1]}_L"
        return _tensor(text, span, behind=1)
    return _tensor(text, span)


def _tensor(text: str, span: Span, behind: int = 0) -> Meaning | None:
    match = _TENSOR.match(text)
    if match is None:
        return None
    core, layer, before = match.groups()
    family = "dZ" if core == "delta" else _LOWER.get(core, core)
    if family not in LAYERED and (layer or before):
        return None
    column = core in _LOWER and family != "W" and family != "dW"
    name = (span[0], span[0] + len(core))
    if before:
        return Meaning(family, Index("l", -1), column, "prev", span, None)
    if layer:
        index = Index("", int(layer)) if layer.isdigit() else Index(layer)
        style = "under" if "_" in text and not behind else "suffix"
        return Meaning(family, index, column, style, name, (span[1] - len(layer), span[1]))
    if core in ("w", "dw"):  # without a layer: the column of logistic regression
        return Meaning(core, None, False, "bare", name, None)
    return Meaning(family, None, column, "bare", name, None)


def together(text: str) -> bool:
    """Return whether a word is several letters of the lecture in a row, such as WX.

    >>> together("WX"), together("Wq")
    (True, False)
    """
    return bool(_TOGETHER.match(text))


def function(text: str) -> tuple[str, bool] | None:
    """Return the function of a name and whether its derivative is meant.

    >>> function("relu_prime")
    ('relu', True)
    """
    for ending in DERIVATIVES:
        if text.endswith(ending) and text.removesuffix(ending) in FUNCTIONS:
            return FUNCTIONS[text.removesuffix(ending)], True
    return (FUNCTIONS[text], False) if text in FUNCTIONS else None


def known(text: str) -> bool:
    """Return whether a word has a meaning in an equation.

    >>> known("keepdims"), known("backward")
    (True, False)
    """
    return bool(meaning(text, (0, 0)) or function(text) or text in _SPOKEN)


def unknown(text: str, column: int) -> MisreadError:
    """Return the refusal of a name, with the nearest known one."""
    names = [*TENSORS, "X", "Y", "Yhat", "m", *NUMBERS, *FUNCTIONS, "A_prev", "dA_prev"]
    near = get_close_matches(text, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(names[:12]) + " ..."
    return MisreadError(f"the name {text!r} is not known; {hint}", column)
