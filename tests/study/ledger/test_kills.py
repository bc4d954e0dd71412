"""Writers that are killed at any moment: what was acknowledged is there, whole."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict

import pytest

from layerwise.study.ledger.reading import run_of, runs
from tests.study.ledger.kept_writer import entry

pytest.importorskip("optuna")
SCRIPT = os.path.join(os.path.dirname(__file__), "kept_writer.py")


class Crew:
    """So many writers of so many runs each; one that is killed has a successor."""

    def __init__(self, place, folder, writers, count):
        self.place, self.folder, self.writers, self.count = str(place), folder, writers, count
        self.processes = {writer: self.begin(writer) for writer in range(writers)}

    def begin(self, writer):
        call = [sys.executable, SCRIPT, os.path.abspath("src"), self.place]
        call += [str(writer), str(self.count), str(self.file(writer))]
        with open(self.folder / "stderr", "ab") as errors:
            return subprocess.Popen(call, stderr=errors)

    def file(self, writer):
        return self.folder / f"acknowledged-{writer}"

    def acknowledged(self):
        found = {}
        for writer in range(self.writers):
            path = self.file(writer)
            for line in path.read_text().splitlines() if path.exists() else ():
                number, run = map(int, line.split())
                found[run] = writer, number
        return found

    def work(self, kills, dice, longest):
        """Kill at random moments, in between and when the work has begun; then let all end."""
        killed, deadline = 0, time.monotonic() + 3000
        while any(process.poll() is None for process in self.processes.values()):
            assert time.monotonic() < deadline
            time.sleep(dice.uniform(0.01, longest))
            busy = [w for w, process in self.processes.items() if process.poll() is None]
            begun = [w for w in busy if self.file(w).exists()]
            if killed < kills and begun:
                writer = dice.choice(begun)
                self.processes[writer].kill()
                killed += self.processes[writer].wait() == -9
                self.processes[writer] = self.begin(writer)
        return killed


def check(crew):
    """Hold every acknowledged run against what its writer meant to write."""
    assert [p.returncode for p in crew.processes.values()] == [0] * crew.writers
    assert (crew.folder / "stderr").read_text() == ""
    found, acknowledged = {run.id: run for run in runs(crew.place)}, crew.acknowledged()
    assert len(acknowledged) == crew.writers * crew.count
    for number, (writer, own) in acknowledged.items():
        _, meant = entry(writer, own)
        assert found[number].settings == meant.kept["settings"]
        assert found[number].value == meant.value
        assert found[number].state == "complete"
    # what was written and not acknowledged may be there once more per kill, and is whole too
    assert all(run.settings for run in found.values())
    some = random.Random(0).sample(sorted(acknowledged), 20)
    assert all(run_of(crew.place, number).curves["cost"] == [0.5] * 20 for number in some)
    return len(found) - len(acknowledged)


def numbers_by_study(rows):
    found = defaultdict(list)
    for study, number in rows:
        found[study].append(number)
    return found


SIZES = [
    pytest.param(4, 25, 6, 1.2, id="small"),
    pytest.param(8, 1000, 50, 4.0, id="full", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("writers", "count", "kills", "longest"), SIZES)
def test_no_acknowledged_run_is_lost_to_kills_in_a_file(tmp_path, writers, count, kills, longest):
    crew = Crew(tmp_path / "runs.db", tmp_path, writers, count)
    killed = crew.work(kills, random.Random(1), longest)
    assert killed == kills
    assert 0 <= check(crew) <= kills
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT study_id, number FROM trials").fetchall()
    connection.close()
    for numbers in numbers_by_study(rows).values():
        assert sorted(numbers) == list(range(len(numbers)))


@pytest.mark.parametrize(
    ("writers", "count", "kills", "longest"), [pytest.param(2, 25, 2, 1.2, id="small"), SIZES[1]]
)
def test_no_acknowledged_run_is_lost_to_kills_on_a_server(
    tmp_path, postgresql, writers, count, kills, longest
):
    import psycopg

    crew = Crew(postgresql, tmp_path, writers, count)
    killed = crew.work(kills, random.Random(2), longest)
    assert killed == kills
    assert 0 <= check(crew) <= kills
    with psycopg.connect(postgresql) as connection:
        rows = connection.execute("SELECT study_id, number FROM trials").fetchall()
    for numbers in numbers_by_study(rows).values():
        assert sorted(numbers) == list(range(len(numbers)))
