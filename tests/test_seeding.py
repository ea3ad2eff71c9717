"""Borrowed random numbers: reproducible for the borrower, unnoticed by everybody else."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest

from skseq._seeding import borrowed_global_state


def draw():
    return [random.randint(1, 10**9), random.random(), int(np.random.randint(10**9))]


def in_another_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_borrowed_numbers_depend_on_the_seed_alone():
    found = []
    for seed in (1, 1, 2):
        draw()
        with borrowed_global_state(seed):
            found.append(draw())
    assert found[0] == found[1] != found[2]


def test_borrowed_numbers_are_those_of_the_seeded_module():
    with borrowed_global_state(3):
        found = random.randint(1, 10**9)
    assert found == random.Random(3).randint(1, 10**9)


def test_callers_numbers_go_on_as_if_nothing_had_been_borrowed():
    random.seed(0)
    np.random.seed(0)
    expected = [draw(), draw()]
    random.seed(0)
    np.random.seed(0)
    found = [draw()]
    with pytest.raises(KeyError), borrowed_global_state(5):
        draw()
        raise KeyError
    assert [*found, draw()] == expected
    assert random.random.__self__ is random.getstate.__self__  # the module is as it was


def test_numbers_drawn_by_another_thread_meanwhile_change_nothing():
    with borrowed_global_state(7):
        expected = [random.random() for _ in range(4)]
    random.seed(0)
    callers = [random.random() for _ in range(3)]
    random.seed(0)
    with borrowed_global_state(7):
        first = [random.random(), random.random()]
        others = [in_another_thread(random.random), in_another_thread(random.random)]
        assert [*first, random.random(), random.random()] == expected
    assert [*others, random.random()] == callers  # neither seeded nor drawn twice


def test_borrowing_within_borrowing_goes_on_where_it_stopped():
    with borrowed_global_state(7):
        expected = [random.random(), random.random()]
    with borrowed_global_state(7):
        first = random.random()
        with borrowed_global_state(8):
            random.random()
        assert [first, random.random()] == expected
