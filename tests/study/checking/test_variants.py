"""Right functions are clean, in whatever style they are written."""

from pathlib import Path

import pytest
from variants import IMPORT, ROWS, VARIANTS

import layerwise

HERE = Path(__file__).parent


def findings(source, folder, layout):
    path = folder / "net.py"
    path.write_text(IMPORT + source)
    report = layerwise.check(path, layout=layout)
    assert report.functions
    assert report.strange == ()
    return report.findings


@pytest.mark.parametrize("name", VARIANTS)
def test_a_right_variant_is_clean(name, tmp_path):
    assert findings(VARIANTS[name], tmp_path, "columns") == ()


@pytest.mark.parametrize("name", ROWS)
def test_a_right_variant_with_examples_as_rows_is_clean(name, tmp_path):
    assert findings(ROWS[name], tmp_path, "rows") == ()


@pytest.mark.parametrize("name", ["learner_deep.py", "learner_practice.py"])
def test_the_course_s_functions_are_clean(name):
    report = layerwise.check(HERE / name)
    assert report.findings == ()
    assert len(report.functions) >= 12


def test_a_slip_in_rows_is_found_too(tmp_path):
    source = ROWS["rows, b as (1, n)"].replace("A_prev.T @ dZ / m", "A_prev.T @ dZ")
    (one,) = findings(source, tmp_path, "rows")
    assert one.slip.startswith("1/m is missing")
