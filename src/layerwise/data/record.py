"""What a model file keeps of each epoch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from layerwise.data.columns import Described, Finite

Figure = Annotated[float, Field(allow_inf_nan=False, ge=0)]


class Record(Described):
    """What is kept of one epoch; the fields are those of `training.loop.Epoch`."""

    epoch: Annotated[int, Field(ge=1, lt=2**63)]
    cost: Finite
    metric: Finite
    validation_cost: Finite | None
    validation_metric: Finite | None
    seconds: Figure
    gradient_norms: tuple[Finite, ...]
    update_norms: tuple[Finite, ...]
    learning_rate: Figure = 0.0  # not yet there in the first files
