"""One thing that is wrong, in words: the tensor, the layer, the line of the lecture, the repair."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from layerwise.study.checking.activations import ACTIVATIONS
from layerwise.study.checking.catalogue import line_of
from layerwise.study.checking.equations import (
    NONE,
    SPREADS,
    Absent,
    Active,
    Equation,
    Scope,
    Slip,
    run,
)
from layerwise.study.checking.judging import Trial, Unknown, same
from layerwise.study.checking.outcome import Examined, Outcome
from layerwise.study.checking.recognized import name_of

UNKNOWN = "unknown"


class Finding(NamedTuple):
    """One thing that is wrong.

    Attributes
    ----------
    slip : str
        Its name in the catalogue, or "unknown".
    function : str
        The learner's function.
    layer : str
        "l" for a function of any one layer; else which: "2", "1 to L-1", "L", "every layer".
    tensor : str
        The first wrong tensor, such as "dW".
    lecture : str
        The line of the lecture that it breaks.
    repair : str
        The right line in NumPy.
    detail : str
        What is seen of an unknown slip: the ratio to the right tensor, the shapes, the exception.
    """

    slip: str
    function: str
    layer: str
    tensor: str
    lecture: str
    repair: str
    detail: str = ""


def of_slip(outcome: Outcome, group: Examined, active: Active) -> Finding:
    trial = group.trials[0]
    last = trial.given.get(("L", NONE), 1)
    lines = [line for line in trial.program if active.slip.kind in line.kinds]
    lines = [line for line in lines if SPREADS[active.spread](line.layer, last)] or lines
    right, layer = line_of(active.slip.kind), _layer(active, trial, lines)
    at = next((one for one in lines if _matters(active.slip, trial, one)), lines[0])
    return Finding(
        active.slip.name,
        outcome.function,
        layer,
        _symbol(lines[0]),
        right.lecture,
        _repair(right.repair, trial, at),
    )


def _repair(line: str, trial: Trial, at: Equation) -> str:
    g = trial.given.get(("g", at.layer)) or ACTIVATIONS["relu"]
    return line.replace("{g}", g.line).replace("{g_prime}", g.prime_line)


def _symbol(line: Equation) -> str:
    symbol = "dA_prev" if "dA_prev" in line.kinds else line.key[0]
    for ending in ("_whole", "_data", "_new", "_share"):
        symbol = symbol.removesuffix(ending)
    return {"cached A_prev": "A_prev in the cache"}.get(
        symbol, symbol.replace("cached ", "cache: ")
    )


def _layer(active: Active, trial: Trial, lines: list[Equation]) -> str:
    """Return which layers have a slip: those in which it makes a difference."""
    last = trial.given.get(("L", NONE))
    if last is None:
        return "l"
    if lines[0].key[1] == NONE:
        return "-"
    there = {one.layer for one in trial.program if active.slip.kind in one.kinds}
    touched = {one.layer for one in lines if _matters(active.slip, trial, one)}
    touched = touched or {one.layer for one in lines}
    if len(touched) == 1:
        return "L" if touched == {last} else str(touched.pop())
    if last not in touched:
        return "1 to L-1"
    return "2 to L" if 1 in there and 1 not in touched else "every layer"


def _matters(slip: Slip, trial: Trial, line: Equation) -> bool:
    values = run(trial.program, trial.given)
    scope = Scope(values, line)
    try:
        return not same(values[line.key], slip.wrong(scope, line.right(scope)))
    except (ValueError, Absent):
        return True


def of_doubt(outcome: Outcome, group: Examined) -> Finding | None:
    """Return the first thing that no slip explains: a tensor, an exception, or all together."""
    verdict = group.verdict
    if verdict.unknown:
        return _of_unknown(outcome, group)
    if group.trouble.text and (verdict.open or not group.trials):
        return _of_trouble(outcome, group)
    return _of_rest(outcome, group) if verdict.open else None


def _of_unknown(outcome: Outcome, group: Examined) -> Finding:
    unknown, trial = _origin(group), group.trials[0]
    line, right = unknown.line, line_of(unknown.line.kinds[0])
    seen = group.verdict.unknown[0]
    name = name_of(seen, group.trials) if seen.line is line else ""
    through = f"seen in {_symbol(seen.line)}: " if seen.line is not line else ""
    return Finding(
        name or UNKNOWN,
        outcome.function,
        "l" if ("L", NONE) not in trial.given else str(line.layer),
        _symbol(line),
        right.lecture,
        _repair(right.repair, trial, line),
        "; ".join(filter(None, [through + _compared(seen), group.trouble.text])),
    )


def _origin(group: Examined) -> Unknown:
    """Return the first wrong tensor; dZ where it is not shown but all that comes of it is wrong."""
    first, *rest = group.verdict.unknown
    layer = first.line.layer
    also = {one.line.kinds[0] for one in rest if one.line.layer == layer}
    program, shown = group.trials[0].program, group.trials[0].shown
    if first.line.kinds[0] == "dW" and "db" in also and ("dZ", layer) not in shown:
        of_dZ = [one for one in program if one.key == ("dZ", layer)]
        return first._replace(line=of_dZ[0]) if of_dZ else first
    return first


def _compared(unknown: Unknown) -> str:
    """Return what is seen of a wrong tensor: another shape, a constant ratio, or how far off."""
    if not unknown.pairs:
        return ""
    ours, theirs = (np.asarray(one) for one in unknown.pairs[0])
    if ours.shape != theirs.shape:
        return f"shape {theirs.shape}, right is {ours.shape}"
    ratios = []
    for pair in unknown.pairs:
        right, given = (np.asarray(one, float) for one in pair)
        if right.shape != given.shape:
            continue
        with np.errstate(all="ignore"):
            ratio = (given / right)[np.abs(right) > 1e-9]
        ratios.append(ratio)
    every = np.concatenate([np.ravel(ratio) for ratio in ratios])
    if every.size and np.allclose(every, every[0], rtol=1e-3):
        return f"{every[0]:.4g} times the right one"
    if all(one.size and np.allclose(one, one.flat[0], rtol=1e-3) for one in ratios):
        sizes = ", ".join(f"{one.flat[0]:.4g}" for one in ratios)
        return f"a constant times the right one, another in each network ({sizes})"
    off = np.max(np.abs(theirs - ours)) / max(float(np.max(np.abs(ours))), 1e-12)
    return f"not a constant times the right one (off by up to {off:.2g} of its largest entry)"


def _of_trouble(outcome: Outcome, group: Examined) -> Finding:
    where = f"line {group.trouble.line}: " if group.trouble.line else ""
    if early := re.search(r"KeyError: '(d[AZWb])(\d+)'", group.trouble.text):
        return _of_order(outcome, early[1], early[2], where + group.trouble.text)
    return Finding(UNKNOWN, outcome.function, "-", _assigned(group.trouble.text), "", "",
                   where + group.trouble.text)  # fmt: skip


def _of_order(outcome: Outcome, symbol: str, layer: str, detail: str) -> Finding:
    return Finding(
        f"{symbol}{layer} is read before it is kept: the order of the loop, or a number in a key",
        outcome.function,
        layer,
        symbol,
        "row 17: from layer L down to layer 1, each from dA of the layer after it",
        "for l in range(L, 0, -1): grads['dA' + str(l - 1)] = ... of grads['dA' + str(l)]",
        detail,
    )


def _assigned(text: str) -> str:
    """Return the tensor that the line with the exception was to give."""
    line = text.rpartition(", at: ")[2]
    name = re.match(r"\s*([A-Za-z_]\w*)", line)
    return name[1] if ", at: " in text and "=" in line and name else "-"


def _of_rest(outcome: Outcome, group: Examined) -> Finding:
    detail = "what it gives agrees with no combination of known slips"
    return Finding(UNKNOWN, outcome.function, "-", "-", "", "", detail)
