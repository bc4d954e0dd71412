"""The colours, dashes and marks of all pictures.

The colours are those of Okabe and Ito, "Color universal design", 2008; what is told by a colour is
told by a dash, a mark or a word too.
"""

from __future__ import annotations

from matplotlib.colors import to_hex, to_rgb

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#555555"
AMBER, SKY = "#E69F00", "#56B4E9"
LINES = (BLUE, ORANGE, GREEN, PURPLE)
DASHES = ("-", "--", "-.", ":")
CLASSES = (BLUE, ORANGE, GREEN, PURPLE, AMBER, SKY, GREY)
MARKS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "*")
SEQUENTIAL, DIVERGING = "viridis", "PuOr_r"
LETTERS, TITLE = 13, 16


def colour_of(place: int) -> str:
    """Return the colour of a class; the colours repeat, with other marks."""
    return CLASSES[place % len(CLASSES)]


def mark_of(place: int) -> str:
    """Return the mark of a class."""
    return MARKS[place % len(MARKS)]


def pale(colour: str) -> str:
    """Return a colour light enough to put points on.

    >>> pale("#000000")
    '#d6d6d6'
    """
    red, green, blue = (1 - 0.16 * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))
