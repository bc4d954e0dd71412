"""The formula of a tensor's shape in n[l] and m, where the lecture or the paper has one."""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[int, tuple[int, ...], int, int]  # l, the units, what enters the block, members

_PER_UNIT = (("n[l]", "1"), ("n[l]", "k", "1"), ("k n[l]", "1"))
_OUTPUT = (("n[l]", "m"), ("k n[l]", "m"), ("n'[0]", "m"))
FORMULAS: dict[str, tuple[tuple[str, ...], ...]] = {
    "W": (("n[l]", "n[l-1]"), ("k n[l]", "n[l-1]"), ("n[l]", "n'[0]"), ("k n[l]", "n'[0]")),
    "r": (("n[l-1]", "k", "1"), ("n'[0]", "k", "1")),
    **dict.fromkeys(("b", "s", "gamma", "beta", "a"), _PER_UNIT),
    **dict.fromkeys(("Z", "A"), _OUTPUT),
}


def formula(name: str, shape: Sequence[int | str], place: Place) -> str:
    """Return the first formula that gives this shape; empty when none does.

    n'[0] are the rows that enter layer 1 where an embedding has changed their number, k members.

    >>> formula("W", (20, 12288), (1, (12288, 20), 12288, 1))
    '(n[1], n[0])'
    """
    l, units, entering, members = place
    sizes: dict[str, int | str] = {"1": 1, "m": shape[-1], "k": members}
    sizes |= {"n[l]": units[l], "k n[l]": members * units[l]}
    if l:
        sizes |= {"n[l-1]": units[l - 1]}
    if l <= 1:
        sizes |= {"n'[0]": entering}
    for axes in FORMULAS.get(name, ()):
        if [sizes.get(axis) for axis in axes] == list(shape):
            return written([_at(axis, l) for axis in axes])
    return ""


def _at(axis: str, l: int) -> str:
    return axis.replace("[l-1]", f"[{l - 1}]").replace("[l]", f"[{l}]")


def written(shape: Sequence[int | str]) -> str:
    """Return a shape as the lecture writes it.

    >>> written((20, "m"))
    '(20, m)'
    """
    return "(" + ", ".join(map(str, shape)) + ")"
