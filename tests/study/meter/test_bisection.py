"""The largest stable rate of the meter beside that of bisection with whole fits, on 20 tasks."""

import pytest
from bisection_tasks import TASKS, by_bisection

QUICK = ("moons, 1 relu, all rows",)
NEAR = 1.5
marked = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in TASKS]


@pytest.mark.parametrize("name", marked)
def test_the_largest_stable_rate_is_that_of_bisection_with_whole_fits(name):
    model, load = TASKS[name]
    data = load()
    found, sought = model.meter(*data).largest_stable, by_bisection(model, data)
    assert 1 / NEAR <= found / sought <= NEAR, f"{found:.3g} beside {sought:.3g}"
