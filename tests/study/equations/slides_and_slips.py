"""Lines of slides and of code: the right ones, and the wrong ones with their correction."""

# one file each: what stands together on a slide
RIGHT = {
    "letters": r"""
# Forward
Z[l] = W[l] A[l-1] + b[l]
A[l] = g[l](Z[l])
A[0] = X
A[L] = Yhat
Backward:
- dA[L] = -Y/A[L] + (1-Y)/(1-A[L])
- dZ[l] = dA[l] * g[l]'(Z[l])
- dW[l] = 1/m dZ[l] A[l-1]'
- db[l] = 1/m sum(dZ[l])
- dA[l-1] = W[l]' dZ[l]
1. dZ[l] = W[l+1]' dZ[l+1] * g[l]'(Z[l])
2. dZ[l] = g[l]'(Z[l]) * W[l+1]' dZ[l+1]
W[l] = W[l] - alpha dW[l]   for l = 1..L
b[l] := b[l] - alpha * db[l]  (l = 1, ..., L)
W[l], dW[l]: (n[l], n[l-1])
b[l], db[l]: (n[l], 1)
Z[l], A[l], dZ[l], dA[l]: (n[l], m)
X: (n_x, m)
""",
    "numbers": r"""
Z[1] = W[1] X + b[1]
A[1] = g[1](Z[1])
Z[2] = W[2] A[1] + b[2]
A[2] = sigma(Z[2])
dZ[2] = A[2] - Y
dW[2] = 1/m dZ[2] A[1]'
db[2] = 1/m np.sum(dZ[2], axis=1, keepdims=True)
dZ[1] = W[2]' dZ[2] * g[1]'(Z[1])
dW[1] = 1/m dZ[1] X'
db[1] = 1/m np.sum(dZ[1], axis=1, keepdims=True)
W[2]: (1, n[1])
b[2]: (1, 1)
""",
    "NumPy": r"""
m = X.shape[1]
W1 = parameters["W1"]
Z1 = np.dot(W1, X) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(W2, A1) + b2
A2 = sigmoid(Z2)
logprobs_are_below = 1
""".replace("logprobs_are_below = 1\n", "")
    + r"""
cost = -np.sum(np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)) / m
cost = float(np.squeeze(cost))
dZ2 = A2 - Y
dW2 = (1 / m) * np.dot(dZ2, A1.T)
db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
dW1 = np.dot(dZ1, X.T) / m
db1 = 1/m * dZ1.sum(axis=1, keepdims=True)
W1 = W1 - learning_rate * dW1
b1 -= learning_rate * db1
W2 = W2 - dW2 * learning_rate
""",
    "NumPy with @": r"""
Z1 = W1 @ X + b1
A1 = np.maximum(0, Z1)
Z2 = W2.dot(A1) + b2
A2 = 1 / (1 + np.exp(-Z2))
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
dZ1 = W2.T @ dZ2 * (Z1 > 0)
dW1 = dZ1 @ X.T / m
db1 = dZ1.sum(axis=1, keepdims=True) / m
""",
    "the course's loop": r"""
parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
parameters["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
dAL = - (np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
dW = 1./m * np.dot(dZ, A_prev.T)
db = 1./m * np.sum(dZ, axis=1, keepdims=True)
dA_prev = np.dot(W.T, dZ)
Z = np.dot(W, A_prev) + b
""",
    "LaTeX": r"""
\begin{align*}
Z^{[l]} &= W^{[l]} A^{[l-1]} + b^{[l]} \\
A^{[l]} &= g^{[l]}\left(Z^{[l]}\right) \\
dZ^{[L]} &= A^{[L]} - Y \\
dZ^{[l]} &= dA^{[l]} \odot g^{[l]\prime}(Z^{[l]}) \\
dZ^{[l]} &= W^{[l+1]T} dZ^{[l+1]} * g'^{[l]}(Z^{[l]}) \\
dW^{[l]} &= \frac{1}{m} dZ^{[l]} A^{[l-1]T} \\
db^{[l]} &= \frac{1}{m} \sum_{i=1}^{m} dZ^{[l](i)} \\
dA^{[l-1]} &= {W^{[l]}}^T \cdot dZ^{[l]} \\
\end{align*}
$dA^{[L]} = -\frac{Y}{A^{[L]}} + \frac{1-Y}{1-A^{[L]}}$
$$W^{[l]} \leftarrow W^{[l]} - \alpha \, dW^{[l]}$$
\frac{\partial J}{\partial W^{[l]}} = \frac{1}{m} dZ^{[l]} \left(A^{[l-1]}\right)^T
J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log \hat{y}^{(i)} + (1-y^{(i)}) \log(1-\hat{y}^{(i)}) \right)
z^{[1](i)} = W^{[1]} x^{(i)} + b^{[1]}
W^{[l]}: (n^{[l]}, n^{[l-1]})
b^{[l]}, db^{[l]} \in \mathbb{R}^{n^{[l]} \times 1}
""",
    "one example": r"""
z[l] = W[l] a[l-1] + b[l]
a[l] = g[l](z[l])
dz[L] = a[L] - y
dz[l] = da[l] * g[l]'(z[l])
dW[l] = dz[l] a[l-1]'
db[l] = dz[l]
da[l-1] = W[l]' dz[l]
dz[l] = W[l+1]' dz[l+1] * g'(z[l])
""",
    "logistic regression": r"""
z = w'x + b
yhat = sigma(z)
dz = a - y
dw = x dz
db = dz
""",
    "logistic regression, all examples": r"""
Z = np.dot(w.T, X) + b
A = sigmoid(Z)
cost = -1/m * np.sum(Y * np.log(A) + (1-Y) * np.log(1-A))
dZ = A - Y
dw = 1/m * np.dot(X, dZ.T)
db = 1/m * np.sum(dZ)
w = w - learning_rate * dw
b = b - learning_rate * db
""",
    "the board's row 9": "dw = X dZ'/m\ndb = sum(dZ)/m\n",
    "the board's row 17": "dZ = dA * g'(Z)\ndW = dZ A_prev'/m\ndb = sum(dZ)/m\ndA_prev = W' dZ\n",
    "Nielsen": "δ^l = (W^{l+1})^T δ^{l+1} ⊙ σ'(z^l)\na^l = σ(z^l)\nz^l = w^l a^{l-1} + b^l\n",
    "letters of Unicode": "∂J/∂W[l] = 1/m ∂J/∂Z[l] A[l-1]ᵀ\nW[l] ← W[l] − α dW[l]\nŶ = A[L]\n",
    "regression": r"""
J = 1/(2m) sum((A[L] - Y)^2)
A[L] = Z[L]
dA[L] = A[L] - Y
dZ[L] = A[L] - Y
dZ[L] = dA[L]
""",
    "softmax": r"""
A[L] = softmax(Z[L])
J = -1/m sum(Y * log(A[L]))
dA[L] = -Y/A[L]
dZ[L] = A[L] - Y
""",
    "derivatives": r"""
sigma'(z) = sigma(z) (1 - sigma(z))
tanh'(z) = 1 - tanh(z)^2
g'(z) = a (1 - a)
relu'(z) = 1 if z > 0 else 0
relu'(0) = 0
sigma(z) = 1/(1 + e^(-z))
\sigma(z) = \frac{1}{1 + e^{-z}}
tanh(z) = (e^z - e^{-z})/(e^z + e^{-z})
""",
    "only at the output": "dA[l] = -Y/A[l] + (1-Y)/(1-A[l])   for l = L\n",
    "l2": "dW[l] = 1/m dZ[l] A[l-1]' + lambda/m W[l]\nW[l] = W[l] - alpha (dW[l] + lambda/m W[l])\n",
}

