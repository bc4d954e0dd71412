"""The right lines: each kind of line as an equation, as the lecture says it and as NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from layerwise.study.checking.equations import Scope


class Line(NamedTuple):
    """One line of the lecture: the equation, where the lecture has it and its repair in NumPy."""

    right: Callable[[Scope], Any]
    lecture: str
    repair: str


def cross_entropy(s: Scope) -> Any:
    return -np.sum(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A)) / s.m


def cross_entropy_of_classes(s: Scope) -> Any:
    return -np.sum(s.Y * np.log(s.A)) / s.m


def total_of_squares(s: Scope) -> Any:
    return sum(np.sum(s.weights[l] ** 2) for l in s.weights)


def batch_norm_dZ(s: Scope) -> Any:
    inner = s.dZ_hat - np.mean(s.dZ_hat, axis=1, keepdims=True)
    return (inner - s.Z_hat * np.mean(s.dZ_hat * s.Z_hat, axis=1, keepdims=True)) / s.deviation


# the repair where examples are rows: X (m, n_x), W (n[l-1], n[l]), b (1, n[l])
OF_ROWS = {
    "Z": "Z = A_prev @ W + b",
    "dW": "dW = A_prev.T @ dZ / m",
    "dW l2": "dW = A_prev.T @ dZ / m + lambd / m * W",
    "db": "db = np.sum(dZ, axis=0, keepdims=True) / m",
    "dA_prev": "dA_prev = dZ @ W.T",
    "Z_hat": "Z_hat = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + epsilon)",
    "dbeta": "dbeta = np.sum(dZ_tilde, axis=0, keepdims=True)",
    "dgamma": "dgamma = np.sum(dZ_tilde * Z_hat, axis=0, keepdims=True)",
    "dZ norm": "dZ = (dZ_hat - dZ_hat.mean(axis=0) - Z_hat * (dZ_hat * Z_hat).mean(axis=0))"
    " / np.sqrt(variance + epsilon)",
}
LINES: dict[str, Line] = {
    "Z": Line(
        lambda s: s.W @ s.A_prev + s.b, "row 14: Z[l] = W[l] A[l-1] + b[l]", "Z = W @ A_prev + b"
    ),
    "A": Line(lambda s: s.g.of(s.Z), "row 14: A[l] = g[l](Z[l])", "A = {g}"),
    "cached A_prev": Line(
        lambda s: s.A_prev,
        "row 16: the cache of layer l keeps A[l-1]",
        "linear_cache = (A_prev, W, b)",
    ),
    "cached W": Line(
        lambda s: s.W, "row 16: the cache of layer l keeps W[l]", "linear_cache = (A_prev, W, b)"
    ),
    "cached b": Line(
        lambda s: s.b, "row 16: the cache of layer l keeps b[l]", "linear_cache = (A_prev, W, b)"
    ),
    "cached Z": Line(
        lambda s: s.Z, "row 16: the cache of layer l keeps Z[l]", "activation_cache = Z"
    ),
    "cached A": Line(lambda s: s.A, "row 16: the cache keeps A[l]", "cache['A' + str(l)] = A"),
    "handed cache": Line(
        lambda s: s.L,
        "row 17: layer l goes backward with the Z[l], A[l-1] and W[l] of its own cache",
        "cache = caches[l - 1], for the layers l = L to 1",
    ),
    "caches": Line(
        lambda s: s.L,
        "row 16: one cache for each of the L layers",
        "caches.append(cache), in the loop and after it",
    ),
    "J": Line(
        cross_entropy,
        "row 5: J = -sum(Y log A[L] + (1-Y) log(1-A[L])) / m",
        "cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m",
    ),
    "J classes": Line(
        cross_entropy_of_classes,
        "row 21: J = -sum(Y log A[L]) / m",
        "cost = -np.sum(Y * np.log(AL)) / m",
    ),
    "J l2": Line(
        lambda s: s.J_data + s.lambd / (2 * s.m) * total_of_squares(s),
        "row 30: J + lambda / (2 m) * sum of W[l]^2 over every layer",
        "cost = cross_entropy + lambd / (2 * m) * sum(np.sum(W**2) for every W)",
    ),
    "dA last": Line(
        lambda s: -s.Y / s.A + (1 - s.Y) / (1 - s.A),
        "row 18: dA[L] = -Y / A[L] + (1-Y) / (1-A[L])",
        "dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))",
    ),
    "dZ": Line(
        lambda s: s.dA * s.g.prime(s.Z),
        "row 17: dZ[l] = dA[l] * g[l]'(Z[l])",
        "dZ = dA * {g_prime}",
    ),
    "dZ last": Line(lambda s: s.A - s.Y, "row 18: dZ[L] = A[L] - Y", "dZ = AL - Y"),
    "dW": Line(
        lambda s: s.dZ @ s.A_prev.T / s.m,
        "row 17: dW[l] = dZ[l] A[l-1]' / m",
        "dW = dZ @ A_prev.T / m",
    ),
    "dW l2": Line(
        lambda s: s.dW_data + s.lambd / s.m * s.W,
        "row 30: dW[l] = dZ[l] A[l-1]' / m + lambda / m * W[l]",
        "dW = dZ @ A_prev.T / m + lambd / m * W",
    ),
    "db": Line(
        lambda s: np.sum(s.dZ, axis=1, keepdims=True) / s.m,
        "row 17: db[l] = sum(dZ[l]) / m",
        "db = np.sum(dZ, axis=1, keepdims=True) / m",
    ),
    "dA_prev": Line(lambda s: s.W.T @ s.dZ, "row 17: dA[l-1] = W[l]' dZ[l]", "dA_prev = W.T @ dZ"),
    "dropout A": Line(
        lambda s: s.A_whole * s.D / s.keep_prob,
        "row 30: A[l] = A[l] * D[l] / keep_prob",
        "A = A * D / keep_prob",
    ),
    "dropout D": Line(
        lambda s: s.keep_prob,
        "row 30: D[l] keeps a unit with probability keep_prob",
        "D = np.random.rand(*A.shape) < keep_prob",
    ),
    "dropout dA": Line(
        lambda s: s.dA_whole * s.D / s.keep_prob,
        "row 30: dA[l] = dA[l] * D[l] / keep_prob, with the D[l] of forward",
        "dA = dA * D / keep_prob",
    ),
    "update": Line(
        lambda s: s.p - s.learning_rate * s.d,
        "row 6: W[l] = W[l] - alpha dW[l], b[l] = b[l] - alpha db[l]",
        "W = W - learning_rate * dW, and b = b - learning_rate * db",
    ),
    "v": Line(
        lambda s: s.decay * s.v_before + (1 - s.decay) * s.d,
        "row 30: v = beta1 v + (1 - beta1) dW (in Adam and in momentum; so for db)",
        "v['dW' + str(l)] = beta * v['dW' + str(l)] + (1 - beta) * grads['dW' + str(l)]",
    ),
    "s": Line(
        lambda s: s.beta2 * s.s_before + (1 - s.beta2) * s.d**2,
        "row 30: s = beta2 s + (1 - beta2) dW^2 (so for db)",
        "s['dW' + str(l)] = beta2 * s['dW' + str(l)] + (1 - beta2) * grads['dW' + str(l)]**2",
    ),
    "v corrected": Line(
        lambda s: s.v / (1 - s.beta1**s.t),
        "row 30: v corrected = v / (1 - beta1^t)",
        "v_corrected = v / (1 - beta1**t)",
    ),
    "s corrected": Line(
        lambda s: s.s / (1 - s.beta2**s.t),
        "row 30: s corrected = s / (1 - beta2^t)",
        "s_corrected = s / (1 - beta2**t)",
    ),
    "momentum step": Line(
        lambda s: s.p - s.learning_rate * s.v,
        "row 30: W = W - alpha v",
        "W = W - learning_rate * v_dW, and b = b - learning_rate * v_db",
    ),
    "Adam step": Line(
        lambda s: s.p - s.learning_rate * s.v_corrected / (np.sqrt(s.s_corrected) + s.epsilon),
        "row 30: W = W - alpha v corrected / (sqrt(s corrected) + epsilon)",
        "W = W - learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)",
    ),
    "Z_hat": Line(
        lambda s: (s.Z - s.mean) / s.deviation,
        "row 30: Z_hat = (Z - mean) / sqrt(variance + epsilon), over the m examples",
        "Z_hat = (Z - Z.mean(axis=1, keepdims=True)) / "
        "np.sqrt(Z.var(axis=1, keepdims=True) + epsilon)",
    ),
    "Z_tilde": Line(
        lambda s: s.gamma * s.Z_hat + s.beta,
        "row 30: Z_tilde = gamma * Z_hat + beta",
        "Z_tilde = gamma * Z_hat + beta",
    ),
    "dbeta": Line(
        lambda s: np.sum(s.dZ_tilde, axis=1, keepdims=True),
        "row 30: dbeta = sum(dZ_tilde) over the examples (/ m where J is the mean)",
        "dbeta = np.sum(dZ_tilde, axis=1, keepdims=True)",
    ),
    "dgamma": Line(
        lambda s: np.sum(s.dZ_tilde * s.Z_hat, axis=1, keepdims=True),
        "row 30: dgamma = sum(dZ_tilde * Z_hat) over the examples (/ m with the mean)",
        "dgamma = np.sum(dZ_tilde * Z_hat, axis=1, keepdims=True)",
    ),
    "dZ_hat": Line(
        lambda s: s.dZ_tilde * s.gamma,
        "row 30: dZ_hat = dZ_tilde * gamma",
        "dZ_hat = dZ_tilde * gamma",
    ),
    "dZ norm": Line(
        batch_norm_dZ,
        "row 30: dZ = (dZ_hat - mean(dZ_hat) - Z_hat * mean(dZ_hat * Z_hat)) / deviation",
        "dZ = (dZ_hat - dZ_hat.mean(axis=1, keepdims=True) - Z_hat * "
        "(dZ_hat * Z_hat).mean(axis=1, keepdims=True)) / np.sqrt(variance + epsilon)",
    ),
}
