"""The experiments of the course by their names, in the order of the course."""

from __future__ import annotations

from collections.abc import Callable

from layerwise.study.course import classics, demonstrations, practice
from layerwise.study.course.data import Effort
from layerwise.study.course.results import Result

EXPERIMENTS: dict[str, Callable[[Effort], Result]] = {
    run.__name__.replace("_", "-"): run
    for run in (
        classics.cats, classics.flower, practice.initialization, practice.regularization,
        practice.optimizers, demonstrations.symmetry, demonstrations.collapse,
        demonstrations.saturation, demonstrations.learning_rates,
    )
}  # fmt: skip
