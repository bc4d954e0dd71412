"""Coins: as many heads as asked for, and no pattern between places, keys or runs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from layerwise.propagation.coins import coins, mixed

SHAPE = (256, 4096)


def drawn(seed=0, keep=0.85, shape=SHAPE):
    return np.asarray(coins(jax.random.key(seed), jnp.float32(keep), shape), float)


@pytest.mark.parametrize("keep", [0.01, 0.5, 0.85, 1.0])
def test_the_share_of_heads_is_the_one_that_is_asked_for(keep):
    deviation = (keep * (1 - keep) / np.prod(SHAPE)) ** 0.5
    assert abs(drawn(keep=keep).mean() - keep) <= 5 * deviation


def test_rows_and_columns_vary_as_independent_coins_do():
    heads = drawn()
    for axis, other in ((0, 1), (1, 0)):
        expected = (0.85 * 0.15 / SHAPE[axis]) ** 0.5
        spread = heads.mean(axis=axis).std()
        assert spread == pytest.approx(expected, rel=6 / (2 * SHAPE[other]) ** 0.5)


@pytest.mark.parametrize("step", [1, 2, 64, 256, 4096])
def test_places_apart_by_a_step_are_not_correlated(step):
    heads = drawn(keep=0.5).ravel()
    assert abs(np.corrcoef(heads[:-step], heads[step:])[0, 1]) < 5 / heads.size**0.5


def test_keys_next_to_each_other_give_other_coins_and_a_key_gives_its_own_again():
    one, other = drawn(1, 0.5), drawn(2, 0.5)
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 5 / one.size**0.5
    assert (drawn(1, 0.5) == one).all()


def test_many_keys_at_once_are_the_keys_one_by_one():
    keys = jax.random.split(jax.random.key(0), 3)
    together = jax.vmap(lambda key: coins(key, jnp.float32(0.5), (8, 8)))(keys)
    for key, own in zip(keys, together, strict=True):
        assert (own == coins(key, jnp.float32(0.5), (8, 8))).all()


def test_a_bit_of_the_counter_turns_half_of_the_bits():
    words = jnp.arange(4096, dtype=jnp.uint32)
    for bit in range(32):
        turned = mixed(words) ^ mixed(words ^ jnp.asarray(1 << bit, jnp.uint32))
        share = np.unpackbits(np.asarray(turned).view(np.uint8)).mean()
        assert share == pytest.approx(0.5, abs=0.02)
