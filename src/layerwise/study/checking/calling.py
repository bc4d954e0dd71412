"""How a learner's function is called: its own names, its own cache, its own layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from layerwise.study.checking.equations import NONE, clash_of
from layerwise.study.checking.filling import filled, is_known
from layerwise.study.checking.names import ROLES, bound
from layerwise.study.checking.networks import Form, networks
from layerwise.study.checking.process import Answer, Signature
from layerwise.study.checking.roles import Call, Role

CACHES = ("cache", "caches", "flat cache")


class Functions(Protocol):
    """The learner's functions, wherever they run."""

    signatures: dict[str, Signature]

    def call(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Answer: ...


class Caller:
    """Calls the function of a role and gives back what it returned, with examples as columns."""

    def __init__(self, functions: Functions, roles: Mapping[str, str], layout: str):
        self._functions, self.roles, self._rows = functions, roles, layout == "rows"
        self.keeps_A = False  # a layer's cache holds A[l] for its backward, not Z[l]
        self.handed_on: set[str] = set()  # roles that were given a cache of an unknown form

    def call(self, role: Role, call: Call, partners: tuple[str, ...]) -> Answer:
        """Call with the learner's own cache, which a forward function of `partners` makes."""
        tried = [self._with_own_cache(role, call, partners)]
        if call.before and tried == [None]:
            flat, by_name = call.arguments.get("flat cache"), call.arguments.get("cache")
            tried = [{"cache": by_name}]
            if flat is not None:
                asked = {name.lower() for name, _ in self._signature(role)}
                tried.insert(0 if not asked & {"parameters", "params"} else 1, {"cache": flat})
        answer = Answer()
        for cache in tried:
            answer = self._ask(role, {**call.arguments, **(cache or {})})
            if answer.raised is None or clash_of(answer.raised):
                break
        return answer

    def _signature(self, role: Role) -> Signature:
        return self._functions.signatures[self.roles[role.name]]

    def _ask(self, role: Role, arguments: Mapping[str, Any]) -> Answer:
        given = {name: columns(value, self._rows) for name, value in arguments.items()}
        places, named = bound(self._signature(role), given, role.order)
        answer = self._functions.call(self.roles[role.name], places, named)
        return answer._replace(gave=columns(answer.gave, self._rows))

    def _with_own_cache(
        self, role: Role, call: Call, partners: tuple[str, ...]
    ) -> dict[str, Any] | None:
        """Return the learner's own cache, with the right tensors where its form is known."""
        for name in call.before.roles if call.before else ():
            if name not in partners or not call.before:
                continue
            answer = self._ask(ROLES[name], call.before.arguments)
            if answer.raised is None and isinstance(answer.gave, tuple | list):
                if len(answer.gave) < 2:
                    continue
                if not is_known(answer.gave[-1], call.values):
                    self.handed_on.add(role.name)
                cache = filled(answer.gave[-1], call.values, keeps_A=self.keeps_A)
                return {slot: cache for slot in CACHES if slot in call.arguments}
        return None

    def tells_apart(self, role: Role, call: Call, partners: tuple[str, ...]) -> bool:
        """Return whether a name of an activation that it need not know is not taken for another.

        A plain `else` after "sigmoid" takes "tanh" for "relu".
        """
        own = self.call(role, call, partners)
        others = [
            self.call(
                role, call._replace(arguments={**call.arguments, "activation": name}), partners
            )
            for name in ("relu", "sigmoid")
        ]
        return not any(_equal(own.gave, other.gave) for other in others)

    def asks_for_Z(self, role: Role) -> bool:
        """Return whether a function names Z as what it takes, so that A is no right reading."""
        asked = {name.lower() for name, _ in self._signature(role)}
        return bool(asked & {"z", "cache", "activation_cache"})

    def divides_by_A(self, role: Role, call: Call, partners: tuple[str, ...]) -> bool | None:
        """Return whether backward starts from dA[L] = -Y/A + ...: it divides by zero at A = Y.

        None where it cannot be told.
        """
        last = ("A", call.values["L", NONE])
        values = {**call.values, last: call.values["Y", NONE]}
        arguments = {**call.arguments, "AL": values[last]}
        answer = self.call(role, call._replace(arguments=arguments, values=values), partners)
        if answer.raised or not isinstance(answer.gave, Mapping):
            return None
        tensors = [one for one in answer.gave.values() if isinstance(one, np.ndarray)]
        return not all(np.isfinite(one).all() for one in tensors)

    def depths(self, role: Role) -> tuple[int, ...]:
        """Return how deep the networks are that a forward function is written for.

        It is called with three layers, and again with other numbers in the third: one that is
        written out for two layers does not notice.
        """
        three = networks(Form((3,)))[1]
        groups = role.groups(Form((3,)))
        call = groups[0].calls[1]
        plain, changed = dict(call.arguments["parameters"]), dict(call.arguments["parameters"])
        changed |= {"W3": three["W", 3] + 1, "b3": three["b", 3] + 1}
        gave = [self._ask(role, {**call.arguments, "parameters": p}) for p in (plain, changed)]
        if gave[0].raised is None and _equal(gave[0].gave, gave[1].gave):
            return (2,)
        two = role.groups(Form((2,)))[0].calls[0]
        answer = self._ask(role, two.arguments)
        return (3,) if answer.raised and not clash_of(answer.raised) else (3, 2)


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return first.shape == second.shape and bool(np.array_equal(first, second, equal_nan=True))
    if isinstance(first, tuple | list) and isinstance(second, tuple | list) and first and second:
        return _equal(first[0], second[0])
    return False


def columns(thing: Any, rows: bool) -> Any:
    """Transpose every matrix where the learner's examples are rows; a bias (n,) becomes (n, 1)."""
    if not rows:
        return thing
    if isinstance(thing, np.ndarray):
        return thing.T if thing.ndim == 2 else thing[:, None] if thing.ndim == 1 else thing
    if isinstance(thing, Mapping):
        return {name: columns(one, rows) for name, one in thing.items()}
    if isinstance(thing, tuple | list):
        return type(thing)(columns(one, rows) for one in thing)
    return thing
