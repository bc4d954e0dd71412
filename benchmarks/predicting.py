"""Predictions by one library (the worker's side): the same weights in each of them.

Layerwise is trained a little and writes its weights, its scaling of the columns put into the first
layer; the others read them. All are given float32 rows of NumPy and give back arrays of NumPy.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workloads import WORKLOADS, Weights, generated

NETWORK = WORKLOADS["mnist"]
Calls = dict[str, Callable[[np.ndarray], np.ndarray]]
_kept: dict[str, Any] = {}


def prepare(library: str, folder: str) -> None:
    """Make a library ready to predict."""
    _kept["calls"], _kept["folder"] = LIBRARIES[library](Path(folder)), Path(folder)


def write_rows(folder: str, rows: int) -> None:
    """Write so many rows to a file, which all libraries look at."""
    X = np.random.default_rng(2).standard_normal((rows, NETWORK.inputs), np.float32)
    np.save(Path(folder) / f"{rows}.npy", X)


def seconds_per_call(what: str, rows: int, least: float) -> float:
    """Return the mean time of a call over so many that they take at least so long."""
    X = _rows(rows)
    times, began = 0, time.perf_counter()
    while times == 0 or time.perf_counter() - began < least:
        _kept["calls"][what](X)
        times += 1
    return (time.perf_counter() - began) / times


def answers(rows: int) -> dict[str, Any]:
    """Return some of the probabilities, and the labels' sum, so that they can be compared."""
    X = _rows(rows)
    labels = _kept["calls"]["predict"](X)
    return {
        "probabilities": _kept["calls"]["predict_proba"](X)[:20].tolist(),
        "labels": int(np.sum(labels * (np.arange(rows) % 7))),
    }


def _rows(rows: int) -> np.ndarray:
    if ("X", rows) not in _kept:
        X = np.load(_kept["folder"] / f"{rows}.npy", mmap_mode="c")
        _kept["X", rows] = np.asarray(X)
    return _kept["X", rows]


def layerwise(folder: Path) -> Calls:
    from benchmarks.peers import layerwise_fit
    from benchmarks.workloads import Problem

    X, y = generated(2048, NETWORK.inputs, NETWORK.classes)
    model = layerwise_fit.estimator(Problem(NETWORK, X, y, []), 1).fit(X, y)
    (W, b), *others = [(W.astype(float), b) for W, b in layerwise_fit.weights(model)]
    ends = np.stack([np.zeros(NETWORK.inputs), np.ones(NETWORK.inputs)])
    start, end = model.encode(ends).T.astype(float)  # encoded = start + (end - start) * column
    layers = [((end - start)[:, None] * W, b + start @ W), *others]
    arrays = {
        f"{name}{i}": a
        for i, layer in enumerate(layers)
        for name, a in zip("Wb", layer, strict=True)
    }
    np.savez(folder / "weights.npz", **{name: a.astype(np.float32) for name, a in arrays.items()})
    return {"predict": model.predict, "predict_proba": model.predict_proba}


def _weights(folder: Path) -> Weights:
    arrays = np.load(folder / "weights.npz")
    return [(arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(len(arrays) // 2)]


def scikit_learn(folder: Path) -> Calls:
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    X, y = generated(500, NETWORK.inputs, NETWORK.classes)
    model = MLPClassifier(NETWORK.hidden, max_iter=1).fit(X, y)  # makes the arrays to be filled
    model.coefs_, model.intercepts_ = (list(part) for part in zip(*_weights(folder), strict=True))
    return {"predict": model.predict, "predict_proba": model.predict_proba}


def torch(folder: Path) -> Calls:
    import torch

    from benchmarks.peers.pytorch import fill, network

    model = network(NETWORK.widths)
    fill(model, _weights(folder))

    def predict_proba(X: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return torch.softmax(model(torch.from_numpy(X)), dim=1).numpy()

    def predict(X: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.from_numpy(X)).argmax(dim=1).numpy()

    return {"predict": predict, "predict_proba": predict_proba}


def onnxruntime(folder: Path) -> Calls:
    import onnxruntime

    session = onnxruntime.InferenceSession(
        graph(_weights(folder)), providers=["CPUExecutionProvider"]
    )
    return {
        "predict": lambda X: session.run(["label"], {"X": X})[0],
        "predict_proba": lambda X: session.run(["probability"], {"X": X})[0],
    }


def graph(weights: Weights) -> bytes:
    """Return the network as an ONNX model: Gemm, Relu, ..., Softmax, and ArgMax beside it."""
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes, arrays, A = [], [], "X"
    for place, (W, b) in enumerate(weights, 1):
        arrays += [numpy_helper.from_array(W, f"W{place}"), numpy_helper.from_array(b, f"b{place}")]
        nodes.append(helper.make_node("Gemm", [A, f"W{place}", f"b{place}"], [f"Z{place}"]))
        A = f"Z{place}"
        if place < len(weights):
            nodes.append(helper.make_node("Relu", [A], [f"A{place}"]))
            A = f"A{place}"
    nodes.append(helper.make_node("Softmax", [A], ["probability"], axis=1))
    nodes.append(helper.make_node("ArgMax", [A], ["label"], axis=1, keepdims=0))
    made = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, NETWORK.inputs])],
        [
            helper.make_tensor_value_info(
                "probability", TensorProto.FLOAT, [None, NETWORK.outputs]
            ),
            helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
        ],
        arrays,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return model.SerializeToString()


LIBRARIES: dict[str, Callable[[Path], Calls]] = {
    "layerwise": layerwise,
    "scikit-learn": scikit_learn,
    "torch": torch,
    "onnxruntime": onnxruntime,
}
