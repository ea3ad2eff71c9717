"""``attention_weights``: which steps a fitted network attends to.

One mixin is for networks with self-attention, one for recurrent networks with attention pooling;
both can return the tokens of the steps too.
"""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils.metaestimators import available_if

from ...batches.batching import plan_prediction
from ...inputs.parameters import checked_arguments
from ...sequences import Sequences
from ...vocabulary import Vocabulary
from .fitted import FittedMixin


class SelfAttentionMixin(FittedMixin):
    """Adds ``attention_weights`` to an estimator whose network has self-attention layers."""

    @checked_arguments
    def attention_weights(
        self,
        X: Any,
        *,
        layer: int = -1,
        head: int | None = None,
        return_tokens: bool = False,
    ) -> Any:
        """Return the self-attention weights of each sequence.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        layer : int, default=-1
            Index of the attention layer, counted from the input; -1 is the last.
        head : int or None, default=None
            Index of the head of the layer; None returns the mean over all heads.
        return_tokens : bool, default=False
            Whether to return the tokens of the steps too.

        Returns
        -------
        weights : list of n_samples arrays of shape (n_steps, n_steps)
            Row i holds the weights with which step i attends to each step j; rows sum to 1. Padding
            is not included, and an empty sequence has an array of shape (0, 0).
        tokens : list of n_samples lists
            The token of each step, also of tokens not seen in ``fit``; if X has no vocabulary, the
            indices of the steps from 0 on. Only with ``return_tokens``.

        Raises
        ------
        ValueError
            If there is no such layer, or no such head in it.

        Notes
        -----
        A sequence of 1,000 steps has a million weights, 4 MB; pass few sequences at a time.

        Examples
        --------
        >>> from skseq import SelfAttentionClassifier, Tokenizer
        >>> X = Tokenizer().fit_transform(["a good film", "bad"] * 5)
        >>> model = SelfAttentionClassifier(epochs=1, random_state=0).fit(X, ["yes", "no"] * 5)
        >>> weights, tokens = model.attention_weights(X[:2], return_tokens=True)
        >>> [array.shape for array in weights]
        [(3, 3), (1, 1)]
        >>> tokens
        [['a', 'good', 'film'], ['bad']]
        """
        X = self._read(X)
        found: list[Any] = [None] * len(X)
        for rows, lengths, weights in _square(self.network_state_, self.reader_, X, layer, head):
            for row, length, square in zip(rows, lengths, weights, strict=True):
                found[row] = square[:length, :length].copy()  # no view: the batch can be freed
        return (found, step_tokens(X, self.reader_.vocabulary)) if return_tokens else found


def _pools_by_attention(estimator: Any) -> bool:
    network, pooling = estimator.network, estimator.pooling
    if hasattr(estimator, "network_state_"):  # parameters may have been set since
        spec = estimator.network_state_.spec
        network, pooling = spec.network, spec.arguments.get("pooling")
    if callable(network):
        raise AttributeError(
            "attention_weights needs the built-in network with pooling='attention'; leave network= "
            "out."
        )
    if pooling != "attention":
        raise AttributeError(
            f"pooling={pooling!r} has no attention weights; set pooling='attention' before fit to "
            "have attention_weights."
        )
    return True


class PoolingAttentionMixin(FittedMixin):
    """Adds ``attention_weights`` to an estimator whose parameter ``pooling`` may be "attention"."""

    @available_if(_pools_by_attention)
    @checked_arguments
    def attention_weights(self, X: Any, *, return_tokens: bool = False) -> Any:
        """Return the attention weight of each step; only with ``pooling="attention"``.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        return_tokens : bool, default=False
            Whether to return the tokens of the steps too.

        Returns
        -------
        weights : list of n_samples arrays of shape (n_steps,)
            The weights of a sequence sum to 1; an empty sequence has none.
        tokens : list of n_samples lists
            The token of each step, also of tokens not seen in ``fit``; if X has no vocabulary, the
            indices of the steps from 0 on. Only with ``return_tokens``.

        Raises
        ------
        AttributeError
            With another ``pooling``, or with ``network``.

        Examples
        --------
        >>> from skseq import GRUClassifier, Tokenizer
        >>> X = Tokenizer().fit_transform(["a good film", "bad"] * 5)
        >>> model = GRUClassifier(units=4, pooling="attention", epochs=1, random_state=0)
        >>> weights, tokens = model.fit(X, ["yes", "no"] * 5).attention_weights(
        ...     X[:2], return_tokens=True
        ... )
        >>> [array.shape for array in weights]
        [(3,), (1,)]
        >>> tokens
        [['a', 'good', 'film'], ['bad']]
        """
        X = self._read(X)
        found: list[Any] = [None] * len(X)
        for rows, lengths, weights in _flat(self.network_state_, self.reader_, X):
            for row, length, of_steps in zip(rows, lengths, weights, strict=True):
                found[row] = of_steps[:length].copy()
        return (found, step_tokens(X, self.reader_.vocabulary)) if return_tokens else found


