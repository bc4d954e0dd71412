"""What a check found, function by function; what follows from a function before is said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from layerwise.study.checking.activations import ACTIVATIONS
from layerwise.study.checking.describing import Finding, of_doubt, of_slip
from layerwise.study.checking.equations import Active, Slip
from layerwise.study.checking.lines import LINES, OF_ROWS
from layerwise.study.checking.names import ROLES
from layerwise.study.checking.outcome import Outcome
from layerwise.study.checking.roles_of_logistic import REPAIRS

LOGISTIC = ("propagate", "optimize")


class Checked(NamedTuple):
    """One function: what it was taken for, what is wrong in it, and what comes from elsewhere.

    `follows` are slips already found in functions that it calls; what is wrong in it beside them
    cannot be told before the functions in `waits` are right.
    """

    function: str
    role: str
    findings: tuple[Finding, ...]
    follows: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


class Report(NamedTuple):
    """What a check found, function by function.

    Attributes
    ----------
    functions : tuple of Checked
        Every function that was checked, in order.
    findings : tuple of Finding
        What is wrong, in the order in which it is best repaired.
    missing : tuple of str
        The course's functions that were not there, and so were not checked.
    strange : tuple of str
        Functions that ask for something else than the course's, and so were not checked.
    """

    functions: tuple[Checked, ...]
    missing: tuple[str, ...]
    strange: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for one in self.functions for finding in one.findings)

    def __str__(self) -> str:
        from layerwise.study.checking.wording import as_text

        return as_text(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # what a notebook shows


def with_columns_of_w(functions: Sequence[Checked]) -> tuple[Checked, ...]:
    """Return the same findings, the repairs of logistic regression in the course's w and dw."""
    return tuple(_rewritten(one, REPAIRS) if one.role in LOGISTIC else one for one in functions)


def with_rows(functions: Sequence[Checked]) -> tuple[Checked, ...]:
    """Return the same findings, their repairs written for examples as rows."""
    written = {LINES[kind].repair: repair for kind, repair in OF_ROWS.items()}
    softmax = "A = " + ACTIVATIONS["softmax"].line
    written[softmax] = softmax.replace("axis=0", "axis=1, keepdims=True")
    return tuple(_rewritten(one, written) for one in functions)


def _rewritten(one: Checked, written: Mapping[str, str]) -> Checked:
    found = (each._replace(repair=written.get(each.repair, each.repair)) for each in one.findings)
    return one._replace(findings=tuple(found))


def reported(outcomes: Sequence[Outcome]) -> tuple[Checked, ...]:
    """Return the findings of every function; what follows from a function before is said so."""
    before: list[Slip] = []
    wrong: dict[str, str] = {}
    done = []
    for outcome in outcomes:
        role = ROLES[outcome.role]
        after = [wrong[piece] for piece in (*role.pieces, *outcome.waits_for) if piece in wrong]
        one = _checked(outcome, before, after)
        if one.findings:
            wrong[outcome.role] = outcome.function
        before += outcome.slips
        done.append(one)
    return tuple(done)


def _checked(outcome: Outcome, before: Sequence[Slip], after: Sequence[str]) -> Checked:
    found: dict[tuple[str, str, str], Finding] = {}
    follows: dict[str, None] = {}
    waits: tuple[str, ...] = ()
    for group in outcome.groups:
        for active in _own(group.verdict.slips):
            if active.slip in before:
                follows[active.slip.name] = None
            else:
                one = of_slip(outcome, group, active)
                found.setdefault((one.slip, one.layer, one.tensor), one)
        # what a function makes of a wrong one is not to be told from its own slips
        doubt = of_doubt(outcome, group)
        if doubt and after:
            waits = tuple(dict.fromkeys(after))
        elif doubt:
            found.setdefault((doubt.slip, doubt.layer, doubt.tensor), doubt)
    return Checked(outcome.function, outcome.role, tuple(found.values()), tuple(follows), waits)


def _own(slips: Sequence[Active]) -> list[Active]:
    """Return the slips without those of the cache that keep what a slip before has used."""
    used = {spread for slip, spread in slips if slip.kind in ("Z", "A")}
    return [
        one for one in slips if one.spread not in used or not one.slip.kind.startswith("cached")
    ]
