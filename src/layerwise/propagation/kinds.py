"""Which kinds of block exist. Lecture rows 12, 13 and 15.

To add a kind: write one file with `OUTPUT`, a settings NamedTuple whose `n` are its units, `init`,
`forward` and `backward` (and `first_statistics` and `gather` where it remembers batches), and add
one row to KINDS. The gradient check and the dimension table find it there.
"""

from __future__ import annotations

from types import ModuleType

from layerwise.propagation import (
    activation,
    batch_norm,
    categories,
    dropout,
    layer_norm,
    linear,
    noise,
    own_linear,
    parametric,
    periodic,
    piecewise,
    scaling,
    shared_linear,
)

KINDS: dict[str, ModuleType] = {
    "linear": linear,
    "shared_linear": shared_linear,
    "own_linear": own_linear,
    "activation": activation,
    "parametric": parametric,
    "dropout": dropout,
    "noise": noise,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "scaling": scaling,
    "periodic": periodic,
    "piecewise": piecewise,
    "categories": categories,
}
