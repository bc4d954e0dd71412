"""Strict for every test: no silent change of rank or type, shapes checked on the board."""

import os
import tempfile

# before jax is imported: compiled programs of tests go to a folder of their own, shared by workers
os.environ["XDG_CACHE_HOME"] = os.path.join(tempfile.gettempdir(), f"layerwise-tests-{os.getuid()}")

import jax
import jaxtyping
import pytest

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")
_hook = jaxtyping.install_import_hook("layerwise.propagation", "beartype.beartype")


@pytest.fixture
def float64():
    with jax.enable_x64(True):
        yield
