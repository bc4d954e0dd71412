"""`layerwise summary`."""


def test_it_shows_shapes_settings_classes_and_training(command, models):
    shown = command("summary", models / "iris.layerwise").out
    for words in ("(8, 4)", "hidden_units 8", "setosa (33.3%)", "best epoch", "multiclass"):
        assert words in shown


def test_a_regression_model_shows_its_target_s_scale(command, models):
    assert "mean 1" in command("summary", models / "diabetes.layerwise").out


def test_it_shows_what_becomes_of_each_column(command, models):
    shown = command("summary", models / "iris.layerwise").out
    assert "minus the median" in shown
    assert shown.count(" number ") == 4


def test_a_number_of_examples_shows_every_shape(command, models):
    shown = command("summary", models / "iris.layerwise", "--m", "128").out
    assert "dZ[1]" in shown
    assert "(8, 4)(4, 128) + (8, 1) -> (8, 128)" in shown


def test_a_network_without_a_model_has_a_table_in_three_formats(command):
    units = ("summary", "--network", "12288-20-7-5-1", "--m", "209")
    assert "(20, 12288)(12288, 209) + (20, 1) -> (20, 209)" in command(*units).out
    assert "| `W[1]` |" in command(*units, "--format", "markdown").out
    assert r"\begin{tabular}" in command(*units, "--format", "latex").out


def test_neither_or_both_of_model_and_network_are_refused(command, models):
    assert command("summary").code == 2
    assert command("summary", models / "iris.layerwise", "--network", "2-1").code == 2
