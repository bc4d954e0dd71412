"""One slip each: the learner's file, the function, its line, the line with the slip, the slip."""

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
DEEP, PRACTICE = "learner_deep.py", "learner_practice.py"


class Seed(NamedTuple):
    file: str
    function: str
    old: str
    new: str
    slip: str
    tensor: str


def sources(seed):
    """Return the learner's file with the slip in its function."""
    text = (HERE / seed.file).read_text()
    start = text.index(f"def {seed.function}(")
    end = text.find("\ndef ", start)
    body = text[start:end]
    assert seed.old in body, seed
    return text[:start] + body.replace(seed.old, seed.new, 1) + text[end:]


def _seeds(file, function, tensor, rows):
    return [Seed(file, function, old, new, slip, tensor) for old, new, slip in rows]


SEEDS = [
    *_seeds(DEEP, "linear_forward", "Z", [
        ("np.dot(W, A) + b", "np.dot(W, A)", "b is missing"),
        ("np.dot(W, A) + b", "np.dot(W.T, A) + b", "W is transposed"),
        ("np.dot(W, A) + b", "W * A + b", "* for @"),
        ("np.dot(W, A) + b", "np.dot(A, W) + b", "the factors of the product are swapped"),
        ("np.dot(W, A) + b", "np.dot(W, A.T) + b", "A_prev is transposed"),
        ("np.dot(W, A) + b", "np.dot(W, A) - b", "b is subtracted"),
        ("np.dot(W, A) + b", "np.dot(W, A) + b.T", "broadcasting: b as a row"),
        ("np.dot(W, A) + b", "np.dot(W, A) + b.sum()", "broadcasting: the sum of b everywhere"),
        ("np.dot(W, A) + b", "np.dot(W, A + b)", "b is added before the product"),
    ]),
    *_seeds(DEEP, "linear_forward", "A_prev in the cache", [
        ("cache = (A, W, b)", "cache = (Z, W, b)", "Z is kept in the place of A_prev"),
    ]),
    *_seeds(DEEP, "sigmoid", "A", [
        ("np.exp(-Z)", "np.exp(Z)", "the sign of the exponent: exp(Z) for exp(-Z)"),
        ("(1 + np", "(1 - np", "minus in the denominator: 1 - exp(-Z)"),
    ]),
    *_seeds(DEEP, "relu", "A", [
        ("maximum", "minimum", "np.minimum for np.maximum"),
        ("np.maximum(0, Z)", "np.abs(Z)", "the absolute value for relu"),
        ("np.maximum(0, Z)", "np.maximum(1, Z)", "np.maximum(1, Z) for np.maximum(0, Z)"),
        ("np.maximum(0, Z)", "Z", "g is missing (A = Z)"),
        ("np.maximum(0, Z)", "np.maximum(0.01 * Z, Z)", "leaky relu for the right g"),
    ]),
    *_seeds(DEEP, "relu_backward", "dZ", [
        ("dZ[Z <= 0] = 0", "pass", "g' is missing (da for dz)"),
        ("dZ[Z <= 0] = 0", "dZ[dA <= 0] = 0", "g' of dA, not of Z (the mask of the wrong tensor)"),
        ("dZ[Z <= 0] = 0", "dZ[Z > 0] = 0", "the mask is reversed: Z < 0"),
        ("dZ[Z <= 0] = 0", "dZ[Z <= 1] = 0", "the mask of relu is > 1 for > 0"),
        ("dZ[Z <= 0] = 0", "dZ = dA * np.maximum(0, Z)", "g for g'"),
    ]),
    *_seeds(DEEP, "sigmoid_backward", "dZ", [
        ("dA * s * (1 - s)", "dA", "g' is missing (da for dz)"),
        ("dA * s * (1 - s)", "dA * cache * (1 - cache)", "Z (1 - Z): Z for A in g'"),
        ("dA * s * (1 - s)", "dA * (1 - s)", "1 - A for A (1 - A)"),
        ("dA * s * (1 - s)", "dA * s * (1 + s)", "A (1 + A): the sign in g'"),
        ("dA * s * (1 - s)", "dA * s", "g for g'"),
        ("dA * s * (1 - s)", "s * (1 - s)", "dA is missing: g' alone"),
        ("dA * s * (1 - s)", "dA * (1 - s**2)", "1 - A^2 for this g"),
        ("dA * s * (1 - s)", "-dA * s * (1 - s)", "the sign"),
        ("1 / (1 + np.exp(-cache))", "1 / (1 + np.exp(-1 / (1 + np.exp(-cache))))", "g' of A, not of Z"),
    ]),
    *_seeds(DEEP, "compute_cost", "J", [
        ("-1 / m", "1 / m", "the sign: the cost is not negated"),
        ("-1 / m *", "-", "sum for mean (1/m is missing)"),
        ("-1 / m", "-1 / m / m", "1/m twice"),
        (" + (1 - Y) * np.log(1 - AL)", "", "the term (1-Y) log(1-A) is missing"),
        ("Y * np.log(AL) + ", "", "the term Y log(A) is missing"),
        (" + (1 - Y)", " - (1 - Y)", "minus between the two terms"),
        ("np.log(1 - AL)", "np.log(AL)", "log(A) in both terms"),
        ("np.log(1 - AL)", "(1 - np.log(AL))", "1 - log(A) for log(1 - A)"),
        ("Y * np.log(AL) + (1 - Y)", "(1 - Y) * np.log(AL) + Y", "Y and 1-Y are swapped"),
        ("-1 / m", "-1 / (2 * m)", "1/(2m) for 1/m"),
        ("np.log(AL)", "AL", "the log is missing in the first term"),
        ("np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))", "-np.sum((AL - Y) ** 2)", "squared error for cross-entropy"),
    ]),
    *_seeds(DEEP, "linear_backward", "dW", [
        ("1 / m * np.dot(dZ, A_prev.T)", "np.dot(dZ, A_prev.T)", "1/m is missing (sum for mean)"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(dZ, A_prev.T) / m", "1/m twice"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(dZ, A_prev)", "A_prev is not transposed"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(A_prev, dZ.T)", "dW is transposed: A_prev dZ'"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * dZ * A_prev", "* for @"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(dZ.T, A_prev)", "dZ is transposed, not A_prev"),
        ("1 / m * np.dot(dZ, A_prev.T)", "-1 / m * np.dot(dZ, A_prev.T)", "the sign"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / dZ.shape[0] * np.dot(dZ, A_prev.T)", "divided by n[l], not by m"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(dZ, W.T)", "W for A_prev"),
        ("1 / m * np.dot(dZ, A_prev.T)", "1 / m * np.dot(dZ, (W @ A_prev + b).T)", "Z for A_prev"),
    ]),
    *_seeds(DEEP, "linear_backward", "db", [
        ("1 / m * np.sum(dZ,", "np.sum(dZ,", "1/m is missing (sum for mean)"),
        (", keepdims=True", "", "keepdims=True is missing: (n,) for (n, 1)"),
        ("axis=1, keepdims=True", "axis=0, keepdims=True", "the sum over the units (axis=0), not over the examples"),
        ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)", "the sum over everything (axis is missing)"),
        ("np.sum(dZ, axis=1, keepdims=True)", "dZ", "not summed over the examples"),
        ("1 / m * np.sum(dZ, ", "1 / m / m * np.sum(dZ, ", "1/m twice"),
        ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dW, axis=1, keepdims=True)", "dW summed and divided by m, for dZ"),
        ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(A_prev, axis=1, keepdims=True)", "A_prev for dZ"),
    ]),
    *_seeds(DEEP, "linear_backward", "dA_prev", [
        ("np.dot(W.T, dZ)", "np.dot(W, dZ)", "W for W' (the transpose is missing)"),
        ("np.dot(W.T, dZ)", "np.dot(dW.T, dZ)", "dW for W"),
        ("np.dot(W.T, dZ)", "np.dot(dZ, W.T)", "the factors are swapped: dZ W'"),
        ("np.dot(W.T, dZ)", "W.T * dZ", "* for @ (with the transpose)"),
        ("np.dot(W.T, dZ)", "np.dot(W.T, dZ) / m", "1/m belongs to dW and db, not here"),
        ("np.dot(W.T, dZ)", "np.dot(dZ.T, W)", "dZ' W: transposed as a whole"),
        ("np.dot(W.T, dZ)", "np.dot(W.T, dZ) * A_prev", "multiplied by A_prev"),
    ]),
    *_seeds(DEEP, "linear_activation_forward", "A", [
        ("A, activation_cache = relu(Z)", "A, activation_cache = sigmoid(Z)", "sigmoid for the right g"),
        ("A, activation_cache = relu(Z)", "A, activation_cache = relu(A_prev)", "g of A_prev, not of Z"),
    ]),
    *_seeds(DEEP, "linear_activation_forward", "cache: Z", [
        ("cache = (linear_cache, activation_cache)", "cache = (linear_cache, A)", "stale cache: A[l] is kept in the place of Z[l]"),
    ]),
    *_seeds(DEEP, "linear_activation_forward", "A_prev in the cache", [
        ("cache = (linear_cache, activation_cache)", "cache = ((A, W, b), activation_cache)", "stale cache: A[l] is kept in the place of A[l-1]"),
    ]),
    *_seeds(DEEP, "linear_activation_backward", "dZ", [
        ("dZ = relu_backward(dA, activation_cache)", "dZ = dA", "g' is missing (da for dz)"),
        ("dZ = relu_backward(dA, activation_cache)", "dZ = sigmoid_backward(dA, activation_cache)", "the derivative of sigmoid"),
        ("dZ = relu_backward(dA, activation_cache)", "dZ = relu_backward(dA, linear_cache[0][:1])", "unknown"),
    ]),
    *_seeds(DEEP, "linear_activation_backward", None, [
        ("linear_backward(dZ, linear_cache)", "linear_backward(dA, linear_cache)", "g' is missing (da for dz)"),
    ]),
    *_seeds(DEEP, "L_model_forward", "A", [
        ('A, cache = linear_activation_forward(A_prev, W, b, "relu")', 'A, cache = linear_activation_forward(A_prev, W, b, "sigmoid")', "sigmoid for the right g"),
        ('(A, W, b, "sigmoid")', '(A, W, b, "relu")', "relu for the right g"),
    ]),
    *_seeds(DEEP, "L_model_forward", None, [
        ("A_prev = A\n", "A_prev = X\n", "X for A_prev"),
        ('(A, W, b, "sigmoid")', '(A_prev, W, b, "sigmoid")', "A of the layer before A_prev"),
        ('b = parameters["W" + str(l)], parameters["b" + str(l)]', 'b = parameters["W" + str(l)], parameters["b1"]', "b[1] for b[l]"),
        ("caches.append(cache)\n    W", "caches.append(((A, W, b), cache[1]))\n    W", "stale cache: A[l] is kept in the place of A[l-1]"),
        ("caches.append(cache)\n    W", "caches.append((cache[0], A))\n    W", "stale cache: A[l] is kept in the place of Z[l]"),
    ]),
    *_seeds(DEEP, "L_model_backward", None, [
        ("dAL = -(np.divide(Y, AL) - ", "dAL = (np.divide(Y, AL) - ", "the sign"),
        ("dAL = -(np.divide(Y, AL) - ", "dAL = -(np.divide(Y, AL) + ", "the sign between the two terms"),
        ("-(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "AL - Y", "dZ[L] = A - Y where dA[L] belongs"),
        ("-(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "-np.divide(Y, AL)", "the term (1-Y) / (1-A) is missing"),
        ("np.divide(Y, AL)", "np.divide(AL, AL)", "Yhat for Y in the first term"),
        ("np.divide(1 - Y, 1 - AL))", "np.divide(1 - Y, 1 - AL)) / AL.shape[1]", "1/m belongs to dW and db, not here"),
        ('linear_activation_backward(dA, current_cache, "relu")', 'linear_activation_backward(dA, current_cache, "sigmoid")', "the derivative of sigmoid"),
        ("current_cache = caches[l]\n", "current_cache = (caches[l][0], caches[l + 1][1])\n", "unknown"),
        ("current_cache = caches[l]\n", "(a, w, b), z = caches[l]\n        current_cache = (a, caches[l + 1][0][1], b), z\n", "W of the next layer"),
        ("current_cache = caches[l]\n", "(a, w, b), z = caches[l]\n        current_cache = (caches[0][0][0], w, b), z\n", "X for A_prev"),
    ]),
    *_seeds(DEEP, "update_parameters", None, [
        ('- learning_rate * dW', '+ learning_rate * dW', "the wrong direction: + for -"),
        ('- learning_rate * db', '+ learning_rate * db', "the wrong direction: + for -"),
        ('- learning_rate * dW', '- dW', "the learning rate is missing"),
        ('- learning_rate * db', '- db', "the learning rate is missing"),
        ('- learning_rate * db', '', "not updated"),
        ('- learning_rate * db', '- learning_rate * np.sum(dW, axis=1, keepdims=True)', "dW summed over its columns, for db"),
        ('for l in range(L):', 'for l in range(L - 1):', "not updated"),
        ('for l in range(L):', 'for l in range(1, L):', "not updated"),
        ('parameters["W" + str(l + 1)] - learning_rate * dW', '-learning_rate * dW', "= for -=: the step alone"),
        ('parameters["W" + str(l + 1)] - learning_rate * dW', 'learning_rate * parameters["W" + str(l + 1)] - dW', "the learning rate at W, not at dW"),
        ('- learning_rate * dW', '- learning_rate * dW.sum()', "broadcasting: the sum of the gradient"),
    ]),
    *_seeds(PRACTICE, "softmax", "A", [
        ("np.sum(T, axis=0, keepdims=True)", "np.sum(T, axis=1, keepdims=True)", "the sum of softmax over the wrong axis"),
        ("axis=0, keepdims=True))\n    return T / np.sum(T, axis=0, keepdims=True)", "axis=1, keepdims=True))\n    return T / np.sum(T, axis=1, keepdims=True)", "softmax over the wrong axis"),
        ("np.sum(T, axis=0, keepdims=True)", "np.sum(T)", "the sum of softmax over everything"),
        ("T / np.sum(T, axis=0, keepdims=True)", "T", "softmax is not divided by the sum (after the shift)"),
    ]),
    *_seeds(PRACTICE, "forward_propagation", None, [
        ("Z2 = W2 @ A1 + b2", "Z2 = W2 @ Z1 + b2", "Z[l-1] for A[l-1]"),
        ("Z2 = W2 @ A1 + b2", "Z2 = W2 @ A1", "b is missing"),
        ("A1 = np.tanh(Z1)", "A1 = Z1", "g is missing (A = Z)"),
        ("A1 = np.tanh(Z1)", "A1 = sigmoid(Z1)", "sigmoid for the right g"),
        ("A2 = sigmoid(Z2)", "A2 = np.tanh(Z2)", "tanh for the right g"),
        ('"Z2": Z2', '"Z2": Z1', "stale cache: Z of the layer before"),
    ]),
    *_seeds(PRACTICE, "backward_propagation", None, [
        ("dZ2 = A2 - Y", "dZ2 = Y - A2", "the sign: Y - A"),
        ("dZ2 = A2 - Y", "dZ2 = A2 - A2", "Yhat for Y: A - A is zero"),
        ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m", "1/m belongs to dW and db, not here"),
        ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)", "g' twice: (A - Y) * g'(Z)"),
        ("dZ2 = A2 - Y", "dZ2 = -Y / A2 + (1 - Y) / (1 - A2)", "g' is missing (da for dz)"),
        ("dW2 = dZ2 @ A1.T / m", "dW2 = dZ2 @ A1.T", "1/m is missing (sum for mean)"),
        ("dW2 = dZ2 @ A1.T / m", "dW2 = dZ2 @ cache['Z1'].T / m", "Z[l-1] for A[l-1]"),
        (" * (1 - A1**2)", "", "g' is missing (da for dz)"),
        (" * (1 - A1**2)", " * (1 - A1)", "1 - A without the square"),
        (" * (1 - A1**2)", " * (1 - cache['Z1']**2)", "1 - Z^2: Z for A in g'"),
        (" * (1 - A1**2)", " * (1 - np.tanh(A1)**2)", "g' of A, not of Z"),
        (" * (1 - A1**2)", " * A1 * (1 - A1)", "A (1 - A) with A = g(Z) of the wrong activation"),
        ("W2.T @ dZ2", "dW2.T @ dZ2", "dW for W"),
        ("dZ1 @ X.T", "dZ1 @ A1.T", "A for A_prev"),
        ("dZ1 @ X.T / m", "dZ1 @ X.T / m / m", "1/m twice"),
        ("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1, axis=1)", "keepdims=True is missing: (n,) for (n, 1)"),
        ("db1 = np.sum(dZ1, axis=1, keepdims=True)", "db1 = np.sum(dZ2, axis=1, keepdims=True)", "dZ of the next layer"),
    ]),
    *_seeds(PRACTICE, "compute_cost_with_regularization", "J", [
        ("lambd / (2 * m)", "lambd / m", "L2 with lambda / m for lambda / (2m)"),
        ("lambd / (2 * m)", "lambd / 2", "L2 without 1/m"),
        ("+ lambd / (2 * m) * squares", "", "L2 is missing in the cost"),
        (" + np.sum(W3**2)", "", "L2 leaves out the last layer"),
        ("np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)", "np.sum(W1) + np.sum(W2) + np.sum(W3)", "L2 without the square"),
        ("+ np.sum(W3**2)", '+ np.sum(W3**2) + sum(np.sum(parameters["b" + i]**2) for i in "123")', "L2 on b as well"),
    ]),
    *_seeds(PRACTICE, "backward_propagation_with_regularization", None, [
        (" + lambd / m * W3", "", "L2 is missing from dW"),
        (" + lambd / m * W2", " + lambd / (2 * m) * W2", "L2 with lambda / (2m) for lambda / m"),
        (" + lambd / m * W2", " + lambd * W2", "L2 without 1/m"),
        (" + lambd / m * W1", " - lambd / m * W1", "L2 is subtracted"),
        ("db2 = np.sum(dZ2, axis=1, keepdims=True) / m", "db2 = np.sum(dZ2, axis=1, keepdims=True) / m + lambd / m * b2", "L2 on b"),
        ("dZ2 = dA2 * (A2 > 0)", "dZ2 = dA2 * (A1[: len(A2)] > 0)", "unknown"),
        ("W3.T @ dZ3", "dW3.T @ dZ3", "dW for W"),
        ("dA1 = W2.T @ dZ2", "dA1 = W2.T @ dA2", "dA for dZ (da for dz)"),
    ]),
    *_seeds(PRACTICE, "forward_propagation_with_dropout", None, [
        ("    A1 = A1 / keep_prob\n", "", "dropout is not scaled by 1 / keep_prob"),
        ("    A1 = A1 * D1\n", "", "dropout's mask is not applied"),
        ("A2 = A2 / keep_prob", "A2 = A2 * keep_prob", "multiplied by keep_prob, not divided"),
        ("(D2 < keep_prob)", "(D2 > keep_prob)", "the mask keeps 1 - keep_prob (> for <)"),
    ]),
    *_seeds(PRACTICE, "backward_propagation_with_dropout", None, [
        ("    dA2 = dA2 / keep_prob\n", "", "not scaled by 1 / keep_prob"),
        ("    dA1 = dA1 * D1\n", "", "the mask is not reused"),
        ("    dA1 = dA1 * D1\n    dA1 = dA1 / keep_prob\n", "", "dropout is left out of backward"),
    ]),
    *_seeds(PRACTICE, "update_parameters_with_momentum", None, [
        ("(1 - beta) * grads[\"dW\"", "grads[\"dW\"", "1 - beta is missing at the gradient"),
        ("learning_rate * v[\"dW\"", "learning_rate * grads[\"dW\"", "the gradient for the velocity"),
        ("beta * v[\"db\" + str(l)] + (1 - beta)", "(1 - beta) * v[\"db\" + str(l)] + beta", "beta and 1 - beta are swapped"),
        ("- learning_rate * v[\"dW\"", "+ learning_rate * v[\"dW\"", "the wrong direction: + for -"),
    ]),
    *_seeds(PRACTICE, "update_parameters_with_adam", None, [
        ("v[d] / (1 - beta1**t)", "v[d]", "without bias correction"),
        ("s[d] / (1 - beta2**t)", "s[d]", "without bias correction"),
        ("v[d] / (1 - beta1**t)", "v[d] / (1 - beta1)", "bias correction without the power t"),
        ("s[d] / (1 - beta2**t)", "s[d] / (1 - beta1**t)", "bias correction with the other beta"),
        ("grads[d] ** 2", "grads[d]", "the square is missing"),
        ("(1 - beta1) * grads[d]", "grads[d]", "1 - beta is missing at the gradient"),
        ("np.sqrt(s_corrected[d]) + epsilon", "s_corrected[d] + epsilon", "the root is missing"),
        ("np.sqrt(s_corrected[d]) + epsilon", "np.sqrt(s_corrected[d] + epsilon)", "epsilon inside the root"),
        ("v_corrected[d] / (np", "v[d] / (np", "v without bias correction in the step"),
        ("- learning_rate * step", "+ learning_rate * step", "the wrong direction: + for -"),
    ]),
    *_seeds(PRACTICE, "batch_norm_forward", "Z_tilde", [
        ("(Z - mean) /", "Z /", "the mean is not subtracted"),
        ("np.mean(Z, axis=1, keepdims=True)", "np.mean(Z, axis=0, keepdims=True)", "the mean over the units (axis=0), the variance over the examples"),
        ("np.sqrt(variance + epsilon)", "(variance + epsilon)", "the root is missing: divided by the variance"),
        ("gamma * Z_hat + beta", "gamma * Z_hat", "beta is missing"),
        ("gamma * Z_hat + beta", "beta * Z_hat + gamma", "gamma and beta are swapped"),
    ]),
    *_seeds(PRACTICE, "batch_norm_backward", None, [
        (" - mean_term", "", "the term of the mean is missing"),
        (" - variance_term", "", "the term of the variance is missing"),
        ("dZ_tilde * gamma", "dZ_tilde", "gamma is missing in dZ"),
        ("np.sqrt(variance + epsilon)", "1", "not divided by the deviation"),
        ("dZ_tilde * Z_hat, axis=1", "dZ_tilde, axis=1", "Z_hat is missing"),
        ("np.sum(dZ_tilde, axis=1, keepdims=True)", "np.sum(dZ_tilde, axis=0, keepdims=True)", "the sum over the units (axis=0)"),
    ]),
    *_seeds(DEEP, "L_model_forward", "caches", [
        ("    caches.append(cache)\n    assert", "    assert", "the cache of one layer is not kept"),
    ]),
    *_seeds(DEEP, "L_model_backward", None, [
        ('grads["dW" + str(l + 1)] = dW', 'grads["dW" + str(l)] = dW', "kept under the number of the layer before"),
        ("reversed(range(L - 1))", "range(L - 1)", "dA1 is read before it is kept: the order of the loop, or a number in a key"),
    ]),
    *_seeds(DEEP, "linear_forward", "Z", [
        ("np.dot(W, A) + b", "np.dot(W, A) + b[:, 0]", "broadcasting: b as a row"),
    ]),
    *_seeds(PRACTICE, "backward_propagation_with_dropout", None, [
        ("dA2 * D2", "dA2 * D1", "the mask of the layer before"),
    ]),
    *_seeds(PRACTICE, "batch_norm_backward", None, [
        ("dbeta = np.sum", "dbeta = np.mean", "1/m is in it, and not in its neighbour"),
    ]),
]  # fmt: skip
