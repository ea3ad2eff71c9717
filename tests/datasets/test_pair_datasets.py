"""Questions and answers: sums, dates."""

from __future__ import annotations

import datetime

import pytest

from skseq.datasets import make_addition, make_dates


def test_sums_are_right_different_and_of_one_length():
    X, y = make_addition(2000, digits=3, random_state=0)
    assert {len(q) for q in X} == {7} and {len(a) for a in y} == {4}
    pairs = [tuple(map(int, q.split("+"))) for q in X]
    assert [a + b for a, b in pairs] == [int(a) for a in y]
    assert len({tuple(sorted(pair)) for pair in pairs}) == 2000
    assert set("".join(X)) | set("".join(y)) == set("0123456789+ ")


def test_reversed_questions_are_the_same_backwards():
    X, y = make_addition(50, digits=2, random_state=0)
    backwards, same = make_addition(50, digits=2, reverse=True, random_state=0)
    assert [q[::-1] for q in backwards] == X and same == y


def test_every_sum_there_is_can_be_had():
    X, _ = make_addition(55, digits=1, random_state=0)
    assert len(set(X)) == 55
    with pytest.raises(ValueError, match="55 different sums"):
        make_addition(56, digits=1)


def test_dates_say_what_their_texts_say():
    X, y = make_dates(500, random_state=0)
    for text, iso in zip(X, y, strict=True):
        date = datetime.date.fromisoformat(iso)
        assert str(date.day) in text
        assert str(date.year % 100).zfill(2) in text
        if "/" in text:
            assert tuple(map(int, text.split("/")[:2])) == (date.month, date.day)
        elif "." in text:
            assert tuple(map(int, text.split(".")[:2])) == (date.day, date.month)
        else:
            assert date.strftime("%b").lower() in text.lower()
    assert len(set(X)) > 490


@pytest.mark.parametrize("make", [make_addition, make_dates])
def test_a_seed_gives_the_same_again(make):
    assert make(20, random_state=3) == make(20, random_state=3) != make(20, random_state=4)


@pytest.mark.parametrize("make", [make_addition, make_dates])
def test_bad_numbers_are_refused(make):
    with pytest.raises(ValueError):
        make(-1)
    with pytest.raises(TypeError):
        make(1.5)
    with pytest.raises(ValueError, match="digits=0"):
        make_addition(1, digits=0)
    with pytest.raises(TypeError, match="digits"):
        make_addition(1, digits="3")
