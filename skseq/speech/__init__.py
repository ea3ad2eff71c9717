"""Speech: :class:`MelSpectrogram` makes features of recordings, :class:`CTCRecognizer` reads text.

Code that does not need Keras is in ``features``; classifiers and taggers of recordings are in their
own families. Users call both classes. Keras is imported only when the recogniser is first used.
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
