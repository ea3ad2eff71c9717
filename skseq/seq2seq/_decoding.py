"""Predictions and scores of models from sequence to sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from ..batches.batching import plan_prediction
from ..decoding import Beam, beam_search
from ..inputs.documents import check_documents
from ..inputs.parameters import checked_arguments
from ..inputs.validation import check_count
from ..metrics import exact_match
from ..readers.source import SourceReader, slices_of
from ..targets.next_token import log_probs_of
from ..targets.texts import FixedLength, FollowingTokens
from ..training.mixins.fitted import FittedMixin

Codec = FollowingTokens | FixedLength

_ROWS = 256  # number of beams that are extended at once


class DecodingMixin(FittedMixin):
    """Adds predictions and scores to a model with an encoder and a decoder."""

    reader_: SourceReader
    codec_: Codec

    # parameters of the subclasses
    lowercase: bool
    num_beams: int
    length_penalty: float
    max_length: int | None

    @checked_arguments
    def predict(
        self,
        X: Any,
        *,
        num_beams: int | None = None,
        length_penalty: float | None = None,
        max_length: int | None = None,
        return_finished: bool = False,
    ) -> Any:
        """Return the predicted target of each document.

        Parameters
        ----------
        X : list of n_samples documents
            As in :meth:`fit`; tokens not seen in ``fit`` are ``<unk>``.
        num_beams, length_penalty, max_length : default=None
            Override the estimator's parameters of these names.
        return_finished : bool, default=False
            Whether to return which documents are complete too.

        Returns
        -------
        documents : ndarray of shape (n_samples,)
            One ``str`` each, possibly empty.
        finished : ndarray of bool, shape (n_samples,)
            False if ``max_length`` was reached before the end of the document; only with
            ``return_finished``.

        Raises
        ------
        ValueError
            For an empty document, and for options out of range.
        TypeError
            For documents that are not text.
        """
        rows = self._search(X, 1, num_beams, length_penalty, max_length)
        documents = self._as_documents(beams[0] for beams in rows)
        if not return_finished:
            return documents
        return documents, np.array([beams[0].finished for beams in rows])

    @checked_arguments
    def predict_top_k(
        self,
        X: Any,
        k: int = 3,
        *,
        num_beams: int | None = None,
        length_penalty: float | None = None,
        max_length: int | None = None,
        return_scores: bool = False,
    ) -> Any:
        """Return the ``k`` best targets that a beam search finds for each document.

        Parameters
        ----------
        X : list of n_samples documents
            As in :meth:`predict`.
        k : int, default=3
            Number of targets; fewer are returned if no more are possible.
        num_beams, length_penalty, max_length : default=None
            Override the estimator's parameters of these names; there are at least ``k`` beams.
        return_scores : bool, default=False
            Whether to return the scores that they are ranked by too.

        Returns
        -------
        documents : list of n_samples lists of up to k str
            Best first.
        scores : list of n_samples arrays of shape (up to k,)
            Log-probability (nats), divided by the number of tokens (the end included) to the power
            of ``length_penalty``; only with ``return_scores``.
        """
        rows = self._search(X, check_count(k, "k"), num_beams, length_penalty, max_length)
        rows = [beams[:k] for beams in rows]
        documents = [self._as_documents(beams).tolist() for beams in rows]
        if not return_scores:
            return documents
        return documents, [np.array([beam.score for beam in beams]) for beams in rows]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of documents for which :meth:`predict` returns exactly the target.

        Parameters
        ----------
        X : list of n_samples documents
            As in :meth:`predict`.
        y : list of n_samples str
            The true targets. With ``lowercase`` they are lower-cased first.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each pair.

        Returns
        -------
        float
            In [0, 1].
        """
        self._check_is_fitted()
        y = check_documents(y, name="y")
        y = [text if isinstance(text, str) else self._joined(text) for text in y]
        if self.lowercase:
            y = [text.lower() for text in y]
        return exact_match(y, self.predict(X), sample_weight=sample_weight)

    def score_samples(self, X: Any, y: Any) -> np.ndarray:
        """Return the log-probability of the given targets.

        Parameters
        ----------
        X : list of n_samples documents
            As in :meth:`predict`.
        y : list of n_samples documents
            The targets to evaluate; tokens not seen in ``fit`` make them improbable.

        Returns
        -------
        ndarray of shape (n_samples,)
            In nats, the end included, so that the probabilities of all possible documents sum to 1.

        Raises
        ------
        ValueError
            For an empty source, and with ``decoder="repeat"`` for targets that it cannot predict.
        """
        from ..training.prediction import batcher_to_score, target_log_probs

        self._check_is_fitted()
        source, y = self.reader_.read(X), check_documents(y, name="y")
        check_consistent_length(source, y)
        pairs, target = self.codec_.pairs(source, y)
        found = np.empty(len(source))
        with self._borrowed_predictor() as predictor:
            batcher = batcher_to_score(predictor, self.reader_, pairs)
            for batch in target_log_probs(predictor, batcher, target):
                found[batch.rows] = log_probs_of(batch, target)
        return found

    # ------------------------------------------------------------------- private
    def _search(
        self, X: Any, k: int, num_beams: Any, length_penalty: Any, max_length: Any
    ) -> list[list[Beam]]:
        """Return the beams of each document, best first."""
        from ..training.translation import decoder_of

        self._check_is_fitted()
        num_beams = check_count(self.num_beams if num_beams is None else num_beams, "num_beams")
        longest = self._longest(max_length)
        options = {
            "num_beams": max(k, num_beams),
            "length_penalty": self.length_penalty if length_penalty is None else length_penalty,
            "max_new_tokens": longest + 1,  # the end too
        }
        sources = slices_of(self.reader_.read(X))
        found: list[list[Beam]] = [[] for _ in range(len(sources))]
        n_rows = max(1, _ROWS // options["num_beams"])
        with self._borrowed_predictor() as predictor:
            decoder = decoder_of(predictor, self.codec_)
            num_heads = predictor.num_heads
            for rows in plan_prediction(sources.lengths, max_rows=n_rows, num_heads=num_heads):
                state = decoder.start(sources[rows])
                first = np.full(len(rows), decoder.first_id)
                step = _Limited(decoder.step, longest, decoder.end_id)
                beams = beam_search(step, state, first, end_id=decoder.end_id, **options)
                for row, best in zip(rows.tolist(), beams, strict=True):
                    found[row] = [beam._replace(ids=beam.ids[:longest]) for beam in best]
        return found

    def _longest(self, max_length: int | None) -> int:
        """Return the maximum number of tokens of a predicted document."""
        max_length = self.max_length if max_length is None else max_length
        if max_length is not None:
            return check_count(max_length, "max_length")
        return self.codec_.default_length

    def _as_documents(self, beams: Any) -> np.ndarray:
        texts = self.codec_.texts(self.codec_.ids(beam.ids) for beam in beams)
        documents = np.empty(len(texts), object)
        documents[:] = texts
        return documents

    def _joined(self, tokens: Any) -> str:
        return self.codec_.documents.join(tokens, [])


class _Limited:
    """Step function with a limit on the number of tokens.

    After ``longest`` tokens only the most probable token is possible. If it is the end, the
    document is finished. If not, its log-probability is set to 0; it shows that the document is not
    finished, and is cut off later.
    """

    def __init__(self, step: Any, longest: int, end_id: int):
        self._step, self._n_left, self._end_id = step, longest, end_id

    def __call__(self, state: Any, ids: np.ndarray) -> tuple[np.ndarray, Any]:
        found, state = self._step(state, ids)
        if self._n_left == 0:
            rows, best = np.arange(len(found)), found.argmax(axis=1)
            log_probs = np.where(best == self._end_id, found[rows, best], 0.0)
            found = np.full_like(found, -np.inf)
            found[rows, best] = log_probs
        self._n_left -= 1
        return found, state
