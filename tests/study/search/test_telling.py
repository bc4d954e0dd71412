import optuna
import pytest
from optuna.trial import TrialState

from layerwise.study.ledger.storage import open_storage
from layerwise.study.search.telling import tell


@pytest.fixture(params=["memory", "file"])
def study(request, tmp_path):
    storage = optuna.storages.InMemoryStorage()
    if request.param == "file":
        storage = open_storage(tmp_path / "runs.db")
    return optuna.create_study(storage=storage), storage


def test_an_end_is_written_whole_and_only_once(study):
    own, storage = study
    trial = own.ask()
    more = {"seconds": 1.5}, {1: 0.25, 2: float("inf")}
    assert tell(storage, trial._trial_id, TrialState.COMPLETE, 0.5, more)
    assert not tell(storage, trial._trial_id, TrialState.FAIL)
    (found,) = own.trials
    assert (found.state, found.value) == (TrialState.COMPLETE, 0.5)
    assert found.user_attrs == {"seconds": 1.5}
    assert found.intermediate_values == {1: 0.25, 2: float("inf")}
    assert found.datetime_complete is not None
