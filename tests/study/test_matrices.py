import numpy as np
import pytest

from layerwise.study.matrices import in_latex, in_text, number


@pytest.mark.parametrize("value", [0.0, -3.0, 0.1, 1 / 3, -123456.0, 1e-9, 2.5e17, 5e-324])
def test_a_number_with_seventeen_digits_is_read_back_as_it_was(value):
    assert float(number(value, 17)) == value


@pytest.mark.parametrize("value", [1 / 3, -2 / 3e5, 123456.789, 9.9999e-5, 999999.9])
def test_a_number_is_right_to_its_last_digit(value):
    assert float(number(value)) == pytest.approx(value, rel=5.1e-4)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-0.0, "0"),
        (np.inf, "inf"),
        (np.nan, "nan"),
        (-np.inf, "-inf"),
        (1e6, "1e6"),
        (0.0001, "0.0001"),
    ],
)
def test_zero_has_no_sign_and_what_is_not_finite_is_named(value, said):
    assert number(value) == said


def test_the_lines_of_a_matrix_are_equally_wide():
    lines = in_text(np.random.default_rng(0).normal(size=(3, 4)) * [1, 100, 1e-7, 1e9])
    assert len(lines) == 3
    assert len(set(map(len, lines))) == 1


def test_a_matrix_in_latex_has_its_rows_and_columns():
    written = in_latex(np.arange(6.0).reshape(2, 3))
    assert written.count(r"\\") == 1
    assert written.count("&") == 4


def test_a_vector_is_one_row_and_a_single_number_one_cell():
    assert in_text(np.array([1.0, 2.0])) == ["[ 1  2 ]"]
    assert in_text(np.array(3.0)) == ["[ 3 ]"]
