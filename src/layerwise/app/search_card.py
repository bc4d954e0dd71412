"""The card of `layerwise search`: is there anything better than the defaults, and what is it?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from layerwise.app.card import grid, print_card, verdict_of
from layerwise.app.facts import Facts, network
from layerwise.app.settings import as_text
from layerwise.app.showing import figure
from layerwise.study.matrices import number
from layerwise.study.search.picture import importances

if TYPE_CHECKING:
    from layerwise.app.search import Searched

MOST_SHOWN = 4


def show_search(found: Searched) -> None:
    """Print the card of `layerwise search`."""
    shown = [
        _verdict(found),
        *verdict_of(found.result, "test rows that the search never touched"),
        _settings(found),
        grid(_facts(found)),
    ]
    print_card(found.parts.name, shown)


def _verdict(found: Searched) -> RenderableType:
    own = found.search
    comparison = own.comparison_
    if own.interrupted_:
        text = "Interrupted: the best so far is kept, and is not compared with the defaults."
    elif comparison is None:
        text = "The best setting was not compared with the defaults: too few trials ended."
    else:
        text = comparison.sentence
    good = comparison is not None and comparison.is_better
    return Padding(Text(text, style="green" if good else "yellow"), (0, 0, 1, 0))


def _settings(found: Searched) -> RenderableType:
    """Return the table of what the best setting changes."""
    own: Any = found.search
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for title in ("setting", "by default", "best found"):
        table.add_column(title, overflow="fold")
    usual, best = own.estimator.get_params(deep=True), own.best_params_
    meant = own.best_estimator_.settings_
    for name, value in best.items():
        before = as_text(usual.get(name, "auto"))
        table.add_row(name, Text(before), Text(as_text(_rounded(value)), style="bold"))
    if not best:
        units = as_text(meant["hidden_units"])
        table.add_row("all", Text("as by default"), Text(f"the same ({units})"))
    return Padding(table, (0, 0, 1, 0))


def _rounded(value: Any) -> Any:
    return float(number(value)) if isinstance(value, float) else value


def _facts(found: Searched) -> Facts:
    own, places = found.search, found.places
    states = own.cv_results_["state"].tolist()
    ended = [f"{states.count('pruned')} stopped early"] if "pruned" in states else []
    ended += [f"{states.count('fail')} failed"] if "fail" in states else []
    more = f" ({', '.join(ended)})" if ended else ""
    seconds = sum(trial.user_attrs.get("seconds", 0.0) for trial in own.study_.trials)
    return [
        ("search", f"{len(states)} trials{more} by {_method(own)}; {found.seconds:.0f} seconds"),
        ("", f"of which trials {seconds:.0f}, final fit {vars(own).get('refit_time_', 0.0):.0f}"),
        ("validation", _validation(found)),
        *_nested(own),
        *_mattered(own),
        ("network", network(own.best_estimator_)),
        ("study", _again(found)),
        ("files", ", ".join(str(path) for path in (*places, found.picture) if path)),
        ("next", f"layerwise predict {shlex.quote(str(places.model))} new.csv"),
    ]


def _method(own: Any) -> str:
    return own.method if isinstance(own.method, str) else type(own.method).__name__


def _validation(found: Searched) -> str:
    own, comparison = found.search, found.search.comparison_
    on = f"{own.n_splits_} folds" if own.cv else "held-out rows"
    text = f"best trial {figure(own.best_score_)} on {on}: optimistic, as the best of many"
    if comparison is None:
        return text
    return (
        f"{text}; with {comparison.seeds} fresh seeds {figure(comparison.score)}, the defaults "
        f"{figure(comparison.default_score)}"
    )


def _nested(own: Any) -> Facts:
    if not own.nested:
        return []
    scores = own.nested_scores_
    each = ", ".join(figure(float(score)) for score in scores)
    return [("nested", f"{figure(float(scores.mean()))} on rows unseen by the search ({each})")]


def _mattered(own: Any) -> Facts:
    found = list(importances(own.study_).items())[:MOST_SHOWN]
    if not found:
        return []
    return [("mattered", ", ".join(f"{name} {100 * share:.0f} %" for name, share in found))]


def _again(found: Searched) -> str:
    name, runs = found.search.study_.study_name, found.search.runs
    if runs is None:
        return "not kept (--runs none)"
    return f"{shlex.quote(name)} in {runs}; --name {shlex.quote(name)} goes on with it"
