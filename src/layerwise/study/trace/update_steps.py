"""The update as steps: each parameter before, its step, and after. Lecture rows 6 and 30."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise.propagation.notation import Parameters
from layerwise.study.trace.scene import Scene, parameters_of, step
from layerwise.study.trace.setting import Setting
from layerwise.study.trace.value import UPDATE, Step
from layerwise.training.optimizers import OPTIMIZERS

PLAIN = "gradient_descent"


def update_steps(scene: Scene, setting: Setting, after: Parameters) -> list[Step]:
    """Return each parameter after the step; with the step itself where it is not -rate * dW."""
    found, slopes = [], parameters_of(scene.network, scene.passes.gradients)
    rate = np.float64(setting.numbers.learning_rate)
    for symbol, values in parameters_of(scene.network, after).items():
        operands = {
            symbol: scene.parameters[symbol], "learning_rate": rate, f"d{symbol}": slopes[symbol],
        }  # fmt: skip
        lecture = operands[symbol] - rate * slopes[symbol]
        plain = setting.plan.optimizer == PLAIN and np.allclose(values, lecture, 1e-12, 1e-15)
        form = _plain if plain else _by_rule
        found += form(setting, symbol, operands, values)
    return found


def _place(symbol: str) -> int:
    return int(symbol[symbol.index("[") + 1 : -1])


def _plain(
    setting: Setting, symbol: str, operands: Mapping[str, Any], after: np.ndarray
) -> list[Step]:
    told = (
        "Gradient descent: one step against the slope, as long as the learning rate says. "
        f"{symbol} is written over.",
        operands,
        True,
    )
    equation = f"{symbol} := {symbol} - learning_rate d{symbol}"
    return [step(UPDATE, _place(symbol), equation, after, told)]


def _by_rule(
    setting: Setting, symbol: str, operands: Mapping[str, Any], after: np.ndarray
) -> list[Step]:
    l, before = _place(symbol), operands[symbol]
    sentence = f"The first step of {setting.plan.optimizer}, its moments at their start: "
    sentence += f"{_rule(setting.plan.optimizer, symbol)}."
    extra = [name for name in setting.numbers.update if name not in ("average", "fade")]
    if extra:
        sentence += f" The update setting adds: {', '.join(extra)}."
    if any("factor" in own for own in setting.numbers.blocks):
        sentence += " What an embedding or a scaling learns moves by its own factor."
    if l in setting.plan.frozen:
        sentence = f"Layer {l} is frozen: its derivatives count as 0."
    slope = {name: operands[name] for name in (f"d{symbol}", "learning_rate")}
    told = sentence, slope, False
    move = step(
        UPDATE, l, f"step {symbol} = {setting.plan.optimizer}(d{symbol})", after - before, told
    )
    told = (
        f"{symbol} is written over by what it was plus its step.",
        {symbol: before, f"step {symbol}": after - before},
        True,
    )
    moved = step(UPDATE, l, f"{symbol} := {symbol} + step {symbol}", after, told)
    return [move, moved]


def _rule(optimizer: str, symbol: str) -> str:
    """Return the rule of an optimizer as its docstring has it, for a parameter.

    >>> _rule("momentum", "b[2]")
    'v = momentum v + db[2], b[2] = b[2] - learning_rate v'
    """
    first = (OPTIMIZERS[optimizer].__doc__ or "").partition("\n")[0]
    return first.partition(". ")[0].rstrip(".").replace("W", symbol)
