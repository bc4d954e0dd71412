"""The parity lab: depth against width, constructed exactly and trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from layerwise.data.builtin import parity as rows_of
from layerwise.errors import SettingError
from layerwise.estimators.classifier import DNNClassifier
from layerwise.estimators.many import fit_many
from layerwise.estimators.score_intervals import wilson
from layerwise.study.panels import Comparison, Curves, Estimate, Panel
from layerwise.study.why.answer import Answer, Measured
from layerwise.study.why.parity_networks import MOST_BITS, WAYS, wrong_of

MOST_TRAINED, MOST_SEEDS = 10, 100
EPOCHS, RATE = 1000, 0.01
SHALLOW, DEEP, SUM = WAYS


class Size(NamedTuple):
    """What a constructed network of n bits takes, and how many of the 2^n inputs it has wrong."""

    bits: int
    way: str
    hidden_units: int
    depth: int
    wrong: int


class Learned(NamedTuple):
    """How many of the seeds learned every one of the 2^n inputs, for the given hidden layers."""

    hidden_units: tuple[int, ...]
    learned: int
    seeds: int
    mean_accuracy: float


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Parity(Answer):
    """What `parity` found.

    Attributes
    ----------
    sizes : tuple of Size
        For every n from 2 and every way.
    trained : tuple of Learned
        The trained comparison; () without seeds.
    trained_bits : int
        Its n.
    """

    sizes: tuple[Size, ...]
    trained: tuple[Learned, ...]
    trained_bits: int


def parity(n: int = 12, trained: int = 6, seeds: int = 10, epochs: int = EPOCHS) -> Parity:
    """Compute the parity of n bits by three exact networks, and see what training finds.

    Use it to see what depth can save, and that what exists need not be what is learned.

    Parameters
    ----------
    n : int, default 12
        Constructed and verified on all inputs for 2 to n bits; 2 to 12.
    trained : int, default 6
        Bits of the trained comparison, 2 to 10. All 2^n inputs are trained on: what counts is
        whether they are learned, not whether unseen ones are guessed.
    seeds : int, default 10
        First weights of each network, 0 to 100; 0 leaves the comparison out.
    epochs : int, default 1000
        Passes over all inputs, by Adam with a learning rate of 0.01.

    Returns
    -------
    Parity

    Raises
    ------
    SettingError
        When a number is out of its range.

    Notes
    -----
    Lecture row 25. A unit that recognizes a single pattern needs 2^(n-1) of its kind. That is no
    bound for ReLU units: parity depends on the sum of the bits alone, and n units fold the line.

    Examples
    --------
    >>> from layerwise import why
    >>> found = why.parity(4, seeds=0)
    >>> [(size.hidden_units, size.depth, size.wrong) for size in found.sizes if size.bits == 4]
    [(8, 2, 0), (6, 3, 0), (4, 2, 0)]
    """
    _check("n", n, 2, MOST_BITS)
    _check("trained", trained, 2, MOST_TRAINED)
    _check("seeds", seeds, 0, MOST_SEEDS)
    _check("epochs", epochs, 1, 1_000_000)
    sizes = tuple(_size(bits, way) for bits in range(2, n + 1) for way in WAYS)
    learned = _trained(trained, seeds, epochs) if seeds else ()
    return Parity(
        finding=_told(sizes, learned, trained),
        facts=_facts(sizes, learned, trained),
        panels=_panels(sizes, learned, trained),
        high=1.3,
        sizes=sizes,
        trained=learned,
        trained_bits=trained,
    )


def _check(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SettingError(f"{name}={value!r}: expected a whole number from {low} to {high}")


def _size(bits: int, way: str) -> Size:
    made = WAYS[way](bits)
    return Size(bits, way, made.hidden_units, made.depth, wrong_of(made, bits))


def shapes_to_train(bits: int) -> list[tuple[int, ...]]:
    """Return the hidden layers that are compared: the exact networks' sizes, and wider ones.

    >>> shapes_to_train(6)
    [(6,), (24,), (32,), (6, 3, 2), (24, 12, 8)]
    """
    made = WAYS[DEEP](bits)
    layers = tuple(len(own["W"]) for own in made.parameters if "W" in own)[:-1]
    wide = [(bits,), (4 * bits,), (2 ** (bits - 1),), layers, tuple(4 * units for units in layers)]
    return list(dict.fromkeys(wide))


def _trained(bits: int, seeds: int, epochs: int) -> tuple[Learned, ...]:
    X, y = rows_of(bits)
    shapes = shapes_to_train(bits)
    models = [
        DNNClassifier(
            hidden, activation="relu", optimizer="adam", learning_rate=RATE, batch_size="all",
            epochs=epochs, patience=None, validation_fraction=0, random_state=seed,
            preset="lecture",
        )
        for hidden in shapes
        for seed in range(seeds)
    ]  # fmt: skip
    fit_many(models, X, y)
    scores = np.array([model.score(X, y) for model in models]).reshape(len(shapes), seeds)
    return tuple(
        Learned(hidden, int(np.sum(own == 1)), seeds, float(own.mean()))
        for hidden, own in zip(shapes, scores, strict=True)
    )


def _told(sizes: tuple[Size, ...], learned: tuple[Learned, ...], bits: int) -> str:
    most = max(size.bits for size in sizes)
    last = {size.way: size for size in sizes if size.bits == most}
    wrong = sum(size.wrong for size in sizes)
    exact = "all exact on every input" if not wrong else f"{wrong} inputs are wrong"
    told = (
        f"Parity of {most} bits takes {last[SHALLOW].hidden_units} pattern units, or "
        f"{last[DEEP].hidden_units} units in {last[DEEP].depth - 1} hidden layers. Constructed for "
        f"2 to {most} bits, {exact}. One hidden layer can do with {last[SUM].hidden_units} ReLU "
        "units too, for parity depends on the sum alone: 2^(n-1) is what units need that each "
        "recognize one pattern."
    )
    if not learned:
        return told
    each = ", ".join(f"{one.learned} with {_named(one.hidden_units)}" for one in learned)
    return (
        f"{told} Trained on all inputs of {bits} bits, so many of {learned[0].seeds} seeds learn "
        f"it: {each} hidden units."
    )


def _named(hidden: tuple[int, ...]) -> str:
    return "-".join(map(str, hidden))


def _facts(
    sizes: tuple[Size, ...], learned: tuple[Learned, ...], bits: int
) -> tuple[Measured, ...]:
    facts = [
        Measured(
            f"n = {size.bits}, {size.way}",
            f"{size.hidden_units} hidden units, L = {size.depth}, {size.wrong} of "
            f"{2**size.bits} wrong",
        )
        for size in sizes
    ]
    for one in learned:
        share = f"{one.learned} of {one.seeds} seeds, mean accuracy {100 * one.mean_accuracy:.1f} %"
        facts.append(Measured(f"trained, n = {bits}, hidden {_named(one.hidden_units)}", share))
    return tuple(facts)


def _panels(sizes: tuple[Size, ...], learned: tuple[Learned, ...], bits: int) -> tuple[Panel, ...]:
    lines = {}
    for way in WAYS:
        own = [size for size in sizes if size.way == way]
        lines[way] = (
            np.array([size.bits for size in own]),
            np.array([size.hidden_units for size in own]),
        )
    grown = Curves("exact, verified on all inputs", lines, ("bits n", "hidden units"), log=True)
    if not learned:
        return (grown,)
    shares = tuple(
        Estimate(one.learned / one.seeds, wilson(one.learned, one.seeds)) for one in learned
    )
    names = tuple(_named(one.hidden_units) for one in learned)
    title = f"trained, {bits} bits; 95 % intervals"
    series: dict[str, tuple[Estimate | None, ...]]
    series = {f"of {learned[0].seeds} seeds, 95 % intervals": shares}
    return grown, Comparison(
        title,
        names,
        series,
        ("hidden units", f"share of {learned[0].seeds} seeds that learn it, %"),
    )
