"""The update rules step by step on recorded gradients: against plain NumPy, Optax and PyTorch."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.errors import SettingError
from layerwise.ingredient import resolved
from layerwise.training.optimizers import LBFGS, OPTIMIZERS, accumulated

pytestmark = pytest.mark.usefixtures("float64")
LEARNING_RATE, MOMENTUM, STEPS = 0.05, 0.8, 25
BY_GRADIENT = [name for name, kind in OPTIMIZERS.items() if not kind.needs_cost_function]
RECORDED = np.random.default_rng(0).normal(size=(STEPS, 2, 3)) * [1.0, 10.0, 0.01]
BEGIN = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -0.2]])


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


@pytest.fixture
def torch():
    """Return PyTorch with float64 as its default: NAdam keeps a product of its own in it."""
    found = pytest.importorskip("torch")
    before = found.get_default_dtype()
    found.set_default_dtype(found.float64)
    yield found
    found.set_default_dtype(before)


RULES = (gradient_descent, momentum, nesterov, adagrad, rmsprop, adam, nadam, lion)


def numbers_of(name, dtype=np.float64, **changes):
    found = OPTIMIZERS[name]().numbers() | changes
    return {key: jnp.asarray(value, dtype) for key, value in found.items()}


def built(name, **changes):
    arguments = jnp.asarray(LEARNING_RATE), jnp.asarray(MOMENTUM)
    return OPTIMIZERS[name].build(numbers_of(name, **changes), *arguments)


def run(rule, kind="W"):
    """Return the moves on the recorded gradients and the places where they were made."""
    at, moves, places = ({kind: jnp.asarray(BEGIN)},), [], []
    state = rule.init(at)
    for gradient in RECORDED:
        places.append(np.asarray(at[0][kind]))
        with jax.numpy_dtype_promotion("standard"):
            move, state = rule.update(({kind: jnp.asarray(gradient)},), state, at)
        at = optax.apply_updates(at, move)
        moves.append(-np.asarray(move[0][kind]))
    return np.array(moves), np.array(places)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_the_one_written_down_at_every_step(rule):
    moves, _ = run(built(rule.__name__))
    assert np.allclose(moves, rule(RECORDED), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "plain"), [("adamw", adam), ("lion", lion)])
def test_weight_decay_shrinks_W_beside_the_rule(name, plain):
    moves, places = run(built(name, weight_decay=0.3))
    expected = plain(RECORDED) + LEARNING_RATE * 0.3 * places
    assert np.allclose(moves, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "plain"), [("adamw", adam), ("lion", lion)])
def test_weight_decay_leaves_b_alone(name, plain):
    moves, _ = run(built(name, weight_decay=0.3), kind="b")
    assert np.allclose(moves, plain(RECORDED), rtol=1e-12, atol=1e-15)


def test_every_rule_has_a_reference_here():
    assert set(OPTIMIZERS) == {rule.__name__ for rule in RULES} | {"adamw", "lbfgs"}


@pytest.mark.parametrize(("name", "theirs"), [
    ("gradient_descent", optax.sgd(LEARNING_RATE)),
    ("momentum", optax.sgd(LEARNING_RATE, MOMENTUM)),
    ("adam", optax.adam(LEARNING_RATE, b1=MOMENTUM)),
])  # fmt: skip
def test_a_rule_of_the_course_is_that_of_optax_to_the_last_bit(name, theirs):
    assert (run(built(name))[0] == run(theirs)[0]).all()


@pytest.mark.parametrize(("name", "kind", "settings", "changes"), [
    ("gradient_descent", "SGD", {}, {}),
    ("momentum", "SGD", {"momentum": MOMENTUM}, {}),
    ("nesterov", "SGD", {"momentum": MOMENTUM, "nesterov": True}, {}),
    ("adagrad", "Adagrad", {"initial_accumulator_value": 0.1, "eps": 0}, {"epsilon": 1e-16}),
    ("adagrad", "Adagrad", {"eps": 0}, {"initial": 0, "epsilon": 1e-20}),
    ("rmsprop", "RMSprop", {"alpha": 0.9}, {}),
    ("rmsprop", "RMSprop", {"eps": 0.01}, {"beta2": 0.99, "epsilon": 0.01}),
    ("adam", "Adam", {"betas": (MOMENTUM, 0.999)}, {}),
    ("adam", "Adam", {"betas": (MOMENTUM, 0.9), "eps": 0.01}, {"beta2": 0.9, "epsilon": 0.01}),
    ("adamw", "AdamW", {"betas": (MOMENTUM, 0.999), "weight_decay": 0.01}, {}),
    # so large a decay lets beta1 be at its end from the first step on, as it is here
    ("nadam", "NAdam", {"betas": (MOMENTUM, 0.999), "momentum_decay": 1e9}, {}),
])  # fmt: skip
def test_a_rule_follows_pytorch_step_by_step(torch, name, kind, settings, changes):
    _, places = run(built(name, **changes))
    at = torch.tensor(BEGIN, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([at], lr=LEARNING_RATE, **settings)
    for place, gradient in zip(places, RECORDED, strict=True):
        assert np.allclose(at.detach().numpy(), place, rtol=1e-12, atol=1e-12)
        at.grad = torch.tensor(gradient)
        optimizer.step()


def squares(at):
    A = jnp.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
    return jnp.sum((A @ at[0]["W"] - jnp.array([1.0, 2.0, 3.0])) ** 2)


def rosenbrock(at):
    x, y = at[0]["W"]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def minimized(J, steps, **choices):
    rule = LBFGS.build({}, jnp.asarray(1.0), jnp.asarray(0.0), **choices)

    @jax.jit
    def step(at, state):
        value, slope = jax.value_and_grad(J)(at)
        with jax.numpy_dtype_promotion("standard"):
            move, state = rule.update(slope, state, at, value=value, grad=slope, value_fn=J)
        return optax.apply_updates(at, move), state

    at = ({"W": jnp.array([-1.2, 1.0])}, {})
    state = rule.init(at)
    for _ in range(steps):
        at, state = step(at, state)
    return np.asarray(at[0]["W"]), step


@pytest.mark.parametrize("memory", [3, 10, 50])
@pytest.mark.parametrize(("J", "answer"), [
    # the normal equations of `squares`, solved by hand
    (squares, np.linalg.solve([[10.25, -0.75], [-0.75, 5.25]], [8.5, 1.5])),
    (rosenbrock, [1, 1]),
])  # fmt: skip
def test_lbfgs_finds_the_lowest_point_and_stays_there(J, answer, memory):
    found, _ = minimized(J, 60, memory=memory)
    assert np.allclose(found, answer, rtol=0, atol=1e-8)


def test_the_second_step_of_lbfgs_compiles_nothing():
    _, step = minimized(squares, 3)
    assert step._cache_size() == 1


def test_the_memory_of_lbfgs_is_a_choice_and_the_length_of_its_state():
    rule = LBFGS.build({}, jnp.asarray(1.0), jnp.asarray(0.0), **LBFGS(memory=20).choices())
    assert LBFGS().choices() == {"memory": 10}
    assert rule.init(({"W": jnp.zeros((2, 3))},))[0].diff_params_memory[0]["W"].shape == (20, 2, 3)


def test_lbfgs_alone_asks_for_the_cost_function_and_has_choices():
    assert [name for name, kind in OPTIMIZERS.items() if kind.needs_cost_function] == ["lbfgs"]
    assert [name for name, kind in OPTIMIZERS.items() if kind().choices()] == ["lbfgs"]


@pytest.mark.parametrize("batches", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_state_keeps_the_type_of_the_parameters(name, dtype, batches):
    at = ({"W": jnp.ones((2, 3), dtype), "b": jnp.ones((2, 1), dtype)}, {})
    half = jnp.asarray(0.5, dtype)
    with jax.enable_x64(dtype is np.float64):
        rule = OPTIMIZERS[name].build(numbers_of(name, dtype), half, half)
        state = accumulated(rule, batches, dtype).init(at)
        kinds = {x.dtype for x in jax.tree.leaves(state) if jnp.issubdtype(x.dtype, jnp.floating)}
        assert kinds <= {np.dtype(dtype)}
        assert not any(x.weak_type for x in jax.tree.leaves(state))


@pytest.mark.parametrize("name", BY_GRADIENT)
def test_other_numbers_compile_nothing(name):
    at = ({"W": jnp.array([2.0, -1.0])},)

    @jax.jit
    def step(numbers, learning_rate, momentum):
        rule = OPTIMIZERS[name].build(numbers, learning_rate, momentum)
        with jax.numpy_dtype_promotion("standard"):
            return rule.update(at, rule.init(at), at)[0]

    for factor in (1.0, 0.5, 0.25):
        own = {key: factor * value for key, value in numbers_of(name).items()}
        step(own, jnp.asarray(factor), jnp.asarray(factor / 2))
    assert step._cache_size() == 1


@pytest.mark.parametrize(("name", "field"), [
    (name, field) for name in BY_GRADIENT for field in OPTIMIZERS[name]().numbers()
])  # fmt: skip
def test_every_number_has_an_effect(name, field):
    larger = 10 if field in ("initial", "epsilon", "weight_decay") else 0.5
    value = larger * OPTIMIZERS[name]().numbers()[field] or 0.1
    assert not np.allclose(run(built(name))[1], run(built(name, **{field: value}))[1], rtol=1e-12)


@pytest.mark.parametrize("name", ["rmsprop", "adam", "nadam", "adamw", "lion"])
def test_the_largest_share_allowed_makes_finite_steps_in_float32(name):
    (beta2,) = (f for f in dataclasses.fields(OPTIMIZERS[name]) if f.name == "beta2")
    with jax.enable_x64(False):
        most = jnp.float32(beta2.metadata["range"].high)
        numbers = numbers_of(name, np.float32) | {"beta2": most}
        rule = OPTIMIZERS[name].build(numbers, jnp.float32(0.1), most)
        at = ({"W": jnp.ones((1, 1), jnp.float32)},)
        with jax.numpy_dtype_promotion("standard"):
            moves, _ = rule.update(at, rule.init(at), at)
    assert np.isfinite(moves[0]["W"]).all()


@pytest.mark.parametrize("wrong", [-1e-9, 1e7, float("nan"), float("inf"), "0.5", True, None])
@pytest.mark.parametrize(("name", "field"), [
    (name, f.name) for name, kind in OPTIMIZERS.items() for f in dataclasses.fields(kind)
])  # fmt: skip
def test_a_number_out_of_its_range_is_refused_in_one_line(name, field, wrong):
    with pytest.raises(SettingError) as caught:
        resolved("optimizer", OPTIMIZERS[name](**{field: wrong}), OPTIMIZERS)
    assert str(caught.value).startswith(f"optimizer.{field}={wrong!r}: expected ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_name_stands_for_the_defaults(name):
    assert resolved("optimizer", name, OPTIMIZERS) == OPTIMIZERS[name]()


def test_two_accumulated_batches_make_one_step_on_their_mean():
    rule = built("adam")
    at, first, second = (({"W": jnp.array(v)},) for v in ([1.0, 2.0], [0.3, -0.4], [0.1, 0.8]))
    both = accumulated(rule, 2, jnp.float64)
    with jax.numpy_dtype_promotion("standard"):
        none, state = both.update(first, both.init(at), at)
        moved, _ = both.update(second, state, at)
        mean = jax.tree.map(lambda a, b: (a + b) / 2, first, second)
        once, _ = rule.update(mean, rule.init(at), at)
    assert not none[0]["W"].any()
    assert np.allclose(moved[0]["W"], once[0]["W"], rtol=1e-12)
