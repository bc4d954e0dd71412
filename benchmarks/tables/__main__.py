"""The one command of the study: `python -m benchmarks.tables`, from the repository's root."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.driver import say
from benchmarks.tables import records, report, running
from benchmarks.tables.drawing import TableSet
from benchmarks.tables.found import present
from benchmarks.tables.methods import GROUPS, PEERS, VARIANTS, Method, absent, methods
from benchmarks.tables.sets import SETS

HERE = Path(__file__).parent / "results"
WORDS = """examples:
  python -m benchmarks.tables                           peers and layerwise on all sets, 3 splits
  python -m benchmarks.tables --only A --methods mlp,layerwise,ablation
                                                        choosing: half A alone
  python -m benchmarks.tables --sets wine,friedman1 --splits 1 --methods mlp,layerwise
  python -m benchmarks.tables --methods mlp,wide --variant "wide: hidden_units=(512, 512)"
                                                        a variant of one's own
  python -m benchmarks.tables --methods layerwise --again      the defaults changed: fit them anew
  python -m benchmarks.tables --report                  fit nothing, write the report anew
  python -m benchmarks.tables --report --methods peers,layerwise        of these methods alone

A run that was ended is taken up where it stopped: every fit is a line of OUT/fits.jsonl, known by
set, split, method, settings and --most. What failed is tried again, what ran out of time is not.

methods:
"""


def parser() -> argparse.ArgumentParser:
    """Return what the command line understands."""
    known = {name: words for name, (_, words) in PEERS.items()}
    known |= {name: f"Layerwise({settings})" for name, settings in VARIANTS.items()}
    known |= {name: "all of: " + ", ".join(names) for name, names in GROUPS.items()}
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.tables",
        description="Fit Layerwise and its peers on many tables, on the same splits, and say how "
        "their errors compare with those of scikit-learn's MLP. Defaults are chosen on the sets of "
        "half A and reported on both.",
        epilog=WORDS + "\n".join(f"  {name:13} {words}" for name, words in known.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--sets", metavar="NAMES", help="these sets alone, by commas; --list shows all")
    add("--only", metavar="WORD", help="sets of a half, a task or a kind: A, numbers, tiny ...")
    add("--splits", type=int, default=3, metavar="N", help="splits of each set (3)")
    add("--methods", metavar="NAMES", help="methods and groups, by commas (usual)")
    add("--variant", action="append", default=[], metavar="'NAME: SETTINGS'", help="one more")
    add("--most", type=int, default=4000, metavar="ROWS", help="most training rows (4000)")
    add("--limit", type=float, default=900, metavar="SECONDS", help="for one fit (900)")
    add("--out", type=Path, default=HERE, metavar="FOLDER", help="(benchmarks/tables/results)")
    add("--against", default="mlp", metavar="METHOD", help="the base of the ratios (mlp)")
    add("--again", action="store_true", help="forget the fits of these sets and methods first")
    add("--report", action="store_true", help="fit nothing: write the report of what is there")
    add("--list", action="store_true", help="show the sets and end")
    return made


def tables(asked: argparse.Namespace, made: argparse.ArgumentParser) -> list[TableSet]:
    """Return the sets that were asked for and are on this machine."""
    names = asked.sets.split(",") if asked.sets else list(SETS)
    for name in names:
        if name not in SETS:
            made.error(f"{name!r} is no set: expected {', '.join(SETS)}")
    words = {word for table in SETS.values() for word in (table.half, table.task, table.kind)}
    if asked.only and asked.only not in words:
        made.error(f"--only {asked.only!r}: expected {', '.join(sorted(words))}")
    chosen = [SETS[name] for name in names]
    if asked.only:
        chosen = [each for each in chosen if asked.only in (each.half, each.task, each.kind)]
    for table in chosen:
        if not present(table):
            say(f"{table.name}: its file is not in the folder of real data; left out")
    return [table for table in chosen if present(table)]


def wanted(asked: argparse.Namespace, made: argparse.ArgumentParser) -> list[Method]:
    """Return the methods that were asked for; a run leaves out those of absent packages."""
    try:
        more = dict(text.split(":", 1) for text in asked.variant)
        chosen = methods(
            (asked.methods or "usual").split(","), {name: more[name].strip() for name in more}
        )
    except ValueError:
        made.error("--variant: expected 'NAME: SETTINGS', as in \"wide: hidden_units=(512, 512)\"")
    except KeyError as error:
        made.error(f"{error} is no method: expected {', '.join((*PEERS, *VARIANTS, *GROUPS))}")
    if asked.report:
        return chosen
    for method in chosen:
        if missing := absent(method):
            say(f"{method.name}: {missing} is not installed; left out")
    return [method for method in chosen if not absent(method)]


def main() -> None:
    made = parser()
    asked = made.parse_args()
    chosen = tables(asked, made)
    if asked.list:
        for table in chosen:
            rows = table.rows or "all"
            say(f"{table.half}  {table.name:20} {table.task:8} {table.kind:15} {rows}")
        return
    compared = wanted(asked, made) if asked.methods or not asked.report else []
    if asked.again and not asked.report:
        forget(asked.out, chosen, compared)
    if not asked.report:
        study = running.Study(chosen, compared, asked.splits, asked.most, asked.limit)
        running.run(study, asked.out)
    shown = [method.name for method in compared] if asked.report else []
    say(report.write(asked.out, shown, asked.against))
    say(f"written to {asked.out}")


def forget(folder: Path, chosen: list[TableSet], compared: list[Method]) -> None:
    """Drop the fits of these sets and methods."""
    sets, names = {table.name for table in chosen}, {method.name for method in compared}
    of = lambda line: line["set"] in sets and line["method"] in names  # noqa: E731
    say(f"{records.forget(folder / 'fits.jsonl', of)} fits forgotten")


if __name__ == "__main__":
    main()
