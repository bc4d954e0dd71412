"""A learning rate measured at fit: what "meter" stands for, and "auto" where nothing is tuned.

One seed, the fit's own. Rates from 1e-6 to 100 and more around the edge are trained at once; taken
is the rate that ended lowest, and at most half of the largest stable one (metering.py). In a small
network the runs are as long as the fit; in a large one, they have fewer rows and epochs.
"""

from __future__ import annotations

from typing import Any

from layerwise.estimators.metering import FIRST, LAST, around_the_edge, bench_of, spaced, swept
from layerwise.estimators.planning import Tables, job_of
from layerwise.estimators.presets import AUTO, MEASURED, PLAIN_RATE, Facts, chosen
from layerwise.training.loop import Job

RATES, RUNS = 24, 36  # tried first, and about how many in the end
PRODUCTS = 3e10  # multiplications: about a second on two cores
DIGITS = 3  # of the rate that is chosen
SAFE = 0.5  # of the largest stable rate


def with_rate(tables: Tables, settings: dict[str, Any], seed: int, kind: str) -> dict[str, Any]:
    """Return the settings with a number for a learning rate that is to be measured."""
    if settings["learning_rate"] != MEASURED:
        return settings
    job = job_of(tables, settings | {"learning_rate": PLAIN_RATE}, seed, kind)
    return settings | {"learning_rate": measured(job, settings["initialization"])}


def measured(job: Job, initialization: Any) -> float:
    """Return the learning rate to train a job with, the same for the same job.

    Raises
    ------
    SettingError
        When the optimizer has no learning rate to choose.
    """
    bench = bench_of(job, initialization, 1, (RUNS, PRODUCTS))
    sweep = around_the_edge(bench, swept(bench, spaced(FIRST, LAST, RATES)))
    largest = sweep.largest_stable
    if largest is None:  # not even the smallest one: the fit will say what is wrong
        return PLAIN_RATE
    return float(f"{suggested(sweep.best, largest):.{DIGITS - 1}e}")


def suggested(best: float, largest: float) -> float:
    """Return the rate to train with, from the best one and the largest stable one."""
    return min(best, SAFE * largest)


def rate_measured_by(estimator: Any) -> float | None:
    """Return the learning rate of a fitted estimator where it was measured, else None."""
    given = estimator.get_params(deep=False)
    if given["learning_rate"] not in (AUTO, MEASURED):
        return None
    asked = chosen(given | {"preset": estimator.settings_["preset"]}, Facts())
    return estimator.settings_["learning_rate"] if asked["learning_rate"] == MEASURED else None
