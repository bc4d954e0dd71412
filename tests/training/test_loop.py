"""The training loop against a loop written out with NumPy."""

from itertools import islice

import jax
import numpy as np
import pytest

from layerwise.errors import DivergenceError
from layerwise.training.loop import begin, train

pytestmark = pytest.mark.usefixtures("float64")


def after(job, epochs):
    return list(islice(train(job, begin(job)), epochs))


def flat(parameters):
    return np.concatenate([np.asarray(t).ravel() for t in jax.tree.leaves(parameters)])


def on_the_board(at, rows, share, l2):
    """Return J and its gradient at the 21 parameters of the 3-4-1 network, in NumPy."""
    W1, b1, W2, b2 = at[:12].reshape(4, 3), at[12:16, None], at[None, 16:20], at[20:, None]
    X, Y = rows[0].T, rows[1].T
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    losses = -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = A2 - Y
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    slopes = (
        (dZ1 * share) @ X.T + l2 * W1,
        (dZ1 * share).sum(axis=1),
        (dZ2 * share) @ A1.T + l2 * W2,
        (dZ2 * share).sum(axis=1),
    )
    J = (losses * share).sum() + l2 / 2 * ((W1**2).sum() + (W2**2).sum())
    return J, np.concatenate([slope.ravel() for slope in slopes])


def direction(optimizer, slope, memory, t):
    """Return the move of step t before the learning rate, and what the rule remembers."""
    v, s = memory
    if optimizer == "gradient_descent":
        return slope, memory
    if optimizer == "momentum":
        return 0.9 * v + slope, (0.9 * v + slope, s)
    v, s = 0.9 * v + 0.1 * slope, 0.999 * s + 0.001 * slope**2
    return v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), (v, s)


def by_hand(job, rows, epochs):
    """Return the parameters and the cost of each epoch of the loop on the board, in NumPy."""
    at, memory, t, costs = flat(begin(job).parameters), (0, 0), 0, []
    m, size = len(rows[0]), job.plan.batch_size or len(rows[0])
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([job.seed, epoch]).permutation(m)
        total = 0
        for batch in (order[begins : begins + size] for begins in range(0, m, size)):
            X, Y, weights = (array[batch] for array in rows)
            J, slope = on_the_board(
                at, (X, Y), weights / weights.sum(), job.numbers.penalties.l2_share
            )
            t += 1
            move, memory = direction(job.plan.optimizer, slope, memory, t)
            at, total = at - job.numbers.learning_rate * move, total + J * weights.sum()
        costs.append(total / rows[2].sum())
    return at, costs


@pytest.mark.parametrize("batch_size", [0, 16])
@pytest.mark.parametrize(("optimizer", "learning_rate"), [
    ("gradient_descent", 0.3), ("momentum", 0.05), ("adam", 0.01),
])  # fmt: skip
def test_training_is_the_loop_on_the_board_over_20_epochs(
    optimizer, learning_rate, batch_size, job, rows
):
    settings = {"optimizer": optimizer, "learning_rate": learning_rate, "batch_size": batch_size}
    ours = after(job(rows(), **settings), 20)
    theirs, costs = by_hand(job(rows(), **settings), rows(), 20)
    assert np.abs(flat(ours[-1].state.parameters) - theirs).max() < 1e-10
    assert [s.record.cost for s in ours] == pytest.approx(costs, abs=1e-10)


def test_an_epoch_of_mini_batches_updates_once_per_batch(job, rows):
    (whole,), (parts,) = after(job(rows(48)), 1), after(job(rows(48), batch_size=16), 1)
    assert np.abs(flat(whole.state.parameters) - flat(parts.state.parameters)).max() > 1e-3
    small = after(job(rows(48), batch_size=16, learning_rate=1e-9), 1)[0]
    once = after(job(rows(48), learning_rate=3e-9), 1)[0]
    moved, thrice = (np.array(s.record.update_norms) for s in (small, once))
    assert moved == pytest.approx(thrice, rel=0.2)


