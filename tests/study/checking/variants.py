"""Right functions in different styles: none of them may be blamed. Each is a file of its own."""

IMPORT = "import numpy as np\n"

VARIANTS = {
    "a loop over the examples": """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW, db = np.zeros_like(W), np.zeros_like(b)
    dA_prev = np.zeros_like(A_prev)
    for i in range(m):
        dW += np.outer(dZ[:, i], A_prev[:, i]) / m
        db += dZ[:, i : i + 1] / m
        dA_prev[:, i] = W.T.dot(dZ[:, i])
    return dA_prev, dW, db
""",
    "loops over everything": """
def linear_forward(A, W, b):
    Z = np.zeros((W.shape[0], A.shape[1]))
    for i in range(W.shape[0]):
        for j in range(A.shape[1]):
            Z[i, j] = b[i, 0]
            for k in range(W.shape[1]):
                Z[i, j] += W[i, k] * A[k, j]
    return Z, (A, W, b)
""",
    "einsum": """
def linear_forward(A, W, b):
    return np.einsum("ij,jk->ik", W, A) + b, (A, W, b)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = np.einsum("im,jm->ij", dZ, A_prev) / dZ.shape[1]
    db = np.einsum("im->i", dZ)[:, None] / dZ.shape[1]
    return np.einsum("ij,im->jm", W, dZ), dW, db
""",
    "float32": """
def linear_forward(A, W, b):
    A, W, b = A.astype(np.float32), W.astype(np.float32), b.astype(np.float32)
    return W @ A + b, (A, W, b)

def linear_backward(dZ, cache):
    A_prev, W, b = (one.astype(np.float32) for one in cache)
    dZ = dZ.astype(np.float32)
    m = np.float32(dZ.shape[1])
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m
""",
    "float32 by a loop": """
def compute_cost(AL, Y):
    total = np.float32(0)
    for a, y in zip(AL[0].astype(np.float32), Y[0]):
        total -= np.log(a) if y == 1 else np.log(np.float32(1) - a)
    return total / np.float32(Y.shape[1])
""",
    "the mask as a product": """
def relu_backward(dA, cache):
    return dA * (cache > 0)
""",
    "the mask by where": """
def relu_backward(dA, Z):
    return np.where(Z > 0, dA, 0.0)
""",
    "the mask written into what was given": """
def relu_backward(dA, cache):
    dA[cache <= 0] = 0
    return dA
""",
    "relu changes Z itself": """
def relu(Z):
    Z[Z < 0] = 0
    return Z
""",
    "sigmoid for large Z in two halves": """
def sigmoid(Z):
    return np.where(Z >= 0, 1 / (1 + np.exp(-np.abs(Z))), np.exp(-np.abs(Z)) / (1 + np.exp(-np.abs(Z))))
""",
    "sigmoid by tanh, and its derivative": """
def sigmoid(Z):
    return 0.5 * (1 + np.tanh(Z / 2)), Z

def sigmoid_backward(dA, cache):
    return dA * 0.25 / np.cosh(cache / 2) ** 2
""",
    "tanh by exponentials": """
def tanh(Z):
    return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))
""",
    "the cost by a mean, with a small number in the log": """
def compute_cost(AL, Y):
    tiny = 1e-8
    return -np.mean(Y * np.log(AL + tiny) + (1 - Y) * np.log(1 - AL + tiny))
""",
    "the cost by matrix products, as (1, 1)": """
def compute_cost(AL, Y):
    m = Y.shape[1]
    return (1.0 / m) * (-np.dot(Y, np.log(AL).T) - np.dot(1 - Y, np.log(1 - AL).T))
""",
    "the cost with clipping, as a float": """
def compute_cost(AL, Y):
    p = np.clip(AL, 1e-10, 1 - 1e-10)
    return float(np.nansum(-Y * np.log(p) - (1 - Y) * np.log1p(-p)) / Y.size)
""",
    "means in the place of sums": """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = (dZ[:, None, :] * A_prev[None, :, :]).mean(axis=2)
    return np.matmul(W.T, dZ), dW, dZ.mean(axis=1, keepdims=True)
""",
    "db by reshape": """
def linear_backward(dZ, cache):
    (A_prev, W, b), m = cache, dZ.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, (dZ.sum(axis=1) / m).reshape(-1, 1)
""",
    "a dictionary as cache and as gradients": """
def linear_forward(A_prev, W, b):
    return W @ A_prev + b, {"A_prev": A_prev, "W": W, "b": b}

def linear_backward(dZ, cache):
    m = dZ.shape[1]
    return {
        "dW": dZ @ cache["A_prev"].T / m,
        "db": dZ.sum(1, keepdims=True) / m,
        "dA_prev": cache["W"].T @ dZ,
    }
""",
    "a cache of one's own class": """
class Cache:
    def __init__(self, A_prev, W):
        self.A_prev, self.W = A_prev, W

def linear_forward(A, W, b):
    return W @ A + b, Cache(A, W)

def linear_backward(dZ, cache):
    m = dZ.shape[1]
    return cache.W.T @ dZ, dZ @ cache.A_prev.T / m, dZ.sum(1, keepdims=True) / m
""",
    "other names of the arguments": """
def linear_forward(x, w, b):
    return w @ x + b, (x, w, b)

def linear_backward(dz, cache):
    x, w, b = cache
    return w.T @ dz, dz @ x.T / x.shape[1], dz.sum(1, keepdims=True) / x.shape[1]

def update_parameters(params, gradients, lr=0.01):
    return {k: params[k] - lr * gradients["d" + k] for k in params}
""",
    "update in place": """
def update_parameters(parameters, grads, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        parameters["W" + str(l)] -= learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] -= learning_rate * grads["db" + str(l)]
    return parameters
""",
    "a loop of three lines, tanh inside": """
def forward_propagation(X, parameters):
    A, L, cache = X, len(parameters) // 2, {"A0": X}
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A = np.tanh(Z) if l < L else 1 / (1 + np.exp(-Z))
        cache[f"A{l}"] = A
    return A, cache

def backward_propagation(parameters, cache, X, Y):
    L, grads = len(parameters) // 2, {}
    dZ = cache[f"A{L}"] - Y
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = dZ @ cache[f"A{l - 1}"].T / Y.shape[1]
        grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
        if l > 1:
            dZ = parameters[f"W{l}"].T @ dZ * (1 - cache[f"A{l - 1}"] ** 2)
    return grads
""",
    "three layers written out, a flat cache, lower case": """
def forward_propagation(X, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[n + i] for i in "123" for n in "Wb")
    z1 = W1.dot(X) + b1
    a1 = np.maximum(z1, 0)
    z2 = W2.dot(a1) + b2
    a2 = np.maximum(z2, 0)
    z3 = W3.dot(a2) + b3
    a3 = 1 / (1 + np.exp(-z3))
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)

def backward_propagation(X, Y, cache):
    m = X.shape[1]
    (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3) = cache
    dz3 = 1.0 / m * (a3 - Y)
    dW3 = np.dot(dz3, a2.T)
    db3 = np.sum(dz3, axis=1, keepdims=True)
    dz2 = np.dot(W3.T, dz3) * np.int64(a2 > 0)
    dW2 = np.dot(dz2, a1.T)
    db2 = np.sum(dz2, axis=1, keepdims=True)
    dz1 = np.dot(W2.T, dz2) * np.int64(a1 > 0)
    dW1 = np.dot(dz1, X.T)
    db1 = np.sum(dz1, axis=1, keepdims=True)
    return {
        "dz3": dz3, "dW3": dW3, "db3": db3, "dz2": dz2, "dW2": dW2, "db2": db2,
        "dz1": dz1, "dW1": dW1, "db1": db1,
    }
""",
    "softmax with one-hot answers": """
def softmax(Z):
    powers = np.exp(Z)
    return powers / powers.sum(axis=0)

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = softmax(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2)) / Y.shape[1]

def backward_propagation(parameters, cache, X, Y):
    m, dZ2 = X.shape[1], cache["A2"] - Y
    dZ1 = (parameters["W2"].T @ dZ2) * (cache["Z1"] > 0)
    return {
        "dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.sum(1, keepdims=True) / m,
        "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m,
    }
""",
    "print, seed, warnings and a file that asks": """
import warnings
print("hello" * 1000)
warnings.warn("careful")
np.random.seed(3)
try:
    input("your name? ")
except EOFError:
    pass

def linear_forward(A, W, b):
    print(A.shape)
    return W @ A + b, (A, W, b)
""",
}

ROWS = {
    "rows, b as (1, n)": """
def linear_forward(A, W, b):
    return A @ W + b, (A, W, b)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[0]
    return dZ @ W.T, A_prev.T @ dZ / m, dZ.sum(axis=0, keepdims=True) / m

def compute_cost(AL, Y):
    return -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
""",
    "rows, db as (n,)": """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = len(A_prev)
    return dZ @ W.T, A_prev.T @ dZ / m, dZ.mean(axis=0)
""",
    "rows, a whole network": """
def forward_propagation(X, parameters):
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(A1 @ parameters["W2"] + parameters["b2"])))
    return A2, {"Z1": Z1, "A1": A1, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    m = len(X)
    dZ2 = cache["A2"] - Y
    dZ1 = dZ2 @ parameters["W2"].T * (1 - cache["A1"] ** 2)
    return {"dW2": cache["A1"].T @ dZ2 / m, "db2": dZ2.mean(0), "dW1": X.T @ dZ1 / m, "db1": dZ1.mean(0)}
""",
}
