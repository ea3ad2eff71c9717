"""Courses of training: rounds, patience, and learning rates that rise, fall and are cut."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.training.course import (
    Course,
    Pace,
    Size,
    course_of_chunk,
    course_of_epochs,
    open_course,
    planned_course,
    repeated_course,
)


def rates(pace, n_updates):
    return [pace.rate(update) for update in range(n_updates)]


def test_a_rate_rises_evenly_and_stays():
    assert rates(Pace(1.0, 4), 6) == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_a_rate_falls_evenly_to_the_end_of_a_plan():
    found = rates(Pace(1.0, 2, n_updates=10), 10)
    assert max(found) == 1.0 and found[1] == 1.0
    np.testing.assert_allclose(np.diff(found[2:9]), -1 / 8)
    assert 0 < found[-1] <= 1 / 8


def test_a_rate_may_fall_at_the_end_only():
    found = rates(Pace(1.0, 0, n_updates=100, fall=0.2), 100)
    assert found[:80] == [1.0] * 80
    np.testing.assert_allclose(found[90], 0.5)


def test_cuts_multiply_the_rate():
    pace = Pace(1.0, 1)
    assert pace.rate(5, 1) == pytest.approx(0.3) and pace.rate(5, 2) == pytest.approx(0.09)


def test_a_path_has_its_cuts_where_they_were():
    found = rates(Pace(1.0, 1, path=(3, 2, 4)), 9)
    np.testing.assert_allclose(found, [1] * 3 + [0.3] * 2 + [0.09] * 4)


def test_given_epochs_are_rounds_and_end_with_a_small_rate():
    course = course_of_epochs(Size(7, 100), epochs=5, patience=2, peak=0.01)
    assert (course.n_updates, course.n_rounds, course.patience) == (7, 5, 14)
    assert not course.averages
    assert course.pace.rate(34) < 0.001 < 0.009 < course.pace.rate(4)
    assert course_of_epochs(Size(7, 100), epochs=5, patience=None, peak=None).pace is None


def test_chunks_go_on_with_the_rise_of_those_before():
    first = course_of_chunk(Size(10, 100), peak=1.0).pace
    later = course_of_chunk(Size(10, 100, n_done=90), peak=1.0).pace
    assert first.rate(0) == 0.01 and later.rate(0) == 0.1 and later.rate(9) == 1.0


@pytest.mark.parametrize(
    ("n_batches", "expected"), [(3, 50), (50, 50), (120, 120), (900, 200), (6000, 1000)]
)
def test_rounds_of_small_sets_are_longer_than_an_epoch_and_of_large_ones_shorter(
    n_batches, expected
):
    course = open_course(Size(n_batches, 1000), patience=None, peak=0.01)
    assert course.n_updates == expected


def test_open_courses_are_bounded_by_what_is_computed():
    most = {
        name: course.n_updates * course.n_rounds
        for name, course in {
            "short": open_course(Size(100, 100 * 32), None, 0.01),
            "long": open_course(Size(100, 100 * 32 * 500), None, 0.01),
            "large": open_course(Size(3000, 3000 * 3200), None, 0.01),
        }.items()
    }
    assert most["short"] == 8000 and most["long"] == 2000
    assert most["large"] >= 10 * 3000


def test_patience_grows_with_what_was_made_and_halves_after_a_cut():
    course = open_course(Size(100, 1000), None, 0.01)
    assert not course.is_over(299, 0, 0) and course.is_over(300, 0, 0)
    assert not course.is_over(900, 4000, 0) and course.is_over(1000, 4000, 0)
    assert course.is_over(150, 0, 1)
    given = open_course(Size(100, 1000), 2, 0.01)
    assert not given.is_over(199, 4000, 0) and given.is_over(200, 4000, 0)
    assert not Course(10, 10, None).is_over(10**6, 0, 0)


def test_without_a_rate_of_ours_nothing_is_cut():
    assert open_course(Size(100, 1000), None, None).n_cuts == 0


def test_planned_courses_see_every_sample():
    small, large = (planned_course(Size(n, 1000), 0.01) for n in (2, 700))
    assert small.n_updates * small.n_rounds == 600
    assert large.n_updates * large.n_rounds >= 3 * 700
    assert small.pace.n_updates == 600 and small.patience is None


def test_a_course_is_repeated_for_more_samples():
    course = repeated_course(Size(10, 100), (100, 0, 50), 1.1, 0.01)
    assert course.n_updates * course.n_rounds == 165
    assert course.pace.path == (110, 55) and course.averages


def test_small_losses_count_where_training_goes_to_the_last():
    usual, last = (
        open_course(Size(100, 1000), None, 0.01, to_the_last=choice) for choice in (False, True)
    )
    assert usual.progress == last.progress > 0
    assert usual.progress_of_best == np.inf and 0 < last.progress_of_best < 1