def step_tokens(X: Sequences, vocabulary: Vocabulary | None = None) -> list[list[Any]]:
    """Return the token of each step, or its index if X has no vocabulary.

    Parameters
    ----------
    X : Sequences
        Tokens outside the vocabulary are returned too, if X stores them.
    vocabulary : Vocabulary or None, default=None
        The vocabulary of ids if X has none.

    Returns
    -------
    list of len(X) lists
        Tokens are str, indices int from 0 on.

    Examples
    --------
    >>> from skseq import Sequences, Tokenizer
    >>> from skseq.training.mixins.attention_weights import step_tokens
    >>> step_tokens(Tokenizer().fit(["a film"]).transform(["a new film", ""]))
    [['a', 'new', 'film'], []]
    >>> step_tokens(Sequences.from_lists([[0.5, 1.5]]))
    [[0, 1]]
    """
    vocabulary = X.vocabulary or vocabulary
    if vocabulary is None or not X.is_ids:
        return [list(range(length)) for length in X.lengths]
    known = (*vocabulary.tokens, *X.unseen_tokens)
    flat = [known[code] for code in X.codes.tolist()]
    return [flat[start:end] for start, end in zip(X.offsets[:-1], X.offsets[1:], strict=True)]


# -------------------------------------------------------------------------------------- running
def _square(
    state: Any, reader: Any, X: Sequences, layer: int, head: int | None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield rows, their lengths and their weights (B, T, T), batch by batch."""
    from ..prediction import batcher_to_run, borrowed_predictor

    with borrowed_predictor(state) as predictor:
        n_heads = predictor.attention_heads("between_steps")
    # Checked before an engine is borrowed, because an engine is dropped if an error is raised.
    place = place_of("layer", layer, len(n_heads), "the network", "layers of attention")
    if head is not None:
        head = place_of("head", head, n_heads[place], f"layer={layer}", "heads")
    with borrowed_predictor(state) as predictor:
        batcher = batcher_to_run(predictor, reader, X)
        for rows in plan_prediction(batcher.lengths, num_heads=n_heads[place]):
            weights = predictor.attention_weights("between_steps", place, *batcher.batch(rows))
            one = weights.mean(axis=1) if head is None else weights[:, head]
            yield rows, batcher.lengths[rows], one


def _flat(
    state: Any, reader: Any, X: Sequences
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield rows, their lengths and their weights (B, T), batch by batch."""
    from ..prediction import batcher_to_run, borrowed_predictor

    with borrowed_predictor(state) as predictor:
        batcher = batcher_to_run(predictor, reader, X)
        for rows in plan_prediction(batcher.lengths, fast_batch_size=predictor.fast_batch_size):
            weights = predictor.attention_weights("pooling", 0, *batcher.batch(rows))
            yield rows, batcher.lengths[rows], weights


def place_of(name: str, number: Any, n: int, owner: str, what: str) -> int:
    """Return the index from 0 to ``n - 1`` of a number that may count from the end."""
    is_number = isinstance(number, Integral) and not isinstance(number, bool)
    if not is_number or not -n <= number < n:
        raise ValueError(
            f"{name}={number!r}, but {owner} has {n} {what}; expected an integer from {-n} to "
            f"{n - 1}" + (", or None for the mean over all." if name == "head" else ".")
        )
    return int(number) % n
