"""Translation networks as ``step(state, ids)`` of the decoders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..batches.batching import Batcher, identity
from ..batches.slices import Slices
from ..decoding._log_probabilities import log_softmax, without_impossible
from ..targets.texts import FixedLength, FollowingTokens
from ..vocabulary import END_ID, START_ID, UNKNOWN_ID
from .predictor import Predictor


class StepByStep:
    """The decoder of a network that reads its own tokens; its states are those of the network."""

    first_id, end_id = START_ID, END_ID

    def __init__(self, predictor: Predictor, target: FollowingTokens):
        self._predictor, self._n_tokens = predictor, len(target.vocabulary)

    def start(self, sources: Slices) -> Any:
        """Return the state before the first token of what becomes of some sources."""
        batcher = Batcher(sources, [identity])
        return self._predictor.encode(*batcher.batch(np.arange(len(sources))))

    def step(self, state: Any, ids: np.ndarray) -> tuple[np.ndarray, Any]:
        """Return the log-probabilities (B, n_tokens) of what follows ``ids``, and the new state."""
        found, state = self._predictor.decoder.step((ids,), state)
        found = without_impossible(found[:, : self._n_tokens])
        found[:, UNKNOWN_ID] = -np.inf  # it may have been learned, but says nothing
        return found, state


class AllAtOnce:
    """The outputs of a network that makes all steps at once.

    A state of the decoders is the log-probabilities of all steps, (B, n_steps + 1, n_codes), and
    how many steps were taken, (B,). After the last step there is nothing but the end.
    """

    first_id = 0  # not read

    def __init__(self, predictor: Predictor, target: FixedLength):
        self._predictor, self._target = predictor, target
        self.end_id = target.n_codes

    def start(self, sources: Slices) -> Any:
        """Return the state before the first token of what becomes of some sources."""
        batcher = Batcher(sources, [identity])
        logits = self._predictor.run(*batcher.batch(np.arange(len(sources))))
        found = np.full((len(logits), self._target.longest + 1, self.end_id + 1), -np.inf)
        found[:, :-1, : logits.shape[-1]] = log_softmax(logits)
        found[:, -1, self.end_id] = 0.0
        return found, np.zeros(len(found), np.int64)

    def step(self, state: Any, ids: np.ndarray) -> tuple[np.ndarray, Any]:
        """Return the log-probabilities (B, n_codes + 1) of the next step, and the new state."""
        log_probs, turn = state
        return log_probs[np.arange(len(turn)), turn], (log_probs, turn + 1)


def decoder_of(predictor: Predictor, codec: Any) -> StepByStep | AllAtOnce:
    """Return the decoder that goes with a codec."""
    if codec.is_autoregressive:
        return StepByStep(predictor, codec)
    return AllAtOnce(predictor, codec)
