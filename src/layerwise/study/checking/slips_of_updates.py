"""Known slips of gradient descent, momentum and Adam. Lecture rows 6 and 30.

p is the parameter and d its gradient, so that W and b share a table.
"""

from __future__ import annotations

import numpy as np

UPDATE = {
    "the wrong direction: + for -": lambda s, right: s.p + s.learning_rate * s.d,
    "the learning rate is missing": lambda s, right: s.p - s.d,
    "not updated": lambda s, right: s.p * 1.0,
    "left out: it is not given back": lambda s, right: np.empty(0),
    "= for -=: the step alone": lambda s, right: -s.learning_rate * s.d,
    "the step alone, without its sign": lambda s, right: s.learning_rate * s.d,
    "the gradient takes the parameter's place": lambda s, right: s.d * 1.0,
    "the learning rate at W, not at dW": lambda s, right: s.learning_rate * s.p - s.d,
    "the learning rate at both": lambda s, right: s.learning_rate * (s.p - s.d),
    "the gradient minus the parameter": lambda s, right: s.d - s.learning_rate * s.p,
    "the reverse difference": lambda s, right: s.learning_rate * s.d - s.p,
    "divided by the learning rate": lambda s, right: s.p - s.d / s.learning_rate,
    "the parameter for its gradient": lambda s, right: s.p - s.learning_rate * s.p,
    "dW for db (or db for dW)": lambda s, right: s.p - s.learning_rate * s.other_d,
    "W for b (or b for W)": lambda s, right: s.other_p - s.learning_rate * s.d,
    "the gradient of the next layer": lambda s, right: s.p - s.learning_rate * s.d_next,
    "the gradient of the layer before": lambda s, right: s.p - s.learning_rate * s.d_prev,
    "the parameter of the next layer": lambda s, right: s.p_next - s.learning_rate * s.d,
    "the parameter of the layer before": lambda s, right: s.p_prev - s.learning_rate * s.d,
    "multiplied, not subtracted": lambda s, right: s.p * (1 - s.learning_rate * s.d),
    "updated twice": lambda s, right: s.p - 2 * s.learning_rate * s.d,
    "half a step": lambda s, right: s.p - s.learning_rate * s.d / 2,
    "the square of the learning rate": lambda s, right: s.p - s.learning_rate**2 * s.d,
    "the sign of the gradient alone": lambda s, right: s.p - s.learning_rate * np.sign(s.d),
    "the square of the gradient": lambda s, right: s.p - s.learning_rate * s.d**2,
    "broadcasting: the sum of the gradient": lambda s, right: s.p - s.learning_rate * np.sum(s.d),
    "broadcasting: the mean of the gradient": lambda s, right: (
        s.p - s.learning_rate * np.mean(s.d)
    ),
    "dW summed over its columns, for db": lambda s, right: (
        s.p - s.learning_rate * np.sum(s.other_d, axis=1, keepdims=True)
    ),
    "the gradient is transposed": lambda s, right: s.p - s.learning_rate * s.d.T,
    "divided by the number of units": lambda s, right: (
        s.p - s.learning_rate * s.d / s.p.shape[0]
    ),
    "divided by n[l-1]": lambda s, right: s.p - s.learning_rate * s.d / s.p.shape[1],
}  # fmt: skip
VELOCITY = {
    "1 - beta is missing at the gradient": lambda s, right: s.decay * s.v_before + s.d,
    "beta and 1 - beta are swapped": lambda s, right: (1 - s.decay) * s.v_before + s.decay * s.d,
    "the velocity of before is missing": lambda s, right: (1 - s.decay) * s.d,
    "the velocity is the gradient": lambda s, right: s.d * 1.0,
    "beta is missing at the velocity": lambda s, right: s.v_before + (1 - s.decay) * s.d,
    "not updated": lambda s, right: s.v_before * 1.0,
    "the sign": lambda s, right: s.decay * s.v_before - (1 - s.decay) * s.d,
    "beta at both": lambda s, right: s.decay * (s.v_before + s.d),
    "neither beta": lambda s, right: s.v_before + s.d,
    "beta2 for beta1": lambda s, right: s.beta2 * s.v_before + (1 - s.beta2) * s.d,
    "the gradient is squared": lambda s, right: s.decay * s.v_before + (1 - s.decay) * s.d**2,
    "1 + beta for 1 - beta": lambda s, right: s.decay * s.v_before + (1 + s.decay) * s.d,
    "the learning rate in it": lambda s, right: s.decay * s.v_before + s.learning_rate * s.d,
    "the sign and the learning rate in it": lambda s, right: (
        s.decay * s.v_before - s.learning_rate * s.d
    ),
    "the parameter for its gradient": lambda s, right: s.decay * s.v_before + (1 - s.decay) * s.p,
    "the gradient of the other parameter (dW for db)": lambda s, right: (
        s.decay * s.v_before + (1 - s.decay) * s.other_d
    ),
    "the gradient of the layer before": lambda s, right: (
        s.decay * s.v_before + (1 - s.decay) * s.d_prev
    ),
    "the gradient of the next layer": lambda s, right: (
        s.decay * s.v_before + (1 - s.decay) * s.d_next
    ),
}
SQUARES = {
    "the square is missing": lambda s, right: s.beta2 * s.s_before + (1 - s.beta2) * s.d,
    "1 - beta2 is missing at the gradient": lambda s, right: s.beta2 * s.s_before + s.d**2,
    "beta2 and 1 - beta2 are swapped": lambda s, right: (
        (1 - s.beta2) * s.s_before + s.beta2 * s.d**2
    ),
    "beta1 for beta2": lambda s, right: s.beta1 * s.s_before + (1 - s.beta1) * s.d**2,
    "beta1 for beta2 at s": lambda s, right: s.beta1 * s.s_before + (1 - s.beta2) * s.d**2,
    "beta1 for beta2 at the gradient": lambda s, right: (
        s.beta2 * s.s_before + (1 - s.beta1) * s.d**2
    ),
    "s of before is missing": lambda s, right: (1 - s.beta2) * s.d**2,
    "beta2 is missing at s": lambda s, right: s.s_before + (1 - s.beta2) * s.d**2,
    "neither beta2": lambda s, right: s.s_before + s.d**2,
    "not updated": lambda s, right: s.s_before * 1.0,
    "the root is taken here": lambda s, right: np.sqrt(right),
    "the square of v for the square of the gradient": lambda s, right: (
        s.beta2 * s.s_before + (1 - s.beta2) * s.v**2
    ),
    "v in the place of s": lambda s, right: s.beta2 * s.v + (1 - s.beta2) * s.d**2,
    "v of before in the place of s": lambda s, right: s.beta2 * s.v_before + (1 - s.beta2) * s.d**2,
    "broadcasting: the sum of the squares": lambda s, right: (
        s.beta2 * s.s_before + (1 - s.beta2) * np.sum(s.d**2)
    ),
    "1 - beta2 is squared too": lambda s, right: s.beta2 * s.s_before + ((1 - s.beta2) * s.d) ** 2,
    "the sign": lambda s, right: s.beta2 * s.s_before - (1 - s.beta2) * s.d**2,
    "the gradient of the other parameter (dW for db)": lambda s, right: (
        s.beta2 * s.s_before + (1 - s.beta2) * s.other_d**2
    ),
}


