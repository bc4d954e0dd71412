"""How a network learned, as a picture file."""

from __future__ import annotations

import io
from typing import Any

from layerwise.estimators.pictures import learning_curve

SIGN = "Layerwise"


def curve_png(estimator: Any) -> bytes:
    """Return the learning curve of a fitted estimator as PNG, signed as one of ours."""
    shown = "RMSE" if estimator.metric_ == "rmse" else estimator.metric_
    figure = learning_curve(estimator.history_, estimator.best_epoch_, shown)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=150, metadata={"Software": SIGN})
    return stream.getvalue()
