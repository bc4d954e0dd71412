"""What the fits say together: ratios to a base, ranks, wins, calibration, coverage, seconds.

The error of a method on a set is the mean over the splits that it and the base both finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import rankdata

from benchmarks.tables.drawing import TableSet
from benchmarks.tables.records import Record

WORSE = 1.03  # a set counts as worse from here on
HALF_AN_ERROR = 0.5  # added to the errors of both, so that none against none is 1 and not 0 / 0
LEAST_RMSE = 1e-6  # the same for numbers, in the target's spread

Fits = dict[tuple[str, str], dict[int, Record]]  # by set and method, then by split


class Summary(NamedTuple):
    """A method on some sets; ranks and wins are among the sets that all methods finished."""

    method: str
    sets: int
    ratio: float
    rank: float
    wins: int
    worse: int
    failed: int
    log_loss: float
    calibration: float
    coverage: tuple[float, float, float] | None
    width: float
    fit_seconds: float
    fit_cpu: float
    slowest: float
    predict_seconds: float


def grouped(records: Iterable[Record]) -> Fits:
    """Return the fits by set and method, then by split."""
    made: Fits = defaultdict(dict)
    for record in records:
        made[record["set"], record["method"]][record["split"]] = record
    return made


def fine(fits: Fits, table: str, method: str) -> dict[int, Record]:
    """Return the fits that ended well, by split."""
    there = fits.get((table, method), {})
    return {split: record for split, record in there.items() if "failed" not in record}


def ratio(fits: Fits, table: TableSet, method: str, base: str) -> float:
    """Return (error + c) / (error of the base + c), NaN where they have no split in common.

    c is half a wrong row among all the test rows; for numbers 1e-6 of the target's spread.
    """
    own, others = fine(fits, table.name, method), fine(fits, table.name, base)
    both = own.keys() & others.keys()
    if not both:
        return float("nan")
    if table.task == "classes":
        least = HALF_AN_ERROR / sum(own[split]["tested"] for split in both)
    else:
        least = LEAST_RMSE * float(np.mean([own[split]["spread"] for split in both]))
    error, against = (np.mean([each[split]["error"] for split in both]) for each in (own, others))
    return float((error + least) / (against + least))


def geometric_mean(ratios: Sequence[float]) -> float:
    """Return exp of the mean logarithm; NaN of nothing."""
    return float(np.exp(np.mean(np.log(ratios)))) if len(ratios) else float("nan")


def ratios(fits: Fits, tables: Sequence[TableSet], method: str, base: str) -> list[float]:
    """Return the ratios of a method on the sets that it and the base finished."""
    found = [ratio(fits, table, method, base) for table in tables]
    return [each for each in found if not np.isnan(each)]


def mean(fits: Fits, table: TableSet, method: str, what: str) -> float:
    """Return the mean of a figure over the splits, NaN where no fit has it."""
    there = [record[what] for record in fine(fits, table.name, method).values() if what in record]
    return float(np.mean(there)) if there else float("nan")


def means(fits: Fits, tables: Sequence[TableSet], method: str, what: str) -> np.ndarray:
    """Return the figure's mean on each set that has it."""
    found = np.array([mean(fits, table, method, what) for table in tables])
    return found[~np.isnan(found)]


def common(fits: Fits, tables: Sequence[TableSet], methods: Sequence[str]) -> list[TableSet]:
    """Return the sets that all these methods finished, one split at least."""
    return [table for table in tables if all(fine(fits, table.name, name) for name in methods)]


def ranks(fits: Fits, tables: Sequence[TableSet], methods: Sequence[str]) -> np.ndarray:
    """Return (sets, methods) ranks of the mean errors, 1 the least; equal errors share theirs."""
    errors = [[mean(fits, table, name, "error") for name in methods] for table in tables]
    return np.array([rankdata(row) for row in errors]).reshape(len(tables), len(methods))


def summaries(
    fits: Fits, tables: Sequence[TableSet], methods: Sequence[str], base: str
) -> list[Summary]:
    """Return one line per method; those with the least ratio first."""
    places = ranks(fits, common(fits, tables, methods), methods)
    least = places.min(axis=1, keepdims=True) if len(places) else places
    made = []
    for place, name in enumerate(methods):
        rank = float(places[:, place].mean()) if len(places) else float("nan")
        wins = int((places == least)[:, place].sum())
        made.append(_summary(fits, tables, name, base)._replace(rank=rank, wins=wins))
    return sorted(made, key=lambda each: (np.isnan(each.ratio), each.ratio))


def _summary(fits: Fits, tables: Sequence[TableSet], name: str, base: str) -> Summary:
    of: Any = lambda what: means(fits, tables, name, what)  # noqa: E731
    found, covered = ratios(fits, tables, name, base), of("coverage")
    tried = [record for table in tables for record in fits.get((table.name, name), {}).values()]
    return Summary(
        method=name,
        sets=len(found),
        ratio=geometric_mean(found),
        rank=float("nan"),
        wins=0,
        worse=sum(each > WORSE for each in found),
        failed=sum("failed" in record for record in tried),
        log_loss=_mean(of("log_loss")),
        calibration=_mean(of("calibration")),
        coverage=(covered.min(), covered.mean(), covered.max()) if len(covered) else None,
        width=_mean(of("width_in_spreads")),
        fit_seconds=float(of("fit_seconds").sum()),
        fit_cpu=float(of("fit_cpu").sum()),
        slowest=float(of("fit_seconds").max(initial=0)),
        predict_seconds=float(of("predict_seconds").sum()),
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
