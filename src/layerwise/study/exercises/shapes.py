"""Exercises on the shapes of a network. Lecture row 15."""

from __future__ import annotations

import numpy as np

from layerwise.estimators.dimension_formulas import written
from layerwise.estimators.dimension_table import DimensionTable, Row, dimension_table
from layerwise.study.exercises.exercise import Answer, Problem, Question

FEATURES = (2, 4, 12, 64, 784, 12288)
HIDDEN = (3, 5, 7, 8, 16, 20, 100)
EXAMPLES = (6, 50, 128, 209, 1000)
STATEMENTS = 5


def dimensions(random: np.random.Generator) -> Problem:
    """Return a network in words: its shapes, a wrong shape among others, its parameters."""
    hidden = random.choice(HIDDEN, int(random.integers(1, 4)), replace=False).tolist()
    units = (int(random.choice(FEATURES)), *hidden, int(random.choice((1, 3, 10))))
    m = int(random.choice(EXAMPLES))
    table = dimension_table(units, m)
    return Problem(
        f"A network has {units[0]} features, {_layers(hidden)} and an output layer of "
        f"{units[-1]} {'unit' if units[-1] == 1 else 'units'}. It is trained on $m = {m}$ examples "
        "at once.",
        m, (),
        (_fill(table), _wrong(table, random), _count(table)),
    )  # fmt: skip


def _layers(hidden: list[int]) -> str:
    if len(hidden) == 1:
        return f"a hidden layer of {hidden[0]} units"
    return f"hidden layers of {', '.join(map(str, hidden[:-1]))} and {hidden[-1]} units"


def _fill(table: DimensionTable) -> Question:
    answers = tuple(
        Answer(row.tensor.replace("[", "").replace("]", ""), written(row.shape), ((row.formula,),))
        for row in table.rows
    )
    return Question("Which shape has each of these tensors?", answers)


def _wrong(table: DimensionTable, random: np.random.Generator) -> Question:
    places = random.choice(len(table.rows), STATEMENTS, replace=False)
    rows = [table.rows[place] for place in np.sort(places)]
    slips = [at for at, row in enumerate(rows) if row.shape[0] != row.shape[1]]
    at = int(random.choice(slips))
    named = [row.derivative if turned else row.tensor for row, turned in
             zip(rows, random.integers(0, 2, len(rows)), strict=True)]  # fmt: skip
    shapes = [_slipped(row, table.m or 0) if i == at else row.shape for i, row in enumerate(rows)]
    lines = tuple(
        f"({i}) {name}: {written(shape)}"
        for i, (name, shape) in enumerate(zip(named, shapes, strict=True), start=1)
    )
    way = ((f"{named[at]} is {written(rows[at].shape)}",),)
    return Question("Which of these shapes is wrong?", (Answer("wrong", at + 1, way),), lines)


def _slipped(row: Row, m: int) -> tuple[int | str, ...]:
    if row.tensor.startswith("b"):
        return (row.shape[0], m)  # as slides have it
    return row.shape[::-1]


def _count(table: DimensionTable) -> Question:
    weights = (row for row in table.rows if row.tensor[0] in "Wb")
    each = " + ".join(" * ".join(map(str, row.shape)) for row in weights)
    return Question(
        "How many parameters has the network?",
        (Answer("parameters", table.parameters, ((each,),)),),
    )
