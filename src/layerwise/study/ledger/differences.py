"""What differs between two runs: settings, data, environment; each as words side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from layerwise.study.ledger.record import plain
from layerwise.study.ledger.run import Run, defaults
from layerwise.study.matrices import number

SILENT = ("verbose",)  # changes nothing of what is trained
MOST_NAMED = 5
MOVED = 0.5  # standard deviations by which a mean has moved far


class Difference(NamedTuple):
    """A thing by its name, as it was in the one and as it is in the other."""

    name: str
    before: str
    after: str


class Change(NamedTuple):
    """What changed in data: the column ("" for the rows as a whole), and how in words."""

    column: str
    how: str

    def __str__(self) -> str:
        return f"{self.column}: {self.how}" if self.column else self.how


def of_settings(a: Run, b: Run) -> tuple[Difference, ...]:
    """Return the settings that differ, also in what "auto" came to; a default is named as one."""
    one, other = plain(a.settings), plain(b.settings)
    names = [name for name in {**defaults(), **one, **other} if name not in SILENT]
    found = [
        Difference(name, _setting(a, name), _setting(b, name))
        for name in names
        if one.get(name) != other.get(name) or plain(a.chosen).get(name) != b.chosen.get(name)
    ]
    if a.seed != b.seed and all(each.name != "random_state" for each in found):
        found.append(Difference("seed", str(a.seed), str(b.seed)))
    return tuple(found)


def _setting(run: Run, name: str) -> str:
    if name not in run.settings:
        return "not set"
    value = run.settings[name]
    text = in_words(value)
    if value == "auto" and name in run.chosen:
        text += f", which came to {in_words(run.chosen[name])}"
    is_usual = name in defaults() and plain(value) == defaults()[name]
    return f"{text} (default)" if is_usual and name != "random_state" else text


def in_words(value: Any) -> str:
    """Return a setting's plain value as it is typed.

    >>> in_words([64, 64]), in_words({"name": "adam", "beta2": 0.95}), in_words(None)
    ('64,64', 'adam(beta2=0.95)', 'none')
    """
    if isinstance(value, Mapping):
        inside = [f"{name}={in_words(own)}" for name, own in value.items() if name != "name"]
        return f"{value.get('name', '')}({', '.join(inside)})"
    if isinstance(value, list | tuple):
        return ",".join(map(in_words, value)) or "none"
    return "none" if value is None else str(value)


def of_environment(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs of versions, machine and device.

    Where nothing of it does but the hash of what decides the bits, it is what the processor can do
    or the flags of the compiler.

    >>> of_environment({"cores": 2, "compiled_by": "a"}, {"cores": 4, "compiled_by": "b"})
    (Difference(name='cores', before='2', after='4'),)
    """
    one, other = (
        {**known.get("versions", {}), **{n: v for n, v in known.items() if n != "versions"}}
        for known in (before, after)
    )
    names = [name for name in {**one, **other} if name != "compiled_by"]
    found = tuple(
        Difference(name, in_words(one.get(name)), in_words(other.get(name)))
        for name in names
        if one.get(name) != other.get(name)
    )
    if not found and one.get("compiled_by") != other.get("compiled_by"):
        return (Difference("instruction sets or XLA_FLAGS", "others", "those of now"),)
    return found


def of_data(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return how one fingerprint of data differs from another; () where the hashes are equal.

    A column of the same values under another name is called renamed.
    """
    if before.get("hash") == after.get("hash"):
        return ()
    found = []
    if before.get("rows") != after.get("rows"):
        found.append(Change("", f"{before.get('rows', 0):,} rows, now {after.get('rows', 0):,}"))
    found += _columns(before.get("schema", []), after.get("schema", []))
    found += _columns(_named(before), _named(after))
    if before.get("test") != after.get("test"):
        found.append(Change("", "the test rows are others"))
    if not found:
        found.append(Change("", "the order of the columns, or the names of the parts"))
    return tuple(found)


def _named(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    targets = data.get("target", [])
    if len(targets) == 1:
        return [targets[0] | {"name": "target"}]
    return [column | {"name": f"target {column['name']}".strip()} for column in targets]


def _columns(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Change]:
    one = {column["name"]: column for column in before}
    other = {column["name"]: column for column in after}
    gone = {name: one[name] for name in one if name not in other}
    new = {name: other[name] for name in other if name not in one}
    found = []
    for name, column in list(gone.items()):
        same = next((n for n in new if new[n]["hash"] == column["hash"]), None)
        if same is not None:
            found.append(Change(name, f"now called {same}"))
            del gone[name], new[same]
    found += [Change(name, "no longer there") for name in gone]
    found += [Change(name, "new") for name in new]
    for name in one:
        if name in other and one[name]["hash"] != other[name]["hash"]:
            found.append(Change(name, _how(one[name], other[name])))
    return found


def _how(before: dict[str, Any], after: dict[str, Any]) -> str:
    if before["kind"] != after["kind"]:
        return f"{before['kind']}, now {after['kind']}"
    parts = [_missing(before, after)]
    if "mean" in before and "mean" in after:
        parts += _of_numbers(before, after)
    elif "low" in before and "low" in after:
        ends = [(known["low"], known["high"]) for known in (before, after)]
        if ends[0] != ends[1]:
            parts.append("{} to {}, now {} to {}".format(*ends[0], *ends[1]))
    counts = "counts" if "counts" in before and "counts" in after else "frequent"
    parts += _of_texts(before.get(counts, {}), after.get(counts, {}))
    return "; ".join(filter(None, parts)) or "other values or another order, alike in summary"


def _missing(before: dict[str, Any], after: dict[str, Any]) -> str:
    one, other = before.get("missing", 0), after.get("missing", 0)
    return "" if one == other else f"{one:,} missing, now {other:,}"


def _of_numbers(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    parts = []
    ends = [tuple(number(known[end], 4) for end in ("min", "max")) for known in (before, after)]
    if ends[0] != ends[1]:
        parts.append("{} to {}, now {} to {}".format(*ends[0], *ends[1]))
    means = [number(known["mean"], 4) for known in (before, after)]
    if means[0] != means[1]:
        by = moved(before, after)
        far = "" if by is None else f", by {number(by, 2)} standard deviations"
        parts.append(f"mean {means[0]}, now {means[1]}{far}")
    return parts


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> float | None:
    """Return by how many standard deviations of before a column's mean has moved.

    >>> moved({"mean": 1.0, "std": 2.0}, {"mean": 2.0, "std": 2.0})
    0.5
    """
    if not before.get("std") or "mean" not in after:
        return None
    return abs(after["mean"] - before["mean"]) / before["std"]


def _of_texts(before: dict[str, int], after: dict[str, int]) -> list[str]:
    new = [value for value in after if value not in before]
    gone = [value for value in before if value not in after]
    parts = [f"new: {_some(new)}"] if new else []
    parts += [f"no longer: {_some(gone)}"] if gone else []
    counts = [f"{v} {before[v]:,}, now {after[v]:,}" for v in before if v in after]
    changed = [text for v, text in zip((v for v in before if v in after), counts, strict=True)
               if before[v] != after[v]]  # fmt: skip
    return [*parts, *changed[:MOST_NAMED]]


def _some(values: list[str]) -> str:
    more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
    return ", ".join(values[:MOST_NAMED]) + more
