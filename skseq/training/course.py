"""How long to train and at which learning rates, counted in updates of the weights.

Updates and not epochs: two hundred samples make seven batches an epoch and two hundred thousand
six thousand, but a network needs about as many updates for the one as for the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate

# ---- without a number of epochs
# Validation comes after an epoch, or this many updates where an epoch has fewer or more.
_SHORTEST_ROUND, _LONGEST_ROUND = 50, 200
# A large training set has a large validation part, which costs about a thirtieth of an epoch.
_ROUNDS_OF_EPOCH = 6
# Without progress for so many updates, or this share of those made so far, the learning rate is cut
# and training goes on from the best weights; after the last cut it ends.
_PATIENCE, _PATIENCE_SHARE = 300, 0.25
_CUT, _N_CUTS = 0.3, 2
_PATIENCE_AFTER_CUT = 0.5
# Progress is an improvement by more than this share of the first validation loss; where answers are
# right or wrong as a whole, also by this share of the best loss, as the last errors are small.
_PROGRESS, _PROGRESS_OF_BEST = 0.005, 0.2
# Most updates: what is computed in about a minute, within bounds, and at least some epochs.
_MOST_STEPS = 1.2e7
_FEWEST_UPDATES, _MOST_UPDATES = 2000, 8000
_FEWEST_EPOCHS = 10
# Before the last of them the rate falls.
_FALL = 0.3
# Updates where nothing tells when to stop.
_PLANNED_UPDATES, _PLANNED_EPOCHS = 600, 3

# ---- with a learning rate of "auto"
_WARMUP_UPDATES, _WARMUP_SHARE = 100, 0.1
_LAST_SHARE = 0.02


@dataclass(frozen=True)
class Pace:
    """The learning rate of each update.

    It rises evenly to ``peak`` over the first updates. Before the last update, if that is known, it
    falls evenly. Each cut multiplies it by 0.3.

    Parameters
    ----------
    peak : float
        The highest rate.
    n_warmup : int
        After how many updates it is reached.
    n_updates : int or None, default=None
        At which update the rate has fallen; None if that is not known.
    fall : float, default=1.0
        Over which share of the updates after the rise the rate falls.
    path : tuple of int, default=()
        Where cuts are known beforehand: how many updates are made at each rate.
    """

    peak: float
    n_warmup: int
    n_updates: int | None = None
    fall: float = 1.0
    path: tuple[int, ...] = ()

    @property
    def ends(self) -> tuple[int, ...]:
        """After how many updates the cuts of the path come."""
        return tuple(accumulate(self.path))[:-1]

    def rate(self, update: int, n_cuts: int = 0) -> float:
        """Return the learning rate of an update, counted from 0, after so many cuts."""
        share = min(1.0, (update + 1) / max(1, self.n_warmup))
        if self.n_updates is not None:
            length = self.fall * max(1, self.n_updates - self.n_warmup)
            share = min(share, max(_LAST_SHARE, (self.n_updates - update) / length))
        n_cuts += sum(update >= end for end in self.ends)
        return self.peak * share * _CUT**n_cuts


@dataclass(frozen=True)
class Course:
    """The rounds of a training, after each of which the network is validated.

    Parameters
    ----------
    n_updates : int
        Updates of a round.
    n_rounds : int
        Most rounds.
    pace : Pace or None
        The learning rates; None leaves them to the optimiser.
    patience : int or None, default=None
        Updates without progress before the learning rate is cut or training ends; None stops after
        ``n_rounds`` only.
    patience_share : float, default=0.0
        The same as a share of the updates up to the last progress; the larger counts.
    n_cuts : int, default=0
        How often the learning rate is cut, and training goes on from the best weights, before it
        ends.
    progress : float, default=0.0
        Share of the first validation loss that counts as progress.
    progress_of_best : float, default=inf
        Share of the best validation loss that does too.
    averages : bool, default=False
        Whether the weights are averaged over the last updates.
    """

    n_updates: int
    n_rounds: int
    pace: Pace | None
    patience: int | None = None
    patience_share: float = 0.0
    n_cuts: int = 0
    progress: float = 0.0
    progress_of_best: float = math.inf
    averages: bool = False

    def is_over(self, waited: int, until: int, n_cuts: int) -> bool:
        """Whether patience is at its end, ``waited`` updates after the last progress at ``until``.

        ``n_cuts`` is the number of cuts made.
        """
        if self.patience is None:
            return False
        patience = max(self.patience, int(self.patience_share * until))
        return waited >= patience * (_PATIENCE_AFTER_CUT if n_cuts else 1.0)


@dataclass(frozen=True)
class Size:
    """What of the training samples decides a course: batches and steps of an epoch.

    ``n_done`` counts the updates of earlier trainings.
    """

    n_batches: int
    n_steps: int
    n_done: int = 0


def course_of_epochs(size: Size, epochs: int, patience: int | None, peak: float | None) -> Course:
    """Return the course of a given number of epochs, each of them a round.

    ``patience`` counts epochs, ``peak`` is the highest learning rate, or None.
    """
    n_updates = epochs * size.n_batches
    pace = None
    if peak is not None:
        n_warmup = min(_WARMUP_UPDATES, int(_WARMUP_SHARE * n_updates))
        pace = Pace(peak, n_warmup, n_updates)
    patience = None if patience is None else patience * size.n_batches
    return Course(size.n_batches, epochs, pace, patience)


def course_of_chunk(size: Size, peak: float | None) -> Course:
    """Return the course of an epoch over one piece of a stream, whose end is not known."""
    pace = None if peak is None else Pace(peak, _WARMUP_UPDATES - size.n_done)
    return Course(size.n_batches, 1, pace)


def open_course(
    size: Size, patience: int | None, peak: float | None, *, to_the_last: bool = False
) -> Course:
    """Return the course of a training that ends when a held-out part stops getting better.

    ``patience`` counts epochs; None chooses. With ``to_the_last`` small improvements of a small
    loss count too.
    """
    most = min(_MOST_UPDATES, int(_MOST_STEPS * size.n_batches / max(1, size.n_steps)))
    most = max(_FEWEST_UPDATES, most, _FEWEST_EPOCHS * size.n_batches)
    longest = max(_LONGEST_ROUND, size.n_batches // _ROUNDS_OF_EPOCH)
    n_updates = min(max(size.n_batches, _SHORTEST_ROUND), longest)
    return Course(
        n_updates,
        math.ceil(most / n_updates),
        None if peak is None else Pace(peak, _WARMUP_UPDATES, most, _FALL),
        _PATIENCE if patience is None else patience * size.n_batches,
        _PATIENCE_SHARE if patience is None else 0.0,
        0 if peak is None else _N_CUTS,
        _PROGRESS,
        _PROGRESS_OF_BEST if to_the_last else math.inf,
        averages=True,
    )


def planned_course(size: Size, peak: float | None) -> Course:
    """Return the course of a training that has nothing to tell it when to stop."""
    n_updates = max(_PLANNED_UPDATES, _PLANNED_EPOCHS * size.n_batches)
    pace = None
    if peak is not None:
        pace = Pace(peak, min(_WARMUP_UPDATES, int(_WARMUP_SHARE * n_updates)), n_updates)
    return _in_rounds(n_updates, pace)


def repeated_course(size: Size, path: tuple[int, ...], share: float, peak: float | None) -> Course:
    """Return the course to the best weights of an open one, for ``share`` times the samples.

    ``path`` holds how many updates were made at each learning rate.
    """
    path = tuple(max(1, round(n * share)) for n in path if n)
    return _in_rounds(sum(path), None if peak is None else Pace(peak, _WARMUP_UPDATES, path=path))


def _in_rounds(n_updates: int, pace: Pace | None) -> Course:
    n_rounds = math.ceil(n_updates / _LONGEST_ROUND)
    return Course(math.ceil(n_updates / n_rounds), n_rounds, pace, averages=True)