@pytest.mark.parametrize("batch_size", [0, 16])
def test_rows_of_weight_zero_change_nothing(job, rows, batch_size):
    X, Y, weights = rows(40)
    heavy = (X, Y, weights)
    more = (np.vstack([X, X[:20]]), np.vstack([Y, 1 - Y[:20]]), np.append(weights, np.zeros(20)))
    if batch_size:  # the order depends on the count of rows: one batch that holds them all
        batch_size = 64
    alone, padded = (after(job(r, batch_size=batch_size), 3)[-1] for r in (heavy, more))
    assert np.abs(flat(alone.state.parameters) - flat(padded.state.parameters)).max() < 1e-12
    assert alone.record.cost == pytest.approx(padded.record.cost, rel=1e-12)


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(job, rows):
    one, again, other = (
        flat(after(job(rows(), optimizer="adam", batch_size=8, seed=s), 4)[-1].state.parameters)
        for s in (5, 5, 6)
    )
    assert (one == again).all()
    assert (one != other).any()


def test_the_seed_draws_the_first_parameters(job, rows):
    one, again, other = (flat(begin(job(rows(), seed=s)).parameters) for s in (5, 5, 6))
    assert (one == again).all()
    assert (one != other).sum() == 16  # the weights; the 5 biases start at zero


def test_the_validation_figures_are_those_of_the_epochs_own_parameters(job, rows):
    held = rows(30, seed=9)
    snapshot = after(job(rows(), validation=held), 3)[-1]
    first, _, second = snapshot.state.parameters
    A1 = np.tanh(first["W"] @ held[0].T + first["b"])
    A2 = 1 / (1 + np.exp(-(np.asarray(second["W"]) @ A1 + np.asarray(second["b"]))))
    share = held[2] / held[2].sum()
    losses = -(held[1].T * np.log(A2) + (1 - held[1].T) * np.log(1 - A2))
    assert snapshot.record.validation_cost == pytest.approx((losses * share).sum(), rel=1e-12)
    hits = (A2 > 0.5) == (held[1].T > 0.5)
    assert snapshot.record.validation_metric == pytest.approx((hits * share).sum(), rel=1e-12)


def test_the_cost_falls_and_ten_examples_are_learned_by_heart(job, rows):
    learned = after(job(rows(10), optimizer="adam", learning_rate=0.05, l2_share=0.0), 400)
    assert learned[-1].record.cost < 0.01 < 0.3 < learned[0].record.cost
    assert learned[-1].record.metric == 1.0


def test_every_layer_has_its_gradient_and_update_norm(job, rows):
    record = after(job(rows(), units=(3, 5, 4, 1)), 1)[0].record
    assert len(record.gradient_norms) == len(record.update_norms) == 3
    assert min(record.gradient_norms + record.update_norms) > 0


def test_divergence_names_epoch_step_layer_and_tensor(job, rows):
    X, Y, weights = rows(32)
    W = begin(job((X, Y, weights), units=(3, 1))).parameters[0]["W"]
    X[20] = 1.7e308 * np.sign(W[0])  # W[1] X of this row is 1.7e308 times the sum of |W[1]|
    assert np.abs(W).sum() > 1.1
    order = np.random.default_rng([0, 1]).permutation(32).tolist()
    with pytest.raises(DivergenceError) as caught:
        after(job((X, Y, weights), batch_size=8, units=(3, 1)), 3)
    error = caught.value
    assert (error.epoch, error.step) == (1, order.index(20) // 8 + 1)
    assert (error.layer, error.tensor) == (1, "Z[1]")


def test_a_learning_rate_beyond_reason_diverges_after_its_first_step(job, rows):
    with pytest.raises(DivergenceError) as caught:
        after(job(rows(), learning_rate=1e300), 5)
    assert caught.value.epoch <= 2
    assert caught.value.tensor.startswith(("W[", "b[", "Z[", "A[", "J"))
