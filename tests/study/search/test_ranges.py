import numpy as np
import pytest

from layerwise.errors import SettingError
from layerwise.study.search.ranges import Range, values_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-4..1e-1 log", Range(1e-4, 1e-1, log=True)),
        ("16..256 step 16", Range(16, 256, step=16)),
        ("0 .. .5", Range(0, 0.5)),
        ("-3..3", Range(-3, 3)),
    ],
)
def test_a_range_is_read_from_text_and_reads_the_same_as_it_is_written(text, expected):
    assert values_of("l2", text) == expected
    assert values_of("l2", str(expected)) == expected


@pytest.mark.parametrize(
    "own", [Range(1e-4, 1e-1, log=True), Range(16, 256, step=16), Range(1, 3), Range(0.0, 0.5)]
)
def test_what_is_drawn_lies_in_the_range_and_reaches_near_both_ends(own):
    random = np.random.default_rng(0)
    drawn = np.array([own.drawn(random) for _ in range(500)])
    assert own.low <= drawn.min() <= drawn.max() <= own.high
    scale = np.log if own.log else np.asarray
    low, high = scale(own.low), scale(own.high)
    assert scale(drawn.min()) - low < 0.1 * (high - low)
    assert high - scale(drawn.max()) < 0.1 * (high - low)
    assert not own.whole or all(value == int(value) for value in drawn)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("3..1", "lower end first"),
        ("0..1 log", "above 0"),
        ("1..2 log step 1", "no log with it"),
        ([], "at least one value"),
        ("many", "expected a list"),
        (Range(0, float("nan")), "expected numbers"),
    ],
)
def test_a_range_that_holds_nothing_is_refused_in_one_line(given, told):
    with pytest.raises(SettingError, match=told):
        values_of("l2", given)
