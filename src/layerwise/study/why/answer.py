"""What every tool answers: a sentence, measured numbers, and a picture."""

from __future__ import annotations

import base64
import html
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from layerwise.data.atomic import write_atomically
from layerwise.study.drawing.frame import picture_png
from layerwise.study.matrices import number
from layerwise.study.panels import Panel


class Measured(NamedTuple):
    """A number that was measured, or a word that was found, under its name.

    >>> Measured("cost J", 0.25).text
    '0.25'
    """

    name: str
    value: float | str

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else number(float(self.value))


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Answer:
    """What a tool found. A notebook shows all of it; `png()` and `save(path)` give the picture.

    Attributes
    ----------
    finding : str
        What was found, in plain words with the numbers; its first sentence titles the picture.
    facts : tuple of Measured
        The measured numbers.
    panels : tuple of Panel
        What the picture shows.
    high : float
        How high a row of the picture is, as a share of the usual.
    """

    finding: str
    facts: tuple[Measured, ...]
    panels: tuple[Panel, ...]
    high: float = 1.0

    @property
    def title(self) -> str:
        """The first sentence of the finding."""
        return self.finding.split(". ")[0].split(": ")[0].rstrip(".")

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return picture_png(self.title, self.panels, self.high)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture (PNG), whole or not at all."""
        write_atomically(Path(path), self.png())

    def __repr__(self) -> str:
        wide = max((len(fact.name) for fact in self.facts), default=0)
        lines = [f"{fact.name:<{wide}}  {fact.text}" for fact in self.facts]
        return "\n".join([self.finding, *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(fact.name)}</td><td>{html.escape(fact.text)}</td></tr>"
            for fact in self.facts
        )
        picture = base64.b64encode(self.png()).decode()
        return (
            f"<div><p>{html.escape(self.finding)}</p>"
            f'<img alt="{html.escape(self.title)}" style="max-width:100%" '
            f'src="data:image/png;base64,{picture}"/><table>{rows}</table></div>'
        )
