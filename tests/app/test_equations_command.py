"""`layerwise equations`."""

import json

RIGHT = "# forward\nZ[l] = W[l] A[l-1] + b[l]\nA[l] = g[l](Z[l])\n"
WRONG = RIGHT + "dZ[L-1] = dW[L]' dZ[L] * g[L-1]'(Z[L-1])\n"


def test_right_equations_end_with_0(command, tmp_path):
    (tmp_path / "slide.txt").write_text(RIGHT)
    done = command("equations", "slide.txt")
    assert (done.code, done.err) == (0, "")
    assert "(n[l], n[l-1]) (n[l-1], m) + (n[l], 1) -> (n[l], m)" in done.out
    assert done.out.splitlines()[-1] == "2 ok"


def test_a_slip_is_named_with_its_correction_and_ends_with_7(command, tmp_path):
    (tmp_path / "slide.txt").write_text(WRONG)
    done = command("equations", "slide.txt")
    assert done.code == 7
    for words in ("dW for W", "only the values show it", "dZ[L-1] = W[L]' dZ[L] * g"):
        assert words in done.out


def test_json_lists_the_findings(command, tmp_path):
    (tmp_path / "slide.txt").write_text(WRONG)
    done = command("equations", "slide.txt", "--json")
    shown = json.loads(done.out)
    assert done.code == 7
    assert shown["counts"] == {"ok": 2, "wrong": 1}
    last = shown["findings"][-1]
    assert (last["line"], last["slip"], last["layer"], last["tensor"]) == (
        4, "dW for W", "L-1", "dZ[L-1]",
    )  # fmt: skip
    assert last["repair"] == "dZ[L-1] = W[L]' dZ[L] * g[L-1]'(Z[L-1])"


def test_a_line_that_is_not_understood_has_a_caret(command, tmp_path):
    (tmp_path / "slide.txt").write_text("Z[1] = W[1] Q\n")
    done = command("equations", "slide.txt")
    assert done.code == 7
    row, caret = done.out.splitlines()[:2]
    assert row[caret.index("^")] == "Q"


def test_a_hostile_file_is_refused_in_one_line(command, tmp_path):
    (tmp_path / "slide.txt").write_text("Z[1] = __import__('os').system('touch made')\n")
    done = command("equations", "slide.txt")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("layerwise: line 1, column 8: ")
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_there_or_says_nothing_is_told(command, tmp_path):
    assert command("equations", "none.txt").code == 6
    (tmp_path / "empty.txt").write_text("only words\n")
    assert command("equations", "empty.txt").code == 3


def test_its_help_teaches(command):
    shown = command("equations", "--help").out
    assert "layerwise equations slide.txt" in shown
    assert "np.dot" in shown
