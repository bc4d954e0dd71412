"""What every test may ask for; the strictness is switched on in the conftest.py above."""

from pathlib import Path

import jax
import pytest

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def float64():
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="session")
def real_data():
    """Return a function from a name to a path under shared/data; where it is absent, the test is skipped."""

    def path(name):
        found = REAL_DATA / name
        if not found.exists():
            pytest.skip(f"the optional real data {name} is not on this machine")
        return found

    return path
