"""Right lines pass clean; every slip is named with its correction; hostile files are refused."""

import time

import pytest
from slides_and_slips import HOSTILE, NOTED, RIGHT, UNREAD, WRONG

from layerwise import DataError, check_equations


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_slide_passes_clean(name):
    found = check_equations(RIGHT[name])
    assert found
    assert [(each.text, each.slip, each.why) for each in found if each.status != "ok"] == []


def test_more_than_a_hundred_right_lines_were_read():
    assert sum(len(check_equations(text)) for text in RIGHT.values()) > 100


@pytest.mark.parametrize("name", NOTED)
def test_a_convention_is_a_note_and_nothing_is_wrong(name):
    found = check_equations(NOTED[name])
    assert {each.status for each in found} <= {"ok", "note"}
    assert any(each.status == "note" and each.slip and each.why for each in found)


@pytest.mark.parametrize(("text", "slip", "repair"), WRONG, ids=[row[0] for row in WRONG])
def test_a_slip_is_named_with_its_correction(text, slip, repair):
    *others, last = check_equations(text)
    assert (last.status, last.slip) == ("wrong", slip)
    assert last.why
    if repair is not None:
        assert last.repair == repair
    assert all(each.status != "wrong" for each in others)


@pytest.mark.parametrize(("text", "slip", "repair"), WRONG, ids=[row[0] for row in WRONG])
def test_the_corrected_line_is_right(text, slip, repair):
    *before, _ = text.split("\n")
    last = check_equations(text)[-1]
    assert check_equations("\n".join([*before, last.repair]))[-1].status in ("ok", "note")


@pytest.mark.parametrize(
    ("text", "agree"),
    [("dZ[L-1] = dW[L]' dZ[L] * g'", True), ("Z[2] = W[2] X + b[2]", False)],
)
def test_it_says_whether_the_shapes_agree(text, agree):
    (found,) = check_equations(text)
    assert found.shapes_agree is agree
    assert "only the values show it" in found.disagreement


def test_the_dimension_proof_is_in_the_lecture_s_letters():
    (found,) = check_equations("Z[l] = W[l] A[l-1] + b[l]")
    assert found.shapes == "(n[l], n[l-1]) (n[l-1], m) + (n[l], 1) -> (n[l], m)"


def test_a_line_that_no_edit_mends_is_shown_beside_the_lecture_s():
    (found,) = check_equations("dW[l] = W[l] dZ[l] dZ[l] + A[l] A[l] - b[l]")
    assert found.status == "wrong"
    assert "dW[l] = 1/m dZ[l] A[l-1]'" in found.why


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once(name):
    began = time.perf_counter()
    with pytest.raises(DataError):
        check_equations(HOSTILE[name])
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_understood_is_said_with_its_column(name):
    text, words, column = UNREAD[name]
    (found,) = check_equations(text)
    assert (found.status, found.column) == ("not understood", column)
    assert words in found.why


def test_one_line_that_is_not_understood_leaves_the_others_judged():
    found = check_equations("Z[1] = W[1] X + q\nA[1] = g[1](Z[1])")
    assert [each.status for each in found] == ["not understood", "ok"]


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "slide.txt"
    path.write_text("dZ[L] = A[L] - Y\n")
    assert check_equations(path)[0].status == "ok"
    assert check_equations(str(path))[0].status == "ok"
