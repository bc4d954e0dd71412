"""Why a network works, on one's own model and data: a tool per question. Each gives an Answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "collapse": "collapsing",
    "cost_surface": "surfaces",
    "costs": "two_costs",
    "activations": "bending",
    "first_layer": "weights",
    "excites": "exciting",
    "embedding": "embedded",
    "boundary": "borders",
    "parity": "parities",
    "parity_network": "parity_networks",
}
__all__ = [*_HOMES]  # pyright: ignore[reportUnsupportedDunderAll]

if TYPE_CHECKING:
    from layerwise.study.why.bending import activations
    from layerwise.study.why.borders import boundary
    from layerwise.study.why.collapsing import collapse
    from layerwise.study.why.embedded import embedding
    from layerwise.study.why.exciting import excites
    from layerwise.study.why.parities import parity
    from layerwise.study.why.parity_networks import parity_network
    from layerwise.study.why.surfaces import cost_surface
    from layerwise.study.why.two_costs import costs
    from layerwise.study.why.weights import first_layer


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"layerwise.study.why.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'layerwise.study.why' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