CORRECTIONS = {
    "without bias correction": lambda value, beta, other, t: value * 1.0,
    "bias correction without the power t": lambda value, beta, other, t: value / (1 - beta),
    "bias correction with the other beta": lambda value, beta, other, t: value / (1 - other**t),
    "bias correction multiplied, not divided": lambda value, beta, other, t: value * (1 - beta**t),
    "bias correction with beta^t for 1 - beta^t": lambda value, beta, other, t: value / beta**t,
    "bias correction with t + 1": lambda value, beta, other, t: value / (1 - beta ** (t + 1)),
    "bias correction with t - 1": lambda value, beta, other, t: value / (1 - beta ** (t - 1)),
    "bias correction with beta * t": lambda value, beta, other, t: value / (1 - beta * t),
    "bias correction with beta squared": lambda value, beta, other, t: value / (1 - beta**2),
    "bias correction with (1 - beta)^t": lambda value, beta, other, t: value / (1 - beta) ** t,
    "bias correction twice": lambda value, beta, other, t: value / (1 - beta**t) ** 2,
    "bias correction with 1 + beta^t": lambda value, beta, other, t: value / (1 + beta**t),
}


def _of_v(wrong):
    return lambda s, right: wrong(s.v, s.beta1, s.beta2, s.t)


def _of_s(wrong):
    return lambda s, right: wrong(s.s, s.beta2, s.beta1, s.t)


