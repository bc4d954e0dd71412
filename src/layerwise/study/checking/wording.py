"""The report of a check as plain text, as JSON, and the repair of each slip."""

from __future__ import annotations

from typing import Any

from layerwise.study.checking.describing import UNKNOWN, Finding
from layerwise.study.checking.findings import Checked, Report


def as_text(report: Report) -> str:
    """Return the report as lines of plain text."""
    return "\n".join(line for one in report.functions for line in lines_of(one))


def lines_of(one: Checked) -> list[str]:
    """Return the lines on one function: right, or what is wrong in it."""
    if not one.findings and one.waits:
        return [f"{one.function}: checked when {', '.join(one.waits)} is right"]
    if not one.findings:
        after = f" but for what comes from above: {'; '.join(one.follows)}" if one.follows else ""
        return [f"{one.function}: right{after}"]
    return [line for finding in one.findings for line in _lines(finding)]


def _lines(finding: Finding) -> list[str]:
    where = (
        ""
        if finding.layer in ("l", "-")
        else f", layer {finding.layer}".replace("layer every layer", "every layer")
    )
    title = finding.slip if finding.slip != UNKNOWN else "wrong, and no known slip"
    rows = [f"{finding.function}: {title}"]
    facts = (
        ("tensor", finding.tensor + where if finding.tensor != "-" else ""),
        ("seen", finding.detail),
        ("lecture", finding.lecture),
        ("repair", finding.repair),
    )
    return rows + [f"    {name:<8}{text}" for name, text in facts if text]


def as_json(report: Report) -> list[dict[str, Any]]:
    """Return the findings as a list of dictionaries: slip, function, layer, tensor, repair, ..."""
    return [finding._asdict() for finding in report.findings]
