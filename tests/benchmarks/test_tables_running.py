"""A study is a line per fit: it is taken up again, and a failure loses nothing else."""

import json

import pytest

from benchmarks.tables import records, running
from benchmarks.tables.methods import Method, methods
from benchmarks.tables.sets import SETS

CONSTANT, BROKEN = Method("constant"), Method("nobody")
IRIS, WINE = SETS["iris"], SETS["wine"]


def line(table, split, method, **more):
    given = {"set": table, "split": split, "method": method, "settings": None, "most": 4000}
    return {**given, "run": "then", "error": 0.1, **more}


def fits(study, folder):
    running.run(study, folder)
    return records.read(folder / "fits.jsonl")


def test_a_run_fits_what_is_missing_and_keeps_what_is_there(tmp_path):
    records.append(tmp_path / "fits.jsonl", line("iris", 0, "constant", error=-1))
    found = fits(running.Study([IRIS, WINE], [CONSTANT], splits=1), tmp_path)
    errors = {each["set"]: each["error"] for each in found}
    assert errors["iris"] == -1
    assert 0.5 < errors["wine"] < 0.7


def test_a_fit_that_fails_is_a_line_and_the_others_go_on(tmp_path):
    found = fits(running.Study([IRIS], [BROKEN, CONSTANT], splits=1), tmp_path)
    by = {each["method"]: each for each in found}
    assert "KeyError" in by["nobody"]["failed"]
    assert by["constant"]["tested"] == 38


def test_a_fit_beyond_its_time_is_a_line_and_is_not_tried_again(tmp_path):
    study = running.Study([IRIS], [CONSTANT], splits=1, limit=0.01)
    assert fits(study, tmp_path)[0]["failed"] == records.OUT_OF_TIME
    assert not list(running.jobs(study, records.read(tmp_path / "fits.jsonl")))


def test_what_failed_is_tried_again():
    study = running.Study([IRIS], [CONSTANT], splits=1)
    assert (
        len(list(running.jobs(study, [line("iris", 0, "constant", failed="KeyError: 'x'")]))) == 1
    )


def test_other_settings_of_the_same_name_are_another_fit():
    study = running.Study([IRIS], [Method("wide", "hidden_units=(8,)")], splits=1)
    assert list(running.jobs(study, [line("iris", 0, "wide", settings="hidden_units=(4,)")]))
    assert not list(running.jobs(study, [line("iris", 0, "wide", settings="hidden_units=(8,)")]))


def test_a_half_written_line_is_left_out_and_harms_no_other(tmp_path):
    path = tmp_path / "fits.jsonl"
    path.write_text(json.dumps(line("iris", 0, "constant")) + '\n{"set": "wi')
    records.append(path, line("wine", 0, "constant"))
    assert [each["set"] for each in records.read(path)] == ["iris", "wine"]


def test_the_last_line_of_a_fit_counts_and_lines_can_be_forgotten(tmp_path):
    path = tmp_path / "fits.jsonl"
    for error in (1, 2):
        records.append(path, line("iris", 0, "constant", error=error))
    records.append(path, line("wine", 0, "constant"))
    assert records.forget(path, lambda each: each["set"] == "wine") == 1
    assert [each["error"] for each in records.read(path)] == [2]


def test_names_of_groups_and_of_ones_own_variants_are_methods():
    chosen = methods(["mlp", "usual", "wide"], {"wide": "hidden_units=(8,)"})
    assert chosen[0] == Method("mlp")
    assert chosen[-2:] == [Method("layerwise", ""), Method("wide", "hidden_units=(8,)")]
    with pytest.raises(KeyError, match="nosuch"):
        methods(["nosuch"], {})
