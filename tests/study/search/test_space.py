import pytest

from layerwise import DNNClassifier
from layerwise.errors import SettingError
from layerwise.study.search.ranges import Range
from layerwise.study.search.space import (
    Space,
    distributions,
    drawn,
    made,
    points_of,
    settings_of,
    space_of,
)
from layerwise.training.optimizers import Adam

MODEL = DNNClassifier((8,))


@pytest.mark.parametrize(
    ("space", "told"),
    [
        ({"learning_rat": [1]}, "did you mean 'learning_rate'"),
        ({}, "expected settings"),
        ({"learning_rate": [-1.0]}, "from 1e-12 to 1e6"),
        ({"optimizer": ["adam", "momentum"], "optimizer__beta2": [0.9]}, "no such setting"),
        ({"depth": [1]}, "depth without width"),
        ({"depth": [1], "width": [4], "hidden_units": [(4,)]}, "one or the other"),
        ({"l2": [0.0], "seeds": 0}, "seeds=0"),
        ({"random_state": [1, 2]}, "not searched"),
    ],
)
def test_a_bad_space_gives_one_line_that_says_what_to_do(space, told):
    with pytest.raises(SettingError, match=told) as caught:
        space_of(MODEL, space)
    assert "\n" not in str(caught.value)


def test_depth_and_width_make_the_hidden_units_also_none():
    space = space_of(MODEL, {"depth": "0..2", "width": [4, 8]})
    assert settings_of(space, {"depth": 0, "width": 8}) == {"hidden_units": ()}
    assert settings_of(space, {"depth": 2, "width": 8}) == {"hidden_units": (8, 8)}


def test_a_grid_has_each_network_once_and_none_without_end():
    points = points_of(space_of(MODEL, {"depth": "0..2", "width": [4, 8]}))
    assert len(points) == 5
    with pytest.raises(SettingError, match="no end of values"):
        points_of(space_of(MODEL, {"l2": "0..1.5"}))


def test_a_random_point_is_a_function_of_the_seed_and_its_place():
    space = space_of(MODEL, {"l2": "1e-3..1 log", "activation": ["relu", "tanh"]})
    points = [drawn(space, 7, place) for place in range(20)]
    assert points == [drawn(space, 7, place) for place in range(20)]
    assert points != [drawn(space, 8, place) for place in range(20)]
    assert len({point["l2"] for point in points}) == 20


def test_values_that_are_ingredients_are_told_as_text_and_come_back():
    space = space_of(MODEL, {"optimizer": ["adam", Adam(beta2=0.9)], "hidden_units": [(), (4, 4)]})
    assert list(space.values["hidden_units"].values) == ["none", "4,4"]
    names = list(space.values["optimizer"].values)
    model = made(MODEL, space, {"optimizer": names[1], "hidden_units": "4,4"})
    assert model.optimizer == Adam(beta2=0.9)
    assert model.hidden_units == (4, 4)
    assert MODEL.hidden_units == (8,)


def test_optuna_gets_ends_that_its_steps_meet():
    found = distributions(Space({"width": Range(16, 250, step=16), "l2": Range(0.0, 1.0)}))
    assert (found["width"].low, found["width"].high, found["width"].step) == (16, 240, 16)
    assert (found["l2"].low, found["l2"].high) == (0.0, 1.0)
