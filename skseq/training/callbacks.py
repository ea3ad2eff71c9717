"""Keras callbacks: learning rates, validation, early stopping, the progress bar."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tqdm.auto import tqdm

from ..runtime.backend import keras
from ..runtime.memory import keep_freed_memory
from .averaging import EVERY, AveragedWeights
from .course import Course
from .weight_access import WeightAccess


class Monitor(keras.callbacks.Callback):
    """Follow a course: set learning rates, validate after each round, stop when it is over.

    Where patience is limited, the best round is remembered. A score is better when it is higher, or
    as high with a lower loss; accuracy on a small validation set moves in coarse steps, and the
    loss decides between equals. With ``by_loss`` the loss alone counts. Patience counts from the
    last progress, that is an improvement by more than ``tol`` or the course's share. Training whose
    loss is no longer finite is stopped and the last good round restored.

    Parameters
    ----------
    course : Course
        Rounds, patience and learning rates.
    weights : WeightAccess
        Reads and replaces what is trained.
    validate : callable or None
        Returns (loss, score) on the validation data, higher scores being better.
    tol : float
        Smallest change that counts as progress.
    by_loss : bool, default=False
        Whether the loss decides and not the score.
    deadline : float or None
        When to stop, in the middle of a round too, by ``time.monotonic``; None never does.
    """

    def __init__(
        self,
        course: Course,
        weights: WeightAccess,
        validate: Callable[[], tuple[float, float]] | None,
        tol: float,
        *,
        by_loss: bool = False,
        deadline: float | None = None,
    ):
        super().__init__()
        self._course, self._weights = course, weights
        self._validate, self._tol, self._by_loss = validate, tol, by_loss
        self._deadline = math.inf if deadline is None else deadline
        self._average = AveragedWeights() if course.averages else None
        self._best = self._reference = (-math.inf, math.inf)
        self._progress_at = self._waited = 0
        self._made = [0]  # updates at each learning rate that led to the present weights
        self.n_updates = 0
        self.path: tuple[int, ...] = ()
        self.best_state: Any = None
        self.last_state: Any = None
        self.diverged = False
        self.history: dict[str, list[float]] = {}

    @property
    def _n_cuts(self) -> int:
        return len(self._made) - 1

    def on_train_batch_begin(self, batch, logs=None):
        if self._course.pace is not None:
            rate = self._course.pace.rate(self.n_updates, self._n_cuts)
            self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch, logs=None):
        self.n_updates += 1
        self._made[-1] += 1
        if self._average is not None and self.n_updates % EVERY == 0:
            self._average.add(self._weights.read_weights())
        if self._course.pace is not None and self.n_updates in self._course.pace.ends:
            averaged = self._averaged(self._weights.read(self.n_updates))
            if averaged is not None:  # as did the cut on the path that is repeated
                self._go_on_from(averaged)
        if batch == 0:  # the first step of a network, and its first validation, compile
            keep_freed_memory()
        if logs and not math.isfinite(logs["loss"]):
            self.model.stop_training = True  # no later step of the round could mend it
        if time.monotonic() >= self._deadline:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        logs = {} if logs is None else logs
        if not math.isfinite(logs["loss"]):
            self.diverged = True
            self.model.stop_training = True
            return
        present = self.last_state = self._weights.read(self.n_updates)
        averaged = self._averaged(present)
        if averaged is not None:
            self.last_state = averaged
            self._weights.restore(averaged)
        if self._validate is not None:
            logs["val_loss"], logs["val_score"] = self._validate()
        if averaged is not None:
            self._weights.restore(present)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        if self._course.patience is not None:
            loss = logs.get("val_loss", logs["loss"])
            self._compare(-loss if self._by_loss else logs.get("val_score", -loss), loss)

    def _averaged(self, present: Any) -> Any:
        """Return a state with the average of the last weights, None where there is none."""
        average = None if self._average is None else self._average.get()
        return None if average is None else replace(present, weights=average)

    def _go_on_from(self, state: Any) -> None:
        self._weights.restore(state)
        if self._average is not None:
            self._average.restart(state.weights)

    @property
    def state(self) -> Any:
        """The state to keep: the best one where patience is limited, else the last good one."""
        return self.last_state if self._course.patience is None else self.best_state

    def _least_progress(self) -> float:
        losses = self.history.get("val_loss", self.history["loss"])
        of_first = self._course.progress * abs(losses[0])
        return max(self._tol, min(of_first, self._course.progress_of_best * abs(min(losses))))

    def _compare(self, score: float, loss: float) -> None:
        found = (score, loss)
        if self.best_state is None or _is_better(found, self._best):
            self._best, self.best_state, self.path = found, self.last_state, tuple(self._made)
        if _is_better(found, self._reference, self._least_progress()):
            self._reference, self._progress_at, self._waited = found, self.n_updates, 0
            return
        self._waited += self._course.n_updates
        if not self._course.is_over(self._waited, self._progress_at, self._n_cuts):
            return
        if self._n_cuts == self._course.n_cuts:
            self.model.stop_training = True
            return
        self._go_on_from(self.best_state)
        # An earlier cut may have led to nothing better; the path still has a place for it.
        unused = [0] * (self._n_cuts + 1 - len(self.path))
        self._made, self._waited = [*self.path, *unused, 0], 0


def _is_better(found: tuple[float, float], other: tuple[float, float], by: float = 0.0) -> bool:
    """Whether a score is higher by more than ``by``, or as high with a loss lower by more."""
    return found[0] > other[0] + by or (found[0] >= other[0] and found[1] < other[1] - by)


class ProgressBar(keras.callbacks.Callback):
    """One bar over all rounds with loss, validation score and time left, on stderr.

    Parameters
    ----------
    label : str
        What is being fitted.
    n_updates : int
        Updates per round.
    n_rounds : int
        Most rounds that may run.
    n_batches : int
        Batches per epoch.
    chosen : mapping of str to object, default=()
        What parameters of "auto" became, told in a line of its own before the bar.
    """

    def __init__(self, label: str, n_updates: int, n_rounds: int, n_batches: int, chosen: Any = ()):
        super().__init__()
        self._label, self._n_updates, self._n_rounds = label, n_updates, n_rounds
        self._n_batches, self._chosen = n_batches, dict(chosen)

        self._bar: Any = None

    def on_train_begin(self, logs=None):
        self._done = 0
        if self._chosen:
            values = ", ".join(f"{name}={_short(value)}" for name, value in self._chosen.items())
            tqdm.write(f"{self._label}: {values}", file=sys.stderr)
        self._bar = tqdm(
            total=self._n_updates * self._n_rounds,
            desc=self._label,
            unit="batch",
            bar_format="{desc}: {percentage:3.0f}%|{bar:20}| {postfix[0]} [{elapsed}<{remaining}]",
            postfix=[""],
            mininterval=0.2,
        )

    def on_train_batch_end(self, batch, logs=None):
        self._bar.update(1)

    def on_epoch_end(self, epoch, logs=None):
        self._done += 1
        logs = logs or {}
        done, most = (
            -(-n * self._n_updates // self._n_batches) for n in (self._done, self._n_rounds)
        )
        parts = [f"epoch {done}/{most}", f"loss {logs['loss']:.4f}"]
        if "val_score" in logs:
            parts.append(f"validation score {logs['val_score']:.4f}")
        self._bar.postfix[0] = ", ".join(parts)
        self._bar.refresh()

    def on_train_end(self, logs=None):
        self.close()

    def close(self) -> None:
        """Stop drawing the bar; safe to call twice, and before training began."""
        if self._bar is not None:
            self._bar.close()


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else repr(value)
