"""Each function alone on right inputs, and the slips that explain what it gave."""

from __future__ import annotations

from collections.abc import Sequence

from layerwise.study.checking.calling import Caller
from layerwise.study.checking.judging import Trial, agreement
from layerwise.study.checking.names import ROLES
from layerwise.study.checking.networks import Form, extra
from layerwise.study.checking.outcome import (
    NO_TROUBLE,
    Outcome,
    Read,
    examined,
    suspected,
    trial_of,
    trouble_of,
)
from layerwise.study.checking.reading import keeps_its_A
from layerwise.study.checking.roles import Call, Group, Role
from layerwise.study.checking.roles_of_layers import OF_Z_OR_A

FORWARD = ("L_model_forward", "forward_propagation")
BACKWARD = ("L_model_backward", "backward_propagation")
COSTS = ("compute_cost", "compute_cost_with_regularization")
LAYER_FORWARD, LAYER_BACKWARD = "linear_activation_forward", "linear_activation_backward"
MOST_FORMS = 5  # of those that explain most without any slip


class Examination:
    """A check of the functions that `caller` calls, pieces before what is made of them."""

    def __init__(self, caller: Caller):
        self._caller = caller
        self._done: dict[str, Outcome] = {}
        self._known: dict[str, Form] = {}  # the form of each role that is settled by another

    def all(self) -> list[Outcome]:
        """Return what came of each function."""
        self._caller.keeps_A = self._lives_on_A()
        for name in self._caller.roles:
            if name in FORWARD and not self._known:
                self._settle(ROLES[name])
            self._done[name] = self._one(ROLES[name])
        return list(self._done.values())

    def _lives_on_A(self) -> bool:
        """Return whether the backward pass of a layer agrees better with A[l] in its cache.

        tanh and sigmoid can be derived from A; who keeps A in the place of Z is right then.
        """
        if not {LAYER_FORWARD, LAYER_BACKWARD} <= set(self._caller.roles):
            return False
        role, shares = ROLES[LAYER_BACKWARD], []
        for self._caller.keeps_A in (False, True):
            shares.append(self._agreement(role, role.forms[0]))
        return shares[1] > shares[0]

    def _one(self, role: Role) -> Outcome:
        forms = self._forms(role)
        best = self._best(role, forms)
        return best if len(forms) == 1 else self._as(role, best.form, True)

    def _best(self, role: Role, forms: Sequence[Form]) -> Outcome:
        """Return the outcome in the likeliest form of those that leave the least unexplained."""
        if len(forms) == 1:
            return self._as(role, forms[0], True)
        ordered = sorted(forms, key=lambda form: -self._agreement(role, form))[:MOST_FORMS]
        tried = []
        for form in sorted(ordered, key=list(forms).index):
            tried.append(self._as(role, form, False))
            if not any(self._rank(tried[-1])):
                return tried[-1]
        return min(tried, key=self._rank)  # the first of equals: the likeliest

    def _settle(self, forward: Role) -> None:
        """Find the one kind of network that forward and backward are best explained by together."""
        deep = self._caller.depths(forward)
        forms = [form for form in forward.forms if form.depths == deep] or list(forward.forms)
        if self._of_classes():
            forms = [form for form in forms if form.output == "softmax"]
        backward = next((ROLES[name] for name in BACKWARD if name in self._caller.roles), None)
        best, least = forms[0], None
        for form in self._likely(forward, backward, forms):
            self._known = {forward.name: form}
            first = self._as(forward, form, False)
            ranks = [self._rank(first)]
            if backward:
                self._done[forward.name] = first
                ranks.append(self._rank(self._best(backward, self._forms(backward, form))))
                del self._done[forward.name]
            total = tuple(map(sum, zip(*ranks, strict=True)))
            if least is None or total < least:
                best, least = form, total
            if not any(total):
                break
        self._known = dict.fromkeys((*FORWARD, *BACKWARD, *COSTS), best)

    def _likely(self, forward: Role, backward: Role | None, forms: list[Form]) -> list[Form]:
        """Return the forms in which forward or backward is right, else those nearest to it."""
        near = {form: self._agreement(forward, form) for form in forms}
        right = [form for form in forms if near[form] == 1]
        for form in forms:
            self._known = {forward.name: form}
            like = self._forms(backward, form) if backward else ()
            if any(backward and self._agreement(backward, one) == 1 for one in like):
                right.append(form)
        ordered = sorted(forms, key=lambda form: -near[form])[:MOST_FORMS]
        return sorted(dict.fromkeys(right) or ordered, key=forms.index)

    def _rank(self, outcome: Outcome) -> tuple[int, ...]:
        """Return how much is unexplained and how many new slips are needed: less is better."""
        groups = outcome.groups
        before = {slip for one in self._done.values() for slip in one.slips}
        return (
            sum(not one.trials for one in groups),
            sum(one.verdict.open for one in groups),
            sum(len(one.verdict.unknown) for one in groups),
            sum(slip not in before for slip in outcome.slips),
        )

    def _forms(self, role: Role, known: Form | None = None) -> Sequence[Form]:
        known = known or self._known.get(role.name)
        if role.forms == OF_Z_OR_A and self._caller.asks_for_Z(role):
            return role.forms[:1]
        if role.name in COSTS:
            return self._cost_forms(role, known)
        if role.name == "layer_backward" and self._done.get("layer_forward"):
            forward = self._done["layer_forward"]
            return [forward.form] if forward.right else role.forms
        if known is None:
            return self._started(role, role.forms) if role.name in BACKWARD else role.forms
        if role.name in FORWARD:
            return [known]
        like = [form for form in role.forms if form.output == known.output]
        plain = known._replace(through_dA=True, from_A=False)
        fit = [f for f in like if f._replace(through_dA=True, from_A=False) == plain]
        return self._started(role, fit) if fit else role.forms

    def _started(self, role: Role, forms: Sequence[Form]) -> Sequence[Form]:
        """Return the forms; those first that start from dA[L] or dZ[L], as the function does."""
        if len({form.through_dA for form in forms}) < 2:
            return forms
        call = role.groups(forms[0])[0].calls[0]
        partners = tuple(name for name in self._caller.roles if self._fits(name, forms[0]))
        divides = self._caller.divides_by_A(role, call, partners)
        if {LAYER_BACKWARD, "sigmoid_backward"} & set(self._caller.roles):
            divides = divides or None  # it has what multiplies dA[L] by g': A - Y there is a slip
        return sorted(forms, key=lambda form: divides is not None and form.through_dA != divides)

    def _cost_forms(self, role: Role, known: Form | None) -> Sequence[Form]:
        output = known.output if known else "softmax" if self._of_classes() else "sigmoid"
        return [form for form in role.forms if form.output == output]

    def _of_classes(self) -> bool:
        return "softmax" in self._caller.roles and "sigmoid" not in self._caller.roles

    def _agreement(self, role: Role, form: Form) -> float:
        """Return which part agrees without a slip: 1 is all."""
        reads = [self._read(role, group, form) for group in role.groups(form)]
        shares = [agreement(one.trials) if one and one.trials else -1.0 for one in reads]
        return sum(shares) / len(shares)

    def _as(self, role: Role, form: Form, pairs: bool) -> Outcome:
        suspects, groups = suspected(role, self._done), []
        reads = [self._read(role, group, form) for group in role.groups(form)]
        below = [self._done[name] for name in role.pieces if name in self._done]
        makers = self._wrong_makers(role)
        blocked = any(one.doubtful for one in below) or bool(makers)
        pairs = pairs and not any(one.slips for one in below)
        for one in reads:
            if one:
                groups.append(examined(one, suspects, None if blocked else pairs))
        return Outcome(role.name, self._caller.roles[role.name], form, tuple(groups), makers)

    def _wrong_makers(self, role: Role) -> tuple[str, ...]:
        """Return the wrong functions that its cache comes from, in a form that is not known."""
        if role.name not in self._caller.handed_on:
            return ()
        before = [c.before.roles for g in role.groups(role.forms[0]) for c in g.calls if c.before]
        makers = [name for names in before[:1] for name in names if name in self._done]
        return tuple(name for name in makers if not self._done[name].right)

    def _read(self, role: Role, group: Group, form: Form) -> Read | None:
        """Return the calls of a group as trials; None where the function need not know them."""
        partners = tuple(name for name in self._caller.roles if self._fits(name, form))
        optional = group.label and not group.needed
        if optional and not all(
            self._caller.tells_apart(role, call, partners) for call in group.calls
        ):
            return None
        trials, more, trouble = [], [], NO_TROUBLE
        for call in group.calls:
            answer = self._caller.call(role, call, partners)
            found = trial_of(call, answer)
            if isinstance(found, Trial):
                found = self._without_Z(found, call) if self._caller.keeps_A else found
                (more if extra(call.values) else trials).append(found)
                if answer.raised and not trouble.text and not extra(call.values):
                    trouble = trouble_of(answer)
            elif not extra(call.values):
                return Read(group.label, (), (), found) if group.needed else None
        return Read(group.label, tuple(trials), tuple(more), trouble)

    def _without_Z(self, trial: Trial, call: Call) -> Trial:
        """Return the trial without the cached Z of layers that keep the right A in its place."""
        kept = {
            key: value
            for key, value in trial.shown.items()
            if key[0] != "cached Z" or not keeps_its_A((None, value), call.values, key[1])
        }
        return trial._replace(shown=kept)

    def _fits(self, name: str, form: Form) -> bool:
        settled = self._known.get(name) if name in FORWARD else None
        return settled is None or settled.depths == form.depths
