"""The rows, targets and settings of the small networks that are traced."""

import numpy as np

SETTINGS = {
    "hidden_units": (5, 4), "activation": ("tanh", "sigmoid"), "preset": "lecture",
    "optimizer": "gradient_descent", "learning_rate": 0.1, "epochs": 2, "batch_size": "all",
    "validation_fraction": 0, "dtype": "float64", "random_state": 0,
}  # fmt: skip
X = np.random.default_rng(0).normal(size=(24, 3))
TARGETS = {
    "sigmoid": np.arange(24) % 2,
    "softmax": np.array(["<script>alert(1)</script>", "b & c", "d"])[np.arange(24) % 3],
    "identity": X @ [1.0, -2.0, 0.5],
}
