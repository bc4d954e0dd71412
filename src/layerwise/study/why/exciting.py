"""What excites a unit: the rows that do most, and what sets them apart, or the picture sought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from layerwise.errors import SettingError
from layerwise.study.matrices import number
from layerwise.study.panels import Bars, Histogram, Panel, Tiles
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.ascent import ascend
from layerwise.study.why.looking import (
    before_g,
    drawn,
    layer_of,
    one_member,
    readable,
    sampled,
    seen,
    through,
    unit_names,
)

MOST_ROWS = 20_000
TOP, BARS, DECILE = 8, 10, 0.1


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Excites(Answer):
    """What `excites` found.

    Attributes
    ----------
    rows : array of int
        The numbers of the rows, from 0, that excite the unit most, the most first.
    values : array
        A[l] of the unit for them.
    names, differences : tuple of str, array
        Of a table: the columns, and for each by how many deviations the mean of the tenth of the
        rows that excites the unit most lies above that of the others, strongest first.
    sought : array (n_x,), or None
        Of pictures: what gradient ascent found, as shares of full brightness.
    ascent : array, or None
        Z[l] of the unit along the ascent, from the mean picture on.
    """

    rows: np.ndarray
    values: np.ndarray
    names: tuple[str, ...]
    differences: np.ndarray
    sought: np.ndarray | None
    ascent: np.ndarray | None


def excites(model: Any, X: Any, layer: int = 1, unit: int = 1) -> Excites:
    """Show what excites one unit.

    Use it to give a unit a meaning.

    Parameters
    ----------
    model : DNNClassifier or DNNRegressor
        A fitted one.
    X : rows (m, n_x)
        Rows to look for; at most 20 000, drawn.
    layer : int, default 1
        l, from 1 to L.
    unit : int, default 1
        From 1 to n[l].

    Returns
    -------
    Excites
        Of pictures `sought` is found by gradient ascent on Z[l] through the network's own backward
        pass, from the mean picture, within the distance that half of the rows keep from it.

    Raises
    ------
    SettingError
        When there is no such layer or unit.

    Notes
    -----
    Lecture row 24; Erhan et al., Visualizing higher-layer features of a deep network, 2009.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from layerwise import DNNClassifier, why
    >>> X, y = load_iris(return_X_y=True)
    >>> model = DNNClassifier((8,), epochs=2, random_state=0).fit(X, y)
    >>> found = why.excites(model, X, layer=1, unit=3)
    >>> len(found.rows), bool(found.values[0] >= found.values[1])
    (8, True)
    """
    member, note = one_member(model)
    layer = layer_of(member, layer)
    rows, _, count = sampled(X, None, MOST_ROWS)
    A = member.transform(rows, layer=layer)
    if isinstance(unit, bool) or unit not in range(1, A.shape[1] + 1):
        raise SettingError(f"unit={unit!r}: expected a whole number from 1 to {A.shape[1]}")
    excited = A[:, unit - 1]
    top = np.argsort(-excited, kind="stable")[:TOP]
    name = f"{unit_names(member, layer, A.shape[1])[unit - 1]} of layer {layer}"
    pixels = member.encoder_.pixels
    own, numbers = (layer, unit, name), drawn(count, MOST_ROWS)[top]
    common: dict[str, Any] = {"rows": numbers, "values": excited[top], "note": note}
    if pixels is not None and len(pixels) > 1:
        pictures = member.encode(rows).T.astype(np.float64)
        return _of_pictures(member, (pictures, pictures[top]), own, common)
    return _of_table((member, rows), excited, own, common | {"count": count})


def _of_pictures(
    model: Any, given: tuple[np.ndarray, ...], own: tuple[int, int, str], common: dict[str, Any]
) -> Excites:
    (rows, top), (layer, unit, name) = given, own
    note, whole = common.pop("note"), seen(model)
    part, mean = whole.part(0, before_g(whole.network, layer)), rows.mean(axis=0)
    radius = float(np.median(np.linalg.norm(rows - mean, axis=1)))
    sought, ascent = ascend(part, mean, unit - 1, radius)
    best = float(through(part, top[:1].T)[unit - 1, 0])
    found = "A picture was found that excites" if ascent[-1] > best else "No picture found excites"
    finding = (
        f"{found} {name} more than any row. Gradient ascent brought its Z[{layer}] from "
        f"{number(ascent[0])} at the mean picture to {number(ascent[-1])}, no farther from the "
        f"mean than half of the rows are ({number(radius)}); the best row has {number(best)}."
    )
    panel = _tiles(model, (top, mean, sought), ascent, (name, common))
    return Excites(
        finding=finding + note, facts=_sought(ascent, best, radius, len(rows)),
        panels=(panel,), high=1.4, **common, names=(),
        differences=np.zeros(0), sought=sought, ascent=ascent,
    )  # fmt: skip


def _sought(ascent: np.ndarray, best: float, radius: float, rows: int) -> tuple[Measured, ...]:
    return (
        Measured("Z of the mean picture", float(ascent[0])),
        Measured("Z of the picture that was sought", float(ascent[-1])),
        Measured("Z of the best row", best),
        Measured("distance allowed from the mean", radius),
        Measured("rows", rows),
    )


def _tiles(
    model: Any, pictures: tuple[np.ndarray, ...], ascent: np.ndarray, about: tuple[str, Any]
) -> Tiles:
    (top, mean, sought), (name, common) = pictures, about
    shown = np.concatenate([[mean, sought], top])
    captions = (
        f"mean\nZ = {number(ascent[0], 3)}",
        f"sought\nZ = {number(ascent[-1], 3)}",
        *(
            f"row {i + 1}\nA = {number(value, 3)}"
            for i, value in zip(common["rows"], common["values"], strict=True)
        ),
    )
    title, sizes = f"what excites {name}", model.encoder_.pixels
    return Tiles(title, shown.reshape(-1, *sizes), captions, "brightness", False)


def _of_table(
    given: tuple[Any, Any], excited: np.ndarray, own: tuple[int, int, str], common: dict[str, Any]
) -> Excites:
    (layer, _, name), note, count = own, common.pop("note"), common.pop("count")
    names, values = readable(*given)
    edge, high = _highest(excited)
    differences = _differences(values, high)
    order = np.argsort(-np.abs(differences), kind="stable")
    first, most = names[order[0]], float(differences[order[0]])
    panels: tuple[Panel, ...] = (
        Bars(f"what sets the {high.sum()} rows apart", tuple(names[i] for i in order[:BARS]),
             differences[order[:BARS]], "difference of the means, in deviations"),
        Histogram(f"{name}, {len(excited)} rows", excited, f"A[{layer}] of the unit"),
    )  # fmt: skip
    way = "high" if most > 0 else "low"
    finding = (
        f"{name[:1].upper()}{name[1:]} is excited most by rows with {way} {first}. In the "
        f"{high.sum()} rows above A = {number(edge)} its mean is {number(most)} deviations away "
        "from that of the other rows."
    )
    return Excites(
        finding=finding + note, facts=_facts(common, f"{len(excited)} of {count}"), panels=panels,
        high=1.25, **common, names=tuple(names[i] for i in order), differences=differences[order],
        sought=None, ascent=None,
    )  # fmt: skip


def _highest(excited: np.ndarray) -> tuple[float, np.ndarray]:
    edge = float(np.quantile(excited, 1 - DECILE))
    # of a unit that is off for most rows the tenth is what lies above
    return edge, excited > edge if (excited > edge).any() else excited >= edge


def _facts(common: dict[str, Any], rows: str) -> tuple[Measured, ...]:
    each = zip(common["rows"], common["values"], strict=True)
    return (*(Measured(f"row {i + 1}: A", float(v)) for i, v in each), Measured("rows", rows))


def _differences(values: np.ndarray, high: np.ndarray) -> np.ndarray:
    if high.all():
        return np.zeros(values.shape[1])
    spread = values.std(axis=0)
    apart = values[high].mean(axis=0) - values[~high].mean(axis=0)
    return apart / np.where(spread > 0, spread, 1.0)
