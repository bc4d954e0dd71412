"""Known slips of L2 and dropout. Lecture row 30."""

from __future__ import annotations

import numpy as np

L2 = {
    "L2 is missing from dW": lambda s, right: s.dW_data * 1.0,
    "L2 with lambda / (2m) for lambda / m": lambda s, right: (right + s.dW_data) / 2,
    "L2 with 2 lambda / m for lambda / m": lambda s, right: 2 * right - s.dW_data,
    "L2 without 1/m": lambda s, right: s.dW_data + s.lambd * s.W,
    "L2 without lambda": lambda s, right: s.dW_data + s.W / s.m,
    "L2 is subtracted": lambda s, right: 2 * s.dW_data - right,
    "L2 with W^2 for W": lambda s, right: s.dW_data + s.lambd / s.m * s.W**2,
    "L2 with the absolute value of W": lambda s, right: s.dW_data + s.lambd / s.m * np.abs(s.W),
    "L2 with sign(W) for W (that is L1)": lambda s, right: s.dW_data + s.lambd / s.m * np.sign(s.W),
    "broadcasting: the sum of W^2 for W": lambda s, right: (
        s.dW_data + s.lambd / s.m * np.sum(s.W**2)
    ),
    "broadcasting: the cost's term for its derivative": lambda s, right: (
        s.dW_data + s.lambd / (2 * s.m) * np.sum(s.W**2)
    ),
    "broadcasting: the sum of W for W": lambda s, right: s.dW_data + s.lambd / s.m * np.sum(s.W),
    "L2 divided by m twice": lambda s, right: s.dW_data + s.lambd / s.m**2 * s.W,
    "L2 with dW for W": lambda s, right: s.dW_data * (1 + s.lambd / s.m),
    "L2 with W of the next layer": lambda s, right: s.dW_data + s.lambd / s.m * s.W_next,
    "L2 with W of the layer before": lambda s, right: s.dW_data + s.lambd / s.m * s.W_prev,
    "L2 multiplied, not added": lambda s, right: s.dW_data * s.lambd / s.m * s.W,
}
DROPOUT_A = {
    "dropout is not scaled by 1 / keep_prob": lambda s, right: s.A_whole * s.D,
    "dropout's mask is not applied": lambda s, right: s.A_whole / s.keep_prob,
    "dropout is left out": lambda s, right: s.A_whole * 1.0,
    "multiplied by keep_prob, not divided": lambda s, right: s.A_whole * s.D * s.keep_prob,
    "scaled by 1 / (1 - keep_prob)": lambda s, right: s.A_whole * s.D / (1 - s.keep_prob),
    "the mask is reversed": lambda s, right: s.A_whole * (1 - s.D) / s.keep_prob,
    "scaled twice": lambda s, right: right / s.keep_prob,
    "the mask on Z, not on A": lambda s, right: s.Z * s.D / s.keep_prob,
    "the mask is added, not multiplied": lambda s, right: (s.A_whole + s.D) / s.keep_prob,
    "the mask alone": lambda s, right: s.D / s.keep_prob,
}
DROPOUT_DA = {
    "the mask is not reused": lambda s, right: s.dA_whole / s.keep_prob,
    "dropout is left out of backward": lambda s, right: s.dA_whole * 1.0,
    "not scaled by 1 / keep_prob": lambda s, right: s.dA_whole * s.D,
    "multiplied by keep_prob, not divided": lambda s, right: s.dA_whole * s.D * s.keep_prob,
    "scaled by 1 / (1 - keep_prob)": lambda s, right: s.dA_whole * s.D / (1 - s.keep_prob),
    "the mask is reversed": lambda s, right: s.dA_whole * (1 - s.D) / s.keep_prob,
    "scaled twice": lambda s, right: right / s.keep_prob,
    "the mask of the layer before": lambda s, right: s.dA_whole * s.D_prev / s.keep_prob,
    "the mask of the next layer": lambda s, right: s.dA_whole * s.D_next / s.keep_prob,
    "A in the place of the mask": lambda s, right: s.dA_whole * s.A / s.keep_prob,
    "the mask twice, with its scale": lambda s, right: right * s.D / s.keep_prob,
}
DROPOUT_D = {
    "the mask keeps 1 - keep_prob (> for <)": lambda s, right: 1 - s.keep_prob,
    "the mask is not 0 or 1: random numbers without < keep_prob": lambda s, right: -1.0,
    "the mask keeps half": lambda s, right: 0.5,
    "the mask keeps everything": lambda s, right: 1.0,
    "the mask keeps nothing": lambda s, right: 0.0,
}
TABLES = {
    "dropout D": DROPOUT_D,
    "dW l2": L2,
    "dropout A": DROPOUT_A,
    "dropout dA": DROPOUT_DA,
}
