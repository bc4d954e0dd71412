"""Clipping, decay, limits and averages on the tree of the parameters."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from layerwise.training.update import averaged, clipped, decayed, projected, scaled_by_kind

pytestmark = pytest.mark.usefixtures("float64")


def tree(seed=0):
    random = np.random.default_rng(seed)
    draw = lambda *shape: jnp.asarray(random.normal(size=shape) * 3)  # noqa: E731
    return ({"W": draw(3, 2), "b": draw(3, 1)}, {}, {"W": draw(2, 3), "gamma": draw(2, 1)})


def numbers(**values):
    return {name: jnp.asarray(float(value)) for name, value in values.items()}


def equal(one, other):
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all((a == b).all() for a, b in pairs)


@pytest.mark.parametrize("done", [
    lambda t: clipped(t, {}), lambda t: scaled_by_kind(t, {}), lambda t: projected(t, {}),
    lambda t: decayed(t, t, {}, jnp.asarray(0.1)),
    lambda t: clipped(t, numbers(clip_value=1e9, clip_norm=1e9)),
    lambda t: projected(t, numbers(max_norm=1e9)), lambda t: scaled_by_kind(t, numbers(bias_factor=1)),
    lambda t: averaged(tree(1), t, numbers(average=0)),
])  # fmt: skip
def test_what_is_not_asked_for_changes_nothing(done):
    assert equal(done(tree()), tree())


def test_every_element_is_cut_to_clip_value():
    cut = clipped(tree(), numbers(clip_value=1))
    for ours, before in zip(jax.tree.leaves(cut), jax.tree.leaves(tree()), strict=True):
        assert (np.asarray(ours) == np.clip(before, -1, 1)).all()


def test_all_gradients_together_are_shortened_to_clip_norm_and_keep_their_direction():
    before, after = tree(), clipped(tree(), numbers(clip_norm=2))
    assert float(optax.tree.norm(after)) == pytest.approx(2, rel=1e-12)
    ratio = float(after[0]["W"][0, 0] / before[0]["W"][0, 0])
    assert np.allclose(after[2]["gamma"], ratio * before[2]["gamma"], rtol=1e-12)


def test_weight_decay_pulls_W_alone_towards_zero():
    moved = decayed(tree(), tree(1), numbers(weight_decay=0.2), jnp.asarray(0.1))
    assert np.allclose(moved[0]["W"], tree()[0]["W"] - 0.02 * tree(1)[0]["W"], rtol=1e-12)
    assert equal((moved[0]["b"], moved[2]["gamma"]), (tree()[0]["b"], tree()[2]["gamma"]))


def test_no_row_of_W_is_longer_than_max_norm_and_short_ones_stay():
    before, after = tree()[0]["W"], projected(tree(), numbers(max_norm=3))[0]["W"]
    norms = np.linalg.norm(before, axis=1)
    assert np.linalg.norm(after, axis=1) == pytest.approx(np.minimum(norms, 3), rel=1e-12)
    assert (np.asarray(after)[norms <= 3] == np.asarray(before)[norms <= 3]).all()


def test_the_bias_factor_leaves_W_alone():
    moved = scaled_by_kind(tree(), numbers(bias_factor=2))
    assert equal((moved[0]["W"], moved[2]["W"]), (tree()[0]["W"], tree()[2]["W"]))
    assert np.allclose(moved[0]["b"], 2 * tree()[0]["b"], rtol=1e-15)


def test_an_average_keeps_its_share_of_the_old():
    mean = averaged(tree(), tree(1), numbers(average=0.9))
    assert np.allclose(mean[0]["W"], 0.9 * tree()[0]["W"] + 0.1 * tree(1)[0]["W"], rtol=1e-12)
