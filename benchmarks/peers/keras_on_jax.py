"""Keras on JAX: model.fit with NumPy arrays."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

from benchmarks.workloads import (
    BETA1,
    BETA2,
    EPSILON,
    LEARNING_RATE,
    Problem,
    Weights,
)


def prepare(problem: Problem, options: dict[str, Any]) -> Callable[[int], Any]:
    workload = problem.workload
    layers = [keras.layers.Dense(n, activation="relu") for n in workload.hidden]
    model = keras.Sequential(
        [keras.Input((workload.inputs,)), *layers, keras.layers.Dense(workload.outputs)]
    )
    losses = keras.losses
    loss = (
        losses.BinaryCrossentropy if workload.outputs == 1 else losses.SparseCategoricalCrossentropy
    )
    adam = keras.optimizers.Adam(LEARNING_RATE, beta_1=BETA1, beta_2=BETA2, epsilon=EPSILON)
    model.compile(adam, loss(from_logits=True), jit_compile=True)
    first = [array for layer in problem.weights for array in layer]
    y = problem.y[:, None].astype(np.float32) if workload.outputs == 1 else problem.y

    def train(epochs: int) -> keras.Model:
        model.set_weights(first)
        for variable in adam.variables:  # but for the learning rate it begins at zero
            if "learning_rate" not in variable.path:
                variable.assign(np.zeros(variable.shape, variable.dtype))
        model.fit(problem.X, y, workload.batch, epochs=epochs, verbose=0)
        return model

    return train


def weights(trained: keras.Model) -> Weights:
    arrays = trained.get_weights()
    return list(zip(arrays[::2], arrays[1::2], strict=True))
