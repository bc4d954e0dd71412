"""Clipping, decay, factors, limits and averages on the tree of the parameters."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.errors import SettingError
from layerwise.ingredient import resolved
from layerwise.training.update import (
    Update,
    averaged,
    clipped,
    decayed,
    projected,
    scaled_by_kind,
)

pytestmark = pytest.mark.usefixtures("float64")
RATE = 0.1
OPTIONAL = [
    f.name for f in dataclasses.fields(Update) if f.metadata["range"].optional
]  # all but accumulate


def tree(seed=0, dtype=np.float64):
    """Return three layers: linear; linear and normalization; linear and parametric."""
    random = np.random.default_rng(seed)
    draw = lambda *shape: jnp.asarray(random.normal(size=shape) * 3, dtype)  # noqa: E731
    return (
        {"W": draw(3, 2), "b": draw(3, 1)},
        {},
        {"W": draw(4, 3)},
        {"gamma": draw(4, 1), "beta": draw(4, 1)},
        {"W": draw(2, 4), "b": draw(2, 1)},
        {"a": draw(2, 1)},
    )


def numbers(dtype=np.float64, **values):
    return {name: jnp.asarray(value, dtype) for name, value in values.items()}


def equal(one, other):
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all((a == b).all() for a, b in pairs)


def after(updates, parameters, own):
    """Return a whole step's parameters and their average."""
    updates = scaled_by_kind(clipped(updates, own), own)
    rate = jnp.asarray(RATE, parameters[0]["W"].dtype)
    moved = optax.apply_updates(parameters, decayed(updates, parameters, own, rate))
    moved = projected(moved, own)
    return moved, averaged(parameters, moved, own) if "average" in own else moved


@pytest.mark.parametrize("done", [
    lambda t: clipped(t, {}), lambda t: scaled_by_kind(t, {}), lambda t: projected(t, {}),
    lambda t: decayed(t, tree(1), {}, jnp.asarray(RATE)),
    lambda t: decayed(t, tree(1), numbers(first_factor=3), jnp.asarray(RATE)),
    lambda t: decayed(t, tree(1), numbers(weight_decay=0), jnp.asarray(RATE)),
    lambda t: clipped(t, numbers(clip_value=1e9, clip_norm=1e9)),
    lambda t: projected(t, numbers(max_norm=1e9)),
    lambda t: scaled_by_kind(t, numbers(bias_factor=1, first_factor=1, last_factor=1)),
    lambda t: averaged(tree(1), t, numbers(average=0)),
    lambda t: averaged(t, tree(1), numbers(average=1)),
])  # fmt: skip
def test_what_is_not_asked_for_changes_nothing(done):
    assert equal(done(tree()), tree())


def test_every_element_is_cut_to_clip_value():
    cut = clipped(tree(), numbers(clip_value=1))
    for ours, before in zip(jax.tree.leaves(cut), jax.tree.leaves(tree()), strict=True):
        assert (np.asarray(ours) == np.clip(before, -1, 1)).all()


def test_all_gradients_together_are_shortened_to_clip_norm_and_keep_their_direction():
    before, shortened = tree(), clipped(tree(), numbers(clip_norm=2))
    assert float(optax.tree.norm(shortened)) == pytest.approx(2, rel=1e-12)
    ratio = float(shortened[0]["W"][0, 0] / before[0]["W"][0, 0])
    assert np.allclose(shortened[3]["gamma"], ratio * before[3]["gamma"], rtol=1e-12)


@pytest.mark.parametrize("most", [0.5, 2.0, 1e3])
def test_clip_norm_is_that_of_optax(most):
    theirs, _ = optax.clip_by_global_norm(most).update(tree(), optax.EmptyState())
    for ours, expected in zip(
        jax.tree.leaves(clipped(tree(), numbers(clip_norm=most))),
        jax.tree.leaves(theirs),
        strict=True,
    ):
        assert np.allclose(ours, expected, rtol=1e-12)


def test_the_norm_is_taken_after_the_elements_are_cut():
    both = clipped(tree(), numbers(clip_value=1, clip_norm=2))
    assert equal(both, clipped(clipped(tree(), numbers(clip_value=1)), numbers(clip_norm=2)))


def test_gradients_of_0_stay_0():
    nothing = jax.tree.map(jnp.zeros_like, tree())
    assert equal(clipped(nothing, numbers(clip_value=1, clip_norm=1)), nothing)


def test_clipping_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    leaves = [torch.zeros(leaf.shape, dtype=torch.float64) for leaf in jax.tree.leaves(tree())]
    for leaf, gradient in zip(leaves, jax.tree.leaves(tree()), strict=True):
        leaf.grad = torch.tensor(np.asarray(gradient))
    torch.nn.utils.clip_grad_value_(leaves, 2.5)
    torch.nn.utils.clip_grad_norm_(leaves, 2.0)
    ours = jax.tree.leaves(clipped(tree(), numbers(clip_value=2.5, clip_norm=2)))
    for one, leaf in zip(ours, leaves, strict=True):
        assert np.allclose(one, leaf.grad.numpy(), rtol=1e-6)  # PyTorch adds 1e-6 to the norm


def test_weight_decay_pulls_W_alone_towards_zero():
    moved = decayed(tree(), tree(1), numbers(weight_decay=0.2), jnp.asarray(RATE))
    for ours, before, at in zip(moved, tree(), tree(1), strict=True):
        for name in before:
            lost = RATE * 0.2 * at[name] if name == "W" else 0
            assert np.allclose(ours[name], before[name] - lost, rtol=1e-12)


