"""Compiled programs: kept on disk for the next process, let go when this one has too many."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import platform
from pathlib import Path

import jax

MOST_DEVICES = 32
_FORCED = "xla_force_host_platform_device_count"


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


def use_all_cores() -> None:
    """Make each core a device of JAX, so that the members of a population run side by side.

    One network uses the first device, as ever. Where JAX has already begun, or the user has
    chosen a number of devices, it stays with that.
    """
    if jax.config.values["jax_num_cpu_devices"] > 0 or _FORCED in os.environ.get("XLA_FLAGS", ""):
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with contextlib.suppress(RuntimeError):  # JAX has already begun
        jax.config.update("jax_num_cpu_devices", min(cores or 1, MOST_DEVICES))


def make_room(share: float = 0.5) -> None:
    """Let go of compiled programs when they take this share of the memory maps of a process.

    On a processor a program of JAX takes some hundred maps. Linux allows 65 530 by default, and
    beyond them the compiler brings the process down: after about 190 shapes of network.
    """
    try:
        most = int(Path("/proc/sys/vm/max_map_count").read_text())
        maps = Path("/proc/self/maps").read_bytes().count(b"\n")
    except OSError:  # no Linux: no such limit
        return
    if maps > share * most:
        jax.clear_caches()
        gc.collect()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    return "".join(line for line in lines if line.startswith(("model name", "flags")))
