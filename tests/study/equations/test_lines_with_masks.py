"""relu's backward as the course writes it, dZ[Z <= 0] = 0, is judged as the product it comes to."""

import pytest

from layerwise.study.equations.judging import check_equations


@pytest.mark.parametrize(
    "text",
    [
        "dZ = np.array(dA, copy=True)\ndZ[Z <= 0] = 0",
        "dZ1 = np.array(dA1, copy=True)  # a copy\ndZ1[Z1 <= 0] = 0",
        "dZ = dA.copy()\ndZ[Z <= 0] = 0",
        "dZ1 = np.dot(W2.T, dZ2)\ndZ1[A1 <= 0] = 0",
    ],
)
def test_a_right_mask_is_one_right_line(text):
    (found,) = check_equations(text + "\n")
    assert (found.status, found.line) == ("ok", 2)


def test_a_mask_that_keeps_the_slope_at_zero_is_a_note():
    (found,) = check_equations("dZ = dA.copy()\ndZ[Z < 0] = 0\n")
    assert found.status == "note"


@pytest.mark.parametrize(
    ("mask", "slip"),
    [
        ("dZ1[Z1 >= 0] = 0", "the mask is reversed"),
        ("dZ1[dA1 <= 0] = 0", "the mask of another tensor"),
        ("dZ1[Z2 <= 0] = 0", "the mask of another tensor"),
        ("dZ1[Z1 <= 0] = 1", "wrong number"),
    ],
)
def test_a_wrong_mask_is_named_and_mended(mask, slip):
    (found,) = check_equations(f"dZ1 = np.array(dA1, copy=True)\n{mask}\n")
    assert (found.status, found.slip, found.repair) == ("wrong", slip, "dZ1[Z1 <= 0] = 0")


def test_a_mask_on_a_wrong_product_is_no_right_line():
    (found,) = check_equations("dZ1 = np.dot(W2, dZ2)\ndZ1[Z1 <= 0] = 0\n")
    assert found.status == "wrong"
