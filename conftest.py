"""Strict for every test and example: shapes, ranks and types are checked, nothing is left behind.

Stands at the root so that the examples in README.md, docs/ and src/ run under the same rules.
"""

import atexit
import os
import shutil
import tempfile

# compiled programs go to a new folder that the workers of this run share, before jax is imported
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="layerwise-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

import jax
import jaxtyping
import pytest

jax.config.update("jax_num_cpu_devices", 2)  # populations are spread over both
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")
jaxtyping.install_import_hook("layerwise.propagation", "beartype.beartype")


@pytest.fixture(autouse=True, scope="module")
def room():
    """A worker compiles thousands of programs."""
    from layerwise.training.compilation import make_room

    yield
    make_room(0.2)


from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

_pages = Sybil([PythonCodeBlockParser()], patterns=["*.md", "docs/**/*.md"])
_docstrings = Sybil(
    [DocTestParser()],
    path="src",
    pattern="**/*.py",
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = (_pages + _docstrings).pytest()

collect_ignore_glob = ["tests/conftest.py", "tests/*/conftest.py"]
