"""What may stand between the encoded columns and the first layer, as ingredients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, get_args

from layerwise.data.treatment import Form, Treatment
from layerwise.ingredient import Ingredient, choice, number

ONE_HOT = "a whole number from 1 to 100"
FACTOR = "a number from 0 to 1000"


class Inputs(NamedTuple):
    """The encoded columns: how many, how many of the first are plain numbers, and the levels.

    `levels` has for each of the last columns, which hold the numbers of categories, how many.
    """

    count: int
    numbers: int = 0
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Periodic(Ingredient):
    """Every number x is joined by `outputs` mixes of cos(2 pi (w x + p)), all learned.

    Without it a dense network smooths: it learns slowly what changes fast along one column.
    Gorishniy et al., NeurIPS 2022; in this form Holzmueller et al., NeurIPS 2024 (PBLD).

    Parameters
    ----------
    scale : float, default 0.1
        w starts from N(0, scale^2): how fast the first waves are, per unit of the scaled column.
    factor : float, default 0.1
        On the learning rate of the embedding, from 0.
    frequencies : int, default 16
        Waves per column: 4, 8, 16, 32 or 64; compiled in.
    outputs : int, default 3
        Mixes per column, 1 to 8; compiled in.
    """

    name: ClassVar[str] = "periodic"
    scale: float = number(0.1, 1e-6, 1e3, "a number from 1e-6 to 1000")
    factor: float = number(0.1, 0, 1e3, FACTOR)
    frequencies: int = choice(16, (4, 8, 16, 32, 64))
    outputs: int = choice(3, (1, 2, 3, 4, 5, 6, 7, 8))


@dataclass(frozen=True)
class Piecewise(Ingredient):
    """Every number x is joined by `outputs` functions of x that are a line in each bin, learned.

    The bins are equally full where the column is normal: exactly so with
    columns=Columns("quantile_normal"). Gorishniy, Rubachev and Babenko, NeurIPS 2022 (PLE).

    Parameters
    ----------
    bins : int, default 16
        Per column: 2, 4, 8, 16, 32 or 64; compiled in.
    outputs : int, default 4
        Functions per column, from 1 to 16; compiled in.
    factor : float, default 1
        On the learning rate of the embedding, from 0.
    """

    name: ClassVar[str] = "piecewise"
    bins: int = choice(16, (2, 4, 8, 16, 32, 64))
    outputs: int = choice(4, range(1, 17))
    factor: float = number(1.0, 0, 1e3, FACTOR)


@dataclass(frozen=True)
class Scaling(Ingredient):
    """Every input of layer 1 is multiplied by a number of its own, learned, from 1.

    Holzmueller et al., NeurIPS 2024: columns that say nothing are turned down soon.

    Parameters
    ----------
    factor : float, default 6
        On the learning rate of these numbers, from 0.
    """

    name: ClassVar[str] = "scaling"
    factor: float = number(6.0, 0, 1e3, FACTOR)


@dataclass(frozen=True)
class Columns(Ingredient):
    """How the columns of a table become numbers.

    Parameters
    ----------
    numbers : str, default "robust"
        "robust" subtracts the median and divides by the interquartile range, and bends far tails
        where a column has any; "robust_clipped" bends every column; "quantile_normal" makes each
        column normally distributed.
    two_as_one : bool, default False
        A category of two values becomes one column of -1 and 1 in place of two of 0 and 1.
    one_hot_up_to : int, optional
        From 1 to 100: a category of more values becomes a learned embedding; None: none does.
    size : int, default 8
        Of such an embedding: columns per category, from 1 to 64.
    room : bool, default False
        Columns of zeros fill up to a round count: tables of near sizes share a compiled program.

    References
    ----------
    Holzmueller et al., NeurIPS 2024; Guo and Berkhahn, Entity embeddings, 2016; Gorishniy et al.,
    NeurIPS 2021 (quantiles).
    """

    name: ClassVar[str] = "columns"
    numbers: str = choice("robust", get_args(Form))
    two_as_one: bool = choice(False, (False, True))
    one_hot_up_to: int | None = number(None, 1, 100, ONE_HOT, whole=True, optional=True)
    size: int = number(8, 1, 64, "a whole number from 1 to 64", whole=True)
    room: bool = choice(False, (False, True))

    @property
    def treatment(self) -> Treatment:
        """What the encoder is told."""
        how: Any = self.numbers, self.two_as_one, self.one_hot_up_to, self.room
        return Treatment(*how)
