"""What each function must compute: the lecture's lines in order, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping

from layerwise.study.checking.equations import NONE, Equation
from layerwise.study.checking.lines import LINES

CACHED = ("cached A_prev", "cached W", "cached b", "cached A")
# what the lines of W and b alike call their tensors
NAMES = {
    parameter: {
        "p": parameter,
        "other_p": other,
        "d": f"d{parameter}",
        "other_d": f"d{other}",
        "other_v": f"v_d{other}",
        **{
            name: f"{name}_d{parameter}"
            for name in ("v", "s", "v_before", "s_before", "v_corrected", "s_corrected")
        },
    }
    for parameter, other in (("W", "b"), ("b", "W"))
}


def equation(kind: str, layer: int, symbol: str, at: int | None = None) -> Equation:
    """Return a line that gives `symbol` of the layer `at`, by default its own."""
    key = (symbol, layer if at is None else at)
    return Equation((kind,), layer, key, LINES[kind].right)


def forward(L: int, dropped: frozenset[int] = frozenset()) -> list[Equation]:
    """Return Z, A and the cache of layers 1 to L, with dropout in the layers `dropped`."""
    lines = []
    for l in range(1, L + 1):
        lines += [equation("Z", l, "Z"), equation("cached Z", l, "cached Z")]
        if l in dropped:
            lines += [equation("A", l, "A_whole"), equation("dropout D", l, "D_share")]
            lines.append(equation("dropout A", l, "A"))
        else:
            lines.append(equation("A", l, "A"))
        lines += [equation(kind, l, kind) for kind in CACHED]
    return [*lines, equation("caches", L, "caches", NONE)] if L > 1 else lines


def cost(L: int, l2: bool = False, kind: str = "J") -> list[Equation]:
    """Return the cost J, with L2 or without."""
    if l2:
        return [equation(kind, L, "J_data", NONE), equation("J l2", L, "J", NONE)]
    return [equation(kind, L, "J", NONE)]


def linear_backward(l: int, l2: bool = False) -> list[Equation]:
    """Return dW, db and dA_prev from dZ."""
    weights = [equation("dW", l, "dW")]
    if l2:
        weights = [equation("dW", l, "dW_data"), equation("dW l2", l, "dW")]
    return [*weights, equation("db", l, "db"), equation("dA_prev", l, "dA", l - 1)]


def backward(
    L: int, through_dA: bool, l2: bool = False, dropped: frozenset[int] = frozenset()
) -> list[Equation]:
    """Return the derivatives from layer L down to 1, from dA[L] on or from dZ[L] = A[L] - Y."""
    lines = [equation("dA last", L, "dA")] if through_dA else []
    for l in range(L, 0, -1):
        kind = "dZ" if through_dA or l < L else "dZ last"
        lines.append(equation(kind, l, "dZ"))
        lines += linear_backward(l, l2)
        if l - 1 in dropped:
            lines[-1] = equation("dA_prev", l, "dA_whole", l - 1)
            lines.append(equation("dropout dA", l - 1, "dA"))
    return lines


def handed(lines: list[Equation]) -> list[Equation]:
    """Return the same lines, each reading what the cache of its layer keeps."""
    kinds = {"dZ", "dW", "dA_prev"}
    return [
        line._replace(kinds=(*line.kinds, "handed cache")) if kinds & set(line.kinds) else line
        for line in lines
    ]


def masked_by_A(lines: list[Equation]) -> list[Equation]:
    """Return the same lines where g' is taken of A: for relu the same, but for dropped units."""
    kinds = ("dZ",)
    return [
        line._replace(right=lambda s: s.dA * s.g.prime(s.A)) if line.kinds == kinds else line
        for line in lines
    ]


def update(L: int) -> list[Equation]:
    """Return W and b after a step of gradient descent."""
    return [_of(p, "update", l, f"{p}_new") for l in range(1, L + 1) for p in "Wb"]


def momentum(L: int) -> list[Equation]:
    """Return the velocities, and W and b after a step along them."""
    return [
        line
        for l in range(1, L + 1)
        for p in "Wb"
        for line in (
            _of(p, "v", l, f"v_d{p}", {"decay": "beta"}),
            _of(p, "momentum step", l, f"{p}_new", {"decay": "beta"}),
        )
    ]


def adam(L: int) -> list[Equation]:
    """Return v, s, both corrected, and W and b after a step of Adam."""
    lines = []
    for l in range(1, L + 1):
        for p in "Wb":
            lines += [_of(p, k, l, f"{k}_d{p}", {"decay": "beta1"}) for k in "vs"]
            lines += [_of(p, f"{k} corrected", l, f"{k}_corrected_d{p}") for k in "vs"]
            lines.append(_of(p, "Adam step", l, f"{p}_new"))
    return lines


def _of(
    parameter: str, kind: str, l: int, symbol: str, more: Mapping[str, str] | None = None
) -> Equation:
    kinds = (kind, f"{kind} of {parameter}")
    return Equation(kinds, l, (symbol, l), LINES[kind].right, {**NAMES[parameter], **(more or {})})


def batch_norm_forward() -> list[Equation]:
    """Return Z_hat and Z_tilde."""
    return [equation("Z_hat", 1, "Z_hat"), equation("Z_tilde", 1, "Z_tilde")]


def batch_norm_backward() -> list[Equation]:
    """Return dbeta, dgamma and dZ from dZ_tilde."""
    names = {"dbeta": "dbeta", "dgamma": "dgamma", "dZ_hat": "dZ_hat", "dZ norm": "dZ"}
    return [equation(kind, 1, symbol) for kind, symbol in names.items()]
