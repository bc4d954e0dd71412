"""Which rungs there are."""

from layerwise import DNNClassifier
from layerwise.estimators.layers import Layer
from layerwise.study.ladder.shapes import shapes, widest


def test_without_hidden_layers_two_rungs_are_left():
    assert [shape.name for shape in shapes(64, 0, "number")] == ["mean", "linear"]


def test_narrow_rungs_stand_below_the_width_only():
    layers = [shape.hidden_units for shape in shapes(16, 2, "classes")]
    assert layers == [None, (), (4,), (16,), (16, 16)]


def test_the_width_is_that_of_the_widest_layer_asked_for():
    assert widest((Layer(8), Layer(24))) == 24
    assert widest(DNNClassifier().hidden_units) == 64
