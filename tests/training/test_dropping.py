"""Dropout that grows or ends with the epochs, through the estimators; and the data-driven start."""

import jax.numpy as jnp
import numpy as np
import pytest

from layerwise import DNNClassifier, Dropout, Layer, load
from layerwise.errors import SettingError
from layerwise.training import epoch as epochs
from layerwise.training.dropping import in_epoch, probability_in
from layerwise.training.epoch import run_epoch
from layerwise.training.plan import Numbers

QUICK = {"hidden_units": (8,), "epochs": 4, "patience": None, "random_state": 0}


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    X = random.normal(5, 3, size=(120, 4))
    return X, (X[:, 0] > X[:, 1]).astype(int)


def at(epoch, **numbers):
    numbers = {name: jnp.float32(value) for name, value in numbers.items()}
    return float(probability_in(numbers, jnp.int32(epoch), jnp.float32(10)))


def test_a_ramp_grows_in_a_straight_line_and_stays():
    assert [at(e, probability=0.5, ramp=5) for e in (1, 4, 5, 6)] == pytest.approx(
        [0.1, 0.4, 0.5, 0.5]
    )


def test_until_is_the_last_epoch_with_dropout():
    assert [at(e, probability=0.5, until=3) for e in (1, 3, 4)] == [0.5, 0.5, 0.0]


def test_blocks_without_a_schedule_are_not_touched():
    blocks = ({}, {"probability": jnp.float32(0.5)})
    numbers = prepared_numbers(blocks, {"weight_decay": jnp.float32(0.1)})
    same = in_epoch(numbers, jnp.int32(1))
    assert same.blocks[1] is blocks[1]
    assert same.update is numbers.update


def test_what_fades_stays_for_its_share_and_falls_to_zero_in_the_last_epoch():
    assert [at(e, probability=0.5, fade=0.5) for e in (1, 5, 10)] == pytest.approx([0.5, 0.5, 0])
    assert at(8, probability=0.5, fade=0.5) == pytest.approx(0.25 * (1 + np.cos(np.pi * 5 / 9)))
    update = {"weight_decay": jnp.float32(0.1), "fade": jnp.float32(0.5)}
    faded = [in_epoch(prepared_numbers((), update), jnp.int32(e)) for e in (1, 10)]
    assert [float(n.update["weight_decay"]) for n in faded] == pytest.approx([0.1, 0])


def prepared_numbers(blocks, update):
    none = Numbers(*[{}] * len(Numbers._fields))
    return none._replace(blocks=blocks, update=update, epochs=jnp.float32(10))


def fitted(table, dropout, **more):
    return DNNClassifier(**{**QUICK, "dropout": dropout, **more}).fit(*table)


def same(one, other):
    return all((a == b).all() for a, b in zip(one.weights_, other.weights_, strict=True))


@pytest.mark.parametrize("schedule", [{"ramp": 1}, {"ramp": 1, "until": 4}])
def test_a_schedule_of_one_element_is_the_identity_bit_for_bit(schedule, table):
    assert same(fitted(table, Dropout(0.3, 0.1)), fitted(table, Dropout(0.3, 0.1, **schedule)))


def test_a_schedule_changes_the_training_and_another_number_compiles_nothing(table):
    slow = fitted(table, Dropout(0.3, 0.1, ramp=4))
    before = run_epoch._cache_size()
    slower = fitted(table, Dropout(0.3, 0.1, ramp=40))
    assert run_epoch._cache_size() == before
    assert not same(slow, slower)
    assert not same(slow, fitted(table, Dropout(0.3, 0.1)))


def test_a_layer_with_a_number_alone_follows_the_networks_schedule(table):
    layer = (Layer(8, dropout=0.2),)
    ours = fitted(table, Dropout(0.5, 0.0, ramp=3), hidden_units=layer)
    assert same(ours, fitted(table, Dropout(0.2, 0.0, ramp=3)))
    assert not same(ours, fitted(table, 0.2))
    assert same(fitted(table, Dropout(0.5, 0.0), hidden_units=layer), fitted(table, 0.2))


def test_a_schedule_is_saved_and_searched(table, tmp_path):
    model = fitted(table, Dropout(0.3, 0.1, ramp=2, until=3))
    model.save(tmp_path / "m.layerwise")
    again = load(tmp_path / "m.layerwise")
    assert again.dropout == model.dropout
    assert (again.predict_proba(table[0]) == model.predict_proba(table[0])).all()
    assert model.set_params(dropout__ramp=7).dropout == Dropout(0.3, 0.1, ramp=7, until=3)


@pytest.mark.parametrize("bad", [0, 1.5, -1])
def test_a_bad_epoch_gets_one_line(bad, table):
    with pytest.raises(SettingError, match="dropout.ramp=.*: expected a whole number of epochs"):
        fitted(table, Dropout(ramp=bad))


@pytest.mark.parametrize("batch_size", ["all", 32])
def test_the_data_driven_start_is_made_on_the_first_batch(batch_size, table, monkeypatch):
    seen, plain = [], epochs.start_on
    monkeypatch.setattr(
        "layerwise.training.loop.start_on",
        lambda *known: seen.append((known[-1], made := plain(*known))) or made,
    )
    model = fitted(table, None, initialization="data_driven", batch_size=batch_size)
    ((batch, state),) = seen
    assert batch.X.shape[1] == 32 if batch_size == 32 else batch.X.shape[1] >= 120
    Z = state.parameters[0]["W"] @ batch.X + state.parameters[0]["b"]
    counted = np.asarray(batch.weights)[0] > 0
    assert np.asarray(Z)[:, counted].std(axis=1) == pytest.approx(np.ones(8), rel=1e-5)
    assert np.asarray(Z)[:, counted].mean(axis=1) == pytest.approx(np.zeros(8), abs=1e-5)
    assert model.score(*table) > 0.5
