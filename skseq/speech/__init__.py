"""Speech: :class:`MelSpectrogram` makes features of recordings, :class:`CTCRecognizer` reads text.

What needs no Keras is in ``features``; classifiers and taggers of recordings are in their own
families. Users call both classes, and only the first use of the recogniser imports Keras.
"""

from __future__ import annotations

from typing import Any

from .features import MelSpectrogram

__all__ = ["CTCRecognizer", "MelSpectrogram"]


def __getattr__(name: str) -> Any:
    if name == "CTCRecognizer":
        from ._ctc_recognizer import CTCRecognizer

        return CTCRecognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
