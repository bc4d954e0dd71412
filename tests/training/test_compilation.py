"""Compiled programs are kept on disk: a second process starts from them."""

import json
import os
import subprocess
import sys

import jax
import numpy as np
import pytest

from layerwise import DNNClassifier
from layerwise.training.compilation import cache_folder, keep_compiled_programs, make_room

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


def test_the_folder_is_in_the_users_cache_and_names_the_jax_that_compiled(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder().parent == tmp_path / "layerwise" / "compiled"
    assert cache_folder().name.startswith(f"jax-{jax.__version__}-")


def test_a_folder_that_the_user_has_chosen_stays(tmp_path):
    before = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    keep_compiled_programs()
    after = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", before)
    assert after == str(tmp_path)


@pytest.mark.parametrize("other", [
    {"learning_rate": 0.02}, {"momentum": 0.5}, {"l2": 0.3}, {"epochs": 5}, {"patience": 1},
    {"patience": None}, {"max_seconds": 1e-9}, {"random_state": 9},
], ids=str)  # fmt: skip
def test_a_second_fit_with_another_number_compiles_nothing(other, compilations):
    random = np.random.default_rng(0)
    X, y = random.normal(size=(90, 4)), np.arange(90) % 3
    fixed = {"hidden_units": (6,), "epochs": 3, "validation_fraction": 0.2, "random_state": 0}
    DNNClassifier(**fixed).fit(X, y).predict(X)
    compilations.clear()
    DNNClassifier(**{**fixed, **other}).fit(X, y).predict(X)
    assert compilations == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the pieces of memory")
@pytest.mark.parametrize(("share", "left"), [(0.0, 0), (1.0, 1)])
def test_programs_are_let_go_when_they_take_too_many_pieces_of_memory(share, left):
    double = jax.jit(lambda x: 2 * x)
    double(np.ones(3, np.float32))
    make_room(share)
    assert double._cache_size() == left


@pytest.mark.slow
def test_220_shapes_of_network_train_in_one_process(tmp_path):
    program = """
import numpy as np
from layerwise import DNNClassifier
X, y = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3
for units in range(1, 221):
    DNNClassifier((units,), epochs=1, random_state=0).fit(X, y).predict(X)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, timeout=1200,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0
