"""Members of a population come to what they come to alone."""

from itertools import islice

import jax
import numpy as np
import pytest

from layerwise.errors import DivergenceError
from layerwise.training import gathering
from layerwise.training.gathering import alike, at_once, gather
from layerwise.training.loop import begin, train
from layerwise.training.members import Spread, run_epochs_soon, spread_over
from layerwise.training.population import advance, remember, states_of

pytestmark = pytest.mark.usefixtures("float64")

WAYS = {"in one group": (1, 3), "one after the other": (1, 1), "on two devices": (2, 2)}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    devices, group = WAYS[request.param]

    def spread(plan, rows, members):
        return Spread(devices, group, -(-members // devices) * devices)

    monkeypatch.setattr(gathering, "spread_over", spread)


@pytest.fixture
def jobs(job, rows):
    """Three jobs of 41 to 50 rows with rows, seeds and learning rates of their own."""

    def made(batch_size, rates=(0.3, 0.1, 0.2)):
        return [
            job(
                rows(m, seed),
                rows(20 + seed, seed + 9),
                batch_size=batch_size,
                seed=seed,
                learning_rate=rate,
                optimizer="momentum",
            )
            for seed, (m, rate) in enumerate(zip((50, 41, 45), rates))
        ]

    return made


def grown(jobs, epochs):
    members = gather(jobs, [begin(one) for one in jobs])
    costs, seen = [()] * len(jobs), []
    for _ in range(epochs):
        members, outcomes = advance(members, costs)
        seen.append(outcomes)
        costs = [
            None if watched is None or one.record is None else (*watched, one.cost)
            for watched, one in zip(costs, outcomes)
        ]
    return members, seen


def state_of(members, place):
    return jax.tree.map(lambda array: np.asarray(array[place]), members.states)


def assert_close(one, other):
    assert jax.tree.structure(one) == jax.tree.structure(other)
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other)):
        assert a == pytest.approx(b, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("batch_size", [0, 8])
def test_a_member_comes_to_what_it_comes_to_alone(batch_size, jobs, way):
    made = jobs(batch_size)
    made = [made[place] for place in alike(made)[0]]
    members, seen = grown(made, 3)
    for place, one in enumerate(made):
        *_, alone = islice(train(one, begin(one)), 3)
        assert_close(state_of(members, place), jax.device_get(alone.state))
        record = seen[-1][place].record
        assert record._replace(seconds=0)[:5] == pytest.approx(alone.record[:5], rel=1e-12)
        assert record.gradient_norms == pytest.approx(alone.record.gradient_norms, rel=1e-10)
        assert seen[-1][place].cost == pytest.approx(alone.cost, rel=1e-12)


def test_steps_differ_between_members_of_mini_batches(jobs):
    made = jobs(8)
    assert alike(made) == [[0, 1, 2]]
    assert {-(-one.rows // 8) for one in made} == {6, 7}


def test_a_member_that_diverges_is_told_as_alone_and_harms_no_other(jobs, way):
    made = jobs(8, rates=(0.3, 1e200, 0.2))
    members, seen = grown(made, 2)
    with pytest.raises(DivergenceError) as alone:
        next(train(made[1], begin(made[1])))
    assert str(seen[0][1].error) == str(alone.value)
    assert seen[1][1] is None
    *_, sound = islice(train(made[0], begin(made[0])), 2)
    assert_close(state_of(members, 0), jax.device_get(sound.state))


def test_a_member_that_rests_does_not_change(jobs, way):
    made = jobs(8)
    members, seen = grown(made, 1)
    after, outcomes = advance(members, [None, (seen[0][1].cost,), None])
    for place in (0, 2):
        assert outcomes[place] is None
        for old, new in zip(
            jax.tree.leaves(state_of(members, place)), jax.tree.leaves(state_of(after, place))
        ):
            assert (old == new).all()
    assert outcomes[1].record.epoch == 2


def test_tables_whose_arrays_are_the_same_are_there_once(job, rows, way):
    first, second = job(rows(50), batch_size=8), job(rows(50, seed=1), batch_size=8)
    made = [first, second, first._replace(seed=5), second._replace(seed=6)]
    members, seen = grown(made, 2)
    assert members.shared.training[0].shape == (2 * 56, 3)
    for place, one in enumerate(made):
        *_, alone = islice(train(one, begin(one)), 2)
        assert_close(state_of(members, place), jax.device_get(alone.state))


def test_members_of_one_table_have_weights_of_their_own(job, rows, way):
    one = job(rows(50), batch_size=8)
    doubled = one.training._replace(weights=one.training.weights * np.arange(56))
    made = [one, one._replace(training=doubled)]
    members, _ = grown(made, 2)
    assert members.shared.training[0].shape == (56, 3)
    for place, own in enumerate(made):
        *_, alone = islice(train(own, begin(own)), 2)
        assert_close(state_of(members, place), jax.device_get(alone.state))


def test_a_large_population_runs_in_waves_that_share_a_program(jobs, monkeypatch):
    made = [job._replace(seed=seed) for seed, job in enumerate(jobs(8)[:2] * 5)]
    assert at_once(made) == 10
    monkeypatch.setattr(gathering, "MEMORY", 8000)  # bytes; ten members take about 22 000
    assert at_once(made) == 4
    whole, part = made[:4], made[8:]
    assert gather(part, [begin(one) for one in part], 4).spread.capacity == 4
    assert gather(whole, [begin(one) for one in whole], 4).spread.capacity == 4


def test_a_processor_has_groups_of_small_members_and_large_members_alone(job, rows):
    plan = job(rows(50), batch_size=8).plan
    assert spread_over(plan, 56, 9) == Spread(2, 5, 10)
    wide = job(rows(50), batch_size=50, units=(3, 4000, 1000, 1)).plan
    assert spread_over(wide, 56, 9) == Spread(2, 1, 10)
    assert spread_over(plan, 56, 1) == Spread(1, 1, 1)


def test_the_groups_of_a_device_hold_its_active_members_alone():
    groups, counts = Spread(devices=2, group=2, capacity=8).turns([0, 2, 3, 5])
    assert groups[0, :2].ravel().tolist() == [0, 2, 3, 4]
    assert groups[1, 0].tolist() == [1, 4]
    assert counts.tolist() == [2, 1]


def test_only_the_named_members_are_remembered(jobs):
    members, _ = grown(jobs(8), 1)
    best = [kept for kept, _ in states_of(remember(members, [False, True, False]))]
    assert_close(best[1], state_of(members, 1))
    begun = jax.device_get(begin(members.jobs[0]))
    assert_close(best[0], begun)


def test_other_numbers_seeds_and_rows_of_one_bucket_compile_nothing_new(jobs, job, rows):
    grown(jobs(8), 2)
    before = run_epochs_soon._cache_size()
    grown(jobs(8, rates=(0.01, 0.02, 0.03)), 2)
    assert run_epochs_soon._cache_size() == before


def test_jobs_of_other_shapes_make_other_groups(job, rows):
    wide, Y, weights = rows(48)
    wide = np.concatenate([wide, wide], axis=1)
    made = [
        job(rows(50), batch_size=8),
        job((wide, Y, weights), batch_size=8, optimizer="adam"),
        job(rows(48), batch_size=8),
        job(rows(48), batch_size=16),
        job(rows(20), batch_size=8),
        job(rows(48), rows(9), batch_size=8),
    ]
    assert alike(made) == [[0, 2], [1], [3], [4], [5]]


def test_full_batches_are_together_only_in_one_bucket_for_random_draws_depend_on_it(job, rows):
    assert alike([job(rows(m)) for m in (48, 47, 49)]) == [[0, 1], [2]]
