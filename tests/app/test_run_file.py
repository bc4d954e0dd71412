"""The settings file: it repeats the run, and refuses what it does not know."""

import json
import tomllib

import pytest

from layerwise import load
from layerwise.app.run_file import Run, run_file_text, toml_value
from layerwise.app.settings import default_settings, settings_from, settings_signature
from layerwise.errors import SettingError

QUICK = ("--epochs", "4", "--hidden-units", "8,4", "--random-state", "7")


def test_a_settings_file_repeats_the_run(command, tmp_path):
    first = json.loads(command("train", "moons", *QUICK, "--json").out)
    weights = load(tmp_path / "moons.layerwise").weights_
    again = json.loads(command("train", "--settings", "moons.toml", "--json").out)
    for card in (first, again):
        card.pop("seconds")
        card.pop("model")
    assert first == again
    for W, again_W in zip(weights, load(tmp_path / "moons.layerwise").weights_, strict=True):
        assert (again_W == W).all()


def test_it_repeats_the_run_from_another_folder_and_after_a_move(command, tmp_path, monkeypatch):
    place = tmp_path / "a"
    place.mkdir()
    rows = "".join(f"{i},{i * i % 11},{'ab'[i % 2]}\n" for i in range(50))
    (place / "d.csv").write_text("x,y,kind\n" + rows)
    out = place / "m.layerwise"
    first = json.loads(command("train", place / "d.csv", *QUICK, "--out", out, "--json").out)
    place.rename(tmp_path / "b")
    again = json.loads(command("train", "--settings", "b/m.toml", "--json").out)
    assert again["score"] == first["score"]
    assert (tmp_path / "b" / "m.layerwise").exists()
    assert not place.exists()


def test_flags_go_before_its_lines(command, tmp_path):
    (tmp_path / "run.toml").write_text('data = "iris"\nepochs = 3\nhidden_units = [5]\n')
    command("train", "--settings", "run.toml", "--epochs", "2", "--out", "x.layerwise")
    written = tomllib.loads((tmp_path / "x.toml").read_text())
    assert (written["epochs"], written["hidden_units"]) == (2, [5])


def test_a_file_written_by_hand_stays_as_it_is(command, tmp_path):
    text = '# mine\ndata = "iris"\nepochs = 2\n'
    (tmp_path / "iris.toml").write_text(text)
    assert command("train", "--settings", "iris.toml").code == 0
    assert (tmp_path / "iris.toml").read_text() == text
    done = command("train", "--settings", "iris.toml", "--epochs", "3")
    assert (done.code, (tmp_path / "iris.toml").read_text()) == (6, text)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hiden_units = [3]", "did you mean 'hidden_units'?"),
        ("zzz = 1", "unknown key 'zzz'"),
        ("epochs = 'x'", "epochs='x'"),
        ("epochs = true", "epochs=True"),
        ("drop = 3", "drop=3"),
        ("header = 'yes'", "header='yes'"),
        ("image_size = [1]", "image_size=[1]"),
        ("target = [1]", "target=[1]"),
        ("epochs =", "not a TOML file"),
        ("data = 'iris'", "not a TOML file"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name(command, tmp_path, line, words):
    (tmp_path / "run.toml").write_text(f'data = "iris"\n{line}\n')
    done = command("train", "--settings", "run.toml")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err


@pytest.mark.parametrize(
    "value", ["", 'a "b" \\ c', "tab\tnew\nline\x7f", "ü☃😀", 0.1, 1e-7, -3, True, (1, 2), ("a",)]
)
def test_a_value_survives_toml(value):
    back = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert (tuple(back) if isinstance(value, tuple) else back) == value


def test_every_setting_survives_the_file(tmp_path):
    given = {"hidden_units": "", "patience": "none", "max_seconds": "2.5", "batch_size": "all"}
    settings = settings_from(given)
    run = Run("iris", drop=("a,b", "c"), image_size=(3, 4), out=str(tmp_path / "m.layerwise"))
    text = run_file_text(run, settings, str(tmp_path / "m.toml"))
    lines = tomllib.loads(text)
    again = settings_from({name: lines[name] for name in settings_signature()})
    assert again == settings
    assert lines["drop"] == ["a,b", "c"]
    assert lines["image_size"] == "3x4"
    assert lines["out"] == "m.layerwise"


def test_the_defaults_are_the_signature_s_but_for_the_seed_and_the_bar():
    differing = {
        name for name, p in settings_signature().items() if p.default != default_settings()[name]
    }
    assert differing == {"random_state", "verbose"}


def test_a_wrong_value_names_the_setting():
    with pytest.raises(SettingError, match="batch_size='some'"):
        settings_from({"batch_size": "some"})
