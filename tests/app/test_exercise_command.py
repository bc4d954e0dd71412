"""`layerwise exercise`."""

import json

from layerwise import exercise


def test_two_files_are_written_in_the_folder_and_named(command, tmp_path):
    done = command("exercise", "backward", "--seed", "7", "--out", tmp_path / "class")
    assert done.code == 0
    made = exercise("backward", 7)
    assert (tmp_path / "class" / "backward-7.md").read_text() == made.sheet()
    assert (tmp_path / "class" / "backward-7-key.md").read_text() == made.key()
    assert "backward-7-key.md" in done.out


def test_latex_is_a_whole_document(command, tmp_path):
    command("exercise", "update", "--format", "latex", "--number", "2", "--out", tmp_path)
    text = (tmp_path / "update-0.tex").read_text()
    assert text.startswith(r"\documentclass{article}")
    assert "Problem 2" in text


def test_alone_it_lists_the_kinds(command):
    shown = command("exercise").out
    assert all(kind in shown for kind in ("dimensions", "forward", "backward", "update"))


def test_answers_are_marked_and_a_wrong_one_ends_with_the_code_of_a_slip(command, tmp_path):
    right = exercise("backward", 7).answers["dZ2"].value
    mine, ask = tmp_path / "mine.json", ("exercise", "backward", "--seed", "7", "--answers")
    mine.write_text(json.dumps({"dZ2": right}))
    assert command(*ask, mine).code == 0
    mine.write_text(json.dumps({"dZ2": [[-cell for cell in row] for row in right]}))
    found = command(*ask, mine)
    assert found.code == 7
    assert "the sign is the opposite" in found.out


def test_answers_that_cannot_be_read_are_refused(command, tmp_path):
    mine = tmp_path / "mine.json"
    for text in ("{", "[1]"):
        mine.write_text(text)
        assert command("exercise", "forward", "--answers", mine).code == 3
    assert command("exercise", "forward", "--answers", tmp_path / "none.json").code == 6
    assert command("exercise", "sideways").code == 2
