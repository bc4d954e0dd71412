"""A trace as text, Markdown, LaTeX, JSON: what is printed is what was computed."""

import json
import re

import numpy as np
import pytest
from traced_networks import X

from layerwise import SettingError
from layerwise.study.trace.writing import is_small, pieces

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def matrices_at_the_end(text, step, place):
    """The rows of the last matrix of a step, as the text has them."""
    begin = text.index(f"\n{place}. {step.symbol}  ")
    body = text[begin : text.index(step.sentence[:20], begin)].rstrip()
    lines = (
        body.splitlines()[-step.values.shape[0] :] if step.values.ndim else body.splitlines()[-1:]
    )
    if step.values.size == 1:
        return [[float(NUMBER.findall(lines[-1])[-1])]]
    return [[float(cell) for cell in NUMBER.findall(line.split("[")[1])] for line in lines]


def test_seventeen_digits_read_back_as_they_were(one):
    text = one.text(digits=17)
    read = 0
    for place, step in enumerate(one.steps, start=1):
        found = np.array(matrices_at_the_end(text, step, place))
        assert (found == step.values.reshape(found.shape)).all(), step.symbol
        read += found.size
    assert read == sum(step.values.size for step in one.steps)


def test_the_numbers_put_in_are_those_of_the_operands(one):
    step = one["Z[2]"]
    W, _, A, sign, b = pieces(step)
    assert W.values @ A.values + b.values == pytest.approx(step.values, abs=1e-14)
    assert sign.words == " + "
    back = pieces(one["dA[1]"])
    assert back[0].values.shape == one.parameters["W[2]"].T.shape


def test_a_large_tensor_is_told_in_a_few_figures(batch):
    assert not is_small(batch["Z[1]"].values)
    text = batch.text()
    assert "(5, 24): min" in text
    assert "zeros" in text
    assert max(map(len, text.splitlines())) <= 110


def test_the_graph_has_values_above_and_derivatives_below(one):
    lines = one.text().splitlines()
    arrows = next(place for place, line in enumerate(lines) if line.startswith("A[0] ---"))
    assert ".." in lines[arrows - 1]
    assert "dA[0]: " in lines[arrows + 1]
    assert "dZ[1]: " in lines[arrows + 1]


def test_where_1_m_lives_is_said_once(one):
    for form in ("text", "markdown", "latex", "html"):
        assert one.written(form).count("Where 1/m lives") == 1


def test_the_json_has_every_number_to_the_last_bit(one, batch):
    for trace in (one, batch):
        found = json.loads(trace.json())
        assert [step["symbol"] for step in found["steps"]] == [s.symbol for s in trace.steps]
        for shown, step in zip(found["steps"], trace.steps, strict=True):
            assert (np.array(shown["values"]) == step.values).all()


def balanced(latex):
    depth = 0
    for sign in re.sub(r"\\[{}]", "", latex):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    begun, ended = (re.findall(rf"\\{word}\{{(\w+)\}}", latex) for word in ("begin", "end"))
    return depth == 0 and sorted(begun) == sorted(ended)


@pytest.mark.parametrize("size", ["one", "batch"])
def test_the_latex_and_the_markdown_are_balanced(size, request):
    trace = request.getfixturevalue(size)
    latex, markdown = trace.latex(), trace.markdown()
    assert balanced(latex)
    assert latex.count(r"\[") == latex.count(r"\]") == len(trace.steps)
    assert latex.startswith(r"\documentclass")
    assert markdown.count("$$") == 2 * len(trace.steps)
    assert balanced("".join(markdown.split("$$")[1::2]))
    assert "learning_rate" not in re.sub(r"\\_", "", latex)


@pytest.mark.parametrize("suffix", ["txt", "md", "tex", "html", "json"])
def test_the_ending_of_a_file_chooses_the_form(one, tmp_path, suffix):
    path = tmp_path / f"step.{suffix}"
    one.save(path)
    form = {"txt": "text", "md": "markdown", "tex": "latex"}.get(suffix, suffix)
    assert path.read_text("utf-8") == one.written(form)


def test_other_endings_forms_and_digits_are_refused(one, tmp_path):
    with pytest.raises(SettingError, match=r"\.txt, \.md"):
        one.save(tmp_path / "step.docx")
    with pytest.raises(SettingError, match="format='word'"):
        one.written("word")
    for digits in (0, 18, True, 2.5):
        with pytest.raises(SettingError, match="from 1 to 17"):
            one.written("text", digits)


def test_a_step_of_a_symbol_that_is_not_there_is_a_key_error(one):
    with pytest.raises(KeyError):
        one["Z[9]"]


def test_a_saturated_output_starts_at_dZ_alone(fitted):
    model, y = fitted["softmax"]
    trace = model.trace(1e6 * X[:2], y[:2])
    saturated = bool((trace["A[3]"].values == 0).any() or (trace["A[3]"].values == 1).any())
    assert saturated == all(step.symbol != "dA[3]" for step in trace.steps)
    assert all(np.isfinite(step.values).all() for step in trace.steps)


def test_X_that_nothing_makes_has_its_numbers_alone(one):
    first = one.text().split("2. ")[0].split("1. A[0]")[1]
    assert first.count(" = ") == 1 + 1  # the equation, and the matrix
