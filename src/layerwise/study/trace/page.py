"""A trace as one HTML page that asks for nothing beside it: the reader steps forward and back."""

from __future__ import annotations

import html
import re
from importlib.resources import files

from layerwise.study.trace import tensors
from layerwise.study.trace.graph import graph
from layerwise.study.trace.notation import to_html
from layerwise.study.trace.picture import gradient
from layerwise.study.trace.value import PHASES, Step, Trace
from layerwise.study.trace.writing import shape_of

HOLE = re.compile(r"<!--(\w+)-->|/\*(\w+)\*/")
SHOWN_AT = {"loss": "J", "Ys": "Y", "Yhat": "A[{L}]"}  # symbols without a node of their own


def as_html(trace: Trace, digits: int) -> str:
    """Return the page; without JavaScript it is all steps one below the other."""
    parts = {
        "style": _file("page.css").replace("LEGEND", gradient()),
        "script": _file("page.js"),
        "title": html.escape(f"One training step of {trace.facts.get('network', '')}"),
        "facts": _facts(trace),
        "notes": "".join(f"<p>{html.escape(note)}</p>" for note in trace.notes),
        "graph": graph(trace),
        "list": _list(trace),
        "last": str(len(trace.steps) - 1),
        "steps": "\n".join(
            _section(trace, step, place, digits) for place, step in enumerate(trace.steps)
        ),
    }
    # one pass: what a part holds is never looked at again
    return HOLE.sub(lambda match: parts[match[1] or match[2]], _file("page.html"))


def _file(name: str) -> str:
    return files("layerwise.study.trace").joinpath(name).read_text("utf-8")


def _facts(trace: Trace) -> str:
    return "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in trace.facts.items()
    )


def _list(trace: Trace) -> str:
    lines = []
    for phase in PHASES:
        links = "".join(
            f'<li value="{place + 1}"><a href="#step-{place + 1}">{to_html(step.symbol)}</a></li>'
            for place, step in enumerate(trace.steps)
            if step.phase == phase
        )
        lines.append(f'<div class="{phase}"><b>{phase}</b><ol>{links}</ol></div>')
    return "".join(lines)


def _section(trace: Trace, step: Step, place: int, digits: int) -> str:
    layer = f", layer {step.l}" if step.l and step.phase != "cost" else ""
    shape = html.escape(shape_of(step.values))
    wide = tensors.put_in(step, digits)
    named = html.escape(step.symbol)
    return (
        f'<section class="step {step.phase}" id="step-{place + 1}" data-symbol="{named}" '
        f'data-node="{html.escape(_node(trace, step.symbol))}" aria-label="step {place + 1}">'
        f'<p class="phase"><b>{step.phase}</b>{layer}, step {place + 1} of {len(trace.steps)}</p>'
        f'<h2>{to_html(step.symbol)} <span class="shape">{shape}</span></h2>'
        f'<p class="equation">{to_html(step.equation)}</p>{wide}'
        f'<p class="sentence">{html.escape(step.sentence)}</p>'
        f"{tensors.shown(trace, step.symbol, step.values, digits)}"
        f"{tensors.operands(trace, step, digits)}</section>"
    )


def _node(trace: Trace, symbol: str) -> str:
    """Return the node of the graph at which a step is shown."""
    bare = symbol.removeprefix("step ")
    name, bracket, rest = bare.removeprefix("d").partition("[")
    bare = bare.removeprefix("d") if bracket else SHOWN_AT.get(bare, bare)
    there = {symbol for node in trace.nodes for symbol in (node.symbol, *node.inputs)}
    if bare in there:
        return bare
    within = {"mu": "Zt", "sigma": "Zt", "Zn": "Zt", "R": "A", "noise": "A"}.get(name, "")
    return f"{within}{bracket}{rest}" if within else bare.replace("{L}", str(trace.depth))
