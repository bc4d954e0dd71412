"""Known slips of the start of the backward pass, dA[L] or dZ[L]. Lecture row 18."""

from __future__ import annotations

import numpy as np

SHARED_OUT = {
    "1/m belongs to dW and db, not here": lambda s, right: right / s.m,
    "multiplied by m": lambda s, right: right * s.m,
}


DA_LAST = {
    "the sign": lambda s, right: -right,
    "the term (1-Y) / (1-A) is missing": lambda s, right: -s.Y / s.A,
    "the term Y / A is missing": lambda s, right: (1 - s.Y) / (1 - s.A),
    "the sign between the two terms": lambda s, right: -s.Y / s.A - (1 - s.Y) / (1 - s.A),
    "the sign of the first term": lambda s, right: s.Y / s.A + (1 - s.Y) / (1 - s.A),
    "dZ[L] = A - Y where dA[L] belongs": lambda s, right: s.A - s.Y,
    "Y - A where dA[L] belongs": lambda s, right: s.Y - s.A,
    "Y and A are swapped": lambda s, right: -s.A / s.Y + (1 - s.A) / (1 - s.Y),
    "Yhat for Y": lambda s, right: np.zeros_like(s.A),
    "Yhat for Y in the first term": lambda s, right: -1 + (1 - s.Y) / (1 - s.A),
    "Yhat for Y in the second term": lambda s, right: -s.Y / s.A + 1,
    "1 is missing: Y for 1 - Y": lambda s, right: -s.Y / s.A + s.Y / (1 - s.A),
    "Y and 1-Y are swapped": lambda s, right: -(1 - s.Y) / s.A + s.Y / (1 - s.A),
    "A and 1-A are swapped": lambda s, right: -s.Y / (1 - s.A) + (1 - s.Y) / s.A,
    "A in both denominators": lambda s, right: -s.Y / s.A + (1 - s.Y) / s.A,
    "Z for A": lambda s, right: -s.Y / s.Z + (1 - s.Y) / (1 - s.Z),
    "* for /": lambda s, right: -s.Y * s.A + (1 - s.Y) * (1 - s.A),
    "g' is already in it": lambda s, right: right * s.g.prime(s.Z),
    "the cost itself: log for 1/A": lambda s, right: (
        -(s.Y * np.log(s.A) + (1 - s.Y) * np.log(1 - s.A))
    ),
    "2 (A - Y) of the squared error": lambda s, right: 2 * (s.A - s.Y),
    **SHARED_OUT,
}
DZ_LAST = {
    "Yhat for Y: A - A is zero": lambda s, right: np.zeros_like(s.A),
    "the sign: Y - A": lambda s, right: s.Y - s.A,
    "A + Y": lambda s, right: s.A + s.Y,
    "dA[L] where dZ[L] belongs (g' is missing)": lambda s, right: (
        -s.Y / s.A + (1 - s.Y) / (1 - s.A)
    ),
    "g' twice: (A - Y) * g'(Z)": lambda s, right: (s.A - s.Y) * s.g.prime(s.Z),
    "(A - Y) * A": lambda s, right: (s.A - s.Y) * s.A,
    "Z - Y: Z for A": lambda s, right: s.Z - s.Y,
    "1/m belongs to dW and db, not here": lambda s, right: (s.A - s.Y) / s.m,
    "2 (A - Y) of the squared error": lambda s, right: 2 * (s.A - s.Y),
    "(A - Y)^2: the loss, not its derivative": lambda s, right: (s.A - s.Y) ** 2,
    "A for A - Y": lambda s, right: s.A * 1.0,
    "A * Y for A - Y": lambda s, right: s.A * s.Y,
    "the absolute value": lambda s, right: np.abs(s.A - s.Y),
    "A of the layer before": lambda s, right: s.A_prev - s.Y,
    "1 - Y for Y": lambda s, right: s.A - (1 - s.Y),
    "the prediction (A > 0.5) for Y": lambda s, right: s.A - (s.A > 0.5),
}
