"""One function's calls as trials, and what came of judging them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from layerwise.study.checking.equations import NONE, Active, Slip, clash_of, run
from layerwise.study.checking.judging import STARTS, Trial, Verdict, agreement, judge, same
from layerwise.study.checking.networks import Form
from layerwise.study.checking.process import Answer
from layerwise.study.checking.reading import Shown, Unreadable
from layerwise.study.checking.roles import Call, Role


class Trouble(NamedTuple):
    """An exception or an unreadable result, and the learner's line, 0 where there is none."""

    text: str
    line: int


class Examined(NamedTuple):
    """What came of one group of calls: what explains them, or what hindered."""

    label: str
    verdict: Verdict
    trials: tuple[Trial, ...]
    trouble: Trouble

    @property
    def right(self) -> bool:
        """Whether nothing is wrong in it."""
        return self.verdict == NOTHING and not self.trouble.text


class Outcome(NamedTuple):
    """What came of one function, taken as one that is written for networks of `form`."""

    role: str
    function: str
    form: Form
    groups: tuple[Examined, ...]
    waits_for: tuple[str, ...] = ()  # roles whose wrong caches it was handed as they are

    @property
    def right(self) -> bool:
        """Whether nothing is wrong in it."""
        return all(one.right for one in self.groups)

    @property
    def doubtful(self) -> bool:
        """Whether something in it is wrong that no known slip explains."""
        return any(
            one.verdict.open or one.verdict.unknown or (one.trouble.text and not one.trials)
            for one in self.groups
        )

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The known slips found in it."""
        return tuple(slip for one in self.groups for slip, _ in one.verdict.slips)


class Read(NamedTuple):
    """A group of calls as trials; without trials where an exception hindered."""

    label: str
    trials: tuple[Trial, ...]
    more: tuple[Trial, ...]
    trouble: Trouble


NOTHING = Verdict((), (), False)
NO_TROUBLE = Trouble("", 0)


def examined(read: Read, suspects: Sequence[Active], pairs: bool | None) -> Examined:
    """Return what explains the trials; `pairs` is None where pieces are wrong in an unknown way."""
    if not read.trials:
        return Examined(read.label, NOTHING, (), read.trouble)
    if agreement(read.trials) == 1:
        return Examined(read.label, NOTHING, read.trials, NO_TROUBLE)
    trials = (*read.trials, *read.more)
    if pairs is None:
        return Examined(read.label, Verdict((), (), True), trials, read.trouble)
    verdict = judge(trials, suspects, pairs)
    values = any(not trial.raised for trial in read.trials)
    if values and read.more and (verdict.open or verdict.unknown):
        # a function that counts on one output unit is right, but not where there are several
        plain = judge(read.trials, suspects, pairs)
        if not (plain.open or plain.unknown):
            return Examined(read.label, plain, read.trials, read.trouble)
    return Examined(read.label, verdict, trials, read.trouble)


def suspected(role: Role, done: Mapping[str, Outcome]) -> tuple[Active, ...]:
    """Return the slips found in the functions that this one may be made of, and where they act."""
    deep = role.name.startswith(("L_model", "forward", "backward"))
    found = {}
    for name in role.pieces:
        for group in done[name].groups if name in done else ():
            for slip, _ in group.verdict.slips:
                of_one = deep and slip.kind in ("A", "dZ")
                last = "sigmoid" in (group.label, name.split("_")[0])
                spread = "the last layer" if last else "hidden layers"
                found[Active(slip, spread if of_one else "every layer")] = None
    return tuple(found)


def trial_of(call: Call, answer: Answer) -> Trial | Trouble:
    clash = clash_of(answer.raised or "")
    if clash:
        return Trial(call.program, call.given, {}, clash, True)
    if answer.raised:
        return trouble_of(answer)
    try:
        shown: Shown = call.read(answer.gave, call.values)
    except Unreadable as error:
        return Trouble(f"it gives back something else: {error}", 0)
    shown = _of_each_example(call, shown)
    computed = {line.key for line in call.program}
    taken = {key: np.asarray(value) * 1 for key, value in shown.items() if key[0] == "D"}
    rest = {key: value for key, value in shown.items() if key in computed}
    return Trial(call.program, {**call.given, **taken}, rest)


def _of_each_example(call: Call, shown: Shown) -> Shown:
    """Undo the other convention, in which dZ and dA carry the 1/m too: dW and db are the same."""
    columns = [key for key in shown if key[0] in ("dZ", "dA")]
    means = [key for key in shown if key[0] in ("dW", "db")]
    starts = any(set(line.kinds) & set(STARTS) for line in call.program)
    if not (starts and columns and means):
        return shown
    right, m = run(call.program, call.given), call.values["m", NONE]
    last = max(columns, key=lambda key: key[1])
    # whatever their signs: the sign may be a slip of its own
    sound = any(same(np.abs(right.get(key, 0)), np.abs(shown[key])) for key in means)
    if (
        last[1] == call.values["L", NONE]
        and sound
        and same(np.abs(right.get(last, 0)) / m, np.abs(shown[last]))
    ):
        return {**shown, **{key: np.asarray(shown[key]) * m for key in columns}}
    return shown


def trouble_of(answer: Answer) -> Trouble:
    text = f"{answer.raised}" + (f", at: {answer.text}" if answer.text else "")
    return Trouble(" ".join(text.split()), answer.line)
