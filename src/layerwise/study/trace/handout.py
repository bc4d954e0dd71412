"""A trace as Markdown and as LaTeX, for a handout."""

from __future__ import annotations

from layerwise.study.matrices import in_latex
from layerwise.study.trace.notation import to_latex
from layerwise.study.trace.value import PHASES, Step, Trace
from layerwise.study.trace.writing import Piece, is_small, lines_of, shape_of, summary

PREAMBLE = r"""\documentclass[a4paper,11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage[margin=2cm]{geometry}
\setlength{\parindent}{0pt}
\setcounter{MaxMatrixCols}{20}
\begin{document}
"""
TITLE = "One training step"
SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&",
    "#": r"\#", "$": r"\$", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip
MARKED = {sign: "\\" + sign for sign in "\\`*_{}[]<>#|$~"}
WIDEST = 10  # columns of matrices on one line of a page


def as_markdown(trace: Trace, digits: int) -> str:
    """Return the trace as Markdown whose equations are LaTeX between dollar signs."""
    lines = [f"# {TITLE}", ""]
    lines += [f"- {_marked(name)}: {_marked(value)}" for name, value in trace.facts.items()]
    lines += ["", *(f"{_marked(note)}\n" for note in trace.notes)]
    places = {id(step): place for place, step in enumerate(trace.steps, start=1)}
    for phase in PHASES:
        lines += [f"## {phase.capitalize()}", ""]
        for step in trace.steps:
            if step.phase == phase:
                lines += [
                    f"### {places[id(step)]}. ${to_latex(step.symbol)}$, {shape_of(step.values)}",
                    "", _marked(step.sentence), "", f"$$\n{_aligned(step, digits)}\n$$", "",
                ]  # fmt: skip
    return "\n".join(lines)


def as_latex(trace: Trace, digits: int) -> str:
    """Return the trace as a LaTeX document that compiles with amsmath alone."""
    lines = [PREAMBLE, rf"\section*{{{TITLE}}}", r"\begin{itemize}"]
    lines += [rf"\item {_plain(name)}: {_plain(value)}" for name, value in trace.facts.items()]
    lines += [r"\end{itemize}", *(f"{_plain(note)}\n" for note in trace.notes)]
    places = {id(step): place for place, step in enumerate(trace.steps, start=1)}
    for phase in PHASES:
        lines += ["", rf"\subsection*{{{phase.capitalize()}}}"]
        for step in trace.steps:
            if step.phase == phase:
                title = rf"{places[id(step)]}. $\boldsymbol{{{to_latex(step.symbol)}}}$"
                lines += ["", rf"\subsubsection*{{{title}, {_plain(shape_of(step.values))}}}",
                          _plain(step.sentence), rf"\[{_aligned(step, digits)}\]"]  # fmt: skip
    return "\n".join([*lines, r"\end{document}", ""])


def _aligned(step: Step, digits: int) -> str:
    sign = ":=" if ":=" in step.equation else "="
    symbol, _, right = step.equation.partition(f" {sign} ")
    rows = [f"{to_latex(symbol)} &{sign} {to_latex(right)}"]
    for place, parts in enumerate(lines_of(step, (WIDEST, 0))):
        band = " ".join(_part(part, digits) for part in parts)
        rows.append(f"&\\quad {band}" if place else f"&= {band}")
    rows.append(f"&= {_tensor(Piece('', step.values), digits)}")
    body = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _part(piece: Piece, digits: int) -> str:
    return to_latex(piece.words) if piece.values is None else _tensor(piece, digits)


def _tensor(piece: Piece, digits: int) -> str:
    values = piece.values
    if values is None or not is_small(values):
        figures = {} if values is None else summary(values, digits)
        named = [rf"\text{{{name} {_plain(value)}}}" for name, value in figures.items()]
        shape = "" if values is None else rf"\text{{{shape_of(values)}: }}"
        return shape + r",\; ".join(named)
    if values.size == 1:
        bare = in_latex(values, digits).removeprefix(r"\begin{bmatrix} ")
        bare = bare.removesuffix(r" \end{bmatrix}")
        return f"({bare})" if bare.startswith("-") and piece.words else bare
    return in_latex(values, digits)


def _plain(text: str) -> str:
    return "".join(SPECIAL.get(sign, sign) for sign in text)


def _marked(text: str) -> str:
    return "".join(MARKED.get(sign, sign) for sign in text)
