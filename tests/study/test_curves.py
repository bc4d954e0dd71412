"""The learning curve as a file."""

import io

from PIL import Image
from sklearn.datasets import load_iris

from layerwise import DNNClassifier
from layerwise.study.curves import SIGN, curve_png


def test_the_curve_is_a_png_that_carries_our_sign():
    X, y = load_iris(return_X_y=True)
    data = curve_png(DNNClassifier((4,), epochs=3, random_state=0).fit(X, y))
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert min(image.size) > 300
    assert image.info["Software"] == SIGN
