"""`layerwise why`."""

import pytest

DATA = {"surface", "excites", "embedding", "boundary"}


def test_without_a_tool_it_lists_them(command):
    shown = command("why")
    assert shown.code == 0
    for name in ("collapse", "surface MODEL DATA", "weights MODEL", "parity"):
        assert name in shown.out


@pytest.mark.parametrize(
    "tool", ["collapse", "surface", "activations", "weights", "excites", "embedding", "boundary"]
)
def test_a_tool_says_what_it_found_and_writes_its_picture(tool, command, models, tmp_path):
    data = [models / "iris.csv"] if tool in DATA else []
    more = ["--columns", "1,petal width (cm)"] if tool == "boundary" else []
    shown = command("why", tool, models / "iris.layerwise", *data, *more)
    assert shown.code == 0, shown.err
    assert shown.out.endswith(f"{tool}.png\n")
    assert (tmp_path / f"{tool}.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("tool", ["costs", "parity"])
def test_a_tool_without_a_model_needs_none(tool, command, tmp_path):
    more = ["--bits", "3", "--seeds", "0"] if tool == "parity" else []
    shown = command("why", tool, "--out", "shown.png", *more)
    assert shown.code == 0, shown.err
    assert (tmp_path / "shown.png").exists()


def test_a_wrong_call_is_one_line(command, models):
    model, data = models / "iris.layerwise", models / "iris.csv"
    wrong = {
        ("why", "what"): "expected one of collapse",
        ("why", "embedding", model): "expected MODEL DATA",
        ("why", "parity", model): "expected no model and no data",
        ("why", "boundary", model, data): "'petal length (cm)'",
        ("why", "weights", model, "--member", "9"): "from 1 to 1",
        ("why", "weights", model, "--out", "a.pdf"): "the ending .png",
        ("why", "surface", model, data, "--plane", "x"): "expected path or random",
    }
    for arguments, words in wrong.items():
        shown = command(*arguments)
        assert shown.code == 2
        assert words in shown.err
        assert shown.err.count("\n") == 1
