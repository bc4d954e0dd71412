"""Which type is kept, and which one matrices are multiplied in."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from layerwise import DNNClassifier, gradients, load

X, Y = load_iris(return_X_y=True)


def made(dtype, **settings):
    return DNNClassifier(
        **{"hidden_units": (16, 8), "epochs": 5, "random_state": 0, **settings}, dtype=dtype
    )


@pytest.mark.parametrize(("dtype", "kept"), [
    ("float32", "float32"), ("float64", "float64"), ("bfloat16", "float32"),
])  # fmt: skip
def test_parameters_and_inputs_are_of_the_kept_type(dtype, kept):
    model = made(dtype, normalization="batch_norm").fit(X, Y)
    tensors = [t for block in model.parameters_ for t in block.values()]
    assert {str(t.dtype) for t in [*tensors, model.encode(X), model.encode_target(Y)]} == {kept}


def test_in_bfloat16_the_gradients_are_those_of_factors_rounded_to_8_bits():
    model = made("bfloat16").fit(X, Y)
    _, short = gradients(model, X, Y)
    model.network_ = model.network_.computed_in(None)
    _, full = gradients(model, X, Y)
    gaps = {n: np.abs(short[n] - full[n]).max() / np.abs(full[n]).max() for n in full}
    assert 1e-5 < gaps["dW1"] < 0.05
    assert max(gaps.values()) < 0.1


def test_a_model_of_bfloat16_learns_and_predicts_in_full_precision(tmp_path):
    model = made("bfloat16", epochs=100).fit(X, Y)
    assert model.score(X, Y) > 0.9
    alone = np.concatenate([model.predict_proba(row[None]) for row in X])
    assert np.abs(alone - model.predict_proba(X)).max() < 1e-12
    A = model.encode(X).astype(np.float64)
    for W, b in zip(model.weights_[:-1], model.biases_[:-1], strict=True):
        A = np.maximum(W.astype(np.float64) @ A + b, 0)
    assert np.abs(model.transform(X) - A.T).max() < 1e-12
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert again.dtype == "bfloat16"
    assert (again.predict_proba(X) == model.predict_proba(X)).all()
