"""Networks of other widths and depths in one program come to what they come to alone."""

from itertools import islice

import jax
import numpy as np
import pytest

from layerwise.errors import DivergenceError
from layerwise.propagation.architecture import build
from layerwise.propagation.layer import Layer
from layerwise.training import frames
from layerwise.training.frames import frame_of, kind_of, worth_joining
from layerwise.training.gathering import alike, gather
from layerwise.training.loop import begin, train
from layerwise.training.masks import masked
from layerwise.training.population import advance, state_of

pytestmark = pytest.mark.usefixtures("float64")


def network(units, activation="tanh", **more):
    hidden = [Layer(n, activation, "he", **more) for n in units[1:-1]]
    layers = (*hidden, Layer(units[-1], None, "he"))
    return build(units[0], layers, "binary_cross_entropy")


@pytest.fixture
def jobs(job, rows):
    """Return a function to jobs of these units, with seeds, rates and rows of their own."""

    def made(all_units, numbers=None, optimizer="adam", validation=True, **more):
        found = []
        for seed, units in enumerate(all_units):
            X, Y, weights = rows(50, seed)
            X = np.random.default_rng(seed).normal(size=(50, units[0]))
            held = (X[:20], Y[:20], weights[:20]) if validation else None
            one = job((X, Y, weights), held, optimizer, 8, seed=seed, learning_rate=0.02)
            net = network(units, **more)
            own = tuple(
                {
                    name: np.float64(value)
                    for name, value in (numbers or {}).get(block.kind, {}).items()
                }
                for block in net.blocks
            )
            numbers_of = one.numbers._replace(blocks=own)
            found.append(one._replace(plan=one.plan._replace(network=net), numbers=numbers_of))
        return found

    return made


def together(made, epochs=3):
    members, costs, seen = gather(made, [begin(one) for one in made]), [()] * len(made), []
    for _ in range(epochs):
        members, seen = advance(members, costs)
        costs = [(*watched, one.cost) for watched, one in zip(costs, seen)]
    return members, seen


def assert_as_alone(made):
    members, seen = together(made)
    assert members.masks is not None
    for place, one in enumerate(made):
        *_, alone = islice(train(one, begin(one)), 3)
        own, other = state_of(members, place), jax.device_get(alone.state)
        assert jax.tree.structure(own) == jax.tree.structure(other)
        for ours, theirs in zip(jax.tree.leaves(own), jax.tree.leaves(other)):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)
        record = seen[place].record
        assert record.cost == pytest.approx(alone.record.cost, rel=1e-10)
        metric = alone.record.validation_metric
        assert record.validation_metric == pytest.approx(metric, rel=1e-12)
        assert record.gradient_norms == pytest.approx(alone.record.gradient_norms, rel=1e-8)
        assert record.update_norms == pytest.approx(alone.record.update_norms, rel=1e-8)


WIDTHS = [(3, 4, 6, 1), (3, 7, 2, 1), (5, 4, 3, 1)]
DEPTHS = [(3, 4, 1), (3, 6, 6, 5, 1), (3, 2, 3, 1)]


def slow(value):
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.mark.parametrize("units", [WIDTHS, DEPTHS], ids=["widths", "depths"])
@pytest.mark.parametrize("activation", ["relu", slow("tanh"), "sigmoid", slow("softplus")])
def test_other_widths_and_depths_come_to_what_they_come_to_alone(units, activation, jobs):
    assert_as_alone(jobs(units, activation=activation))


@pytest.mark.parametrize(
    "optimizer", ["gradient_descent", slow("momentum"), slow("rmsprop"), "adagrad"]
)
def test_zeros_stay_zeros_under_every_kind_of_update(optimizer, jobs):
    assert_as_alone(jobs(DEPTHS, optimizer=optimizer))


@pytest.mark.parametrize("units", [slow(WIDTHS), DEPTHS], ids=["widths", "depths"])
def test_with_dropout_each_draws_what_it_draws_alone(units, jobs):
    assert_as_alone(jobs(units, {"dropout": {"probability": 0.3}}, dropout=True))


@pytest.mark.parametrize("units", [WIDTHS, slow(DEPTHS)], ids=["widths", "depths"])
def test_batch_normalization_counts_its_own_units(units, jobs):
    numbers = {"batch_norm": {"epsilon": 1e-5, "momentum": 0.9}}
    assert_as_alone(jobs(units, numbers, normalization="batch_norm"))


def test_the_frame_has_the_widest_layers_and_gates_where_some_have_none():
    frame = frame_of([network(units) for units in DEPTHS])
    linear = [block.settings for block in frame.blocks if block.kind == "linear"]
    assert [(one.n_prev, one.n) for one in linear] == [(3, 6), (6, 6), (6, 6), (6, 1)]
    assert [block.gate for block in frame.blocks] == [0, 0, 0, 2, 0, 2, 0]
    plain = frame_of([network(units) for units in WIDTHS])
    assert [block.settings.n for block in plain.blocks] == [7, 7, 6, 6, 1]
    assert not any(block.gate for block in plain.blocks)


def test_jobs_of_one_network_need_no_mask(jobs):
    assert masked(jobs([(3, 4, 1), (3, 4, 1)])) is None


def test_small_networks_share_a_program_and_others_where_the_zeros_cost_less(jobs, monkeypatch):
    made = jobs(DEPTHS)
    assert alike(made) == [[0, 1, 2]]
    monkeypatch.setattr(frames, "COMPILING", 0.0)
    assert not worth_joining(made[:2], made[2:])
    assert alike(made) == [[0], [1], [2]]


def test_a_large_network_does_not_join_many_small_ones_that_would_grow_to_its_size(jobs):
    (few,) = jobs([(3, 4, 1)])
    (large,) = jobs([(3, 100, 1)])
    small = [few._replace(rows=100_000) for _ in range(200)]
    assert worth_joining(small[:1], [large])
    assert not worth_joining(small, [large])
    assert sorted(map(len, alike([*small, large._replace(rows=100_000)]))) == [1, 200]


def test_a_layer_normalization_is_never_filled_up(jobs):
    assert {kind_of(one) for one in jobs(WIDTHS, normalization="layer_norm")} == {None}


def test_a_member_that_diverges_is_told_with_its_own_layers(jobs):
    made = jobs(DEPTHS, optimizer="gradient_descent")
    numbers = made[0].numbers._replace(learning_rate=np.float64(1e200))
    made[0] = made[0]._replace(numbers=numbers)
    _, seen = together(made, 1)
    with pytest.raises(DivergenceError) as alone:
        next(train(made[0], begin(made[0])))
    assert str(seen[0].error) == str(alone.value)
    assert seen[1].error is seen[2].error is None
