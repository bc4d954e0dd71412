"""`layerwise course`."""


def test_without_names_it_lists_the_experiments(command):
    shown = command("course")
    assert shown.code == 0
    assert "flower" in shown.out
    assert "learning-rates" in shown.out


def test_an_experiment_is_shown_and_drawn(command, tmp_path):
    shown = command("course", "optimizers", "--seeds", "2", "--share", ".01", "--out", "pictures")
    assert shown.code == 0
    for words in ("own", "published", "79.7 %", "Adam", "inside"):
        assert words in shown.out
    assert (tmp_path / "pictures" / "optimizers.png").stat().st_size < 100_000


def test_a_wrong_name_or_number_is_one_line(command, tmp_path):
    assert "expected one of cats, flower" in command("course", "flowers").err
    assert "expected a number above 0" in command("course", "flower", "--share", "2").err
    assert "from 1 to 1000" in command("course", "flower", "--seeds", "0").err
    assert command("course", "cats", "--data", tmp_path).code == 3
