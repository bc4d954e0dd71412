from layerwise.study.search.halving import Halving


def test_rungs_are_epochs_before_the_last():
    assert Halving(40).rungs == (2, 5, 14)
    assert Halving(2).rungs == (1,)


def test_the_best_third_goes_on_and_equals_stay_together():
    rule = Halving(27)
    for trial, figure in enumerate([0.1, 0.2, 0.3, 0.4, 0.5, 0.5]):
        rule.note(trial, 3, figure)
    assert [rule.is_weak(trial, 3) for trial in range(6)] == [True] * 4 + [False] * 2


def test_two_trials_are_too_few_to_be_compared():
    rule = Halving(27)
    rule.note(0, 3, 0.1)
    rule.note(1, 3, 0.9)
    assert not rule.is_weak(0, 3)


def test_earlier_trials_count_and_one_that_has_no_figure_is_not_stopped():
    rule = Halving(27)
    rule.learn([(k, {1: 0.5, 3: 0.9}) for k in range(3)])
    rule.note(7, 3, 0.8)
    rule.note(8, 3, float("nan"))
    assert rule.is_weak(7, 3)
    assert not rule.is_weak(8, 3)
