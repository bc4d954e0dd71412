"""Sums over the examples as they are meant, and how deep they may stand within one another."""

from __future__ import annotations

from dataclasses import replace

from layerwise.study.equations.limits import SUMS, HostileError
from layerwise.study.equations.tree import (
    Binary,
    Equation,
    Negative,
    Node,
    Symbol,
    Total,
    children,
    parts,
)


def check_sums(node: Node, within: int = 0) -> None:
    """Refuse sums within sums: each takes the examples anew, so nested they take for ever."""
    within += isinstance(node, Total)
    if within > SUMS:
        raise HostileError(f"more than {SUMS} sums within one another", node.start)
    for child in children(node):
        check_sums(child, within)


def widened(equation: Equation) -> Equation:
    """Return a line whose sum reaches over the terms with (i) behind it, as a lecturer means it."""
    return equation._replace(right=_widen(equation.right))


def _widen(node: Node) -> Node:
    if not isinstance(node, Binary) or node.sign not in ("+", "-"):
        return node
    left = _widen(node.left)
    if _outside(node.right):
        wider = _into(left, node)
        if wider is not None:
            return wider
    return replace(node, left=left)


def _outside(node: Node) -> bool:
    numbered = any(isinstance(part, Symbol) and part.example for part in parts(node))
    return numbered and not any(isinstance(part, Total) for part in parts(node))


def _into(node: Node, sum_of: Binary) -> Node | None:
    # the sum stands last in its term: what follows is brought into it
    if isinstance(node, Total):
        body = replace(sum_of, left=node.body, start=node.body.start)
        return replace(node, body=body, end=sum_of.end)
    if isinstance(node, Negative):
        inner = _into(node.inner, sum_of)
        return None if inner is None else replace(node, inner=inner, end=sum_of.end)
    if isinstance(node, Binary) and node.sign not in ("+", "-", "/"):
        right = _into(node.right, sum_of)
        return None if right is None else replace(node, right=right, end=sum_of.end)
    return None
