"""Known slips of batch normalization, forward and backward. Lecture row 30."""

from __future__ import annotations

import numpy as np


def _around(s, mean):
    """Return Z_hat with another mean, and with the variance around that one."""
    variance = np.mean((s.Z - mean) ** 2, axis=1, keepdims=True)
    return (s.Z - mean) / np.sqrt(variance + s.epsilon)


def _scaled(s, right, mean=1.0, variance=1.0):
    """Return dZ with its terms of the mean and of the variance scaled."""
    of_mean = np.mean(s.dZ_hat, axis=1, keepdims=True)
    of_variance = s.Z_hat * np.mean(s.dZ_hat * s.Z_hat, axis=1, keepdims=True)
    return right - ((mean - 1) * of_mean + (variance - 1) * of_variance) / s.deviation


TABLES = {
    "Z_hat": {
        "the mean is not subtracted": lambda s, right: s.Z / s.deviation,
        "epsilon is missing": lambda s, right: (s.Z - s.mean) / np.sqrt(s.variance),
        "epsilon is added after the division": lambda s, right: (
            (s.Z - s.mean) / np.sqrt(s.variance) + s.epsilon
        ),
        "epsilon outside the root": lambda s, right: (
            (s.Z - s.mean) / (np.sqrt(s.variance) + s.epsilon)
        ),
        "the root is missing: divided by the variance": lambda s, right: (
            (s.Z - s.mean) / (s.variance + s.epsilon)
        ),
        "not divided by the deviation": lambda s, right: s.Z - s.mean,
        "statistics over the units (axis=0), not over the examples": lambda s, right: (
            (s.Z - np.mean(s.Z, axis=0, keepdims=True))
            / np.sqrt(np.var(s.Z, axis=0, keepdims=True) + s.epsilon)
        ),
        "the mean over the units (axis=0), the variance over the examples": lambda s, right: (
            (s.Z - np.mean(s.Z, axis=0, keepdims=True)) / s.deviation
        ),
        "the variance over the units (axis=0), the mean over the examples": lambda s, right: (
            (s.Z - s.mean) / np.sqrt(np.var(s.Z, axis=0, keepdims=True) + s.epsilon)
        ),
        "statistics over everything (axis is missing)": lambda s, right: (
            (s.Z - np.mean(s.Z)) / np.sqrt(np.var(s.Z) + s.epsilon)
        ),
        "the variance with m - 1": lambda s, right: (
            (s.Z - s.mean) / np.sqrt(s.variance * s.m / (s.m - 1) + s.epsilon)
        ),
        "the mean is added": lambda s, right: (s.Z + s.mean) / s.deviation,
        "the variance around zero": lambda s, right: (
            (s.Z - s.mean) / np.sqrt(np.mean(s.Z**2, axis=1, keepdims=True) + s.epsilon)
        ),
        "the variance as a sum (1/m is missing)": lambda s, right: (
            (s.Z - s.mean) / np.sqrt(s.variance * s.m + s.epsilon)
        ),
        "the mean as a sum (1/m is missing)": lambda s, right: (
            (s.Z - s.mean * s.m) / s.deviation
        ),
        "multiplied by the deviation": lambda s, right: (s.Z - s.mean) * s.deviation,
        "the mean over the units (axis=0), and the variance around it": lambda s, right: _around(
            s, np.mean(s.Z, axis=0, keepdims=True)
        ),
        "the mean over everything, and the variance around it": lambda s, right: _around(
            s, np.mean(s.Z)
        ),
        "the mean as a sum (1/m is missing), and the variance around it": lambda s, right: _around(
            s, s.mean * s.m
        ),
    },
    "Z_tilde": {
        "beta is missing": lambda s, right: s.gamma * s.Z_hat,
        "gamma is missing": lambda s, right: s.Z_hat + s.beta,
        "gamma and beta are missing": lambda s, right: s.Z_hat * 1.0,
        "gamma and beta are swapped": lambda s, right: s.beta * s.Z_hat + s.gamma,
        "gamma at Z, not at Z_hat": lambda s, right: s.gamma * s.Z + s.beta,
        "beta is subtracted": lambda s, right: s.gamma * s.Z_hat - s.beta,
        "divided by gamma": lambda s, right: s.Z_hat / s.gamma + s.beta,
        "gamma at both": lambda s, right: s.gamma * (s.Z_hat + s.beta),
        "broadcasting: gamma as a row": lambda s, right: s.gamma.T * s.Z_hat + s.beta,
        "broadcasting: beta as a row": lambda s, right: s.gamma * s.Z_hat + s.beta.T,
    },
    "dgamma": {
        "Z_hat is missing": lambda s, right: right * 0
        + np.sum(s.dZ_tilde, axis=1, keepdims=True) * s.share,
        "Z for Z_hat": lambda s, right: (
            np.sum(s.dZ_tilde * s.Z, axis=1, keepdims=True) * s.share
        ),
        "Z_tilde for Z_hat": lambda s, right: (
            np.sum(s.dZ_tilde * s.Z_tilde, axis=1, keepdims=True) * s.share
        ),
        "gamma in it": lambda s, right: right * s.gamma,
        "the sum over the units (axis=0)": lambda s, right: (
            np.sum(s.dZ_tilde * s.Z_hat, axis=0, keepdims=True) * s.share
        ),
        "the sum over everything": lambda s, right: np.sum(s.dZ_tilde * s.Z_hat) * s.share,
        "keepdims=True is missing": lambda s, right: right[:, 0],
        "1/m is in it, and not in its neighbour": lambda s, right: right / s.m,
        "1/m twice": lambda s, right: right / s.m**2,
        "the sign": lambda s, right: -right,
        "not summed": lambda s, right: s.dZ_tilde * s.Z_hat * s.share,
    },
    "dbeta": {
        "the sum over the units (axis=0)": lambda s, right: (
            np.sum(s.dZ_tilde, axis=0, keepdims=True) * s.share
        ),
        "the sum over everything": lambda s, right: np.sum(s.dZ_tilde) * s.share,
        "keepdims=True is missing": lambda s, right: right[:, 0],
        "gamma in it": lambda s, right: right * s.gamma,
        "Z_hat in it": lambda s, right: (
            np.sum(s.dZ_tilde * s.Z_hat, axis=1, keepdims=True) * s.share
        ),
        "1/m is in it, and not in its neighbour": lambda s, right: right / s.m,
        "1/m twice": lambda s, right: right / s.m**2,
        "the sign": lambda s, right: -right,
        "not summed": lambda s, right: s.dZ_tilde * s.share,
    },
    "dZ_hat": {
        "gamma is missing in dZ": lambda s, right: s.dZ_tilde * 1.0,
        "beta for gamma in dZ": lambda s, right: s.dZ_tilde * s.beta,
        "divided by gamma": lambda s, right: s.dZ_tilde / s.gamma,
        "gamma twice": lambda s, right: right * s.gamma,
    },
    "dZ norm": {
        "the term of the variance is missing": lambda s, right: (
            (s.dZ_hat - np.mean(s.dZ_hat, axis=1, keepdims=True)) / s.deviation
        ),
        "the term of the mean is missing": lambda s, right: (
            right + np.mean(s.dZ_hat, axis=1, keepdims=True) / s.deviation
        ),
        "the terms of the mean and of the variance are missing": lambda s, right: (
            s.dZ_hat / s.deviation
        ),
        "not divided by the deviation": lambda s, right: right * s.deviation,
        "divided by the variance, without the root": lambda s, right: right / s.deviation,
        "multiplied by the deviation": lambda s, right: right * s.deviation**2,
        "the means as sums (1/m is missing)": lambda s, right: (
            s.dZ_hat
            - np.sum(s.dZ_hat, axis=1, keepdims=True)
            - s.Z_hat * np.sum(s.dZ_hat * s.Z_hat, axis=1, keepdims=True)
        )
        / s.deviation,
        "the sign of the variance's term": lambda s, right: (
            right + 2 * s.Z_hat * np.mean(s.dZ_hat * s.Z_hat, axis=1, keepdims=True) / s.deviation
        ),
        "the sign of the mean's term": lambda s, right: (
            right + 2 * np.mean(s.dZ_hat, axis=1, keepdims=True) / s.deviation
        ),
        "Z_hat is missing in the variance's term": lambda s, right: (
            s.dZ_hat
            - np.mean(s.dZ_hat, axis=1, keepdims=True)
            - np.mean(s.dZ_hat * s.Z_hat, axis=1, keepdims=True)
        )
        / s.deviation,
        "Z for Z_hat in the variance's term": lambda s, right: (
            s.dZ_hat
            - np.mean(s.dZ_hat, axis=1, keepdims=True)
            - s.Z * np.mean(s.dZ_hat * s.Z_hat, axis=1, keepdims=True)
        )
        / s.deviation,
        "1/m is missing in the variance's term": lambda s, right: _scaled(s, right, variance=s.m),
        "1/m is missing in the mean's term": lambda s, right: _scaled(s, right, mean=s.m),
        "the factor 2 is missing in the variance's term": lambda s, right: _scaled(
            s, right, variance=0.5
        ),
        "the factor 1/2 is missing in the variance's term": lambda s, right: _scaled(
            s, right, variance=2
        ),
        "the factor -1/2 is missing in the variance's term": lambda s, right: _scaled(
            s, right, variance=-2
        ),
        "the power of the deviation in the variance's term: 2 for 3": lambda s, right: _scaled(
            s, right, variance=s.deviation
        ),
        "the power of the deviation in the variance's term: 1 for 3": lambda s, right: _scaled(
            s, right, variance=s.deviation**2
        ),
        "the sign": lambda s, right: -right,
        "1/m once more": lambda s, right: right / s.m,
        "m times too large": lambda s, right: right * s.m,
    },
}  # fmt: skip
