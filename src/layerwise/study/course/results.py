"""What an experiment of the course leaves: figures beside the published ones, and panels."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from layerwise.estimators.score_intervals import Interval, wilson
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


@dataclass(frozen=True)
class Result:
    """What an experiment found: a sentence, figures, facts and the panels of its picture."""

    finding: str
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    panels: tuple[Panel, ...]
