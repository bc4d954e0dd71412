"""Writing a trial's end to a storage: in one transaction where the storage is a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import TrialState


def tell(
    storage: BaseStorage,
    trial: int,
    state: TrialState,
    value: float | None = None,
    more: tuple[Mapping[str, Any], Mapping[int, float]] = ({}, {}),
) -> bool:
    """Write how a trial ended; return False when it had been given up and is another's.

    A transaction for each figure of each epoch, as Optuna's own calls make them, would take longer
    than a small network's training.

    Parameters
    ----------
    storage, trial : where, and the trial's number in the storage
    state, value : how it ended, and its score
    more : the trial's user attributes, and its figures by epoch
    """
    try:
        if isinstance(storage, RDBStorage):
            _in_one(storage, trial, (state, value), more)
        else:
            _one_by_one(storage, trial, (state, value), more)
    except UpdateFinishedTrialError:
        return False
    return True


def _one_by_one(storage: BaseStorage, trial: int, end: Any, more: Any) -> None:
    attributes, figures = more
    for key, own in attributes.items():
        storage.set_trial_user_attr(trial, key, own)
    for epoch, figure in figures.items():
        storage.set_trial_intermediate_value(trial, epoch, figure)
    state, value = end
    storage.set_trial_state_values(trial, state, None if value is None else [value])


def _in_one(storage: Any, trial: int, end: Any, more: Any) -> None:
    from optuna.storages._rdb import models
    from optuna.storages._rdb.storage import _create_scoped_session

    (state, value), (attributes, figures) = end, more
    with _create_scoped_session(storage.scoped_session) as session:
        found = models.TrialModel.find_or_raise_by_id(trial, session, for_update=True)
        storage.check_trial_is_updatable(trial, found.state)
        kind = models.TrialUserAttributeModel
        for key, own in attributes.items():
            storage._set_trial_attr_without_commit(session, kind, trial, key, own)
        session.add_all(_of_epoch(trial, epoch, figure) for epoch, figure in figures.items())
        if value is not None:
            storage._set_trial_value_without_commit(session, found, 0, value)
        found.state, found.datetime_complete = state, datetime.now()


def _of_epoch(trial: int, epoch: int, figure: float) -> Any:
    from optuna.storages._rdb.models import TrialIntermediateValueModel as Model

    value, kind = Model.intermediate_value_to_stored_repr(figure)
    return Model(trial_id=trial, step=epoch, intermediate_value=value, intermediate_value_type=kind)
