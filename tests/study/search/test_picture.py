import optuna

from layerwise.study.panels import Bars, Cloud, Curves
from layerwise.study.search.picture import importances, panels_of


def study_of(count):
    study = optuna.create_study(direction="maximize")
    rate = optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True)
    width = optuna.distributions.IntDistribution(4, 64)
    for k in range(count):
        params = {"learning_rate": 10 ** (-4 + 3 * k / count), "width": 4 + 7 * k % 60}
        found = {"learning_rate": rate, "width": width}
        trial = optuna.trial.create_trial(params=params, distributions=found, value=k / count)
        study.add_trial(trial)
    return study


def test_the_best_so_far_never_falls_and_what_mattered_is_drawn():
    curves, cloud, bars = panels_of(study_of(20))
    assert isinstance(curves, Curves)
    ((_, best),) = curves.lines.values()
    assert (best[1:] >= best[:-1]).all()
    assert isinstance(cloud, Cloud)
    assert isinstance(bars, Bars)
    assert bars.names[0] == "learning_rate"
    assert cloud.labels[0] == "log10 of learning_rate"


def test_few_trials_tell_nothing_of_what_mattered():
    assert importances(study_of(3)) == {}
