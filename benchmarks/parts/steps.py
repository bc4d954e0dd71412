"""One model: microseconds per Adam step, every peer side by side, and the share of the peak."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import quiet
from benchmarks.charts import bars
from benchmarks.driver import Worker, WorkerError, installed, interleaved, say, started, summary
from benchmarks.parts.accelerator import ON_GPU
from benchmarks.peak import Peak
from benchmarks.peers import PEERS, Peer
from benchmarks.report import markdown
from benchmarks.settings import Settings
from benchmarks.workloads import WORKLOADS, Workload

FIRST = "layerwise"  # what the others are compared with


def measure(settings: Settings) -> dict[str, Any]:
    asked = ON_GPU if settings.device == "gpu" else {name: PEERS[name] for name in settings.peers}
    there = {name: peer for name, peer in asked.items() if installed(peer.needs)}
    result: dict[str, Any] = {
        "device": settings.device,
        "labels": {name: peer.label for name, peer in asked.items()},
        "absent": sorted(set(asked) - set(there)),
        "disturbed": [],
        "workloads": {},
    }
    peak = Peak(settings.device)
    environments = {name: peer.environment for name, peer in there.items()}
    with started(dict.fromkeys(there, "trainer"), environments) as workers:
        for name in settings.workloads:
            measured = side_by_side(WORKLOADS[name], there, workers, (settings, peak))
            result["workloads"][name] = measured
            result["disturbed"] += [share for worker in workers.values() for share in worker.rest()]
            say(f"  {name}: " + ", ".join(_short(measured, each) for each in measured["seconds"]))
    result["peak"] = peak.result()
    peak.close()
    for measured in result["workloads"].values():
        measured["share"] = {
            name: measured["flops"] / figures["median"] / 1e9 / result["peak"]["gflops"]
            for name, figures in measured["seconds"].items()
        }
    return result


def side_by_side(
    workload: Workload,
    peers: dict[str, Peer],
    workers: dict[str, Worker],
    given: tuple[Settings, Peak],
) -> dict[str, Any]:
    """Return seconds per step of every peer on one workload, and whether their costs agree."""
    settings, peak = given
    failed, ready = {}, {}
    for name, peer in peers.items():
        try:
            ready[name] = workers[name].ask(
                "prepare", module=peer.module, options=peer.options, workload=workload.name
            )["seconds"]
        except WorkerError as error:
            failed[name] = str(error).strip().splitlines()[-1]
            say(f"  {name} cannot do {workload.name}: {failed[name]}")
    epochs = {name: workers[name].ask("calibrate", seconds=settings.seconds) for name in ready}
    calls = {
        name: partial(workers[name].quietly, "seconds_per_step", epochs=epochs[name])
        for name in ready
    }
    seconds = interleaved(settings.rounds, calls, between=peak.sample)
    costs = {name: workers[name].ask("final_cost", epochs=workload.check_epochs) for name in ready}
    result = {
        "shape": workload.shape,
        "batch": workload.batch,
        "rows": workload.rows,
        "flops": workload.flops,
        "epochs": epochs,
        "seconds": {name: summary(values) for name, values in seconds.items()},
        "prepared": ready,
        "failed": failed,
        "costs": compared(workload, costs, workers),
    }
    for name in ready:
        workers[name].ask("forget")
    return result


def compared(
    workload: Workload, costs: dict[str, float], workers: dict[str, Worker]
) -> dict[str, Any]:
    """Return the costs after the same epochs; `apart` names who is further off than allowed."""
    middle = median(costs.values())
    apart = [
        name for name, J in costs.items() if not abs(J - middle) <= workload.tolerance * middle
    ]
    if apart:
        say(f"  COSTS DISAGREE on {workload.name}: {apart} of {costs}")
    return {
        "epochs": workload.check_epochs,
        "tolerance": workload.tolerance,
        "first": workers[next(iter(costs))].ask("first_cost"),
        "final": costs,
        "apart": apart,
    }


def _short(measured: dict[str, Any], name: str) -> str:
    return f"{name} {measured['seconds'][name]['median'] * 1e6:.0f} us"


def table(result: dict[str, Any]) -> str:
    """Return microseconds per step of the first peer, and how many times that the others take."""
    labels = result["labels"]
    names = [name for name in labels if name not in result["absent"]]
    first = names[0]
    head = ["network, batch", f"{labels[first]}, µs", *(labels[name] for name in names[1:])]
    rows = []
    for name, measured in result["workloads"].items():
        base = measured["seconds"][first]["median"]
        others = [_ratio(measured, other, base) for other in names[1:]]
        shape = f"{name}: {measured['shape']}, {measured['batch']}"
        share = f"{100 * measured['share'][first]:.0f} %"
        rows.append([shape, f"{base * 1e6:.0f}", *others, share])
    peak = result["peak"]
    below = (
        f"Medians; the other columns are times that of {labels[first]} (above 1: slower than it). "
        f"Peak: {peak['gflops']:.0f} GFLOP/s, by {peak['of']}, {peak['size']} x {peak['size']}. "
        + agreement(result)
        + quiet.warning(result["disturbed"])
    )
    if result["absent"]:
        below += f" Not installed: {', '.join(result['absent'])}."
    return markdown([*head, "share of the peak"], rows) + f"\n{below}\n"


def _ratio(measured: dict[str, Any], name: str, base: float) -> str:
    seconds = measured["seconds"].get(name)
    return f"{seconds['median'] / base:.2f}" if seconds else "failed"


def agreement(result: dict[str, Any]) -> str:
    """Say in words whether the peers' final costs agree, and within what."""
    told = []
    for name, measured in result["workloads"].items():
        costs = measured["costs"]
        values = costs["final"].values()
        told.append(
            f"{name} {min(values):.3f} to {max(values):.3f} from {costs['first']:.2f} "
            f"(± {100 * costs['tolerance']:.0f} %{'' if not costs['apart'] else ': APART'})"
        )
    return "Costs after the same epochs, all peers: " + ", ".join(told) + "."


def draw(result: dict[str, Any], path: Path) -> None:
    groups = {
        f"{name}\n{measured['shape']}": {
            result["labels"][peer]: figures["median"] * 1e6
            for peer, figures in measured["seconds"].items()
        }
        for name, measured in result["workloads"].items()
    }
    bars(groups, "microseconds per Adam step (log scale)", path)
