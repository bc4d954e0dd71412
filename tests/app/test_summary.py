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
