"""Learning rates measured: many rates trained at once, and the largest one that stays stable.

STABLE: a rate is stable for a seed when the training cost stays finite over the whole run and the
run ends no higher than it began. The run is the estimator's own: its epochs, schedule, batches and
dropout. It ends with the mean of the last tenth of its epochs; it begins with the cost before the
first step, and what that varies by through batches and dropout (three deviations over STILL epochs
whose steps are 0 long, and ROUNDING) is left to chance. The largest stable rate is the largest that
was tried that is stable for every seed, where the share of stable runs, which is taken to fall with
the rate (isotonic regression over all runs), is still SURE: one unlucky run at a smaller rate does
not move it, nor a lucky one at a larger. Rates are tried over many decades, then ever closer around
the edge. After the range test of Smith, Cyclical learning rates, WACV 2017, with a run for each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.isotonic import isotonic_regression

from layerwise.errors import SettingError
from layerwise.estimators.fitting import begun
from layerwise.training.gathering import at_once
from layerwise.training.loop import Job
from layerwise.training.minibatches import table
from layerwise.training.plan import State
from layerwise.training.sweeping import epochs_of

STILL, ROUNDING = 5, 1e-3  # the latter a share of the first cost
TAIL = 10  # of so many epochs the last one is the end
LOWEST, HIGHEST = 1e-12, 1e6  # rates that a setting may have
FIRST, LAST = 1e-6, 1e2  # the range that is tried first
BEYOND = 1e3  # the factor by which the range is moved where the edge is not in it
CLOSE, STEPS = 1.12, 12  # the factor that is left around the edge, and rates of one refinement
SAMPLE = 2048  # rows that are left of too many
MOST_ROUNDS = 8  # of refining
SURE = 0.95  # share of stable runs at the edge
FEWEST = 5  # epochs that are left of too many
APART = 1_000_003  # between the seeds, as between those of members
Told = Callable[[str], None]


class Bench(NamedTuple):
    """What rates are tried on: for each seed a job and the state that it begins from.

    `rows` and `epochs` are what is measured of `all_rows` and `all_epochs`; `room` is for how many
    members programs are made.
    """

    jobs: tuple[Job, ...]
    states: tuple[State, ...]
    epochs: int
    all_rows: int
    all_epochs: int
    room: int

    @property
    def rows(self) -> int:
        return self.jobs[0].rows

    @property
    def steps(self) -> int:
        """How many steps an epoch has."""
        size = self.jobs[0].plan.batch_size
        return -(-self.rows // size) if size else 1


class Sweep(NamedTuple):
    """Runs of R rates and S seeds: `costs` (R, S, epochs), NaN once diverged.

    `stopped` (R, S) is the step whose cost was not finite, or 0; `began` (S,) are the first costs,
    `chance` (S,) what is left to chance.
    """

    rates: np.ndarray
    costs: np.ndarray
    stopped: np.ndarray
    began: np.ndarray
    chance: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """The costs (R, S) at the end, NaN where a run diverged."""
        tail = max(1, self.costs.shape[2] // TAIL)
        return self.costs[:, :, -tail:].mean(axis=2)

    @property
    def stable(self) -> np.ndarray:
        """Whether each run (R, S) was stable, as the head of this file defines it."""
        ends = np.where(np.isnan(self.ends), np.inf, self.ends)
        return ends <= self.began + self.chance

    @property
    def largest_stable(self) -> float | None:
        """The largest stable rate, as the head of this file defines it; None: there is none."""
        share = isotonic_regression(self.stable.mean(axis=1), increasing=False)
        fine = self.stable.all(axis=1) & (share >= SURE)
        return float(self.rates[fine][-1]) if fine.any() else None

    @property
    def next_above(self) -> float | None:
        """The next larger rate than the largest stable one; None: it is the largest of all."""
        larger = self.rates[self.rates > (self.largest_stable or 0)]
        return float(larger[0]) if len(larger) else None

    @property
    def best(self) -> float:
        """The rate whose cost at the end is lowest, by the median over the seeds."""
        ends = np.where(np.isnan(self.ends), np.inf, self.ends)
        return float(self.rates[np.argmin(np.median(ends, axis=1))])

    def beside(self, other: Sweep) -> Sweep:
        """Return both as one, by rising rates."""
        rates = np.concatenate([self.rates, other.rates])
        order = np.argsort(rates, kind="stable")
        costs = np.concatenate([self.costs, other.costs])[order]
        stopped = np.concatenate([self.stopped, other.stopped])[order]
        return Sweep(rates[order], costs, stopped, self.began, self.chance)


def refuse_none(job: Job) -> None:
    """Raise SettingError for an optimizer without a learning rate to choose."""
    if job.plan.optimizer == "lbfgs":
        raise SettingError(
            "optimizer='lbfgs': L-BFGS finds the length of each step itself, so there is no "
            "learning rate to measure; choose another optimizer"
        )


def bench_of(job: Job, initialization: Any, seeds: int, budget: tuple[int, float]) -> Bench:
    """Return what rates are tried on.

    Parameters
    ----------
    job : of the first seed; its held-out rows are left alone
    initialization : the estimator's setting
    seeds : how many, the job's own first
    budget : (runs, multiplications) that the runs may take; beyond it rows are drawn, SAMPLE at
        least, and then the epochs are fewer, FEWEST at least
    """
    refuse_none(job)
    runs, most = budget
    all_rows, all_epochs = job.rows, int(job.numbers.epochs)
    each = 3 * job.plan.network.weights * runs / most
    rows = min(all_rows, max(SAMPLE, int(1 / (each * all_epochs))))
    epochs = min(all_epochs, max(FEWEST, int(1 / (each * rows))))
    kind = job.numbers.epochs.dtype.type
    shorter = _of_rows(job, rows)._replace(
        numbers=job.numbers._replace(epochs=kind(epochs)), validation=None
    )
    jobs = tuple(shorter._replace(seed=(job.seed + k * APART) % 2**32) for k in range(seeds))
    states = tuple(begun(own, initialization).state for own in jobs)
    return Bench(jobs, states, epochs, all_rows, all_epochs, runs)


def _of_rows(job: Job, rows: int) -> Job:
    if rows == job.rows:
        return job
    known = np.arange(job.rows) if job.chosen is None else np.asarray(job.chosen)
    picked = np.sort(np.random.default_rng(job.seed).choice(known, rows, replace=False))
    X, Y, weights = (np.asarray(part)[picked] for part in job.training)
    size = job.plan.batch_size if job.plan.batch_size < rows else 0
    return job._replace(
        training=table(X, Y, weights),
        rows=rows,
        chosen=None,
        plan=job.plan._replace(batch_size=size),
    )


def swept(bench: Bench, rates: Any, told: Told | None = None) -> Sweep:
    """Return the runs of these rates, for each seed of the bench; `told` hears how far it is."""
    rates = np.unique(np.asarray(rates, np.float64))
    each = [(one_rate(job, rate), state) for rate in rates for job, state in _seeds(bench)]
    costs, stopped = _runs(bench, each, told)
    shape = len(rates), len(bench.jobs)
    return Sweep(rates, costs.reshape(*shape, -1), stopped.reshape(shape), *began(bench))


def _seeds(bench: Bench) -> list[tuple[Job, State]]:
    return list(zip(bench.jobs, bench.states, strict=True))


def one_rate(job: Job, rate: float) -> Job:
    """Return the job with another learning rate."""
    kind = job.numbers.learning_rate.dtype.type
    return job._replace(numbers=job.numbers._replace(learning_rate=kind(rate)))


def began(bench: Bench) -> tuple[np.ndarray, np.ndarray]:
    """Return the first cost for each seed, and what is left to chance: of steps that are 0 long."""
    still = [one_rate(job, 0.0) for job in bench.jobs]
    moments = epochs_of(still, bench.states, bench.room)
    costs = np.stack([next(moments).costs for _ in range(STILL)])
    mean = costs.mean(axis=0)
    return mean, 3 * costs.std(axis=0) + ROUNDING * np.abs(mean)


def _runs(
    bench: Bench, each: list[tuple[Job, State]], told: Told | None
) -> tuple[np.ndarray, np.ndarray]:
    size = min(at_once([job for job, _ in each]), bench.room)
    costs, stopped = [], []
    for first in range(0, len(each), size):
        jobs, states = zip(*each[first : first + size], strict=True)
        moments = epochs_of(jobs, states, min(bench.room, size))
        found = []
        for epoch in range(1, bench.epochs + 1):
            moment = next(moments)
            found.append(moment.costs)
            if told is not None:
                done = f"runs {first + 1} to {first + len(jobs)} of {len(each)}"
                told(f"{done}, epoch {epoch} of {bench.epochs}")
        costs.append(np.stack(found, axis=1))
        stopped.append(moment.stopped)
    return np.concatenate(costs), np.concatenate(stopped)


def spaced(low: float, high: float, count: int) -> np.ndarray:
    """Return so many rates from `low` to `high`, each the same factor above the one before.

    >>> spaced(0.01, 1.0, 3).tolist()
    [0.01, 0.1, 1.0]
    """
    return np.geomspace(max(low, LOWEST), min(high, HIGHEST), count)


def around_the_edge(
    bench: Bench, sweep: Sweep, told: Told | None = None, close: float = CLOSE
) -> Sweep:
    """Return the sweep with more rates, until those around its edge are a factor `close` apart.

    Where the edge is outside, the range is moved to it.
    """
    for _ in range(MOST_ROUNDS):
        low, high = sweep.largest_stable, sweep.next_above
        if not np.isfinite(sweep.began).all():
            break
        if low is None and sweep.rates[0] > 2 * LOWEST:
            more = spaced(sweep.rates[0] / BEYOND, sweep.rates[0] / 2, STEPS)
        elif high is None and sweep.rates[-1] < HIGHEST / 2:
            more = spaced(2 * sweep.rates[-1], sweep.rates[-1] * BEYOND, STEPS)
        elif low is not None and high is not None and high / low > close:
            more = spaced(low, high, STEPS + 2)[1:-1]
        else:
            break
        sweep = sweep.beside(swept(bench, more, told))
    return sweep
