"""A trace as JSON: every number in full."""

from __future__ import annotations

import json
from typing import Any

from layerwise.study.trace.value import Step, Trace


def as_json(trace: Trace) -> str:
    """Return the trace as one JSON object; a number reads back as it was, to the last bit."""
    whole = {
        "facts": dict(trace.facts),
        "notes": list(trace.notes),
        "features": list(trace.features),
        "outputs": list(trace.outputs),
        "examples": list(trace.examples),
        "parameters": {name: values.tolist() for name, values in trace.parameters.items()},
        "steps": [_step(step) for step in trace.steps],
    }
    return json.dumps(whole) + "\n"


def _step(step: Step) -> dict[str, Any]:
    return {
        "phase": step.phase,
        "layer": step.l,
        "symbol": step.symbol,
        "shape": list(step.shape),
        "equation": step.equation,
        "sentence": step.sentence,
        "operands": dict(step.kinds),
        "values": step.values.tolist(),
    }
