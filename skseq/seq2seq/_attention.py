"""Attention weights of models from sequence to sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_consistent_length

from ..batches.batching import MOST_WEIGHTS
from ..inputs.documents import check_documents
from ..inputs.parameters import checked_arguments
from ..readers.source import SourceReader
from ..targets.texts import FollowingTokens
from ..training.mixins.attention_weights import place_of, step_tokens
from ..training.mixins.fitted import FittedMixin
from ._decoding import Codec


def _looks_back(estimator: Any) -> bool:
    attention = getattr(estimator, "attention", "dot")
    if hasattr(estimator, "network_state_"):  # parameters may have been set since
        attention = estimator.network_state_.spec.arguments.get("attention", attention)
    if attention is None:
        raise AttributeError(
            "attention=None means that there are no attention weights; set attention='dot', "
            "'general' or 'additive' before fit to have attention_weights."
        )
    return True


class SourceAttentionMixin(FittedMixin):
    """Adds ``attention_weights`` to a model whose decoder attends to the source."""

    reader_: SourceReader
    codec_: Codec
    predict: Callable[..., Any]

    @available_if(_looks_back)
    @checked_arguments
    def attention_weights(
        self,
        X: Any,
        y: Any = None,
        *,
        layer: int = -1,
        head: int | None = None,
        return_tokens: bool = False,
    ) -> Any:
        """Return the attention weights of each target token to the tokens of the source.

        Parameters
        ----------
        X : list of n_samples documents
            As in :meth:`predict`.
        y : list of n_samples documents, default=None
            The targets; None uses the predictions of :meth:`predict`.
        layer : int, default=-1
            Index of the attention layer to the source, counted from the input; -1 is the last.
        head : int or None, default=None
            Index of the head of the layer; None returns the mean over all heads.
        return_tokens : bool, default=False
            Whether to return the tokens of both sides too.

        Returns
        -------
        weights : list of n_samples arrays of shape (n_target_tokens, n_source_tokens)
            Row i holds the weights with which token i was predicted; rows sum to 1. The end token
            has no row.
        source_tokens, target_tokens : list of n_samples lists of str
            Only with ``return_tokens``.

        Raises
        ------
        AttributeError
            Without ``attention``.
        ValueError
            If there is no such layer or head, and for empty sources.
        """
        self._check_is_fitted()
        source = self.reader_.read(X)
        y = self.predict(X) if y is None else check_documents(y, name="y")
        check_consistent_length(source, y)
        pairs, _ = self.codec_.pairs(source, y)
        found: list[Any] = [None] * len(source)
        with self._borrowed_predictor() as predictor:
            n_heads = predictor.attention_heads("to_source")
        place = place_of("layer", layer, len(n_heads), "the decoder", "layers of attention")
        if head is not None:
            head = place_of("head", head, n_heads[place], f"layer={layer}", "heads")
        batcher = self.reader_.batcher(pairs)
        with self._borrowed_predictor() as predictor:
            plan = batcher.plan_scoring(MOST_WEIGHTS, num_heads=predictor.num_heads)
            for rows, _ in plan:
                weights = predictor.attention_weights("to_source", place, *batcher.batch(rows))
                if weights.ndim == 4:
                    weights = weights.mean(axis=1) if head is None else weights[:, head]
                for row, matrix in zip(rows.tolist(), weights, strict=True):
                    n_tokens = batcher.lengths[row] - 1
                    found[row] = matrix[:n_tokens, : source.lengths[row]].copy()
        if not return_tokens:
            return found
        assert isinstance(self.codec_, FollowingTokens)  # others have no such layers
        return found, step_tokens(source), self.codec_.tokens(y)