# a convention that is right in itself: a note, nothing wrong
NOTED = {
    "1/m on dZ": "dZ[L] = 1/m (A[L] - Y)\ndW[l] = dZ[l] A[l-1]'\ndb[l] = sum(dZ[l])\n",
    "J as a sum": "J = -sum(Y*log(A[L]) + (1-Y)*log(1-A[L]))\ndW[l] = dZ[l] A[l-1]'\n",
    "no 1/m anywhere": "dW[L] = dZ[L] A[L-1]'\n",
    "ReLU at zero": "dZ1 = dA1 * (Z1 >= 0)\n",
    "ReLU at zero, as a function": "relu'(z) = 1 if z >= 0 else 0\n",
    "ReLU at zero, as a value": "relu'(0) = 1\n",
    "ReLU at zero, in LaTeX": r"\text{ReLU}'(0) = 1",
    "ReLU at zero, by np.where": "dZ1 = dA1 * np.where(Z1 >= 0, 1, 0)\n",
}

# the slip's name, and the line as it should be: the eight of lecture.md first, in all notations
WRONG = [
    ("dW[L] = dZ[L] A[L]'", "another layer's A", "dW[L] = dZ[L] A[L-1]'"),
    ("dW[L] = 1/m dZ[L] A[L]'", "another layer's A", "dW[L] = 1/m dZ[L] A[L-1]'"),
    ("dW[2] = 1/m dZ[2] A[2]'", "another layer's A", "dW[2] = 1/m dZ[2] A[1]'"),
    ("dW2 = 1/m * np.dot(dZ2, A2.T)", "another layer's A", "dW2 = 1/m * np.dot(dZ2, A1.T)"),
    (r"dW^{[L]} = \frac{1}{m} dZ^{[L]} A^{[L]T}", "another layer's A", r"dW^{[L]} = \frac{1}{m} dZ^{[L]} A^{[L-1]T}"),
    ("dZ[L-1] = dW[L]' dZ[L] * g'", "dW for W", "dZ[L-1] = W[L]' dZ[L] * g'"),
    ("dZ[1] = dW[2]' dZ[2] * g[1]'(Z[1])", "dW for W", "dZ[1] = W[2]' dZ[2] * g[1]'(Z[1])"),
    ("dZ1 = np.dot(dW2.T, dZ2) * (1 - A1**2)", "dW for W", "dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)"),
    (r"dZ^{[L-1]} = dW^{[L]T} dZ^{[L]} \odot g^{[L-1]\prime}(Z^{[L-1]})", "dW for W", r"dZ^{[L-1]} = W^{[L]T} dZ^{[L]} \odot g^{[L-1]\prime}(Z^{[L-1]})"),
    ("dz[l] = W[l+1]' da[l+1] * g'", "dA for dZ", "dz[l] = W[l+1]' dz[l+1] * g'"),
    ("dz[1] = W[2]' da[2] * g'(z[1])", "dA for dZ", "dz[1] = W[2]' dz[2] * g'(z[1])"),
    ("dz1 = W2.T @ da2 * g_prime(z1)", "dA for dZ", "dz1 = W2.T @ dz2 * g_prime(z1)"),
    (r"dz^{[l]} = W^{[l+1]T} da^{[l+1]} \odot g^{[l]\prime}(z^{[l]})", "dA for dZ", r"dz^{[l]} = W^{[l+1]T} dz^{[l+1]} \odot g^{[l]\prime}(z^{[l]})"),
    ("dZ[L] = A[L] - Yhat", "Yhat for Y", "dZ[L] = A[L] - Y"),
    ("dZ[2] = A[2] - Yhat", "Yhat for Y", "dZ[2] = A[2] - Y"),
    ("dZ2 = A2 - Y_hat", "Yhat for Y", "dZ2 = A2 - Y"),
    (r"dZ^{[L]} = A^{[L]} - \hat{Y}", "Yhat for Y", r"dZ^{[L]} = A^{[L]} - Y"),
    ("Z[2] = W[2] X + b[2]", "X for A", "Z[2] = W[2] A[1] + b[2]"),
    ("Z[L] = W[L] X + b[L]", "X for A", "Z[L] = W[L] A[L-1] + b[L]"),
    ("Z2 = np.dot(W2, X) + b2", "X for A", "Z2 = np.dot(W2, A1) + b2"),
    (r"Z^{[2]} = W^{[2]} X + b^{[2]}", "X for A", r"Z^{[2]} = W^{[2]} A^{[1]} + b^{[2]}"),
    ("b[l], db[l]: (n[l], m)", "shape of b", "b[l], db[l]: (n[l], 1)"),
    ("b, db: (n, m)", "shape of b", "b, db: (n, 1)"),
    ("b[1], db[1]: (n[1], m)", "shape of b", "b[1], db[1]: (n[1], 1)"),
    ("b1.shape == (n1, m)", "shape of b", "b1.shape == (n1, 1)"),
    (r"b^{[l]}, db^{[l]}: (n^{[l]}, m)", "shape of b", r"b^{[l]}, db^{[l]}: (n^{[l]}, 1)"),
    ("dW = dz a_prev", "transpose missing", "dW = dz a_prev'"),
    ("dW[l] = dz[l] a[l-1]", "transpose missing", "dW[l] = dz[l] a[l-1]'"),
    ("dW[2] = dz[2] a[1]", "transpose missing", "dW[2] = dz[2] a[1]'"),
    ("dW2 = np.dot(dZ2, A1) / m", "transpose missing", "dW2 = np.dot(dZ2, A1.T) / m"),
    (r"dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]}", "transpose missing", r"dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}"),
    ("dA[l] = -Y/A[l] + (1-Y)/(1-A[l])", "the start of the backward pass at every layer", "dA[L] = -Y/A[L] + (1-Y)/(1-A[L])"),
    ("dZ2 = A2 - Y\ndA1 = -Y/A1 + (1-Y)/(1-A1)", "the start of the backward pass at every layer", "dA2 = -Y/A2 + (1-Y)/(1-A2)"),
    (r"dA^{[l]} = -\frac{Y}{A^{[l]}} + \frac{1-Y}{1-A^{[l]}}", "the start of the backward pass at every layer", r"dA^{[L]} = -\frac{Y}{A^{[L]}} + \frac{1-Y}{1-A^{[L]}}"),
    # further ones
    ("dZ1 = W2.T @ dZ2", "g' missing", "dZ1 = W2.T @ dZ2 * g_prime(Z1)"),
    ("dZ[l] = W[l+1]' dZ[l+1]", "g' missing", "dZ[l] = W[l+1]' dZ[l+1] * g[l]'(Z[l])"),
    ("dZ[l] = dA[l] * g[l]'(A[l])", "g' of A", "dZ[l] = dA[l] * g[l]'(Z[l])"),
    ("dZ[l] = dA[l] * g[l](Z[l])", "g for g'", "dZ[l] = dA[l] * g[l]'(Z[l])"),
    ("dZ[l] = dA[l] * g[l+1]'(Z[l])", "g of another layer", "dZ[l] = dA[l] * g[l]'(Z[l])"),
    ("dZ[l] = W[l]' dZ[l+1] * g[l]'(Z[l])", "another layer's W", "dZ[l] = W[l+1]' dZ[l+1] * g[l]'(Z[l])"),
    ("dZ[l] = W[l+1] dZ[l+1] * g[l]'(Z[l])", "transpose missing", "dZ[l] = W[l+1]' dZ[l+1] * g[l]'(Z[l])"),
    ("dA[l-1] = W[l] dZ[l]", "transpose missing", "dA[l-1] = W[l]' dZ[l]"),
    ("dA[l-1] = W[l]' dA[l]", "dA for dZ", "dA[l-1] = W[l]' dZ[l]"),
    ("Z[l] = W[l]' A[l-1] + b[l]", "transpose too many", "Z[l] = W[l] A[l-1] + b[l]"),
    ("Z[l] = W[l] A[l] + b[l]", "another layer's A", "Z[l] = W[l] A[l-1] + b[l]"),
    ("Z[l] = A[l-1] W[l] + b[l]", "factors in the wrong order", "Z[l] = W[l] A[l-1] + b[l]"),
    ("Z[l] = W[l] A[l-1]", "b missing", "Z[l] = W[l] A[l-1] + b[l]"),
    ("Z[l] = W[l] Z[l-1] + b[l]", "Z for A", "Z[l] = W[l] A[l-1] + b[l]"),
    ("Z1 = W1 * X + b1", "* for the matrix product", "Z1 = W1 @ X + b1"),
    ("Z1 = np.multiply(W1, X) + b1", "* for the matrix product", "Z1 = np.dot(W1, X) + b1"),
    ("dZ1 = W2.T * dZ2 * (1 - A1**2)", "* for the matrix product", "dZ1 = W2.T @ dZ2 * (1 - A1**2)"),
    ("dZ1 = np.dot(dA1, g_prime(Z1))", "matrix product for *", "dZ1 = np.multiply(dA1, g_prime(Z1))"),
    ("A[l] = g[l](A[l])", "A for Z", "A[l] = g[l](Z[l])"),
    ("A[l] = Z[l]", "g missing", "A[l] = g[l](Z[l])"),
    ("dZ[L] = Y - A[L]", "wrong sign", "dZ[L] = A[L] - Y"),
    ("dA[L] = Y/A[L] + (1-Y)/(1-A[L])", "wrong sign", "dA[L] = -Y/A[L] + (1-Y)/(1-A[L])"),
    ("dA[L] = -Y/A[L] - (1-Y)/(1-A[L])", "wrong sign", "dA[L] = -Y/A[L] + (1-Y)/(1-A[L])"),
    ("dA2 = A2 - Y", "dA for dZ", "dZ2 = A2 - Y"),
    ("db1 = 1/m * np.sum(dZ1, axis=0, keepdims=True)", "sum over the wrong axis", "db1 = 1/m * np.sum(dZ1, axis=1, keepdims=True)"),
    ("db1 = 1/m * np.sum(dZ1, axis=1)", "keepdims missing", "db1 = 1/m * np.sum(dZ1, axis=1, keepdims=True)"),
    ("dZ2 = A2 - Y\ndb1 = 1/m * np.sum(dZ1)", "sum over the wrong axis", "db1 = 1/m * np.sum(dZ1, axis=1, keepdims=True)"),
    ("db[l] = 1/m dZ[l]", "sum missing", "db[l] = 1/m sum(dZ[l])"),
    ("db[l] = 1/m sum(dA[l])", "dA for dZ", "db[l] = 1/m sum(dZ[l])"),
    ("W1 = W1 + learning_rate * dW1", "update in the wrong direction", "W1 = W1 - learning_rate * dW1"),
    ("W1 += alpha * dW1", "update in the wrong direction", "W1 -= alpha * dW1"),
    ("W[l] = W[l] - dW[l]", "learning rate missing", "W[l] = W[l] - alpha dW[l]"),
    ("b[l] = b[l] - alpha dW[l]", "dW for db", "b[l] = b[l] - alpha db[l]"),
    ("W[l] = W[l] - alpha W[l]", "W for dW", "W[l] = W[l] - alpha dW[l]"),
    (r"W^{[l]} = W^{[l]} + \alpha dW^{[l]}", "update in the wrong direction", r"W^{[l]} = W^{[l]} - \alpha dW^{[l]}"),
    ("db[l] = 1/m sum(dZ[l])\ndW[l] = dZ[l] A[l-1]'", "1/m missing", "dW[l] = 1/m dZ[l] A[l-1]'"),
    ("db[l] = 1/m sum(dZ[l])\ndW[l] = 1/m dZ[l] A[l-1]'\ndZ[L] = 1/m (A[L] - Y)", "1/m doubled", "dZ[L] = (A[L] - Y)"),
    ("db[l] = 1/m sum(dZ[l])\ndA[l-1] = 1/m W[l]' dZ[l]", "1/m doubled", "dA[l-1] = W[l]' dZ[l]"),
    ("dW1 = 1/m * np.dot(X, dZ1.T)", "transpose missing", None),
    ("dw = 1/m X dZ", "transpose missing", "dw = 1/m X dZ'"),
    ("W[l]: (n[l-1], n[l])", "shape", "W[l]: (n[l], n[l-1])"),
    ("Z1 = W1 @ X + b1\nA1 = tanh(Z1)\ndZ1 = W2.T @ dZ2 * A1 * (1 - A1)", "derivative of another activation", None),
    ("J = -1/m sum(Y * log(A[L]) + (1-Y) * log(A[L]))", "1 - A for A, or A for 1 - A", "J = -1/m sum(Y * log(A[L]) + (1-Y) * log((1 - A[L])))"),
    ("J = 1/m sum(Y * log(A[L]) + (1-Y) * log(1-A[L]))", "wrong sign", None),
    (r"db^{[l]} = \frac{1}{m} dZ^{[l]}", "sum missing", r"db^{[l]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[l]}"),
    (r"dZ^{[L-1]} = dW^{[L]^T} dZ^{[L]} g'^{[L]}(Z^{[L-1]})", "dW for W and g of another layer", r"dZ^{[L-1]} = W^{[L]^T} dZ^{[L]} g'^{[L-1]}(Z^{[L-1]})"),
]  # fmt: skip

