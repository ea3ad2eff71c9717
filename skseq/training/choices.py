"""What "auto" means for parameters of training, decided by the training samples alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# The highest learning rate of each optimiser; others keep the rate that Keras gives them.
_PEAKS = {
    "adam": 0.003,
    "adamw": 0.003,
    "nadam": 0.003,
    "rmsprop": 0.002,
    "adamax": 0.006,
    "sgd": 0.1,
}
# The rates above are for batches of this size; they grow with the root of the size.
_USUAL_BATCH = 32

# Vocabularies from this size on are of words; smaller ones are of letters, bases or notes.
_FEWEST_WORDS = 200


@dataclass(frozen=True)
class Dropout:
    """Dropout rates of one kind of network by what its steps are, and those of whole words."""

    words: float
    symbols: float
    numbers: float
    whole_words: float = 0.0

    def of(self, reader: Any) -> dict[str, float]:
        """Return the values of ``dropout`` and ``word_dropout``."""
        kind = kind_of_steps(reader)
        share = self.whole_words if kind == "words" else 0.0
        return {"dropout": getattr(self, kind), "word_dropout": share}


def kind_of_steps(reader: Any) -> str:
    """Return "words", each of which is rare, "symbols", of which there are few, or "numbers"."""
    if reader.kind == "features":
        return "numbers"
    is_of_words = reader.kind == "vectors" or (reader.n_tokens or 0) >= _FEWEST_WORDS
    return "words" if is_of_words else "symbols"


def positions(reader: Any) -> str:
    """Return how Transformers that read single sequences tell positions.

    Those of ids are learned; numbers have too few samples of each position for that.
    """
    return "sinusoidal" if reader.kind == "features" else "learned"


def batch_size(n_samples: int) -> int:
    """Return 16 to 128 samples: small batches learn from few samples, large ones are faster."""
    for most, size in ((300, 16), (8_000, 32), (40_000, 64)):
        if n_samples <= most:
            return size
    return 128


def learning_rate(optimizer: Any, batch_size: int, factor: float = 1.0) -> float | None:
    """Return the highest learning rate of an optimiser, or None to leave an object its schedule.

    ``factor`` is smaller for networks that bear smaller rates only. An optimiser that was handed
    over as an object keeps its own rate.
    """
    if not isinstance(optimizer, str):
        has_schedule = callable(getattr(optimizer, "_learning_rate", None))
        rate = None if has_schedule else getattr(optimizer, "learning_rate", None)
        return None if rate is None else float(rate)
    peak = _PEAKS.get(optimizer.lower())
    if peak is None:
        return None
    return peak * factor * (batch_size / _USUAL_BATCH) ** 0.5
