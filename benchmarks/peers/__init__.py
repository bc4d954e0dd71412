"""One file per peer, each with the same two functions:

prepare(problem, options) -> train, where train(epochs) trains anew from the problem's first weights
weights(trained)          -> what train returned as [(W, b), ...] of NumPy, W (inputs, units)

What a peer reads once (rows on the device, compiled programs) is made in `prepare` or in the first
`train`; everything a user waits for in an epoch happens in `train`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Peer(NamedTuple):
    """A library as it is timed: its file here, what that needs installed, its options."""

    label: str
    module: str
    needs: tuple[str, ...]
    options: dict[str, Any] = {}  # noqa: RUF012
    environment: dict[str, str] = {}  # noqa: RUF012


PEERS = {
    "layerwise": Peer("Layerwise", "layerwise_fit", ("layerwise",)),
    "scikit-learn": Peer("scikit-learn", "scikit_learn", ("sklearn",)),
    "torch": Peer("PyTorch", "pytorch", ("torch",)),
    "torch-compile": Peer("torch.compile", "pytorch", ("torch",), {"compile": True}),
    "keras": Peer("Keras on JAX", "keras_on_jax", ("keras", "jax")),
    "jax": Peer("JAX + Optax", "plain_jax", ("jax", "optax")),
    "jax-scan": Peer("JAX + Optax, scanned", "plain_jax", ("jax", "optax"), {"scan": True}),
    "numpy": Peer("NumPy by hand", "plain_numpy", ("numpy",)),
}