# refused as a whole: DataError
HOSTILE = {
    "a name of Python's inside": "Z[1] = __import__('os').system('true')",
    "eval": "Z[1] = eval('1')",
    "an attribute of an attribute": "Z = X.__class__.__bases__",
    "deep nesting": "Z[1] = " + "(" * 2000 + "X" + ")" * 2000,
    "nesting of a hundred": "Z[1] = " + "(" * 100 + "X" + ")" * 100,
    "a tower of powers": "Z[1] = 9**9**9**9",
    "a huge exponent": "Z[1] = 2^99999999",
    "a huge exponent in LaTeX": "Z^{[1]} = 2^{10^{10^{10}}}",
    "a huge exponent by np.power": "Z1 = np.power(A1, 999999999)",
    "a huge number": "Z[1] = 1e999",
    "many digits": "Z[1] = " + "9" * 500,
    "a long line": "Z[1] = X" + " + X" * 5000,
    "sums within sums": "J = " + "\\sum_{i=1}^m " * 20 + "y^{(i)}",
    "minus signs": "Z[1] = " + "-" * 600 + "X",
    "another module": "import os\nZ[1] = W[1] X + b[1]",
    "a control character": "Z[1] = W[1] X\x00",
}
UNREAD = {
    "an unknown name": ("Z[1] = W[1] Q + b[1]", "'Q'", 13),
    "a near one": ("dZ[1] = learning_rat dA[1]", "learning_rate", 9),
    "no right side": ("Z[1] =", "the end of the line", 7),
    "a parenthesis too few": ("Z[1] = (W[1] X + b[1]", "expected )", 22),
    "an unknown function": ("Z1 = np.fft(X)", "np.fft", 6),
    "an unknown command": (r"Z^{[1]} = \foo X", r"\foo", 11),
}
