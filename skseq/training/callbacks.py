"""Keras callbacks: validation, early stopping, the guard against NaN, the progress bar."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from tqdm.auto import tqdm

from ..runtime.backend import keras
from ..runtime.memory import keep_freed_memory


class Monitor(keras.callbacks.Callback):
    """Validate after each epoch, remember the best epoch, stop when it is long past.

    A score counts as better when it is higher by more than ``tol``, or as high with a loss that is
    lower by more than ``tol``; accuracy on a small validation set moves in coarse steps, and the
    loss decides between equals. Training whose loss is no longer finite is stopped and the last
    good epoch restored.

    Parameters
    ----------
    read : callable
        Given the number of epochs done, returns the present network state.
    validate : callable or None
        Returns (loss, score) on the validation data, higher scores being better.
    patience : int or None
        Epochs without improvement before stopping; None never stops and keeps the last epoch.
    tol : float
        Smallest change that counts.
    deadline : float or None
        When to stop, in the middle of an epoch too, by ``time.monotonic``; None never does.
    """

    def __init__(
        self,
        read: Callable[[int], Any],
        validate: Callable[[], tuple[float, float]] | None,
        patience: int | None,
        tol: float,
        deadline: float | None = None,
    ):
        super().__init__()
        self._deadline = math.inf if deadline is None else deadline
        self._read, self._validate, self._patience, self._tol = read, validate, patience, tol
        self._best = (-math.inf, math.inf)
        self._waited = 0
        self.best_state: Any = None
        self.last_state: Any = None
        self.diverged = False
        self.history: dict[str, list[float]] = {}

    def on_train_batch_end(self, batch, logs=None):
        if batch == 0:  # the first step of a network, and its first validation, compile
            keep_freed_memory()
        if logs and not math.isfinite(logs["loss"]):
            self.model.stop_training = True  # no later step of the epoch could mend it
        if time.monotonic() >= self._deadline:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        logs = {} if logs is None else logs
        if not math.isfinite(logs["loss"]):
            self.diverged = True
            self.model.stop_training = True
            return
        self.last_state = self._read(epoch + 1)
        if self._validate is not None:
            logs["val_loss"], logs["val_score"] = self._validate()
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        if self._patience is not None:
            loss = logs.get("val_loss", logs["loss"])
            self._compare(logs.get("val_score", -loss), loss)

    @property
    def state(self) -> Any:
        """The state to keep: the best one if early stopping is on, else the last good one."""
        return self.last_state if self._patience is None else self.best_state

    def _compare(self, score: float, loss: float) -> None:
        best_score, best_loss = self._best
        is_better = score > best_score + self._tol or (
            score >= best_score and loss < best_loss - self._tol
        )
        if is_better or self.best_state is None:
            self._best, self._waited = (score, loss), 0
            self.best_state = self.last_state
            return
        self._waited += 1
        if self._patience is not None and self._waited >= self._patience:
            self.model.stop_training = True


class ProgressBar(keras.callbacks.Callback):
    """One bar over all epochs with loss, validation score and time left, on stderr.

    Parameters
    ----------
    label : str
        What is being fitted.
    n_batches : int
        Batches per epoch.
    n_epochs : int
        Most epochs that may run.
    """

    def __init__(self, label: str, n_batches: int, n_epochs: int):
        super().__init__()
        self._label, self._n_batches, self._n_epochs = label, n_batches, n_epochs

        self._bar: Any = None

    def on_train_begin(self, logs=None):
        self._done = 0
        self._bar = tqdm(
            total=self._n_batches * self._n_epochs,
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
        parts = [f"epoch {self._done}/{self._n_epochs}", f"loss {logs['loss']:.4f}"]
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
