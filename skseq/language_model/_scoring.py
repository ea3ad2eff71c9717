"""How likely documents are, and what comes next."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..inputs.validation import check_count
from ..sequences import Sequences
from ..targets.weights import check_sample_weight
from ..vocabulary import END_ID, UNKNOWN_ID

_PROMPTS = 256  # read at once


class ScoringMixin:
    """The verbs of language models that evaluate what is there."""

    # -------------------------------------------------------------------- scores
    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the mean log-probability per token, in nats.

        Parameters
        ----------
        X : list of documents, or one document
            As in :meth:`fit`. Tokens never seen count as ``<unk>``.
        y : array-like of shape (n_samples,), default=None
            The condition of each document, if the model was fitted with conditions.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each document.

        Returns
        -------
        float
            At most 0, higher is better. The ends of documents do not count.

        Raises
        ------
        ValueError
            If the documents have no token at all, besides what :meth:`fit` raises.
        """
        ids = self._read_scored(X)
        totals, lengths = self._totals(ids, y)
        if sample_weight is not None:
            weight = check_sample_weight(sample_weight, len(ids))
            totals, lengths = totals * weight, lengths * weight
        if not lengths.sum():
            raise ValueError("The documents hold no token to score; pass at least one.")
        return float(totals.sum() / lengths.sum())

    def perplexity(self, X: Any, y: Any = None) -> float:
        """Return the perplexity per token: ``exp(-score(X, y))``.

        Parameters
        ----------
        X, y
            As in :meth:`score`.

        Returns
        -------
        float
            At least 1, lower is better: as if so many tokens were equally likely at every step.
        """
        return float(np.exp(-self.score(X, y)))

    def score_samples(self, X: Any, y: Any = None, *, include_end: bool = False) -> np.ndarray:
        """Return the log-probability of each document, in nats.

        Parameters
        ----------
        X, y
            As in :meth:`score`.
        include_end : bool, default=False
            Whether the document's end is part of it. With it, the probabilities of all documents
            there can be sum to 1; without, a beginning is at least as likely as the whole.

        Returns
        -------
        ndarray of shape (n_samples,)
            The sum over the document's tokens; of two sentences, the greater is the likelier.
        """
        return self._totals(self._read_scored(X), y, include_end)[0]

    def surprisal(self, X: Any, y: Any = None, *, return_tokens: bool = False) -> Any:
        """Return how surprising each token is after those before it, in nats.

        Parameters
        ----------
        X : list of documents, or one document
            As in :meth:`score`.
        y : array-like of shape (n_samples,), or one condition, default=None
            The condition of each document, if the model was fitted with conditions.
        return_tokens : bool, default=False
            Whether to return the tokens too.

        Returns
        -------
        surprisal : ndarray of shape (n_tokens,), or a list of them
            Minus the log-probability of each token; a list where X is a list of documents.
        tokens : list, or a list of them
            The tokens, ``"<unk>"`` for those never seen; only with ``return_tokens``.
        """
        self._check_is_fitted()
        is_single = self.reader_.documents.is_single(X)
        ids = self._read_scored(X)
        flat = -self._log_probs(ids, [y] if is_single and y is not None else y)
        rows = [flat[a + 1 : b - 1] for a, b in itertools.pairwise(ids.offsets.tolist())]
        vocabulary = self.reader_.vocabulary.tokens
        tokens = [[vocabulary[i] for i in row[1:-1].tolist()] for row in ids]
        if is_single:
            return (rows[0], tokens[0]) if return_tokens else rows[0]
        return (rows, tokens) if return_tokens else rows

    # ---------------------------------------------------------------- next token
    def predict_proba(self, X: Any, y: Any = None) -> np.ndarray:
        """Return the probability of each token to come next.

        Parameters
        ----------
        X : list of prompts, or one prompt
            Beginnings of documents, as in :meth:`fit`; ``""`` is the beginning itself.
        y : array-like of shape (n_samples,), default=None
            The condition of each prompt, if the model was fitted with conditions.

        Returns
        -------
        ndarray of shape (n_samples, n_tokens)
            Columns are the ids of ``vocabulary_``, see ``classes_``; that of ``<e>`` is the
            probability that the document ends here. Rows sum to 1.

        Raises
        ------
        ValueError
            For tokens never seen, where the model has not learned what unknown tokens mean.
        """
        return np.exp(self._next(X, y))

    def predict(self, X: Any, y: Any = None) -> np.ndarray:
        """Return the most probable next token of each prompt.

        Parameters
        ----------
        X, y
            As in :meth:`predict_proba`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Tokens; ``"<e>"`` where the document most probably ends. Never ``"<unk>"``.
        """
        best, _ = self._ranked(X, y, 1)
        return self.classes_[best[:, 0]]

    def predict_top_k(
        self, X: Any, k: int = 3, y: Any = None, *, return_scores: bool = False
    ) -> Any:
        """Return the ``k`` most probable next tokens of each prompt.

        Parameters
        ----------
        X, y
            As in :meth:`predict_proba`.
        k : int, default=3
            How many; there are fewer where the vocabulary has fewer.
        return_scores : bool, default=False
            Whether to return their log-probabilities (nats) too.

        Returns
        -------
        tokens : list of n_samples lists of up to k tokens
            Best first; the first is what :meth:`predict` returns.
        scores : ndarray of shape (n_samples, up to k)
            Log-probability of each; only with ``return_scores``.
        """
        best, scores = self._ranked(X, y, check_count(k, "k"))
        classes = self.classes_
        tokens = [classes[row].tolist() for row in best]
        return (tokens, scores) if return_scores else tokens

    # ------------------------------------------------------------------- private
    @contextmanager
    def _context(self):
        """Hand out what knows the text so far, for as long as nobody else may use it."""
        from ..training.contexts import context_of

        with self._borrowed_predictor() as predictor:
            yield context_of(predictor, self.reader_, self.codec_)

    def _read_scored(self, X: Any) -> Sequences:
        self._check_is_fitted()
        return self.reader_.read(X)

    def _log_probs(self, ids: Sequences, y: Any) -> np.ndarray:
        """Return the log-probability of every step of ``ids``, 0 for the start, (total_steps,)."""
        codes = self.reader_.codes(ids, self.reader_.condition_numbers(y, ids))
        found = np.zeros(len(codes))
        with self._context() as context:
            for positions, log_probs in context.log_probs(*self.codec_.whole(ids, codes)):
                found[positions] = log_probs
        return found

    def _totals(
        self, ids: Sequences, y: Any, include_end: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-probability and the number of tokens of each document."""
        found = self._log_probs(ids, y)
        if not include_end:
            found[ids.offsets[1:] - 1] = 0.0
        return np.add.reduceat(found, ids.offsets[:-1]), ids.lengths - 2

    def _prompts(self, X: Any, name: str) -> list[np.ndarray]:
        """Return the ids of each prompt from the start on, without an end."""
        self._check_is_fitted()
        return [row[:-1] for row in self.reader_.read_known(X, name)]

    def _next(self, X: Any, y: Any) -> np.ndarray:
        """Return the log-probabilities (n_samples, n_tokens) of what follows each prompt."""
        prompts = self._prompts(X, "X")
        conditions = self.reader_.condition_numbers(y, prompts)
        found = []
        with self._context() as context:
            for start in range(0, len(prompts), _PROMPTS):
                some = prompts[start : start + _PROMPTS]
                state = context.start(some, conditions[start : start + _PROMPTS])
                found.append(context.step(state, np.array([ids[-1] for ids in some]))[0])
        return np.concatenate(found).astype(np.float64)

    def _ranked(self, X: Any, y: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Return ids and log-probabilities (n_samples, up to k) of the best next tokens."""
        log_probs = self._next(X, y)
        log_probs[:, UNKNOWN_ID] = -np.inf
        n_possible = int(np.isfinite(log_probs).any(axis=0)[END_ID:].sum())
        best = np.argsort(-log_probs, axis=1, kind="stable")[:, : min(k, n_possible)]
        return best, np.take_along_axis(log_probs, best, axis=1)
