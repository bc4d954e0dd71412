"""The largest stable rate of the meter beside that of bisection with whole fits, on 20 tasks."""

import pytest
from bisection_tasks import TASKS, by_bisection

QUICK = ("moons, 1 relu, all rows",)
NEAR = 1.5
# its seeds disagree by as much: where one run is stable another is not, over a factor of 2
BY_LUCK = {"cancer, 2 relu, batches": 2.0}
marked = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in TASKS]


@pytest.mark.parametrize("name", marked)
def test_the_largest_stable_rate_is_that_of_bisection_with_whole_fits(name):
    model, load = TASKS[name]
    data = load()
    found, sought = model.meter(*data).largest_stable, by_bisection(model, data)
    near = BY_LUCK.get(name, NEAR)
    assert 1 / near <= found / sought <= near, f"{found:.3g} beside {sought:.3g}"
