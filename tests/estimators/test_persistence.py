import datetime
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layerwise import DNNClassifier, DNNRegressor, load
from layerwise.data.model_file import read_model, write_model
from layerwise.errors import ModelFileError

FIRST = {  # a row for each golden file
    "classifier": pd.DataFrame(
        {"age": [3.0], "city": ["Bâle"], "day": [datetime.date(2020, 1, 2)], "same": ["x"]}
    ),
    "pictures": np.zeros((1, 2, 3), np.uint8),
    "regressor": np.ones((1, 2)),
}


@pytest.fixture
def saved(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=80), "c": rng.choice(["a", "b"], 80)})
    label = np.where(frame.x > 0, "up", "down")
    model = DNNClassifier(hidden_units=(8,), epochs=5, random_state=0).fit(frame, label)
    model.save(tmp_path / "m.layerwise")
    return model, frame, tmp_path / "m.layerwise"


def test_a_loaded_model_predicts_the_same_bits(saved):
    model, frame, path = saved
    again = load(path)
    assert (again.predict_proba(frame) == model.predict_proba(frame)).all()
    assert (again.predict(frame) == model.predict(frame)).all()
    assert again.get_params() == model.get_params()
    assert again.history_ == model.history_
    assert again.summary() == model.summary()


def test_a_new_process_predicts_the_same_bits(saved):
    model, frame, path = saved
    frame.to_csv(path.parent / "x.csv", index=False)
    code = (
        "import sys, pandas, layerwise;"
        f"m = layerwise.load({str(path)!r});"
        f"print(m.predict_proba(pandas.read_csv({str(path.parent / 'x.csv')!r})).tobytes().hex())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == model.predict_proba(frame).tobytes().hex()


def test_columns_in_another_order_and_unknown_categories_are_handled(saved):
    model, frame, path = saved
    again = load(path)
    assert (again.predict(frame[["c", "x"]]) == model.predict(frame)).all()
    assert len(again.predict(pd.DataFrame({"x": [0.5], "c": ["new"]}))) == 1


def test_a_regressor_comes_back_in_its_units(tmp_path):
    X = np.linspace(0, 1, 90)[:, None]
    model = DNNRegressor(hidden_units=(), epochs=3, random_state=0).fit(X, 1000 + 50 * X[:, 0])
    model.save(tmp_path / "r")
    assert (load(tmp_path / "r").predict(X) == model.predict(X)).all()


def test_pictures_come_back_with_their_shape(tmp_path):
    X = np.random.default_rng(0).integers(0, 256, (60, 4, 4), np.uint8)
    model = DNNClassifier(hidden_units=(), epochs=2, random_state=0).fit(X, np.arange(60) % 3)
    model.save(tmp_path / "p")
    assert load(tmp_path / "p").encoder_.pixels == (4, 4)
    assert (load(tmp_path / "p").predict(X) == model.predict(X)).all()


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(ModelFileError, match="nowhere"):
        load(tmp_path / "nowhere.layerwise")


@pytest.mark.parametrize(("name", "value"), [
    ("activation", "os.system"),
    ("activation", "https://example.com/activation"),
    ("activation", "!!python/object/apply:os.system [true]"),
    ("initialization", ("he",)),
    ("optimizer", "layerwise.training"),
    ("batch_size", "many"),
    ("epochs", True),
    ("random_state", "seed"),
    ("verbose", "yes"),
    ("hidden_units", (4, 4)),
    ("dtype", "float16"),
    ("validation_fraction", "half"),
])  # fmt: skip
def test_a_setting_that_no_signature_allows_is_refused(name, value, saved):
    path = saved[2]
    header, tensors = read_model(path)
    write_model(
        path, header.model_copy(update={"settings": {**header.settings, name: value}}), tensors
    )
    with pytest.raises(ModelFileError) as caught:
        load(path)
    message = str(caught.value)
    assert name in message
    assert str(path) in message
    assert "\n" not in message


def rewritten(path, settings):
    header, tensors = read_model(path)
    write_model(path, header.model_copy(update={"settings": settings(header.settings)}), tensors)


def test_a_setting_that_the_signature_does_not_have_is_refused(saved):
    rewritten(saved[2], lambda settings: {**settings, "surprise": 1})
    with pytest.raises(ModelFileError, match="settings surprise are unknown"):
        load(saved[2])


def test_a_file_from_before_a_setting_has_it_at_its_default(saved):
    model, _, path = saved
    rewritten(path, lambda settings: {n: v for n, v in settings.items() if n != "warm_start"})
    assert load(path).get_params() == model.get_params()


def test_a_file_whose_settings_are_not_those_in_use_is_refused(saved):
    rewritten(saved[2], lambda settings: settings | {"hidden_units": (9,)})
    with pytest.raises(ModelFileError, match="is not what was chosen"):
        load(saved[2])


@pytest.mark.parametrize("name", ["classifier", "pictures", "regressor"])
def test_the_files_of_the_first_version_are_read(name):
    model = load(Path(__file__).parents[1] / "data" / "golden" / f"v1-{name}.layerwise")
    assert model.warm_start is False
    assert model.transform(FIRST[name], 0).shape == (1, model.weights_[0].shape[1])
    assert len(model.predict(FIRST[name])) == 1
