"""What is found of one line, for the report, for Python and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass

OK, NOTE, WRONG, UNREAD = "ok", "note", "wrong", "not understood"


@dataclass(frozen=True)
class Finding:
    """What is found of one line.

    Attributes
    ----------
    line : int
        Its number in the file, from 1.
    text : str
        The equation as it was written.
    status : str
        ``"ok"``, ``"note"`` (right, with something to know), ``"wrong"`` or ``"not understood"``.
    tensor, layer : str
        The left side in the lecture's notation, and its layer: a number, ``l`` or ``L``.
    slip : str
        The name of the mistake, or of the convention; empty where all is right.
    why : str
        Why it is one, or what to know.
    repair : str
        The line as it should be, in the user's own notation.
    shapes : str
        The dimension proof.
    shapes_agree : bool or None
        Of a wrong line: whether its shapes agree, so that only the values show it.
    disagreement : str
        Of a wrong line: where the two sides first differ.
    column : int
        Of a line that is not understood: the column, from 1.
    """

    line: int
    text: str
    status: str
    tensor: str = ""
    layer: str = ""
    slip: str = ""
    why: str = ""
    repair: str = ""
    shapes: str = ""
    shapes_agree: bool | None = None
    disagreement: str = ""
    column: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain values.

        >>> Finding(1, "A = g(Z)", "ok").as_dict()["status"]
        'ok'
        """
        return asdict(self)
