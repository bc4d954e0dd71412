"""`layerwise why`: what a network does and why, on one's own model and data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from cyclopts import Parameter

from layerwise.app.main import DONE, app
from layerwise.app.rows import arranged, data_errors, names_of, refuse_other_width, with_answers
from layerwise.app.showing import busy, console
from layerwise.app.targets import as_targets, known_labels
from layerwise.errors import SettingError
from layerwise.estimators.persistence import load
from layerwise.study import why as tools
from layerwise.study.scoring import task_of
from layerwise.study.why.answer import Answer


@Parameter(name="*")
@dataclass(frozen=True)
class WhyFlags:
    """What is asked of a tool.

    Parameters
    ----------
    out
        Where the picture goes. [default: the tool's name with .png, in this folder]
    target
        The column of DATA with the answers. [default: the one the model does not know]
    member
        Which member of the model is looked at, from 1.
    layer
        Of excites: the layer, from 1.
    unit
        Of excites: the unit, from 1.
    columns
        Of boundary: two columns by name or number from 1, such as --columns age,income.
    method
        Of embedding: pca or tsne.
    plane
        Of surface: path, that of the training taken anew, or random.
    bits
        Of parity: up to how many bits, 2 to 12.
    seeds
        Of parity: first weights of each trained network; 0 trains none.
    """

    out: str | None = None
    target: str | None = None
    member: int = 1
    layer: int = 1
    unit: int = 1
    columns: str | None = None
    method: str = "pca"
    plane: str = "path"
    bits: int = 12
    seeds: int = 10


class Given(NamedTuple):
    """What a tool works on: the model, and rows X with answers y where there are data."""

    model: Any
    X: Any
    y: Any


class Tool(NamedTuple):
    """A tool: what it needs ("", "model", "model, perhaps data" or "model and data"), its call."""

    needs: str
    line: str
    run: Callable[[Given, WhyFlags], Answer]


NOTHING, MODEL, PERHAPS, BOTH = "", "MODEL", "MODEL [DATA]", "MODEL DATA"
TOOLS: dict[str, Tool] = {
    "collapse": Tool(
        PERHAPS, "Layers without a bend are one W and one b: which, and how linear is the rest?",
        lambda given, _: tools.collapse(given.model, given.X),
    ),
    "surface": Tool(
        BOTH, "The cost J around the trained parameters, with the path of training on it.",
        lambda given, flags: tools.cost_surface(*given, path=_plane(flags.plane)),
    ),
    "costs": Tool(
        NOTHING, "Cross-entropy beside squared error for probabilities: which is convex?",
        lambda _, __: tools.costs(),
    ),
    "activations": Tool(
        "[MODEL [DATA]]", "g and g' side by side; with DATA where Z[l] lies under g.",
        lambda given, _: tools.activations(given.model, given.X),
    ),
    "weights": Tool(
        MODEL, "The weights of layer 1 as pictures, or over the columns of a table.",
        lambda given, _: tools.first_layer(given.model),
    ),
    "excites": Tool(
        BOTH, "What excites a unit: the rows that do, and the picture that would.",
        lambda given, flags: tools.excites(given.model, given.X, flags.layer, flags.unit),
    ),
    "embedding": Tool(
        BOTH, "The rows as every layer sees them, and how separable they have become.",
        lambda given, flags: tools.embedding(*given, method=flags.method),
    ),
    "boundary": Tool(
        BOTH, "The prediction over two numeric columns, the others at what is typical.",
        lambda given, flags: tools.boundary(*given, columns=_columns(given.model, flags.columns)),
    ),
    "parity": Tool(
        NOTHING, "Parity by width and by depth: exact networks, and what training finds.",
        lambda _, flags: tools.parity(flags.bits, seeds=flags.seeds),
    ),
}  # fmt: skip


def why(
    tool: Annotated[str | None, Parameter(help="One of the tools; none lists them.")] = None,
    model: Annotated[str | None, Parameter(help="A file from `layerwise train`.")] = None,
    data: Annotated[
        str | None, Parameter(help="Rows with their answers, read like those of training.")
    ] = None,
    /,
    *,
    flags: WhyFlags = WhyFlags(),
) -> int:
    """Answer with a sentence, measured numbers and a picture."""
    if tool is None:
        _list()
        return DONE
    chosen = _checked(tool, model, data)
    given = _given(model, data, flags)
    picture = Path(flags.out or f"{tool}.png")
    if picture.suffix.lower() != ".png":
        raise SettingError(f"--out {picture}: expected a name with the ending .png")
    with busy(tool):
        answer = chosen.run(given, flags)
        answer.save(picture)
    _show(answer)
    print(picture)
    return DONE


def _show(answer: Answer) -> None:
    screen = console()
    screen.print(answer.finding, markup=False)
    for fact in answer.facts:
        screen.print(f"  {fact.name}: {fact.text}", markup=False)


def _list() -> None:
    app.help_print(["why"])
    for name, tool in TOOLS.items():
        print(f"{f'{name} {tool.needs}'.rstrip()}\n    {tool.line}")


def _checked(name: str, model: str | None, data: str | None) -> Tool:
    if name not in TOOLS:
        raise SettingError(f"why {name!r}: expected one of {', '.join(TOOLS)}")
    tool = TOOLS[name]
    missing = (model is None and tool.needs.startswith("MODEL")) or (
        data is None and tool.needs == BOTH
    )
    beyond = (model is not None and tool.needs == NOTHING) or (
        data is not None and tool.needs == MODEL
    )
    if missing or beyond:
        needs = tool.needs or "no model and no data"
        raise SettingError(f"why {name}: expected {needs}; see `layerwise why`")
    return tool


def _given(model: str | None, data: str | None, flags: WhyFlags) -> Given:
    if model is None:
        return Given(None, None, None)
    estimator: Any = load(model)
    rows = (None, None) if data is None else _rows(estimator, data, flags.target)
    count = estimator.n_members_
    if not 1 <= flags.member <= count:
        raise SettingError(f"--member {flags.member}: expected a whole number from 1 to {count}")
    if flags.member > 1:
        print(f"member {flags.member} of {count}")
        estimator = estimator.members_[flags.member - 1]
    return Given(estimator, *rows)


def _rows(estimator: Any, data: str, target: str | None) -> tuple[Any, Any]:
    task, found = task_of(estimator.target_), with_answers(estimator, data, target)
    X, _ = arranged(found.X, names_of(estimator), data)
    refuse_other_width(X, estimator.n_features_in_, data)
    if task.startswith("several"):
        return X, found.y
    with data_errors(data):
        y = as_targets(found.y, task, found.target)
        return X, known_labels(y, estimator.classes_) if task != "regression" else y


def _plane(name: str) -> str | None:
    if name not in ("path", "random"):
        raise SettingError(f"--plane {name}: expected path or random")
    return "anew" if name == "path" else None


def _columns(estimator: Any, names: str | None) -> list[Any] | None:
    if names is None:
        return None
    known = {column.name for column in estimator.encoder_.columns}
    words = [word.strip() for word in names.split(",")]
    return [int(w) - 1 if w not in known and w.isdigit() else w for w in words]
