"""Speech: recordings to features, and features to text.

Importing :class:`MelSpectrogram` does not import Keras; :class:`CTCRecognizer` does, on first use.
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
