"""Compiled programs are kept on disk, so that the next process starts from them."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import jax


def cache_folder() -> Path:
    """Return the folder for this machine's compiled programs, in the user's cache folder.

    Programs are compiled for the very processor, so another processor gets another folder.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    processor = hashlib.sha256(_processor().encode()).hexdigest()[:12]
    return base / "layerwise" / "compiled" / f"jax-{jax.__version__}-{processor}"


def keep_compiled_programs() -> None:
    """Turn on JAX's cache on disk, unless the user has already chosen one."""
    if jax.config.values["jax_compilation_cache_dir"] is None:
        jax.config.update("jax_compilation_cache_dir", str(cache_folder()))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    return "".join(line for line in lines if line.startswith(("model name", "flags")))
