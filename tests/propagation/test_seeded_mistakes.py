"""Each test of the board is able to fail: mistakes are seeded into it one by one, all are caught.

Each runs the board's own tests in a process of its own: `pytest -m slow tests/propagation`; with
`-o junit_family=xunit1 --junitxml=FILE` the report says which test caught which mistake.
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
    "linear", "activation", "cost", "costs_beyond", "initialization", "regularization", "notation",
    "data_driven", "embeddings", "extremes", "ingredients", "network", "shared_members",
)]  # fmt: skip
HOMES = {  # where a file has no tests of its own name: those that know it best
    "activations": "activation", "heads": "cost", "cost_of_classes": "cost", "focal": "extremes",
    "cost_of_numbers": "extremes", "architecture": "network", "layer": "network",
    **dict.fromkeys(("batch_norm", "layer_norm", "dropout", "noise", "parametric"), "ingredients"),
    **dict.fromkeys(("shared_linear", "own_linear", "vote"), "shared_members"),
    **dict.fromkeys(("scaling", "periodic", "piecewise", "categories", "embedding"), "embeddings"),
}  # fmt: skip
ANY_OF_THEM = "not 1e12 and not 10_000"  # the quick ones; each mistake is caught by those already

MISTAKES = [
    ("linear", "product(dZ_mean, cache", "product(dZ, cache", "dW without its 1/m"),
    ("linear", "cache.W.T, dZ,", "cache.W.T, dZ_mean,", "dA_prev with a second 1/m"),
    ("linear", "jnp.sum(dZ_mean, axis=1", "jnp.sum(dZ, axis=1", "db without its 1/m"),
    ("linear", "Z = Z + b", "Z = Z - b", "Z = W A_prev - b"),
    ("product", "preferred_element_type=left.dtype", "", "sums in the short type"),
    ("activations", "1 - jnp.tanh(Z) ** 2", "1 - jnp.tanh(Z)", "tanh' without its square"),
    ("activations", "jax.nn.sigmoid(Z) * jax.nn.sigmoid(-Z)", "jax.nn.sigmoid(Z)", "sigmoid' = a"),
    ("activations", "(Z > 0).astype", "(Z >= 0).astype", "ReLU' is 1 at 0"),
    ("activations", "t + Z * (1 - t**2)", "t + (1 - t**2)", "Mish' without its Z"),
    ("activations", "norm.cdf(Z) + Z * ", "norm.cdf(Z) + ", "GELU' without its Z"),
    ("activation", "dA * ACTIVATIONS", "ACTIVATIONS", "dZ without dA"),
    ("parametric", "cache.a * (g_prime", "(g_prime", "the parametric dZ without a"),
    ("batch_norm", "_mean(dZn, share) + ", "", "dZ of batch norm without the mean of dZn"),
    ("batch_norm", "keep * before[name] + (1 - keep)", "(1 - keep) * before[name] + keep",
     "the running statistics forget too fast"),
    ("layer_norm", "dZn - _avg(dZn) - ", "dZn - ", "dZ of layer norm without the mean of dZn"),
    ("dropout", "A_prev * (D / keep), D / keep", "A_prev * D, D", "dropout without 1 / (1 - p)"),
    ("gate", "(1 - cache.on) * dA", "dA", "a gate passes all of dA around the layer"),
    ("gate", "on * A + (1 - on)", "on * A + on", "a shut layer is lost"),
    ("activation", 'dZ * cache.numbers["present"]', "dZ", "absent units pass dZ back"),
    ("scaling", "dA * share * cache", "dA * cache", "ds without its 1/m"),
    ("scaling", "cache.s * dA,", "dA,", "dA_prev of a scaling without s"),
    ("periodic", "-2 * jnp.pi * turns.sin", "2 * jnp.pi * turns.sin", "the slope of cos is sin"),
    ("periodic", "-2 * jnp.pi * turns.sin", "-turns.sin", "dT without its 2 pi"),
    ("periodic", "(dE * share[None])", "dE", "dV without its 1/m"),
    ("periodic", "dT_mean * cache.x, dT_mean", "dT_mean, dT_mean", "dw without x"),
    ("piecewise", "slope, 0 * slope", "slope, slope", "every bin passes dx back"),
    ("piecewise", "place == 0, -jnp.inf", "place < 0, -jnp.inf", "the first bin ends at its edge"),
    ("piecewise", "cache.slope * (", "(", "dx without the width of the bin"),
    ("categories", ".add(dE_mean)", ".set(dE_mean)", "only the last example of a level counts"),
    ("categories", "(dA[others:] * share)", "dA[others:]", "dE without its 1/m"),
    ("categories", "+ _firsts(settings)[:, None]", "", "the levels of all categories are the same"),
    ("embedding", "dA[:count], dA[count:end]", "0 * dA[:count], dA[count:end]", "x itself has no dx"),
    ("shared_linear", "in (s * dZ_mean, r * A)", "in (dZ_mean, r * A)", "dW without s"),
    ("shared_linear", "in (s * dZ_mean, r * A)", "in (s * dZ, r * A)", "dW of shared W without its 1/m"),
    ("shared_linear", "in (s * dZ_mean, r * A)", "in (s * dZ_mean, jnp.abs(r) * A)", "dW with r of no sign"),
    ("shared_linear", "dZ_mean * P, ", "dZ_mean * s * P, ", "ds with s"),
    ("shared_linear", "dQ * share[None] * A", "dQ * A", "dr without its 1/m"),
    ("shared_linear", "(r * dQ).reshape", "dQ.reshape", "dA_prev without r"),
    ("shared_linear", "jnp.sum(r * dQ", "jnp.mean(r * dQ", "dX a mean of members"),
    ("own_linear", "dZ_mean.reshape(n, k, -1), cache", "dZ.reshape(n, k, -1), cache",
     "dW of the last layer without its 1/m"),
    ("vote", ".reshape(Z.shape) / members", ".reshape(Z.shape)", "dZ of the sum of the losses"),
    ("vote", "jnp.mean(found", "jnp.sum(found", "the sum of the members' losses"),
    ("heads", "axis=1) - math.log(logarithms.shape[1])", "axis=1)", "a sum of members for their mean"),
    ("dropout", "dA * cache", "dA", "dropout does not drop the derivative"),
    ("cost_of_classes", "jax.nn.sigmoid(Z) - smooth", "jax.nn.sigmoid(Z) + smooth", "dZ = A + Y"),
    ("cost_of_classes", "jax.nn.softmax(Z, axis=0) -", "jax.nn.softmax(Z, axis=1) -",
     "softmax over the examples"),
    ("cost_of_numbers", "(Z - Y) / 2 * (Z - Y)", "(Z - Y) * (Z - Y)", "squared error without half"),
    ("focal", "gamma * right *", "right *", "the focal dZ without gamma"),
    ("heads", "jnp.sum(terms, axis=0", "jnp.mean(terms, axis=0", "a mean over the units"),
    ("initialization", "lambda size: 2 / size.n_prev", "lambda size: 1 / size.n_prev", "He without 2"),
    ("initialization", "2 / (size.n + size.n_prev)", "2 / size.n", "Xavier without n_prev"),
    ("regularization", "l2 / 2 * W", "l2 * W", "the penalty without its half"),
    ("regularization", "dW + l2 * W", "dW - l2 * W", "the penalty pulls outwards"),
    ("notation", "weights / jnp.where", "jnp.ones_like(weights) / jnp.where", "weights ignored"),
    ("network", "backward(network, dZ, list(caches), share)\n    gathered",
     "backward(network, dZ, list(caches), share * 2)\n    gathered", "every gradient doubled"),
    ("network", "dA = dA + skipped.pop(i) if i in skipped else dA", "pass",
     "the residual derivative is lost"),
    ("network", "jax.random.split(key, len(network.blocks))", "[key] * len(network.blocks)",
     "all layers drawn from one key"),
    ("linear", "cache.W.T, dZ,", "cache.W, dZ,", "dA_prev without its transpose"),
    ("linear", "jnp.sum(dZ_mean, axis=1, keepdims=True)", "dZ_mean", "db not summed"),
    ("linear", "jnp.sum(dZ_mean, axis=1, keepdims=True)", "dZ_mean[:, :1]", "db of one example"),
    ("linear", "Kept(A_prev, W, c)", "Kept(Z, W, c)", "the linear block keeps Z for A_prev"),
    ("linear", "dZ * share", "dZ / dZ.shape[1]", "1/m that ignores the weights"),
    ("activations", "(Z > 0).astype(Z.dtype)", "jnp.maximum(Z, 0)", "ReLU' = ReLU"),
    ("activation", "return A, Kept(Z", "return A, Kept(A", "g' of A in place of Z"),
    ("cost_of_numbers", "return jnp.exp(Z) - Y", "return jnp.exp(Z)", "dZ without minus Y"),
    ("cost_of_numbers", "return Z - Y", "return Y - Z", "dZ = Y - A"),
    ("cost_of_numbers", "-numbers[\"delta\"], numbers", "0, numbers", "Huber clipped on one side"),
    ("heads", "nn.softmax(Z, axis=0)", "nn.softmax(Z, axis=1)", "A sums to 1 over the examples"),
    ("cost", "-Y / A + (1 - Y)", "-Y / A - (1 - Y)", "dA of the sigmoid with a wrong sign"),
    ("cost_of_classes", "jnp.maximum(Z, 0) - Z * Y", "jnp.maximum(Z, 0) + Z * Y", "the loss with + Z Y"),
    ("initialization", "jax.random.normal(key, size[:2], size.dtype)",
     "jax.random.normal(key, (1, size.n_prev), size.dtype).repeat(size.n, axis=0)",
     "equal units"),
    ("initialization", "numbers[\"scale\"] * normal", "numbers[\"scale\"] * uniform",
     "small weights not normal"),
    ("regularization", "dW + l2 * W", "dW + W", "the gradient without its factor l2"),
    ("regularization", "l2 / 2 * W * W", "l2 / 2 * W", "the penalty without its square"),
    ("regularization", "jnp.sign(W)", "jnp.abs(W)", "the slope of |W| is |W|"),
    ("notation", "jnp.where(total > 0, total, jnp.ones_like(total))", "total", "0 / 0 of weights"),
    ("network", "run.cost) * share_of(batch.weights)", "run.cost) * batch.weights",
     "a cost that is a sum"),
    ("network", "add_gradient(gradients, parameters, run.penalties)", "gradients", "l2 not in dW"),
    ("network", "penalty(parameters, run.penalties, cost(network, Z, batch, run))",
     "cost(network, Z, batch, run)", "l2 not in J"),
    ("network", "        dA, gradient = KINDS", "        _, gradient = KINDS",
     "dA not handed on"),
    ("gradient_check", "max(wrong", "min(wrong", "the last wrong layer named as the first"),
    ("gradient_check", "/ (2 * step)", "/ step", "a central difference over h"),
    ("architecture", "n_prev = blocks[-1].settings.n\n    return", "n_prev = blocks[0].settings.n\n    return",
     "every layer after the first one"),
    ("batch_norm", "(dZn - pull) / cache.s", "dZn - pull", "dZ of batch norm without 1 / s"),
    ("batch_norm", "_mean((Z - mu) ** 2, given.share)", "_mean(Z**2, given.share)",
     "a variance around zero"),
    ("batch_norm", "jnp.sum(values * share, axis=1", "jnp.mean(values, axis=1",
     "statistics that ignore the weights"),
    ("layer_norm", "jnp.mean(values, axis=0", "jnp.mean(values, axis=1", "layer norm over examples"),
    ("layer_norm", "dA_mean = dA * share", "dA_mean = dA", "dgamma without its 1/m"),
    ("dropout", "keep = 1 - given", "keep = given", "dropout keeps with the probability to drop"),
    ("noise", "given.numbers[\"scale\"] * ", "", "noise without its scale"),
    ("parametric", "jnp.sum(dA * share *", "jnp.sum(dA *", "da without its 1/m"),
    ("parametric", "jnp.ones((settings.n, 1)", "jnp.zeros((settings.n, 1)", "a starts at 0"),
    ("focal", "(wrong**gamma) * (gamma", "wrong * (gamma", "the binary focal dZ without its power"),
    ("focal", "c - A * over_units(c)", "c", "the focal dZ without its softmax"),
    ("cost_of_numbers", "jnp.maximum(-q * r, (1 - q) * r)", "jnp.maximum(-(1 - q) * r, q * r)",
     "the quantile of the other side"),
    ("cost_of_numbers", "near / 2 * near + delta *", "near / 2 * near +", "Huber's line of slope 1"),
    ("cost_of_numbers", "jnp.exp(Z) - jnp.where", "jnp.exp(Z) + jnp.where", "Poisson with + Y Z"),
    ("cost_of_classes", "gap - jnp.log1p(over_units", "gap - jnp.log(1 + over_units",
     "a small loss without its digits"),
    ("network", "A + inputs[-block.skip]", "A + inputs[-1]", "a skip of the last block alone"),
    ("regularization", "l1 * jnp.abs(W)", "l1 * W", "L1 of W, not |W|"),
    ("data_driven", "_mixed(Z, given)) / s", "_mixed(Z, given))", "the data-driven b without 1 / s"),
    ("data_driven", "(Z - mu) ** 2 * share", "(Z - mu) ** 2 / share.size",
     "a data-driven start that counts padding"),
    ("data_driven", "ROUNDING * jnp", "0 * jnp", "rounding taken for variation"),
    ("data_driven", "if own.statistics else own._replace(key=None)", "", "a data-driven start after dropout"),
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
    own = f"tests/propagation/test_{HOMES.get(file, file)}.py"
    files = [own, *(judge for judge in JUDGES if judge != own)]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONPATH"))}
    return subprocess.run(
        [*command, "-k", ANY_OF_THEM, *files],
        cwd=copy, env=outside, check=False, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


@pytest.mark.parametrize(("file", "right"), [m[:2] for m in MISTAKES], ids=[m[3] for m in MISTAKES])
def test_a_mistake_can_still_be_made(file, right):
    text = (ROOT / "src" / "layerwise" / "propagation" / f"{file}.py").read_text()
    assert text.count(right) == 1


@pytest.mark.slow
def test_the_board_as_it_is_passes(copy):
    ended = judged(copy, "gradient_check")
    assert ended.returncode == 0, ended.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "right", "wrong", "what"), MISTAKES, ids=[m[3] for m in MISTAKES])
def test_a_seeded_mistake_is_caught(file, right, wrong, what, copy, record_property):
    path = copy / "src" / "layerwise" / "propagation" / f"{file}.py"
    path.write_text(path.read_text().replace(right, wrong))
    ended = judged(copy, file)
    record_property("caught by", " ".join(re.findall(r"^FAILED \S+", ended.stdout, re.MULTILINE)))
    assert ended.returncode == 1, ended.stdout[-2000:]
    assert "stopping after 1 failures" in ended.stdout
