"""The epoch of every member of a population, as one compiled program over all devices."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from layerwise.propagation.notation import Array
from layerwise.training.epoch import SOON, epoch
from layerwise.training.minibatches import Table, Values
from layerwise.training.plan import Numbers, Plan, State, Work
from layerwise.training.report import Report, empty_reports

GROUP_PRODUCTS = 1_250_000  # multiplications of a forward pass of a group: decision 19
LARGEST_GROUP = 64
OWN, ALL = PartitionSpec("members"), PartitionSpec()


class Spread(NamedTuple):
    """How members are spread: over so many devices, in groups of so many that step together.

    `capacity` is the length of their axis: a whole number of members for each device.
    """

    devices: int
    group: int
    capacity: int

    @property
    def each(self) -> int:
        """How many members a device has room for."""
        return self.capacity // self.devices

    @property
    def mesh(self) -> Mesh:
        return jax.make_mesh(
            (self.devices,),
            ("members",),
            devices=jax.devices()[: self.devices],
            axis_types=(AxisType.Auto,),
        )

    def place(self, tree: Any) -> Any:
        """Return arrays with a member axis on the devices of their members."""
        return jax.device_put(tree, NamedSharding(self.mesh, OWN) if self.devices > 1 else None)

    def place_all(self, tree: Any) -> Any:
        """Return arrays that every member uses on every device."""
        return jax.device_put(tree, NamedSharding(self.mesh, ALL) if self.devices > 1 else None)

    def turns(self, active: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the groups of each device, by its own count of members, and how many there are.

        A place in a group that nobody has holds a number beyond the last member.
        """
        groups = np.full((self.devices, -(-self.each // self.group), self.group), self.each)
        counts = np.zeros(self.devices, np.int32)
        for device in range(self.devices):
            own = [k - device * self.each for k in active if k // self.each == device]
            groups[device].flat[: len(own)] = own
            counts[device] = -(-len(own) // self.group)
        return groups.astype(np.int32), counts


def spread_over(plan: Plan, rows: int, members: int) -> Spread:
    """Return how to spread so many members.

    On an accelerator all of them step together. A processor's core has one group at a time, small
    enough for its cache, large enough that few kernels are started for many members.
    """
    devices = min(len(jax.devices()), members)
    each = -(-members // devices)
    if jax.default_backend() != "cpu":
        return Spread(devices, each, each * devices)
    products = plan.network.weights * (plan.batch_size or rows)
    group = int(np.clip(GROUP_PRODUCTS // max(products, 1), 1, min(each, LARGEST_GROUP)))
    return Spread(devices, -(-each // -(-each // group)), each * devices)


class Shared(NamedTuple):
    """X and Y of the different training tables, one below the other, and of those held out."""

    training: tuple[Values, Values]
    validation: tuple[Values, Values] | None


class Own(NamedTuple):
    """What is a member's for good: its examples' weights, the places of its tables, its seed."""

    training: Values
    validation: Values | None
    table: Values
    held_out: Values
    seed: Values


class Turn(NamedTuple):
    """What is a member's for an epoch. Where all take as many steps, `steps` is one number."""

    order: Values | None
    steps: Values
    epoch: Values
    factor: Values


def _work(shared: Shared, own: Own, turn: Turn) -> Work:
    training = Table(*shared.training, own.training)
    held_out = None if shared.validation is None else Table(*shared.validation, own.validation)
    return Work(
        training, held_out, turn.order, turn.steps, turn.epoch, own.seed, turn.factor,
        own.table, own.held_out,
    )  # fmt: skip


def _run_epochs(
    plan: Plan, spread: Spread, states: State, fixed: tuple[Shared, Own, Numbers], now: Any
) -> tuple[State, Report]:
    """Take an epoch of every active member; the others stay as they are.

    `now` is (Turn, groups, counts), the latter two from `Spread.turns`.
    """
    if spread.devices == 1:
        return _on_one(plan, spread, states, fixed, now)
    steps = OWN if now[0].steps.ndim else ALL
    specs: Any = OWN, (ALL, OWN, OWN), (Turn(OWN, steps, OWN, OWN), OWN, OWN)
    return jax.shard_map(
        partial(_on_one, plan, spread),
        mesh=spread.mesh,
        in_specs=specs,
        out_specs=OWN,
        check_vma=False,
    )(states, fixed, now)


run_epochs = jax.jit(_run_epochs, static_argnums=(0, 1))
run_epochs_soon = jax.jit(_run_epochs, static_argnums=(0, 1), compiler_options=SOON)


def _on_one(
    plan: Plan, spread: Spread, states: State, fixed: tuple[Shared, Own, Numbers], now: Any
) -> tuple[State, Report]:
    (shared, own, numbers), (turn, (groups,), (count,)) = fixed, now
    same_steps = () if turn.steps.ndim else turn.steps
    own_turn = turn if turn.steps.ndim else turn._replace(steps=None)

    def member(state: State, own: Own, turn: Turn, numbers: Numbers) -> tuple[State, Report]:
        turn = turn if turn.steps is not None else turn._replace(steps=same_steps)
        return epoch(plan, state, _work(shared, own, turn), numbers, spread.group == 1)

    def group(i: Array, after: tuple[State, Report]) -> tuple[State, Report]:
        mine = after[0], own, own_turn, numbers
        if spread.group == 1:  # a large state is sliced, not gathered
            at = groups[i, 0]
            done = member(*jax.tree.map(lambda array: array[at], mine))
            put = jax.lax.dynamic_update_index_in_dim
            return jax.tree.map(lambda all_, new: put(all_, new, at, 0), after, done)
        there = jnp.minimum(groups[i], spread.each - 1)
        done = jax.vmap(member)(*jax.tree.map(lambda array: array[there], mine))
        return jax.tree.map(lambda all_, new: all_.at[groups[i]].set(new, mode="drop"), after, done)

    kind = numbers.learning_rate.dtype
    empty = empty_reports(plan, shared.validation is not None, spread.each, kind)
    return jax.lax.fori_loop(0, count, group, (states, empty))
