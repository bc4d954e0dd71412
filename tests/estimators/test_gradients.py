import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise import DNNClassifier, DNNRegressor, gradients

FUNCTIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + jnp.exp(-z)),
    "tanh": jnp.tanh,
    "relu": lambda z: jnp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: jnp.where(z > 0, z, 0.01 * z),
}


def written_anew(parameters, X, Y, w, hidden, l2):
    """The cost by another hand: rows instead of columns, probabilities instead of Z."""
    a = X.T
    for l, (W, b) in enumerate(parameters):
        z = a @ W.T + b[:, 0][None, :]
        a = FUNCTIONS[hidden[l]](z) if l < len(hidden) else z
    if Y.shape[0] == 1 and set(np.unique(Y)) <= {0.0, 1.0}:
        p = FUNCTIONS["sigmoid"](a[:, 0])
        losses = -(Y[0] * jnp.log(p) + (1 - Y[0]) * jnp.log(1 - p))
    elif Y.shape[0] > 1:
        losses = -(Y.T * jax.nn.log_softmax(a, axis=1)).sum(1)
    else:
        losses = ((a[:, 0] - Y[0]) ** 2) / 2
    squares = sum((W**2).sum() for W, _ in parameters)
    return (losses * w).sum() / w.sum() + l2 / (2 * w.sum()) * squares


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 2, 3, 4, 5))]
)
def test_gradients_equal_automatic_differentiation_of_another_forward_pass(seed):
    rng = np.random.default_rng(seed)
    depth = int(rng.integers(1, 21))
    hidden = tuple(rng.choice(list(FUNCTIONS), depth - 1).tolist())
    kind, classes = [(DNNClassifier, 2), (DNNClassifier, 4), (DNNRegressor, None)][seed % 3]
    X = rng.normal(size=(70, 3))
    y = rng.normal(size=70) if classes is None else np.arange(70) % classes
    model = kind(
        hidden_units=tuple(rng.integers(2, 7, depth - 1).tolist()), activation=hidden or "relu",
        initialization="xavier", l2=float(rng.random()), dtype="float64", epochs=2,
        learning_rate=1e-4, random_state=seed,
    ).fit(X, y)  # fmt: skip
    weights = rng.random(70)
    cost, ours = gradients(model, X, y, sample_weight=weights)
    with jax.enable_x64(True), jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):  # fmt: skip
        value, theirs = jax.value_and_grad(written_anew)(
            list(zip(model.weights_, model.biases_, strict=True)),
            model.encode(X), model.encode_target(y), weights, hidden, model.l2,
        )  # fmt: skip
    assert cost == pytest.approx(float(value), rel=1e-12)
    for l, (dW, db) in enumerate(theirs, start=1):
        for name, reference in ((f"dW{l}", np.asarray(dW)), (f"db{l}", np.asarray(db))):
            scale = max(np.abs(reference).max(), 1e-30)
            assert np.abs(ours[name] - reference).max() <= 1e-12 * scale + 1e-18, name
