"""relu's backward as the course writes it: a copy of dA, and `dZ[Z <= 0] = 0`.

The line with the condition is judged as the product that it comes to, dZ = dA * (Z > 0).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from layerwise.study.equations.slips import Slip

_MASK = re.compile(
    r"^\s*(?P<left>d[AZ]\w*|delta\w*)\s*\[\s*(?P<of>[A-Za-z]\w*)\s*"
    r"(?P<how><=|>=|<|>)\s*(?P<edge>0(?:\.0*)?)\s*\]\s*=\s*(?P<value>\d+(?:\.\d*)?)\s*;?\s*$"
)
_ASSIGNED = re.compile(r"^\s*(?P<left>d[AZ]\w*|delta\w*)\s*=(?!=)\s*(?P<right>.*?)\s*;?\s*$")
_COPY = re.compile(
    r"^(?:np\.(?:array|copy)\(\s*(?P<one>\w+)\s*(?:,\s*copy\s*=\s*True\s*)?\)"
    r"|(?P<two>\w+)\.copy\(\s*\)|(?P<three>\w+)\[:\])$"
)
KEPT = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
REVERSED = Slip("the mask is reversed", "relu' is 0 where Z <= 0: there dZ is 0", 0)
OTHER = Slip("the mask of another tensor", "relu' is taken at this layer's Z, not elsewhere", 0)
VALUE = Slip("wrong number", "relu' is 0 where Z <= 0, so dZ is 0 there", 0)


class Mask(NamedTuple):
    """A line `dZ[Z <= 0] = 0`: its parts, and what dZ was before."""

    left: str
    of: str
    how: str
    value: str
    before: str

    @property
    def text(self) -> str:
        """The line as it is written."""
        return f"{self.left}[{self.of} {self.how} 0] = {self.value}"

    @property
    def product(self) -> str:
        """What the line comes to, as one equation."""
        kept = f"({self.of} {KEPT[self.how]} 0)"
        if float(self.value):
            return (
                f"{self.left} = np.where({self.of} {KEPT[self.how]} 0, {self.before}, {self.value})"
            )
        return f"{self.left} = ({self.before}) * {kept}"


def masks(rows: list[str]) -> tuple[dict[int, Mask], set[int]]:
    """Return the lines with a condition, by their number, and the lines that they complete."""
    found: dict[int, Mask] = {}
    used: set[int] = set()
    last: dict[str, tuple[int, str]] = {}
    for number, whole_row in enumerate(rows, start=1):
        row = whole_row.split("#")[0]
        if mask := _MASK.match(row):
            left = mask["left"]
            at, before = last.get(left, (0, re.sub(r"^(?:dZ|delta)", "dA", left)))
            used |= {at} - {0}
            found[number] = Mask(left, mask["of"], mask["how"], mask["value"], before)
        elif plain := _ASSIGNED.match(row):
            copy = _COPY.match(plain["right"])
            whole = next(filter(None, copy.groups())) if copy else plain["right"]
            last[plain["left"]] = (number, whole)
    return found, used


def mended(mask: Mask) -> list[tuple[Slip, Mask]]:
    """Return what the line may have been meant to be, the likeliest first."""
    Z = re.sub(r"^(?:dZ|delta|dA)", "Z", mask.left)
    turned, other = mask._replace(how=TURNED[mask.how]), mask._replace(of=Z)
    return [
        (REVERSED, turned),
        (OTHER, other),
        (VALUE, mask._replace(value="0")),
        (OTHER, other._replace(how="<=", value="0")),
    ]
