import io

import numpy as np
import pytest
from PIL import Image

from layerwise import DataError, why


def test_a_picture_is_given_written_and_shown_in_a_notebook(tmp_path):
    found = why.costs()
    found.save(tmp_path / "costs.png")
    written = (tmp_path / "costs.png").read_bytes()
    assert written == found.png()
    assert Image.open(io.BytesIO(written)).size[0] == 1500
    shown = found._repr_html_()
    assert "data:image/png;base64," in shown
    assert "smallest curvature" in shown
    assert repr(found).startswith(found.finding)
    assert found.title == "Cross-entropy is convex, squared error through a sigmoid is not"


def test_the_curvature_is_that_of_finite_differences():
    x, y = np.array([-1.0, 1.0]), np.array([0, 1])
    found = why.costs(x, y)
    side = np.linspace(-8, 8, 121)
    step, J = side[1] - side[0], found.squared_error
    along_b = (J[2:, 60] - 2 * J[1:-1, 60] + J[:-2, 60]) / step**2
    assert along_b.min() < 0
    assert found.curvature["squared error"] <= along_b.min() + 1e-3
    assert found.curvature["cross-entropy"] >= 0


def test_both_costs_need_a_0_or_1_for_each_number():
    with pytest.raises(DataError, match="a 0 or 1 for each"):
        why.costs([1.0, 2.0], [0, 2])
    with pytest.raises(DataError, match="both x and y"):
        why.costs([1.0])
