"""Freed memory stays with the process inside the block only, however blocks nest."""

from __future__ import annotations

import threading

import pytest

from skseq.runtime import memory


class Recorder:
    """Stands for glibc and writes down what it is told."""

    def __init__(self):
        self.told = []

    def mallopt(self, option, value):
        self.told.append((option, value))
        return 1

    def malloc_trim(self, pad):
        self.told.append("trim")


@pytest.fixture
def glibc(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(memory, "_glibc", recorder)
    return recorder


def test_kept_inside_and_given_back_at_the_end(glibc):
    with memory.freed_memory_kept():
        assert (memory._TRIM_THRESHOLD, memory._KEEP) in glibc.told
        assert "trim" not in glibc.told
    assert glibc.told[-1] == "trim"
    assert (memory._TRIM_THRESHOLD, memory._USUAL_TRIM) in glibc.told


def test_nested_blocks_give_back_once(glibc):
    with memory.freed_memory_kept():
        with memory.freed_memory_kept():
            pass
        assert "trim" not in glibc.told
    assert glibc.told.count("trim") == 1


def test_an_error_inside_gives_back_too(glibc):
    with pytest.raises(KeyError), memory.freed_memory_kept():
        raise KeyError
    assert glibc.told[-1] == "trim"


def test_blocks_in_two_threads_give_back_when_the_last_one_ends(glibc):
    inside, leave = threading.Event(), threading.Event()

    def other():
        with memory.freed_memory_kept():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait()
    with memory.freed_memory_kept():
        pass
    assert "trim" not in glibc.told
    leave.set()
    thread.join()
    assert glibc.told.count("trim") == 1


def test_saying_it_again_outside_changes_nothing(glibc):
    memory.keep_freed_memory()
    assert glibc.told == []


def test_without_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(memory, "_glibc", None)
    with memory.freed_memory_kept():
        memory.keep_freed_memory()
        assert memory._n_inside == 1
    assert memory._n_inside == 0


def test_a_user_who_tunes_malloc_is_left_alone(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    assert memory._load_glibc() is None
