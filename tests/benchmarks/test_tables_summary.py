"""What the fits of the study of tables say together, on fits made by hand."""

import json

import pytest

from benchmarks.tables import records, report, summary
from benchmarks.tables.sets import SETS

IRIS, DIABETES = SETS["iris"], SETS["diabetes"]


def fit(table, method, error, split=0, **more):
    given = {"set": table.name, "split": split, "method": method, "error": error, "tested": 50}
    given |= {"settings": None, "most": 4000, "run": "then", "rows": 100, "columns": 4}
    return {**given, "spread": 2.0, "fit_seconds": 1, "fit_cpu": 2, "predict_seconds": 0, **more}


def test_no_error_against_no_error_is_a_ratio_of_one():
    fits = summary.grouped([fit(IRIS, "mlp", 0.0), fit(IRIS, "layerwise", 0.0)])
    assert summary.ratio(fits, IRIS, "layerwise", "mlp") == 1


def test_half_a_wrong_row_is_added_to_both_errors():
    fits = summary.grouped([fit(IRIS, "mlp", 0.0), fit(IRIS, "layerwise", 1 / 50)])
    assert summary.ratio(fits, IRIS, "layerwise", "mlp") == pytest.approx(1.5 / 0.5)


def test_a_ratio_is_of_the_mean_errors_of_the_splits_that_both_finished():
    lines = [fit(DIABETES, "mlp", 2.0), fit(DIABETES, "mlp", 4.0, 1), fit(DIABETES, "mlp", 99, 2)]
    lines += [fit(DIABETES, "linear", 1.0), fit(DIABETES, "linear", 2.0, 1)]
    fits = summary.grouped([*lines, fit(DIABETES, "linear", 0, 2, failed="why")])
    assert summary.ratio(fits, DIABETES, "linear", "mlp") == pytest.approx(0.5, rel=1e-5)


def test_the_mean_of_ratios_is_geometric():
    assert summary.geometric_mean([0.5, 2.0]) == pytest.approx(1)


def test_a_summary_counts_ranks_wins_losses_and_failures():
    lines = [fit(IRIS, "mlp", 0.2), fit(DIABETES, "mlp", 2.0)]
    lines += [fit(IRIS, "linear", 0.1), fit(DIABETES, "linear", 3.0)]
    lines += [fit(IRIS, "linear", 0, 1, failed="why")]
    fits = summary.grouped(lines)
    found = {
        each.method: each
        for each in summary.summaries(fits, [IRIS, DIABETES], ["mlp", "linear"], "mlp")
    }
    linear = found["linear"]
    assert (linear.sets, linear.rank, linear.wins, linear.worse, linear.failed) == (2, 1.5, 1, 1, 1)
    assert linear.fit_seconds == 2
    assert found["mlp"].ratio == 1


def test_a_method_with_some_sets_alone_takes_its_sets_from_the_ranks_of_all():
    fits = summary.grouped([fit(IRIS, "mlp", 0.2), fit(DIABETES, "mlp", 2.0), fit(IRIS, "x", 0.1)])
    assert summary.common(fits, [IRIS, DIABETES], ["mlp", "x"]) == [IRIS]


def test_the_report_has_both_halves_the_sets_the_ablation_and_the_failures(tmp_path):
    for name, error in (("mlp", 0.2), ("layerwise", 0.1), ("dropout", 0.05)):
        settings = {"layerwise": "", "dropout": "dropout=.15"}.get(name)
        line = fit(IRIS, name, error, settings=settings, log_loss=0.3, calibration=0.01)
        records.append(tmp_path / "fits.jsonl", line)
        line = fit(DIABETES, name, 10 * error, settings=settings, coverage=0.9, width_in_spreads=2)
        records.append(tmp_path / "fits.jsonl", line)
    records.append(tmp_path / "fits.jsonl", fit(IRIS, "linear", 0, failed="ValueError: no"))
    report.write(tmp_path, [])
    text = (tmp_path / "tables.md").read_text()
    for words in (
        "Half A",
        "Half B",
        "iris | A |",
        "`dropout=.15`",
        "iris, split 0, `linear`: Val",
    ):
        assert words in text
    assert "0.900 / 0.900 / 0.900" in text
    for name in ("ratios.svg", "times.svg"):
        assert (tmp_path / name).stat().st_size > 1000


def test_every_line_of_a_file_of_fits_is_json(tmp_path):
    records.append(tmp_path / "fits.jsonl", fit(IRIS, "mlp", 0.2))
    assert json.loads((tmp_path / "fits.jsonl").read_text())["set"] == "iris"
