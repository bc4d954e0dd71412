"""What an experiment of the course leaves: figures beside the published ones, and panels."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from layerwise.estimators.score_intervals import Interval, wilson
from layerwise.study.drawing.frame import picture_png
from layerwise.study.panels import Panel


class Figure(NamedTuple):
    """An accuracy over several seeds, beside the published one.

    `shares` holds one accuracy per seed, the first from the course's own first weights; each is of
    `rows` rows. `published` is the course's share, or None where it gives none.
    """

    name: str
    shares: tuple[float, ...]
    rows: int
    published: float | None

    @property
    def middle(self) -> float:
        """The median over the seeds."""
        return median(self.shares)

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval of the median, for this many rows."""
        return wilson(round(self.middle * self.rows), self.rows)

    @property
    def published_interval(self) -> Interval | None:
        """Wilson's 95 % interval of the published share."""
        if self.published is None:
            return None
        return wilson(round(self.published * self.rows), self.rows)

    @property
    def own_inside(self) -> bool | None:
        """Whether the figure of the course's own weights lies inside the published interval."""
        return self._replace(shares=self.shares[:1]).inside

    @property
    def inside(self) -> bool | None:
        """Whether the median lies inside the published figure's interval.

        >>> Figure("He", (0.97, 0.95, 0.96), 100, 0.96).inside
        True
        """
        known = self.published_interval
        return None if known is None else known.low <= self.middle <= known.high


class Fact(NamedTuple):
    """A measured number, what it should be, and whether it is."""

    name: str
    value: float
    expected: str
    holds: bool


def said(sentence: str, holds: bool, measured: tuple[Figure, ...] | tuple[Fact, ...]) -> str:
    """Return the sentence where it holds, else the numbers that say otherwise.

    >>> said("He learns", False, (Figure("He", (0.62,), 100, 0.96),))
    'Not here that: He learns. Measured: He 62 %'
    """
    if holds:
        return sentence
    figures = (f"{one.name} {_short(one)}" for one in measured)
    return f"Not here that: {sentence}. Measured: {', '.join(figures)}"


def _short(one: Figure | Fact) -> str:
    return f"{100 * one.middle:.0f} %" if isinstance(one, Figure) else f"{one.value:.3g}"


@dataclass(frozen=True)
class Result:
    """What an experiment found: a sentence, figures, facts and the panels of its picture."""

    finding: str
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    panels: tuple[Panel, ...]

    def png(self) -> bytes:
        """Return the picture: the finding above the panels."""
        return picture_png(self.finding, self.panels)

    def _repr_png_(self) -> bytes:
        return self.png()
