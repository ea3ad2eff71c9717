"""``Padder``: cuts sequences and sets the length of their padded array."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..inputs.parameters import CheckedParameters
from ..inputs.sequence_like import as_sequences
from ..inputs.sequence_output import SequenceOutputMixin
from ..inputs.validation import Interval, StrOptions, fit_context
from ..sequences import Sequences, gather_steps


class Padder(SequenceOutputMixin, TransformerMixin, BaseEstimator, metaclass=CheckedParameters):
    """Transformer that cuts sequences to a maximum length and sets their padding.

    The result is :class:`~skseq.Sequences`. Its sequences are cut, while padding is added only when
    an array is asked for: ``np.asarray(padder.fit_transform(X))`` equals the result of Keras'
    ``pad_sequences``.

    Parameters
    ----------
    maxlen : int or None, default=None
        Maximum number of steps of a sequence. None is the length of the longest one in ``fit``.
    padding : {"pre", "post"}, default="pre"
        The side that is filled with zeros.
    truncating : {"pre", "post"}, default="pre"
        The side on which sequences longer than ``maxlen`` are cut: ``"pre"`` keeps the last steps,
        ``"post"`` the first.

    Attributes
    ----------
    maxlen_ : int
        Number of steps of the padded array.

    See Also
    --------
    Tokenizer : Makes sequences of ids from text.

    Notes
    -----
    Estimators of skseq do not need padded input. Use a ``Padder`` to cut sequences (shorter ones
    train faster), or before a transformer or estimator that needs an array.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import Padder
    >>> X = Padder(maxlen=3).fit_transform([[4, 5, 6, 7], [8]])
    >>> X
    Sequences(2 sequences of 1 to 3 ids, n_steps=3)
    >>> np.asarray(X)
    array([[5, 6, 7],
           [0, 0, 8]], dtype=int32)
    """

    _parameter_constraints: dict = {
        "maxlen": [Interval(Integral, 1, None, closed="left"), None],
        "padding": [StrOptions({"pre", "post"})],
        "truncating": [StrOptions({"pre", "post"})],
    }

    maxlen_: int

    def __init__(self, maxlen: int | None = None, *, padding: str = "pre", truncating: str = "pre"):
        self.maxlen = maxlen
        self.padding = padding
        self.truncating = truncating

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Padder:
        """Learn the number of steps.

        Parameters
        ----------
        X : Sequences or sequence-like
            Training sequences, in any form that estimators accept.
        y : None
            Ignored.

        Returns
        -------
        self : Padder
        """
        sequences = as_sequences(X)
        longest = max(1, int(sequences.lengths.max()))
        self.maxlen_ = longest if self.maxlen is None else int(self.maxlen)
        self._sides = self.padding, self.truncating
        return self

    def transform(self, X: Any) -> Sequences:
        """Cut the sequences to ``maxlen_`` steps and set their padding.

        Parameters
        ----------
        X : Sequences or sequence-like
            Sequences, in any form that estimators accept.

        Returns
        -------
        Sequences
            The same sequences, none longer than ``maxlen_``; vocabulary, unseen tokens and
            embedding are kept.
        """
        check_is_fitted(self)
        sequences = as_sequences(X)
        padding, truncating = self._sides
        values, offsets = sequences.codes, sequences.offsets
        lengths = sequences.lengths
        if np.any(lengths > self.maxlen_):
            steps, offsets = gather_steps(
                offsets,
                np.arange(len(sequences)),
                np.minimum(lengths, self.maxlen_),
                first=truncating == "post",
            )
            values = values[steps]
        return sequences.replace(
            values=values, offsets=offsets, n_steps=self.maxlen_, padding=padding
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags
