"""Each test of the board is able to fail: mistakes are seeded into it one by one, all are caught.

Each runs the board's own tests in a process of its own: `pytest -m slow tests/propagation`; with
`--junitxml` the report says which test caught which mistake.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUDGES = [f"tests/propagation/test_{name}.py" for name in (
    "linear", "activation", "cost", "initialization", "regularization", "notation", "network",
)]  # fmt: skip
ANY_OF_THEM = "not 1e12 and not 10_000"  # the quick ones; each mistake is caught by those already

MISTAKES = [
    ("linear", "dZ_mean @ cache.A_prev.T", "dZ @ cache.A_prev.T", "dW without its 1/m"),
    ("linear", "cache.W.T @ dZ", "cache.W.T @ dZ_mean", "dA_prev with a second 1/m"),
    ("linear", "jnp.sum(dZ_mean, axis=1", "jnp.sum(dZ, axis=1", "db without its 1/m"),
    ("linear", "W @ A_prev + b", "W @ A_prev - b", "Z = W A_prev - b"),
    ("activation", "1 - jnp.tanh(Z) ** 2", "1 - jnp.tanh(Z)", "tanh' without its square"),
    ("activation", "jax.nn.sigmoid(Z) * jax.nn.sigmoid(-Z)", "jax.nn.sigmoid(Z)", "sigmoid' = a"),
    ("activation", "(Z > 0).astype", "(Z >= 0).astype", "ReLU' is 1 at 0"),
    ("activation", "jnp.full_like(Z, LEAK)", "jnp.zeros_like(Z)", "leaky ReLU' leaks nothing"),
    ("activation", "dA * ACTIVATIONS", "ACTIVATIONS", "dZ without dA"),
    ("cost", "HEADS[name].g(Z) - Y", "Y - HEADS[name].g(Z)", "dZ = Y - A"),
    ("cost", "(Z - Y) / 2 * (Z - Y)", "(Z - Y) * (Z - Y)", "the squared error without its half"),
    ("cost", "jnp.max(Z, axis=0", "jnp.max(Z, axis=1", "softmax over the examples"),
    ("cost", "jnp.sum(terms, axis=0", "jnp.mean(terms, axis=0", "a mean over the units"),
    ("initialization", "math.sqrt(2 / n_prev)", "math.sqrt(1 / n_prev)", "He without its 2"),
    ("initialization", "math.sqrt(2 / (n + n_prev))", "math.sqrt(2 / n)", "Xavier without n_prev"),
    ("regularization", "l2_share / 2 * block", "l2_share * block", "the penalty without its half"),
    ("regularization", "+ l2_share * block", "- l2_share * block", "the penalty pulls outwards"),
    ("notation", "weights / jnp.where", "jnp.ones_like(weights) / jnp.where", "weights ignored"),
    ("network", "share_of(batch.weights))\n    return Passed",
     "share_of(batch.weights) * 2)\n    return Passed", "every gradient doubled"),
    ("network", "jax.random.split(key, len(network.blocks))", "[key] * len(network.blocks)",
     "all layers drawn from one key"),
    ("linear", "cache.W.T @ dZ", "cache.W @ dZ", "dA_prev without its transpose"),
    ("linear", "jnp.sum(dZ_mean, axis=1, keepdims=True)", "dZ_mean", "db not summed"),
    ("linear", "jnp.sum(dZ_mean, axis=1, keepdims=True)", "dZ_mean[:, :1]", "db of one example"),
    ("linear", "Kept(A_prev, W)", "Kept(Z, W)", "the linear block keeps Z for A_prev"),
    ("linear", "dZ * share", "dZ / dZ.shape[1]", "1/m that ignores the weights"),
    ("activation", "lambda Z: Z, jnp.ones_like", "lambda Z: Z, jnp.zeros_like", "identity' = 0"),
    ("activation", "(Z > 0).astype(Z.dtype)", "jnp.maximum(Z, 0)", "ReLU' = ReLU"),
    ("activation", "return A, Z", "return A, A", "g' of A in place of Z"),
    ("cost", "HEADS[name].g(Z) - Y", "HEADS[name].g(Z)", "dZ without minus Y"),
    ("cost", "softmax(Z, axis=0)", "softmax(Z, axis=1)", "A sums to 1 over the examples"),
    ("cost", "-Y / A + (1 - Y)", "-Y / A - (1 - Y)", "dA of the sigmoid with a wrong sign"),
    ("cost", "jnp.maximum(Z, 0) - Z * Y", "jnp.maximum(Z, 0) + Z * Y", "the loss with + Z Y"),
    ("initialization", "math.sqrt(2 / n_prev) * jax.random.normal(key, (n, n_prev), dtype)",
     "math.sqrt(2 / n_prev) * jax.random.normal(key, (1, n_prev), dtype).repeat(n, axis=0)",
     "He with equal units"),
    ("initialization", "0.01 * jax.random.normal(key, (n, n_prev), dtype)",
     "0.01 * jax.random.uniform(key, (n, n_prev), dtype)", "small weights not normal"),
    ("regularization", "+ l2_share * block", "+ block", "the gradient without its factor l2"),
    ("regularization", '/ 2 * block["W"] * block', "/ 2 * block", "the penalty without its square"),
    ("notation", "jnp.where(total > 0, total, jnp.ones_like(total))", "total", "0 / 0 of weights"),
    ("network", "loss(Z, batch.Y) * share_of(batch.weights)", "loss(Z, batch.Y) * batch.weights",
     "a cost that is a sum"),
    ("network", "add_gradient(gradients, parameters, l2_share)", "gradients", "l2 not in dW"),
    ("network", " + penalty(parameters, l2_share)", "", "l2 not in J"),
    ("network", "strict=True):\n        dA, gradient", "strict=True):\n        _, gradient",
     "dA not handed on"),
    ("gradient_check", "max(wrong", "min(wrong", "the last wrong layer named as the first"),
    ("gradient_check", "/ (2 * step)", "/ step", "a central difference over h"),
    ("kinds", "activations[l - 1]", "activations[0]", "the first activation in every layer"),
]  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the package and of the board's tests that may be spoiled."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "propagation", tmp_path / "tests" / "propagation")
    for name in ("conftest.py", "tests/conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def judged(copy, file):
    """Run the tests of the mistake's own file first: one failure is enough."""
    own = f"tests/propagation/test_{file}.py"
    files = [own, *(judge for judge in JUDGES if judge != own)]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONPATH"))}
    return subprocess.run(
        [*command, "-k", ANY_OF_THEM, *files],
        cwd=copy, env=outside, check=False, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


@pytest.mark.slow
def test_the_board_as_it_is_passes(copy):
    ended = judged(copy, "gradient_check")
    assert ended.returncode == 0, ended.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "right", "wrong", "what"), MISTAKES, ids=[m[3] for m in MISTAKES])
def test_a_seeded_mistake_is_caught(file, right, wrong, what, copy, record_property):
    path = copy / "src" / "layerwise" / "propagation" / f"{file}.py"
    text = path.read_text()
    assert text.count(right) == 1, f"{right!r} is not in {file}.py once"
    path.write_text(text.replace(right, wrong))
    ended = judged(copy, file)
    record_property("caught by", " ".join(re.findall(r"^FAILED \S+", ended.stdout, re.MULTILINE)))
    assert ended.returncode == 1, ended.stdout[-2000:]
    assert "stopping after 1 failures" in ended.stdout
