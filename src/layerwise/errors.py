"""The errors a user can meet: each says what was given, what was expected and what to do."""

from __future__ import annotations


class LayerwiseError(Exception):
    """Every error that Layerwise raises on purpose."""


class DataError(LayerwiseError, ValueError):
    """The data cannot be used: names the file, the line or the column, and the fix."""


class SettingError(LayerwiseError, ValueError):
    """A setting has a value outside its range: names the setting, the value and the range."""


class ModelFileError(LayerwiseError, ValueError):
    """The file is not a Layerwise model, or it was changed after it was written."""


class DivergenceError(LayerwiseError, ArithmeticError):
    """The cost stopped being a finite number.

    Attributes
    ----------
    epoch, step : int
        Where it happened, both counted from 1.
    layer : int
        The layer l of the first tensor that is not finite (0 is the input).
    tensor : str
        That tensor in the lecture's notation, such as ``"Z[2]"``.

    Examples
    --------
    >>> from layerwise.errors import DivergenceError
    >>> error = DivergenceError(3, 7, 2, "Z[2]")
    >>> (error.epoch, error.layer)
    (3, 2)
    """

    def __init__(self, epoch: int, step: int, layer: int, tensor: str):
        self.epoch, self.step, self.layer, self.tensor = epoch, step, layer, tensor
        super().__init__(
            f"the cost is not finite in epoch {epoch}, step {step}: the first tensor that is not "
            f"finite is {tensor} of layer {layer}. Try a learning_rate ten times smaller, or "
            "initialization='he'; the best parameters so far are kept."
        )

    def __reduce__(self):
        return type(self), (self.epoch, self.step, self.layer, self.tensor)
