"""Searches that are killed, and workers that share one: nothing lost, nothing doubled."""

import random
import time

import pytest

from layerwise.study.search.workers import is_dead, me
from tests.study.search.workers_of_a_test import (
    FEW,
    POINTS,
    begin,
    kill,
    told_in,
    wait_for,
)


def is_whole(place, count):
    points = [params for params, _ in told_in(place).values()]
    return len(points) == count and len(set(points)) == count


def killed_and_resumed(place, kills, points):
    before, chance = {}, random.Random(0)
    for _ in range(kills):
        worker = begin(place, points)
        wait_for(place, len(before) + 1, worker)
        time.sleep(chance.uniform(0, 0.3))
        kill(worker)
        now = told_in(place)
        assert before.items() <= now.items()  # what was told has stayed as it was
        before = now
    worker = begin(place, points)
    _, errors = worker.communicate(timeout=300)
    assert worker.returncode == 0, errors
    assert before.items() <= told_in(place).items()
    assert is_whole(place, points)


def test_a_killed_search_goes_on_and_loses_only_what_was_running(tmp_path):
    killed_and_resumed(tmp_path / "runs.db", kills=1, points=FEW)


@pytest.mark.slow
def test_twenty_kills_lose_only_what_was_running(tmp_path):
    killed_and_resumed(tmp_path / "runs.db", kills=20, points=POINTS)


@pytest.mark.slow
def test_two_workers_on_a_server_try_each_point_once(postgresql):
    workers = [begin(postgresql, POINTS) for _ in range(2)]
    for worker in workers:
        _, errors = worker.communicate(timeout=300)
        assert worker.returncode == 0, errors
    assert is_whole(postgresql, POINTS)


def test_a_worker_on_a_server_does_what_a_killed_one_left(postgresql):
    first, second = begin(postgresql, FEW), begin(postgresql, FEW)
    wait_for(postgresql, 3, first)
    kill(first)
    _, errors = second.communicate(timeout=300)
    assert second.returncode == 0, errors
    assert is_whole(postgresql, FEW)


def test_a_process_that_has_this_number_now_is_not_the_one_that_died():
    assert not is_dead(me())
    assert is_dead(me() | {"began": "1"})
    assert not is_dead(me() | {"host": "another", "began": "1"})
