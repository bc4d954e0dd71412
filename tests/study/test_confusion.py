"""What was taken for what."""

import numpy as np

from layerwise.study.confusion import confusion, worst_confusions


def test_rows_are_true_and_columns_predicted():
    y, predicted = np.array(["b", "a", "a", "c"]), np.array(["b", "c", "c", "a"])
    table = confusion(np.array(["a", "b", "c"]), y, predicted)
    assert table.tolist() == [[0, 0, 2], [0, 1, 0], [1, 0, 0]]
    assert worst_confusions(table, most=5) == [(0, 2, 2), (2, 0, 1)]
