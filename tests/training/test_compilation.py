"""Compiled programs are kept on disk: a second process starts from them."""

import json
import os
import subprocess
import sys

PROGRAM = """
import json, jax
from sklearn.datasets import load_iris
from layerwise import DNNClassifier
seen = []
jax.monitoring.register_event_listener(lambda event, **_: seen.append(event))
X, y = load_iris(return_X_y=True)
accuracy = DNNClassifier(epochs=3, random_state=0).fit(X, y).score(X, y)
counts = [sum(e.endswith(name) for e in seen) for name in ("cache_hits", "cache_misses")]
print(json.dumps([accuracy, *counts]))
"""


def run_in_a_process(folder):
    outside = {**os.environ, "XDG_CACHE_HOME": str(folder), "JAX_COMPILATION_CACHE_DIR": ""}
    del outside["JAX_COMPILATION_CACHE_DIR"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=outside,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_second_process_compiles_nothing_anew(tmp_path):
    first, hits, misses = run_in_a_process(tmp_path)
    assert misses > 0 == hits
    second, hits, misses = run_in_a_process(tmp_path)
    assert hits > 0 == misses
    assert first == second
