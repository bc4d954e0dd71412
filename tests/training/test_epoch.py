"""An epoch as one compiled call: what it counts, holds back and never recompiles."""

import jax
import numpy as np
import pytest

from layerwise.training import report
from layerwise.training.epoch import run_epoch
from layerwise.training.loop import begin
from layerwise.training.minibatches import Table, pad, shuffled
from layerwise.training.plan import Work
from layerwise.training.report import figures_of

pytestmark = pytest.mark.usefixtures("float64")


def one_epoch(job, epoch=1, steps=None):
    size = job.plan.batch_size
    order = shuffled(job.rows, size, (job.seed, epoch), len(job.training.X)) if size else None
    count = steps if steps is not None else -(-job.rows // size) if size else 1
    tables, one = jax.device_put((job.training, job.validation)), np.ones((), job.dtype)
    work = Work(*tables, order, np.int32(count), np.int32(epoch), np.uint32(0), one)
    state, report = run_epoch(job.plan, begin(job), work, job.numbers)
    figures = figures_of(job.plan, report.figures, job.validation is not None)
    return state, figures, int(report.bad_step)


def flat(parameters):
    return np.concatenate([np.asarray(t).ravel() for t in jax.tree.leaves(parameters)])


@pytest.mark.parametrize("batch_size", [0, 1, 7, 16, 64])
def test_without_a_move_the_figures_are_means_over_every_row_once(batch_size, job, rows):
    X, Y, weights = rows(50)
    made = job((X, Y, weights), learning_rate=0.0, l2_share=0.0, batch_size=batch_size)
    state, figures, _ = one_epoch(made)
    first, _, second = state.parameters
    A1 = np.tanh(X @ np.asarray(first["W"]).T + np.asarray(first["b"]).T)
    Z2 = (A1 @ np.asarray(second["W"]).T + np.asarray(second["b"]).T)[:, 0]
    losses, hits = np.logaddexp(0, Z2) - Z2 * Y[:, 0], (Z2 > 0) == (Y[:, 0] > 0.5)
    assert figures.cost == pytest.approx(np.average(losses, weights=weights), rel=1e-12)
    assert figures.score == pytest.approx(np.average(hits, weights=weights), rel=1e-12)


@pytest.mark.parametrize("batch_size", [0, 7, 16])
def test_a_row_of_weight_zero_is_in_no_figure_and_no_parameter(batch_size, job, rows):
    X, Y, weights = rows(50)
    weights[::3] = 0
    strange = X.copy()
    strange[::3] = 1e6
    (ours, figures, _), (theirs, others, _) = (
        one_epoch(job((table, Y, weights), batch_size=batch_size)) for table in (X, strange)
    )
    assert (flat(ours.parameters) == flat(theirs.parameters)).all()
    assert (figures.cost, figures.score) == (others.cost, others.score)


@pytest.mark.parametrize("batch_size", [0, 7, 16])
def test_a_larger_bucket_gives_the_same_parameters(batch_size, job, rows):
    made = job(rows(50), rows(20, seed=9), batch_size=batch_size)
    wider = [
        Table(*(pad(array, 128) for array in part)) for part in (made.training, made.validation)
    ]
    larger = made._replace(training=wider[0], validation=wider[1])
    (ours, figures, _), (theirs, others, _) = one_epoch(made), one_epoch(larger)
    assert len(made.training.X) == 56
    assert np.abs(flat(ours.parameters) - flat(theirs.parameters)).max() < 1e-13
    assert flat(figures) == pytest.approx(flat(others), rel=1e-12)


def test_the_first_step_whose_cost_is_not_finite_is_told_and_ends_the_epoch(job, rows):
    X, Y, weights = rows(32)
    Y[20] = np.inf
    made = job((X, Y, weights), batch_size=8)
    _, _, told = one_epoch(made, epoch=2)
    bad = shuffled(32, 8, (made.seed, 2), 32).tolist().index(20) // 8 + 1
    _, figures, before = one_epoch(made, epoch=2, steps=bad - 1)
    assert told == bad > 1
    assert before == 0
    assert np.isfinite(figures.cost)


@pytest.mark.parametrize("batch_size", [0, 8])
@pytest.mark.parametrize("monitor", ["metric", "cost", "calibrated_cost"])
def test_the_figures_of_validation_rows_do_not_depend_on_how_many_are_looked_at_at_once(
    batch_size, monitor, job, rows, monkeypatch
):
    made = job(rows(40), rows(100, seed=9), batch_size=batch_size)
    made = made._replace(plan=made.plan._replace(monitor=monitor))
    state, whole, _ = one_epoch(made)
    work = jax.device_put(made.validation)
    monkeypatch.setattr(report, "ROWS_LOOKED_AT", 24)
    parts = report.looked_at(made.plan, state, work, made.numbers)
    assert flat(parts) == pytest.approx(flat(whole.validation), rel=1e-13)


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
    assert first[2] == second[2] == 0


def test_another_width_does_compile(job, rows, compilations):
    one_epoch(job(rows(49), batch_size=4, units=(3, 11, 1)))
    assert compilations


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_keep_the_type(dtype, job, rows):
    made = job(tuple(array.astype(dtype) for array in rows()), optimizer="adam", batch_size=16)
    numbers = jax.tree.map(dtype, made.numbers)
    state, _, _ = one_epoch(made._replace(numbers=numbers, dtype=np.dtype(dtype)))
    assert {t.dtype for t in jax.tree.leaves(state.parameters)} == {np.dtype(dtype)}
