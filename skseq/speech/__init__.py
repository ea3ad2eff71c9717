"""Speech: :class:`MelSpectrogram` makes features of recordings, :class:`CTCRecognizer` reads text.

What needs no Keras is in ``features``; classifiers and taggers of recordings are in their own
families. Users call both classes, and only the first use of the recogniser imports Keras.
"""

import typing as _typing

from .features import MelSpectrogram

__all__ = ["CTCRecognizer", "MelSpectrogram"]


if _typing.TYPE_CHECKING:
    from ._ctc_recognizer import CTCRecognizer
else:

    def __getattr__(name: str) -> _typing.Any:
        if name == "CTCRecognizer":
            from ._ctc_recognizer import CTCRecognizer

            return CTCRecognizer
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
