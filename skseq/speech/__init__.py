"""Speech: recordings to features, and features to text.

Floor 4 with :class:`CTCRecognizer`, which is imported on first use: :class:`MelSpectrogram` and all
below it know nothing of Keras.
"""

from __future__ import annotations

from typing import Any

from ._mel import MelSpectrogram

__all__ = ["CTCRecognizer", "MelSpectrogram"]


def __getattr__(name: str) -> Any:
    if name == "CTCRecognizer":
        from ._ctc_recognizer import CTCRecognizer

        return CTCRecognizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