def test_weight_decay_takes_the_learning_rate_of_the_layer():
    nothing = jax.tree.map(jnp.zeros_like, tree())
    own = numbers(weight_decay=0.2, first_factor=0.5, last_factor=3)
    moved = decayed(nothing, tree(), own, jnp.asarray(RATE))
    for place, factor in ((0, 0.5), (2, 1), (4, 3)):
        expected = -RATE * factor * 0.2 * tree()[place]["W"]
        assert np.allclose(moved[place]["W"], expected, rtol=1e-12)


def test_no_row_of_W_is_longer_than_max_norm_and_short_ones_stay():
    before, shortened = tree()[0]["W"], projected(tree(), numbers(max_norm=1.5))[0]["W"]
    norms = np.linalg.norm(before, axis=1)
    assert norms.min() < 1.5 < norms.max()
    assert np.linalg.norm(shortened, axis=1) == pytest.approx(np.minimum(norms, 1.5), rel=1e-12)
    assert (np.asarray(shortened)[norms <= 1.5] == np.asarray(before)[norms <= 1.5]).all()


def test_max_norm_leaves_all_but_W_alone_and_a_row_of_zeros_finite():
    begin = ({"W": jnp.zeros((2, 3)), "b": jnp.full((2, 1), 9.0)}, {"gamma": jnp.full((2, 1), 9.0)})
    assert equal(projected(begin, numbers(max_norm=1)), begin)


def test_max_norm_is_pytorchs_renorm():
    torch = pytest.importorskip("torch")
    theirs = torch.renorm(torch.tensor(np.asarray(tree()[2]["W"])), p=2, dim=0, maxnorm=2)
    assert np.allclose(projected(tree(), numbers(max_norm=2))[2]["W"], theirs.numpy(), rtol=1e-6)


@pytest.mark.parametrize(("own", "expected"), [
    ({"bias_factor": 2}, [(1, 2), (), (1,), (2, 2), (1, 2), (2,)]),
    ({"first_factor": 2}, [(2, 2), (), (1,), (1, 1), (1, 1), (1,)]),
    ({"last_factor": 2}, [(1, 1), (), (1,), (1, 1), (2, 2), (2,)]),
    ({"bias_factor": 3, "first_factor": 2, "last_factor": 0.5},
     [(2, 6), (), (1,), (3, 3), (0.5, 1.5), (1.5,)]),
])  # fmt: skip
def test_a_factor_reaches_its_kind_or_its_layer_and_nothing_else(own, expected):
    moved = scaled_by_kind(tree(), numbers(**own))
    for ours, before, factors in zip(moved, tree(), expected, strict=True):
        for name, factor in zip(before, factors, strict=True):
            assert np.allclose(ours[name], factor * before[name], rtol=1e-15)


def test_the_only_layer_is_the_first_and_the_last():
    moved = scaled_by_kind(tree()[:2], numbers(first_factor=2, last_factor=5))
    assert np.allclose(moved[0]["W"], 10 * tree()[0]["W"], rtol=1e-15)


def test_an_entrance_without_parameters_is_no_layer():
    moved = scaled_by_kind(({}, *tree()), numbers(first_factor=2, last_factor=5))
    assert equal(moved[1:], scaled_by_kind(tree(), numbers(first_factor=2, last_factor=5)))


def test_factors_and_weight_decay_are_parameter_groups_of_pytorch():
    torch = pytest.importorskip("torch")
    own = numbers(weight_decay=0.2, bias_factor=2, first_factor=0.5)
    gradients, begin = tree(2), tree()
    moved, _ = after(jax.tree.map(lambda g: -RATE * g, gradients), begin, own)
    for place, block in enumerate(begin):
        for name, value in block.items():
            at = torch.tensor(np.asarray(value), requires_grad=True)
            at.grad = torch.tensor(np.asarray(gradients[place][name]))
            rate = RATE * (0.5 if place < 2 else 1) * (1 if name == "W" else 2)
            if name == "W":
                with torch.no_grad():
                    at *= 1 - rate * 0.2  # decoupled, as torch.optim.AdamW does it
            torch.optim.SGD([at], lr=rate).step()
            assert np.allclose(moved[place][name], at.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_an_average_keeps_its_share_of_the_old():
    mean = averaged(tree(), tree(1), numbers(average=0.9))
    assert np.allclose(mean[0]["W"], 0.9 * tree()[0]["W"] + 0.1 * tree(1)[0]["W"], rtol=1e-12)


def test_other_numbers_compile_nothing_and_keep_the_type():
    step = jax.jit(after)
    with jax.enable_x64(False):
        for value in (0.5, 0.25, 0.125):
            own = numbers(np.float32, **dict.fromkeys(OPTIONAL, value))
            moved = step(tree(2, np.float32), tree(dtype=np.float32), own)
            assert {leaf.dtype for leaf in jax.tree.leaves(moved)} == {np.dtype("float32")}
    assert step._cache_size() == 1


@pytest.mark.parametrize("name", sorted({*OPTIONAL} - {"fade"}))  # it is tested with the epochs
def test_every_number_has_an_effect(name):
    plain, with_it = after(tree(2), tree(), {}), after(tree(2), tree(), numbers(**{name: 0.25}))
    assert not equal(plain, with_it)


def test_nothing_is_done_unless_it_is_asked_for():
    assert Update().numbers() == {"accumulate": 1}


@pytest.mark.parametrize("wrong", [-1e-9, 1e13, float("nan"), float("inf"), "0.5", True])
@pytest.mark.parametrize("field", [*OPTIONAL, "accumulate"])
def test_a_number_out_of_its_range_is_refused_in_one_line(field, wrong):
    with pytest.raises(SettingError) as caught:
        resolved("update", Update(**{field: wrong}), {"update": Update})
    assert str(caught.value).startswith(f"update.{field}={wrong!r}: expected ")
    assert "\n" not in str(caught.value)
