"""What "auto" means for parameters of training, decided by the training samples alone."""

from __future__ import annotations

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
WORD_DROPOUT = 0.2


def reads_words(reader: Any) -> bool:
    """Whether the steps of X are words, each of which is rare, or their vectors."""
    if reader.kind == "vectors":
        return True
    return reader.kind == "ids" and (reader.n_tokens or 0) >= _FEWEST_WORDS


def of_transformer(reader: Any) -> dict[str, Any]:
    """Return the positions and the dropout of a Transformer that reads single sequences.

    Positions of ids are learned; numbers have too few samples of each position for that.
    """
    if reader.kind == "features":
        return {"positions": "sinusoidal", "dropout": 0.1}
    return {"positions": "learned", "dropout": 0.3 if reads_words(reader) else 0.1}


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
