"""The experiments of the course by their names, in the order of the course."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from layerwise.errors import SettingError
from layerwise.study.course import classics, demonstrations, practice
from layerwise.study.course.data import HERE, Effort
from layerwise.study.course.results import Result

MOST_SEEDS = 1000
EXPERIMENTS: dict[str, Callable[[Effort], Result]] = {
    run.__name__.replace("_", "-"): run
    for run in (
        classics.cats, classics.flower, practice.initialization, practice.regularization,
        practice.optimizers, demonstrations.symmetry, demonstrations.collapse,
        demonstrations.saturation, demonstrations.learning_rates,
    )
}  # fmt: skip


def course(name: str, *, seeds: int = 10, share: float = 1.0, data: str | Path = HERE) -> Result:
    """Run an experiment of the public course again, beside its published figures.

    Use it in a lesson or a notebook, where the result shows its picture; `layerwise course` is the
    same on the command line.

    Parameters
    ----------
    name : str
        "cats", "flower", "initialization", "regularization", "optimizers", "symmetry", "collapse",
        "saturation" or "learning-rates".
    seeds : int, default 10
        First weights to try, from 1 to 1000, the course's own first.
    share : float, default 1.0
        Share of the course's iterations to take, above 0 to 1; .1 for a quick look.
    data : path, default "../shared/data"
        Folder of the course's files catvnoncat and football.mat, for "cats" and "regularization".

    Returns
    -------
    Result
        `finding` is a sentence, `figures` the accuracies over the seeds with their intervals,
        `facts` what else was measured; `png()` is the picture.

    Raises
    ------
    SettingError
        When there is no such experiment, or a number is outside its range.
    DataError
        When the course's files are needed and not there.

    Notes
    -----
    Lecture rows 12, 19, 20, 22, 26, 29 and 30.

    Examples
    --------
    >>> course("flower", seeds=1, share=0.02).figures[0].name
    'logistic'
    """
    return experiment(name)(effort_of(seeds, share, Path(data)))


def experiment(name: str) -> Callable[[Effort], Result]:
    """Return the experiment of this name."""
    if name not in EXPERIMENTS:
        raise SettingError(f"course {name!r}: expected one of {', '.join(EXPERIMENTS)}")
    return EXPERIMENTS[name]


def effort_of(seeds: int, share: float, data: Path) -> Effort:
    """Return how much is to be run, each number in its range."""
    if not 1 <= seeds <= MOST_SEEDS:
        raise SettingError(f"seeds={seeds}: expected a whole number from 1 to {MOST_SEEDS}")
    if not 0 < share <= 1:
        raise SettingError(f"share={share}: expected a number above 0, to 1")
    return Effort(seeds, share, data)
