"""`layerwise check`."""

import json

SOURCE = """
import numpy as np

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = dZ.shape[1]
    dW = dZ @ A_prev.T / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return W.T @ dZ, dW, db
"""
SLIP = SOURCE.replace("A_prev.T / m", "A_prev.T")


def test_a_right_file_is_done_and_says_what_was_not_there(command, tmp_path):
    (tmp_path / "net.py").write_text(SOURCE)
    done = command("check", "net.py")
    assert done.code == 0
    assert "linear_backward: right" in done.out
    assert "nothing wrong in 1 function" in done.out
    assert "not checked: linear_forward" in done.out


def test_it_says_first_that_it_runs_the_file(command, tmp_path):
    (tmp_path / "net.py").write_text(SOURCE)
    assert command("check", "net.py").err.startswith("running net.py in a process of its own")


def test_a_slip_is_shown_with_its_line_and_its_repair(command, tmp_path):
    (tmp_path / "net.py").write_text(SLIP)
    done = command("check", "net.py")
    assert done.code == 7
    for words in ("1/m is missing", "dW", "row 17", "dW = dZ @ A_prev.T / m"):
        assert words in done.out


def test_json_is_a_list_of_findings(command, tmp_path):
    (tmp_path / "net.py").write_text(SLIP)
    done = command("check", "net.py", "--json")
    (one,) = json.loads(done.out)
    assert {"slip", "function", "layer", "tensor", "repair"} <= set(one)
    assert (one["function"], one["tensor"]) == ("linear_backward", "dW")
    (tmp_path / "net.py").write_text(SOURCE)
    assert json.loads(command("check", "net.py", "--json").out) == []


def test_other_names_are_said(command, tmp_path):
    (tmp_path / "net.py").write_text(SLIP.replace("linear_backward", "mine"))
    assert command("check", "net.py", "--name", "backward=mine").code == 7
    wrong = command("check", "net.py", "--name", "backward")
    assert (wrong.code, "ROLE=YOURS" in wrong.err) == (2, True)


def test_a_file_that_is_not_there_has_its_code(command):
    done = command("check", "no.py")
    assert done.code == 6
    assert "no.py: no such file" in done.err


def test_a_file_that_cannot_be_run_has_its_code(command, tmp_path):
    (tmp_path / "net.py").write_text("import nothing_like_it")
    done = command("check", "net.py")
    assert done.code == 3
    assert "nothing_like_it" in done.err