MOMENTUM_STEP = {
    "the gradient for the velocity": lambda s, right: s.p - s.learning_rate * s.d,
    "the wrong direction: + for -": lambda s, right: s.p + s.learning_rate * s.v,
    "the learning rate is missing": lambda s, right: s.p - s.v,
    "not updated": lambda s, right: s.p * 1.0,
    "the velocity of before": lambda s, right: s.p - s.learning_rate * s.v_before,
    "the gradient is added to the velocity": lambda s, right: s.p - s.learning_rate * (s.v + s.d),
    "the velocity times the gradient": lambda s, right: s.p - s.learning_rate * s.v * s.d,
    "beta for the learning rate": lambda s, right: s.p - s.decay * s.v,
    "= for -=: the step alone": lambda s, right: -s.learning_rate * s.v,
    "beta once more": lambda s, right: s.p - s.learning_rate * s.decay * s.v,
    "the velocity of the other parameter": lambda s, right: s.p - s.learning_rate * s.other_v,
    "divided by the learning rate": lambda s, right: s.p - s.v / s.learning_rate,
}


def _adam(s, top, bottom):
    return s.p - s.learning_rate * top / bottom


def _of_both(wrong):
    return lambda s, right: _adam(
        s, wrong(s.v, s.beta1, s.beta2, s.t), np.sqrt(wrong(s.s, s.beta2, s.beta1, s.t)) + s.epsilon
    )


ADAM_STEP = {
    "no bias correction in the step": lambda s, right: _adam(s, s.v, np.sqrt(s.s) + s.epsilon),
    "v without bias correction in the step": lambda s, right: _adam(
        s, s.v, np.sqrt(s.s_corrected) + s.epsilon
    ),
    "s without bias correction in the step": lambda s, right: _adam(
        s, s.v_corrected, np.sqrt(s.s) + s.epsilon
    ),
    "epsilon inside the root": lambda s, right: _adam(
        s, s.v_corrected, np.sqrt(s.s_corrected + s.epsilon)
    ),
    "epsilon is missing": lambda s, right: _adam(s, s.v_corrected, np.sqrt(s.s_corrected)),
    "epsilon is subtracted": lambda s, right: _adam(
        s, s.v_corrected, np.sqrt(s.s_corrected) - s.epsilon
    ),
    "the root is missing": lambda s, right: _adam(s, s.v_corrected, s.s_corrected + s.epsilon),
    "the wrong direction: + for -": lambda s, right: 2 * s.p - right,
    "the learning rate is missing": lambda s, right: s.p - (s.p - right) / s.learning_rate,
    "not updated": lambda s, right: s.p * 1.0,
    "not divided by the root of s": lambda s, right: s.p - s.learning_rate * s.v_corrected,
    "the gradient for v": lambda s, right: _adam(s, s.d, np.sqrt(s.s_corrected) + s.epsilon),
    "multiplied by the root, not divided": lambda s, right: (
        s.p - s.learning_rate * s.v_corrected * (np.sqrt(s.s_corrected) + s.epsilon)
    ),
    "brackets: epsilon added after the division": lambda s, right: (
        s.p - s.learning_rate * (s.v_corrected / np.sqrt(s.s_corrected) + s.epsilon)
    ),
    "= for -=: the step alone": lambda s, right: right - s.p,
    "plain gradient descent": lambda s, right: s.p - s.learning_rate * s.d,
    "the square of s for its root": lambda s, right: _adam(
        s, s.v_corrected, s.s_corrected**2 + s.epsilon
    ),
    "the roots of v and s are swapped": lambda s, right: _adam(
        s, s.s_corrected, np.sqrt(np.abs(s.v_corrected)) + s.epsilon
    ),
    **{f"{name}, of v and of s": _of_both(wrong) for name, wrong in list(CORRECTIONS.items())[1:]},
}
TABLES = {
    "update": UPDATE,
    "v": VELOCITY,
    "s": SQUARES,
    "v corrected": {name: _of_v(wrong) for name, wrong in CORRECTIONS.items()},
    "s corrected": {name: _of_s(wrong) for name, wrong in CORRECTIONS.items()},
    "momentum step": MOMENTUM_STEP,
    "Adam step": ADAM_STEP,
}
