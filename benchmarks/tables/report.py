"""The report: Markdown tables and pictures of what is in the file of fits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import markdown, told
from benchmarks.tables import records, summary
from benchmarks.tables.drawing import TableSet
from benchmarks.tables.methods import GROUPS, PEERS
from benchmarks.tables.sets import SETS
from benchmarks.tables.summary import Fits, Summary

BASE_OF_NUMBERS = "mlp_scaled"
HEAD = (
    "method", "sets", "error ratio", "to `mlp_scaled`", "mean rank", "wins", "worse by > 3 %",
    "failed", "log loss", "calibration error", "coverage of 90 %", "width", "fit, s",
    "fit, processor s", "slowest, s", "predict, s",
)  # fmt: skip
NOTES = """The error of a set is the share of wrong rows, or the RMSE, as the mean over the splits;
the ratio is (error + c) / (error of `{base}` + c) with c half a wrong row among all the test rows
(for numbers 1e-6 of the target's spread); the column of ratios is the geometric mean over the sets.
Ranks and wins are among the sets that all methods of the table finished ({common} of {sets}); equal
errors share both. Calibration error: 15 equal bins of the confidence in the chosen class. Coverage:
least, mean and most of the sets; width in the target's standard deviations. Seconds are sums over
the sets of the mean of their splits, compilation included; processor seconds say more on a machine
that others use. Half A is for choosing, half B for reporting.
"""


def write(folder: Path, names: Sequence[str], base: str = "mlp") -> str:
    """Write tables.md and the pictures; returns the text of the summary and the ablation.

    Without names the summary and the pictures are of the usual methods, and variants are in the
    ablation and in the table of sets alone; with names everything is of these methods.
    """
    found = records.read(folder / "fits.jsonl")
    ours = [line["method"] for line in found if line["method"] not in PEERS]
    methods = [name for name in (*PEERS, *dict.fromkeys(ours)) if not names or name in names]
    fits = summary.grouped(found)
    methods = [name for name in methods if any(key[1] == name for key in fits)]
    tables = [table for table in SETS.values() if any(key[0] == table.name for key in fits)]
    usual = [name for name in methods if name in GROUPS["usual"]]
    front = usual if "layerwise" in usual and not names else methods
    parts = [_summaries(fits, tables, front, base), _ablation(fits, tables, methods)]
    parts += [_per_set(fits, tables, methods, base), _failures(found), _runs(folder, found)]
    text = "\n".join(["# Defaults on tables\n", *filter(None, parts)])
    (folder / "tables.md").write_text(text)
    if find_spec("matplotlib"):
        from benchmarks.tables import pictures

        pictures.dots(fits, tables, (front, base), folder / "ratios.svg")
        pictures.times(summary.summaries(fits, tables, front, base), base, folder / "times.svg")
    return "\n".join(filter(None, parts[:2]))


def _summaries(fits: Fits, tables: list[TableSet], methods: list[str], base: str) -> str:
    halves = {half: [each for each in tables if each.half == half] for half in "AB"}
    scopes = {"Half A, for choosing": halves["A"], "Half B, for reporting": halves["B"]}
    scopes["All sets"] = tables
    common = len(summary.common(fits, tables, methods))
    parts = []
    for words, chosen in scopes.items():
        lines = summary.summaries(fits, chosen, methods, base)
        scaled = {name: summary.ratios(fits, chosen, name, BASE_OF_NUMBERS) for name in methods}
        rows = [_line(each, summary.geometric_mean(scaled[each.method])) for each in lines]
        parts.append(f"## {words}\n\n{markdown(HEAD, rows)}")
    return "\n".join([*parts, NOTES.format(base=base, common=common, sets=len(tables))])


def _line(each: Summary, scaled: float) -> list[str]:
    ends = " / ".join(f"{share:.3f}" for share in each.coverage) if each.coverage else ""
    numbers = (each.log_loss, each.calibration)
    return [
        f"`{each.method}`", str(each.sets), digits(each.ratio), digits(scaled),
        digits(each.rank, 2), str(each.wins), str(each.worse), str(each.failed),
        *map(digits, numbers), ends, digits(each.width, 2), digits(each.fit_seconds, 1),
        digits(each.fit_cpu, 1), digits(each.slowest, 1), digits(each.predict_seconds, 2),
    ]  # fmt: skip


def digits(value: float, places: int = 3) -> str:
    """Return a number, or nothing for NaN."""
    return "" if np.isnan(value) else f"{value:.{places}f}"


def _ablation(fits: Fits, tables: list[TableSet], methods: list[str]) -> str:
    """Return what every other setting brings beside the defaults; nothing where there is none."""
    variants = [name for name in methods if name not in PEERS and name != "layerwise"]
    if not variants or "layerwise" not in methods:
        return ""
    rows = []
    for name in variants:
        cells = [f"`{name}`", f"`{settings(fits, name)}`"]
        for half in ("A", "B"):
            chosen = [table for table in tables if table.half == half]
            found = summary.ratios(fits, chosen, name, "layerwise")
            middle = float(np.median(found)) if found else np.nan
            cells += [digits(summary.geometric_mean(found)), digits(middle)]
            cells.append(f"{sum(each < 1 for each in found)} of {len(found)}" if found else "")
        pairs = summary.common(fits, tables, [name, "layerwise"])
        spent = [summary.means(fits, pairs, one, "fit_cpu").sum() for one in (name, "layerwise")]
        rows.append([*cells, digits(spent[0] / spent[1] if spent[1] else np.nan, 2)])
    of_half = ("mean", "median", "better on")
    columns = (f"{half}: {name}" for half in "AB" for name in of_half)
    head = ("variant", "settings", *columns, "time")
    words = (
        "Error ratio to `layerwise`, the defaults, on the sets that both finished: geometric mean\n"
        "and median (one wrong row of 38 moves iris by a factor of 27); ratio of processor time."
    )
    return f"## Ablation\n\n{words}\n\n{markdown(head, rows)}"


def settings(fits: Fits, name: str) -> str:
    """Return the settings that a variant was fitted with last."""
    lines = [line for key, of in fits.items() if key[1] == name for line in of.values()]
    return lines[-1]["settings"] or "defaults"


def _per_set(fits: Fits, tables: list[TableSet], methods: list[str], base: str) -> str:
    rows = []
    for table in tables:
        first = next(iter(summary.fine(fits, table.name, base).values()), None)
        size = f"{first['rows']} x {first['columns']}" if first else ""
        error = digits(summary.mean(fits, table, base, "error"), 4)
        found = [digits(summary.ratio(fits, table, name, base)) for name in methods]
        rows.append([table.name, table.half, table.kind, size, error, *found])
    head = ("set", "half", "kind", "rows x columns", f"error of `{base}`")
    words = "Error ratios; the error of the base in the target's unit, or as a share of the rows."
    return f"## Per set\n\n{words}\n\n" + markdown(
        (*head, *(f"`{name}`" for name in methods)), rows
    )


def _failures(found: list[records.Record]) -> str:
    lines = [
        f"- {line['set']}, split {line['split']}, `{line['method']}`: {line['failed']}\n"
        for line in found
        if "failed" in line
    ]
    return "## Failures\n\n" + "".join(lines) if lines else ""


def _runs(folder: Path, found: list[records.Record]) -> str:
    """Say which machines and versions the fits are of; a split's number is its seed."""
    path = folder / "runs.jsonl"
    machines = map(json.loads, path.read_text().splitlines()) if path.exists() else []
    parts = [_run(machine, found) for machine in machines]
    seeds = sorted({line["split"] for line in found})
    most = sorted({line["most"] for line in found})
    words = (
        f"Splits and seeds {', '.join(map(str, seeds))}; at most "
        f"{' or '.join(map(str, most))} training rows.\n"
    )
    return f"## Runs\n\n{words}\n" + "".join(filter(None, parts))


def _run(machine: dict[str, Any], found: list[records.Record]) -> str:
    own = [line for line in found if line["run"] == machine["when"]]
    names = ", ".join(dict.fromkeys(line["method"] for line in own))
    return f"- {len(own)} fits ({names}): {told(machine)}\n" if own else ""
