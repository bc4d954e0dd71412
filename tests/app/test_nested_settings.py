"""Settings of one ingredient on the command line and in a settings file."""

import tomllib

from layerwise import Adam, load

QUICK = ["--epochs", "2", "--hidden-units", "4"]


def test_a_dotted_flag_reaches_an_ingredient_and_the_settings_file_repeats_it(command, tmp_path):
    done = command("train", "iris", *QUICK, "--optimizer.beta2", ".95", "--update.max-norm", "2")
    assert done.code == 0, done.err
    assert "Adam(beta2=0.95)" in done.out
    first = load(tmp_path / "iris.layerwise")
    assert first.optimizer == Adam(beta2=0.95)
    lines = tomllib.loads((tmp_path / "iris.toml").read_text())
    assert lines["optimizer"] == {"name": "adam", "beta2": 0.95, "epsilon": 1e-8}
    before = (tmp_path / "iris.layerwise").read_bytes()
    assert command("train", "--settings", "iris.toml").code == 0
    again = load(tmp_path / "iris.layerwise")
    assert all((a == b).all() for a, b in zip(again.weights_, first.weights_, strict=True))
    assert again.get_params() == first.get_params()
    assert before


def test_a_layer_in_a_settings_file_is_built(command, tmp_path):
    (tmp_path / "run.toml").write_text(
        'data = "iris"\nepochs = 2\nhidden_units = [4, { units = 4, residual = true }]\n'
        '[schedule]\nname = "cosine"\nend = 0.1\n'
    )
    done = command("train", "--settings", "run.toml", "--out", "m.layerwise")
    assert done.code == 0, done.err
    assert "residual" in command("summary", "m.layerwise").out


WRONG = {
    "--optimizer.beta2 2": "optimizer.beta2=2: expected a number from 0 to below 1",
    "--schedule.end .1": "schedule.end: 'constant' has no such setting",
    "--augmentation.scale .1": "augmentation=None has no settings of its own",
    "--optimizer.beta2 many": "optimizer.beta2='many'",
    "--schedule cosine --schedule.every 3": "expected one of end",
}


def test_a_wrong_nested_setting_gets_one_line(command):
    for flags, words in WRONG.items():
        done = command("train", "iris", *QUICK, *flags.split())
        assert (done.code, done.out) == (2, ""), done
        assert words in done.err
        assert done.err.count("\n") == 1


def test_the_help_names_every_ingredient(command):
    shown = command("train", "--help").out
    for words in ("--optimizer.beta2", "--update.max-norm", "--dropout.input", "--cost.delta"):
        assert words in shown
