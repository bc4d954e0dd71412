"""The update rules against plain NumPy, step by step on the same gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.training.optimizers import OPTIMIZERS, accumulated

pytestmark = pytest.mark.usefixtures("float64")
CURVATURE = np.array([[1.0, 0.2], [0.2, 3.0]])
LEARNING_RATE, MOMENTUM, STEPS = 0.05, 0.8, 15


def gradient_descent(gradients):
    return [LEARNING_RATE * g for g in gradients]


def momentum(gradients, ahead=False):
    velocity, moves = 0, []
    for g in gradients:
        velocity = MOMENTUM * velocity + g
        moves.append(LEARNING_RATE * (g + MOMENTUM * velocity if ahead else velocity))
    return moves


def nesterov(gradients):
    return momentum(gradients, ahead=True)


def adagrad(gradients):
    s, moves = 0.1, []
    for g in gradients:
        s = s + g**2
        moves.append(LEARNING_RATE * g / np.sqrt(s + 1e-7))
    return moves


def rmsprop(gradients):
    s, moves = 0, []
    for g in gradients:
        s = 0.9 * s + 0.1 * g**2
        moves.append(LEARNING_RATE * g / (np.sqrt(s) + 1e-8))
    return moves


def adam(gradients, ahead=False):
    v, s, moves = 0, 0, []
    for t, g in enumerate(gradients, start=1):
        v = MOMENTUM * v + (1 - MOMENTUM) * g
        s = 0.999 * s + 0.001 * g**2
        mean = v / (1 - MOMENTUM**t)
        if ahead:
            mean = MOMENTUM * v / (1 - MOMENTUM ** (t + 1)) + (1 - MOMENTUM) * g / (1 - MOMENTUM**t)
        moves.append(LEARNING_RATE * mean / (np.sqrt(s / (1 - 0.999**t)) + 1e-8))
    return moves


def nadam(gradients):
    return adam(gradients, ahead=True)


def lion(gradients):
    v, moves = 0, []
    for g in gradients:
        moves.append(LEARNING_RATE * np.sign(MOMENTUM * v + (1 - MOMENTUM) * g))
        v = 0.99 * v + 0.01 * g
    return moves


def numbers_of(name, **changes):
    return {
        key: jnp.asarray(value) for key, value in (OPTIMIZERS[name]().numbers() | changes).items()
    }


def run(name, steps=STEPS, **changes):
    """Return the gradients of a quadratic met on the way, the moves, and where it began and ended."""
    numbers = numbers_of(name, **changes)
    optimizer = OPTIMIZERS[name].build(numbers, jnp.asarray(LEARNING_RATE), jnp.asarray(MOMENTUM))
    at, gradients, moves, places = ({"W": jnp.array([2.0, -1.0])},), [], [], []
    state = optimizer.init(at)
    for _ in range(steps):
        places.append(np.asarray(at[0]["W"]))
        gradients.append(CURVATURE @ places[-1])
        with jax.numpy_dtype_promotion("standard"):
            move, state = optimizer.update(({"W": jnp.asarray(gradients[-1])},), state, at)
        at = optax.apply_updates(at, move)
        moves.append(-np.asarray(move[0]["W"]))
    return gradients, moves, places


RULES = (gradient_descent, momentum, nesterov, adagrad, rmsprop, adam, nadam, lion)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_the_one_written_down_over_15_steps(rule):
    gradients, moves, _ = run(rule.__name__)
    assert np.allclose(moves, rule(gradients), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "plain"), [("adamw", adam), ("lion", lion)])
def test_weight_decay_shrinks_the_weights_beside_the_rule(name, plain):
    gradients, moves, places = run(name, weight_decay=0.3)
    shrunk = [LEARNING_RATE * 0.3 * place for place in places]
    assert np.allclose(moves, np.add(plain(gradients), shrunk), rtol=1e-12, atol=1e-15)


def test_every_rule_has_a_reference_here():
    assert set(OPTIMIZERS) == {rule.__name__ for rule in RULES} | {"adamw", "lbfgs"}


def test_lbfgs_solves_least_squares():
    optimizer = OPTIMIZERS["lbfgs"].build({}, jnp.asarray(1.0), jnp.asarray(0.0))

    def J(at):
        return at["W"] @ jnp.asarray(CURVATURE) @ at["W"] / 2

    at = {"W": jnp.array([2.0, -1.0])}
    state = optimizer.init(at)
    with jax.numpy_dtype_promotion("standard"):
        for _ in range(10):
            J_now, slope = jax.value_and_grad(J)(at)
            move, state = optimizer.update(slope, state, at, value=J_now, grad=slope, value_fn=J)
            at = optax.apply_updates(at, move)
    assert float(jnp.abs(at["W"]).max()) < 1e-8


TORCH = {
    "gradient_descent": ("SGD", {}),
    "momentum": ("SGD", {"momentum": MOMENTUM}),
    "nesterov": ("SGD", {"momentum": MOMENTUM, "nesterov": True}),
    "rmsprop": ("RMSprop", {"alpha": 0.9, "eps": 1e-8}),
    "adam": ("Adam", {"betas": (MOMENTUM, 0.999)}),
    "adamw": ("AdamW", {"betas": (MOMENTUM, 0.999), "weight_decay": 0.01}),
}


@pytest.mark.parametrize("name", TORCH)
def test_a_rule_follows_pytorch_step_by_step(name):
    torch = pytest.importorskip("torch")
    kind, settings = TORCH[name]
    gradients, _, places = run(name)
    at = torch.tensor([2.0, -1.0], dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([at], lr=LEARNING_RATE, **settings)
    for place, gradient in zip(places, gradients, strict=True):
        assert np.allclose(at.detach().numpy(), place, rtol=1e-12, atol=1e-14)
        at.grad = torch.tensor(gradient)
        optimizer.step()


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_other_numbers_compile_nothing(name):
    at = ({"W": jnp.array([2.0, -1.0])},)

    @jax.jit
    def step(numbers, learning_rate, momentum):
        optimizer = OPTIMIZERS[name].build(numbers, learning_rate, momentum)
        with jax.numpy_dtype_promotion("standard"):
            return optimizer.update(at, optimizer.init(at), at)[0]

    for factor in (1.0, 0.5, 0.25):
        own = {key: factor * value for key, value in numbers_of(name).items()}
        step(own, jnp.asarray(factor), jnp.asarray(factor / 2))
    assert step._cache_size() == 1


def test_two_accumulated_batches_make_one_step_on_their_mean():
    rule = OPTIMIZERS["adam"].build(numbers_of("adam"), jnp.asarray(0.1), jnp.asarray(0.9))
    at, first, second = (({"W": jnp.array(v)},) for v in ([1.0, 2.0], [0.3, -0.4], [0.1, 0.8]))
    both = accumulated(rule, 2, jnp.float64)
    with jax.numpy_dtype_promotion("standard"):
        none, state = both.update(first, both.init(at), at)
        moved, _ = both.update(second, state, at)
        mean = jax.tree.map(lambda a, b: (a + b) / 2, first, second)
        once, _ = rule.update(mean, rule.init(at), at)
    assert not none[0]["W"].any()
    assert np.allclose(moved[0]["W"], once[0]["W"], rtol=1e-12)
