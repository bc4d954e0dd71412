"""An epoch as one compiled call: what it counts, holds back and never recompiles."""

import jax
import numpy as np
import pytest

from layerwise.training.epoch import run_epoch
from layerwise.training.loop import begin
from layerwise.training.minibatches import Table, pad, shuffled
from layerwise.training.plan import Work

pytestmark = pytest.mark.usefixtures("float64")


def one_epoch(job, epoch=1, steps=None):
    size = job.plan.batch_size
    order = shuffled(job.rows, size, job.seed, epoch) if size else None
    count = steps if steps is not None else -(-job.rows // size) if size else 1
    tables, key = jax.device_put((job.training, job.validation)), jax.random.key(0)
    one = np.ones((), job.dtype)
    work = Work(*tables, order, np.int32(count), np.int32(epoch), key, one)
    return run_epoch(job.plan, begin(job), work, job.numbers)


def flat(parameters):
    return np.concatenate([np.asarray(t).ravel() for t in jax.tree.leaves(parameters)])


@pytest.mark.parametrize("batch_size", [0, 1, 7, 16, 64])
def test_without_a_move_the_figures_are_means_over_every_row_once(batch_size, job, rows):
    X, Y, weights = rows(50)
    made = job((X, Y, weights), learning_rate=0.0, l2_share=0.0, batch_size=batch_size)
    state, report = one_epoch(made)
    first, _, second = state.parameters
    A1 = np.tanh(X @ np.asarray(first["W"]).T + np.asarray(first["b"]).T)
    Z2 = (A1 @ np.asarray(second["W"]).T + np.asarray(second["b"]).T)[:, 0]
    losses, hits = np.logaddexp(0, Z2) - Z2 * Y[:, 0], (Z2 > 0) == (Y[:, 0] > 0.5)
    assert float(report.cost) == pytest.approx(np.average(losses, weights=weights), rel=1e-12)
    assert float(report.score) == pytest.approx(np.average(hits, weights=weights), rel=1e-12)


@pytest.mark.parametrize("batch_size", [0, 7, 16])
def test_a_row_of_weight_zero_is_in_no_figure_and_no_parameter(batch_size, job, rows):
    X, Y, weights = rows(50)
    weights[::3] = 0
    strange = X.copy()
    strange[::3] = 1e6
    (ours, report), (theirs, other) = (
        one_epoch(job((table, Y, weights), batch_size=batch_size)) for table in (X, strange)
    )
    assert (flat(ours.parameters) == flat(theirs.parameters)).all()
    assert float(report.cost) == float(other.cost)
    assert float(report.score) == float(other.score)


@pytest.mark.parametrize("batch_size", [0, 7, 16])
def test_a_larger_bucket_gives_the_same_parameters(batch_size, job, rows):
    made = job(rows(50), rows(20, seed=9), batch_size=batch_size)
    wider = [
        Table(*(pad(array, 128) for array in part)) for part in (made.training, made.validation)
    ]
    larger = made._replace(training=wider[0], validation=wider[1])
    (ours, report), (theirs, other) = one_epoch(made), one_epoch(larger)
    assert len(made.training.X) == 56
    assert np.abs(flat(ours.parameters) - flat(theirs.parameters)).max() < 1e-13
    assert flat(report) == pytest.approx(flat(other), rel=1e-12)


def test_a_step_whose_cost_is_not_finite_is_not_taken(job, rows):
    X, Y, weights = rows(32)
    Y[20] = np.inf
    made = job((X, Y, weights), batch_size=8)
    state, report = one_epoch(made, epoch=2)
    bad = shuffled(32, 8, made.seed, 2).tolist().index(20) // 8 + 1
    before, _ = one_epoch(made, epoch=2, steps=bad - 1)
    assert int(report.bad_step) == bad > 1
    assert (flat(state.parameters) == flat(before.parameters)).all()


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("other", [
    {"learning_rate": 0.01}, {"momentum": 0.5}, {"l2_share": 0.2}, {"seed": 8}, {"m": 56},
], ids=lambda other: next(iter(other)))  # fmt: skip
def test_another_number_compiles_nothing(optimizer, other, job, rows, compilations):
    fixed = {"optimizer": optimizer, "batch_size": 4}
    first = one_epoch(job(rows(49), **fixed))
    compilations.clear()
    numbers = {name: value for name, value in other.items() if name != "m"}
    second = one_epoch(job(rows(other.get("m", 49)), **fixed, **numbers))
    assert compilations == []
    assert int(first[1].bad_step) == int(second[1].bad_step) == 0


def test_another_width_does_compile(job, rows, compilations):
    one_epoch(job(rows(49), batch_size=4, units=(3, 11, 1)))
    assert compilations


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_and_figures_keep_the_type(dtype, job, rows):
    made = job(tuple(array.astype(dtype) for array in rows()), optimizer="adam", batch_size=16)
    numbers = jax.tree.map(dtype, made.numbers)
    state, report = one_epoch(made._replace(numbers=numbers, dtype=np.dtype(dtype)))
    figures = [report.cost, report.score, *report.gradient_norms, *report.update_norms]
    assert {t.dtype for t in [*jax.tree.leaves(state.parameters), *figures]} == {np.dtype(dtype)}
