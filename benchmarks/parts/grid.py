"""A whole grid search in a new process with nothing compiled, beside scikit-learn's own."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.driver import empty_cache, interleaved, once, provided
from benchmarks.report import markdown, seconds
from benchmarks.settings import Settings


def measure(settings: Settings) -> dict[str, Any]:
    given = {"settings": 4 if settings.quick else 24, "epochs": 2 if settings.quick else 20}

    def ours() -> dict[str, Any]:
        with empty_cache() as environment:
            return once("searching", "layerwise", environment=environment, **given)

    calls: dict[str, Any] = {"scikit-learn": lambda: once("searching", "scikit_learn", **given)}
    if provided("GridSearchCV"):
        calls = {"Layerwise": ours} | calls
    found = interleaved(1 if settings.quick else 2, calls)
    result = given | {"searches": found}
    if "Layerwise" not in found:
        result["absent"] = "layerwise.GridSearchCV is not in this version"
    return result


def table(result: dict[str, Any]) -> str:
    """Return the seconds of each search and what it chose."""
    rows = []
    for name, runs in result["searches"].items():
        took, last = median(run["seconds"] for run in runs), runs[-1]
        best = ", ".join(f"{key} {value:.2g}" for key, value in last["best"].items())
        score = f"{100 * last['score']:.2f} %"
        rows.append([name, seconds(took), seconds(took / last["fits"]), score, best])
    told = markdown(["search", "in all", "per fit", "best mean accuracy", "at"], rows)
    told += (
        f"\n{result['settings']} settings x 5 folds and the refit, {result['epochs']} epochs each, "
        "64-64-10, batch 32, on digits; in a new process, compilation included, "
        "scikit-learn with n_jobs=2.\n"
    )
    return told + (f"\n{result['absent']}.\n" if "absent" in result else "")
