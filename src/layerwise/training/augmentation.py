"""What is done to a batch before it enters the network, in training alone."""

from __future__ import annotations

from collections.abc import Callable

import jax

from layerwise.propagation.notation import Examples, RandomKey, Tensors, share_of


def mixup(key: RandomKey, batch: Examples, numbers: Tensors) -> Examples:
    """Return each example mixed with another: q of itself, 1 - q of a partner, in X and in Y.

    q is drawn from Beta(strength, strength) for the batch; a partner is drawn by the weights, so
    that padding is nobody's partner. Zhang et al., "mixup", ICLR 2018.
    """
    for_q, for_partners = jax.random.split(key)
    strength, m = numbers["strength"], batch.X.shape[1]
    q = jax.random.beta(for_q, strength, strength, dtype=batch.X.dtype)
    share = share_of(batch.weights)[0]
    partners = jax.random.choice(for_partners, m, (m,), p=share)
    return Examples(
        X=q * batch.X + (1 - q) * batch.X[:, partners],
        Y=q * batch.Y + (1 - q) * batch.Y[:, partners],
        weights=batch.weights,
    )


AUGMENTATIONS: dict[str, Callable[[RandomKey, Examples, Tensors], Examples]] = {"mixup": mixup}
