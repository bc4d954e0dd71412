"""The slips that are made on slides, each as the edits of a line that would take it back."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.study.equations.tree import Index
from layerwise.study.equations.writing import Piece


class Slip(NamedTuple):
    """A kind of mistake: its name, why it is one, and how soon it is thought of (0 is first)."""

    name: str
    why: str
    rank: int = 1


class Edit(NamedTuple):
    """What takes a slip back."""

    slip: Slip
    pieces: tuple[Piece, ...]


FAMILIES: dict[tuple[str, str], Slip] = {
    ("dW", "W"): Slip("dW for W", "the slope is passed back through W itself, not through dW", 0),
    ("W", "dW"): Slip("W for dW", "the derivative dW stands here, not W", 0),
    ("db", "b"): Slip("db for b", "the bias itself stands here, not its derivative", 0),
    ("b", "db"): Slip("b for db", "the derivative db stands here, not b", 0),
    ("dA", "dZ"): Slip("dA for dZ", "the derivative by Z stands here; dA is not yet through g'", 0),
    ("dZ", "dA"): Slip("dZ for dA", "the derivative by A stands here; g' comes next", 0),
    ("Yhat", "Y"): Slip("Yhat for Y", "Yhat is A[L]: hold it against the target Y", 0),
    ("Y", "Yhat"): Slip("Y for Yhat", "the output stands here, not the target", 0),
    ("A", "Y"): Slip("A for Y", "the target stands here, not an output", 1),
    ("Y", "A"): Slip("Y for A", "the output stands here, not the target", 1),
    ("X", "A"): Slip("X for A", "a layer is fed by the layer before it; X feeds layer 1 only", 0),
    ("A", "X"): Slip("A for X", "layer 1 is fed by X = A[0]", 1),
    ("A", "Z"): Slip("A for Z", "g and g' are taken at Z, before the activation", 0),
    ("Z", "A"): Slip("Z for A", "what a layer hands on is A = g(Z), not Z", 0),
    ("dZ", "Z"): Slip("dZ for Z", "the value Z stands here, not its derivative", 1),
    ("Z", "dZ"): Slip("Z for dZ", "the derivative dZ stands here, not Z", 1),
    ("dA", "A"): Slip("dA for A", "the value A stands here, not its derivative", 1),
    ("A", "dA"): Slip("A for dA", "the derivative dA stands here, not A", 1),
    ("dW", "db"): Slip("dW for db", "the bias has its own derivative", 1),
    ("db", "dW"): Slip("db for dW", "W has its own derivative", 1),
    ("W", "b"): Slip("W for b", "the bias stands here", 1),
    ("b", "W"): Slip("b for W", "the weights stand here", 1),
    ("X", "Y"): Slip("X for Y", "the targets stand here", 2),
    ("Y", "X"): Slip("Y for X", "the inputs stand here", 2),
    ("dw", "w"): Slip("dw for w", "the weights stand here, not their derivative", 0),
    ("w", "dw"): Slip("w for dw", "the derivative dw stands here, not w", 0),
    ("W", "A"): Slip("W for A", "the output of a layer stands here", 2),
    ("A", "W"): Slip("A for W", "the weights stand here", 2),
}  # fmt: skip
DERIVATIVE_OF_A = Slip("g' of A", "g' is taken at Z, where g was, not at A = g(Z)", 0)
SUMMED = Slip("sum missing", "b is the same for all examples: db sums dZ over them", 1)
NO_SUM = Slip("sum too many", "nothing is summed here", 3)
AXIS = Slip("sum over the wrong axis", "the examples are the columns: db sums over them, axis=1", 0)
KEEPDIMS = Slip(
    "keepdims missing", "without keepdims=True the sum has the shape (n,), not (n, 1)", 0
)
TRANSPOSE = Slip("transpose missing", "without it the shapes or the places do not fit", 0)
UNTURNED = Slip("transpose too many", "it must not be transposed here", 0)
NO_DERIVATIVE = Slip("g' missing", "to come from A to Z the derivative is multiplied by g'(Z)", 1)
PRIME = Slip("g for g'", "going backward the derivative g' stands here, not g", 0)
NO_PRIME = Slip("g' for g", "going forward the activation g stands here, not its derivative", 0)
OTHER_G = Slip("g of another layer", "each layer has its own activation", 0)
OTHER_DERIVATIVE = Slip("derivative of another activation", "this is not g' of this layer's g", 2)
NO_ACTIVATION = Slip("g missing", "the output of a layer is A = g(Z)", 1)
SHARE = Slip("1/m missing", "dW and db are derivatives of the mean J, so they carry 1/m", 1)
NO_SHARE = Slip(
    "1/m doubled", "1/m stands once: on dW and db, not on what is kept for each example", 1
)
SIGN = Slip("wrong sign", "with this sign the slope points the other way", 1)
UPHILL = Slip("update in the wrong direction", "gradient descent steps against the slope", 0)
RATE = Slip("learning rate missing", "the step is the learning rate times the slope", 1)
MATRIX = Slip("* for the matrix product", "element by element, where a matrix product belongs", 0)
ELEMENTS = Slip("matrix product for *", "a matrix product, where element by element belongs", 0)
ORDER = Slip("factors in the wrong order", "a matrix product is not the same in reverse", 1)
BRACKETS = Slip("parentheses missing", "Python reads * and @ from the left", 1)
BIAS = Slip("b missing", "Z = W A + b has a bias", 1)
START = Slip(
    "the start of the backward pass at every layer",
    "dA[L] = -Y/A[L] + ... holds at the output only; before it, dA[l-1] = W[l]' dZ[l]",
    0,
)
FACTOR = Slip("a factor too many", "this factor does not belong here", 3)
TERM = Slip("a term too many", "this term does not belong here", 4)
NUMBER = Slip("wrong number", "this number is not the one that the derivative has", 4)
COMPLEMENT = Slip("1 - A for A, or A for 1 - A", "the derivative of the other term", 2)
FUNCTION = Slip("another activation", "this layer's activation is another one", 3)
SHAPE = Slip("shape", "this is not the shape of the tensor", 1)
BIAS_SHAPE = Slip(
    "shape of b", "b and db are one column, (n, 1): broadcasting repeats it, not the table", 0
)


def other_layer(family: str, before: Index | None, after: Index | None) -> Slip:
    """Return the slip of a symbol that stands with another layer's index.

    >>> other_layer("A", Index("L"), Index("L", -1)).name
    "another layer's A"
    """
    if family == "A" and before and after and after.offset == before.offset - 1:
        why = "this A is the layer's own output; what came in is the A of the layer before"
        return Slip("another layer's A", why, 0)
    return Slip(f"another layer's {family}", f"{family} belongs to another layer here", 0)


def exchanged(family: str, other: str) -> Slip | None:
    """Return the slip of one symbol in another's place."""
    return FAMILIES.get((family, other))
