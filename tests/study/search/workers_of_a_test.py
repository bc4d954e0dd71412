"""A search in a process of its own, to be killed: what it runs and how it is watched."""

import subprocess
import sys
import textwrap
import time
from functools import cache

import optuna

from layerwise.study.ledger.storage import open_storage

POINTS, FEW = 40, 12
SCRIPT = textwrap.dedent(
    """
    import sys
    import numpy as np
    from layerwise import DNNClassifier, SearchCV

    random = np.random.default_rng(0)
    X = random.normal(size=(60, 2))
    y = (X[:, 0] > 0).astype(int)
    space = {"learning_rate": [10 ** (-1 - k / 4) for k in range(int(sys.argv[2]) // 4)], "l2": [0.0, 0.1, 1.0, 10.0]}
    search = SearchCV(
        DNNClassifier((), epochs=2, patience=None), space, method="grid", trials=None,
        batch=4, random_state=0, refit=False, runs=sys.argv[1], name="shared",
    )
    search.fit(X, y)
    """
)


def begin(place, points):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(place), str(points)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill(worker):
    worker.kill()
    worker.communicate()


@cache
def storage_at(place):
    return open_storage(place)


def told_in(place):
    """Return the trials that have ended with a score, by their number."""
    try:
        study = optuna.load_study(study_name="shared", storage=storage_at(place))
    except KeyError:
        return {}
    done = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return {t.number: (tuple(t.params.items()), t.value) for t in study.trials if t.state in done}


def wait_for(place, count, worker, seconds=120):
    """Wait until so many trials have been told, or the worker has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and worker.poll() is None:
        if len(told_in(place)) >= count:
            return
        time.sleep(0.1)
