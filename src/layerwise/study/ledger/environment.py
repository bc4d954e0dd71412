"""What a run was computed by: versions, machine, device."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jax

import layerwise
from layerwise.training.compilation import use_all_cores

PACKAGES = ("jax", "jaxlib", "numpy", "optax", "scikit-learn")


def environment() -> dict[str, Any]:
    """Return versions, platform, processor, cores, device and a hash of what decides the bits.

    The hash is over the compiler's versions, the processor with what it can do, the number of
    cores, the device and XLA_FLAGS: where it is equal, the same seed gives the same bits.

    Examples
    --------
    >>> sorted(environment())
    ['compiled_by', 'cores', 'device', 'devices', 'platform', 'processor', 'versions']
    """
    use_all_cores()  # whoever asks for the devices first fixes how many there are
    found, devices = dict(_machine()), jax.devices()
    found |= {"cores": cores(), "device": devices[0].device_kind, "devices": len(devices)}
    versions = found["versions"]
    decides = [versions["jax"], versions["jaxlib"], *_abilities(), os.environ.get("XLA_FLAGS", "")]
    decides += [found["cores"], found["device"], found["devices"]]
    found["compiled_by"] = hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]
    return found


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _machine() -> dict[str, Any]:
    versions = {"layerwise": layerwise.__version__, "python": platform.python_version()}
    return {
        "versions": versions | {name: _version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "processor": _abilities()[0],
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@cache
def _abilities() -> tuple[str, str]:
    """Return the processor's name and its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine(), ""
    found = {}
    for line in lines:
        name, _, text = line.partition(":")
        found.setdefault(name.strip(), text.strip())
    flags = found.get("flags") or found.get("Features") or ""
    return found.get("model name") or platform.machine(), flags
