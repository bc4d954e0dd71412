"""64 models at once: the time of a step of one of them, beside that of single models."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import quiet
from benchmarks.charts import bars
from benchmarks.driver import installed, interleaved, provided, started, summary
from benchmarks.peers import PEERS, Peer
from benchmarks.report import markdown
from benchmarks.settings import Settings
from benchmarks.workloads import WORKLOADS

MEMBERS = 64
ON = ("digits", "table")
SINGLE = ("layerwise", "torch", "scikit-learn")


def measure(settings: Settings) -> dict[str, Any]:
    if not provided("fit_many"):
        return {"absent": "layerwise.fit_many is not in this version"}
    members = 8 if settings.quick else MEMBERS
    peers = {
        f"{members} {vary}": Peer(
            f"Layerwise, {members} {vary}",
            "layerwise_population",
            ("layerwise",),
            {"members": members, "vary": vary},
        )
        for vary in ("seeds", "learning rates")
    }
    peers |= {name: PEERS[name] for name in SINGLE if installed(PEERS[name].needs)}
    result: dict[str, Any] = {"members": members, "workloads": {}}
    result["labels"] = {name: peer.label for name, peer in peers.items()}
    with started(dict.fromkeys(peers, "trainer")) as workers:
        for name in ON:
            result["workloads"][name] = _on(name, peers, workers, settings)
        result["disturbed"] = [share for worker in workers.values() for share in worker.rest()]
    return result


def _on(name: str, peers: dict[str, Peer], workers: Any, settings: Settings) -> dict[str, Any]:
    for each, peer in peers.items():
        workers[each].ask("prepare", module=peer.module, options=peer.options, workload=name)
    epochs = {each: workers[each].ask("calibrate", seconds=settings.seconds) for each in peers}
    calls = {
        each: partial(workers[each].quietly, "seconds_per_step", epochs=epochs[each])
        for each in peers
    }
    seconds = interleaved(settings.rounds, calls)
    for each, peer in peers.items():
        share = peer.options.get("members", 1)
        seconds[each] = [value / share for value in seconds[each]]
    check = WORKLOADS[name].check_epochs
    return {
        "epochs": epochs,
        "seconds": {each: summary(values) for each, values in seconds.items()},
        "costs": {each: workers[each].ask("final_cost", epochs=check) for each in peers},
    }


def table(result: dict[str, Any]) -> str:
    """Return microseconds per step and model, and how many times as fast a population is."""
    if "absent" in result:
        return result["absent"] + ".\n"
    labels = result["labels"]
    rows = []
    for name, measured in result["workloads"].items():
        middle = {each: figures["median"] for each, figures in measured["seconds"].items()}
        base = middle[next(iter(labels))]
        cells = [f"{1e6 * middle[each]:.1f} ({middle[each] / base:.2f})" for each in labels]
        rows.append([name, *cells])
    costs = {name: measured["costs"] for name, measured in result["workloads"].items()}
    told = "; ".join(
        f"{name} " + ", ".join(f"{each} {J:.3f}" for each, J in own.items())
        for name, own in costs.items()
    )
    return (
        markdown(["µs per step and model", *labels.values()], rows)
        + "\nIn brackets: times that of the first column. Costs after the same epochs (of the "
        + f"population its first member, which draws its own first weights): {told}."
        + f"{quiet.warning(result['disturbed'])}\n"
    )


def draw(result: dict[str, Any], path: Path) -> None:
    if "absent" not in result:
        groups = {
            name: {
                result["labels"][each]: figures["median"] * 1e6
                for each, figures in measured["seconds"].items()
            }
            for name, measured in result["workloads"].items()
        }
        bars(groups, "microseconds per step and model (log scale)", path)
