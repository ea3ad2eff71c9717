"""The public methods of fitted language models: scores, next tokens and generation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..decoding import choose_best, make_sampler
from ..inputs.parameters import checked_arguments
from ..inputs.validation import check_count
from ..readers.language import LanguageReader
from ..targets.next_token import NextToken
from ..targets.weights import check_sample_weight
from ..training.mixins.fitted import FittedMixin
from ._fitted import FittedModel
from ._generation import (
    Request,
    check_strategy,
    continuations,
    pieces,
    stop_ids,
    to_texts,
    token_filter,
)
from ._scoring import best_next_tokens, document_log_probs, next_log_probs, token_log_probs


class PredictionMixin(FittedMixin):
    """Mixin of the methods that a language model has after ``fit``."""

    reader_: LanguageReader
    codec_: NextToken

    @property
    def classes_(self) -> np.ndarray:
        """The tokens in the order of the columns of ``predict_proba``: the vocabulary."""
        if "reader_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no classes_ before fit.")
        tokens = self.reader_.vocabulary.tokens
        found = np.empty(len(tokens), object)
        found[:] = tokens
        return found

    def _fitted(self) -> FittedModel:
        self._check_is_fitted()
        return FittedModel(self.reader_, self.codec_, self._borrowed_predictor)

    # -------------------------------------------------------------------- scores
    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the mean log-probability per token, in nats.

        Parameters
        ----------
        X : list of documents, or one document
            As in :meth:`fit`. Unknown tokens count as ``<unk>``.
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
            If no document has a token, and as in :meth:`fit`.
        """
        fitted = self._fitted()
        ids = fitted.reader.read(X)
        totals, lengths = document_log_probs(fitted, ids, y)
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
            At least 1, lower is better: the number of equally probable tokens at each step that
            would be as hard to predict.
        """
        return float(np.exp(-self.score(X, y)))

    @checked_arguments
    def score_samples(self, X: Any, y: Any = None, *, include_end: bool = False) -> np.ndarray:
        """Return the log-probability of each document, in nats.

        Parameters
        ----------
        X, y
            As in :meth:`score`.
        include_end : bool, default=False
            Whether to include the end of the document. With it, the probabilities of all possible
            documents sum to 1; without it, a prefix is at least as probable as the whole.

        Returns
        -------
        ndarray of shape (n_samples,)
            The sum over the tokens of each document; greater is more probable.
        """
        fitted = self._fitted()
        return document_log_probs(fitted, fitted.reader.read(X), y, include_end)[0]

    @checked_arguments
    def surprisal(self, X: Any, y: Any = None, *, return_tokens: bool = False) -> Any:
        """Return the surprisal of each token given those before it, in nats.

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
            The tokens, ``"<unk>"`` for unknown ones; only with ``return_tokens``.
        """
        fitted = self._fitted()
        is_single = fitted.reader.documents.is_single(X)
        ids = fitted.reader.read(X)
        flat = -token_log_probs(fitted, ids, [y] if is_single and y is not None else y)
        rows = [flat[a + 1 : b - 1] for a, b in itertools.pairwise(ids.offsets.tolist())]
        tokens = [fitted.tokens(row[1:-1]) for row in ids]
        if is_single:
            return (rows[0], tokens[0]) if return_tokens else rows[0]
        return (rows, tokens) if return_tokens else rows

    # ---------------------------------------------------------------- next token
    def predict_proba(self, X: Any, y: Any = None) -> np.ndarray:
        """Return the probability of each next token.

        Parameters
        ----------
        X : list of prompts, or one prompt
            Beginnings of documents, as in :meth:`fit`; ``""`` is the start of a document.
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
            If a token is unknown and the training documents had no ``<unk>``.
        """
        return np.exp(next_log_probs(self._fitted(), X, y))

    def predict(self, X: Any, y: Any = None) -> np.ndarray:
        """Return the most probable next token of each prompt.

        Parameters
        ----------
        X, y
            As in :meth:`predict_proba`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Tokens; ``"<e>"`` if the end of the document is most probable. Never ``"<unk>"``.
        """
        best, _ = best_next_tokens(self._fitted(), X, y, 1)
        return self.classes_[best[:, 0]]

    @checked_arguments
    def predict_top_k(
        self, X: Any, k: int = 3, y: Any = None, *, return_scores: bool = False
    ) -> Any:
        """Return the ``k`` most probable next tokens of each prompt.

        Parameters
        ----------
        X, y
            As in :meth:`predict_proba`.
        k : int, default=3
            Number of tokens, at most those of the vocabulary.
        return_scores : bool, default=False
            Whether to return their log-probabilities (nats) too.

        Returns
        -------
        tokens : list of n_samples lists of up to k tokens
            Best first; the first is what :meth:`predict` returns.
        scores : ndarray of shape (n_samples, up to k)
            Log-probability of each; only with ``return_scores``.
        """
        best, scores = best_next_tokens(self._fitted(), X, y, check_count(k, "k"))
        classes = self.classes_
        tokens = [classes[row].tolist() for row in best]
        return (tokens, scores) if return_scores else tokens

    # ---------------------------------------------------------------- generation
    @checked_arguments
    def generate(
        self,
        prompt: Any = "",
        *,
        max_new_tokens: int = 200,
        strategy: str = "sample",
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        num_beams: int = 4,
        length_penalty: float = 1.0,
        repetition_penalty: float | None = None,
        allowed_tokens: Any = None,
        stop: Any = None,
        n_samples: int = 1,
        condition: Any = None,
        return_scores: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> Any:
        """Continue one or several prompts.

        Parameters
        ----------
        prompt : document, or list of documents, default=""
            The beginning of a document; ``""`` starts a new one. A list of prompts is one batch,
            which takes little more time than one prompt.
        max_new_tokens : int, default=200
            Most tokens generated; fewer if the document ends or ``stop`` is reached.
        strategy : {"sample", "greedy", "beam"}, default="sample"
            Draw every token by its probability, choose the most probable token, or search for the
            most probable continuation by a beam search.
        temperature : float, default=1.0
            Divides log-probabilities before a token is drawn; above 0. Below 1 texts vary less,
            above 1 more. For the most probable tokens use ``strategy="greedy"``.
        top_k : int or None, default=None
            Draw only from the ``top_k`` most probable tokens [1]_.
        top_p : float or None, default=None
            Draw only from the most probable tokens that together reach this probability [2]_; in
            (0, 1].
        num_beams : int, default=4
            Number of sequences that a beam search keeps.
        length_penalty : float, default=1.0
            The score of a beam is its log-probability divided by its length to this power: 0
            compares sums, 1 means over tokens.
        repetition_penalty : float or None, default=None
            Factor of the log-probability of tokens that occurred before [3]_; above 1 avoids them.
        allowed_tokens : collection of tokens or None, default=None
            The only tokens that may be generated; the end is always allowed.
        stop : document, or list of documents, default=None
            The text ends before the first of these that is generated.
        n_samples : int, default=1
            Number of continuations of each prompt: independent draws, or the best beams, at most
            ``num_beams``.
        condition : label, or list of labels, default=None
            One condition for all prompts or one for each, if the model was fitted with conditions.
        return_scores : bool, default=False
            Whether to return the log-probability of each continuation under the model (nats) too,
            for beams divided by their length as by ``length_penalty``.
        random_state : int, RandomState instance or None, default=None
            Decides the draws; an int makes them reproducible.

        Returns
        -------
        texts : document, or nested lists of documents
            The prompt and its continuation: one document for a single prompt, a list of documents
            if ``n_samples`` is above 1; for a list of prompts, a list of either.
        scores : float, or nested lists of floats
            As ``texts``; only with ``return_scores``.

        Raises
        ------
        ValueError
            If a prompt has unknown tokens, an option is out of range, or a condition is unknown.
        TypeError
            If a prompt is not a document, or a parameter does not exist.

        References
        ----------
        .. [1] Fan et al., "Hierarchical Neural Story Generation", ACL 2018.
        .. [2] Holtzman et al., "The Curious Case of Neural Text Degeneration", ICLR 2020.
        .. [3] Keskar et al., "CTRL: A Conditional Transformer Language Model for Controllable
           Generation", 2019, arXiv:1909.05858.
        """
        fitted = self._fitted()
        check_strategy(strategy, n_samples, num_beams)
        prompts = fitted.read_prompts(prompt, "prompt")
        request = Request(
            prompts,
            fitted.condition_numbers(condition, len(prompts)),
            max_new_tokens,
            stop_ids(fitted, stop),
            token_filter(
                fitted, strategy, allowed_tokens, temperature, top_k, top_p, repetition_penalty
            ),
        )
        found = continuations(
            fitted, request, strategy, n_samples, num_beams, length_penalty, random_state
        )
        texts: Any  # by prompt and sample, less where there is one of these
        scores: Any
        texts, scores = to_texts(fitted, prompt, prompts, found)
        if n_samples == 1:
            texts, scores = [row[0] for row in texts], [row[0] for row in scores]
        if fitted.reader.documents.is_single(prompt):
            texts, scores = texts[0], scores[0]
        return (texts, scores) if return_scores else texts

    @checked_arguments
    def stream(
        self,
        prompt: Any = "",
        *,
        max_new_tokens: int = 200,
        strategy: str = "sample",
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        repetition_penalty: float | None = None,
        allowed_tokens: Any = None,
        stop: Any = None,
        condition: Any = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> Iterator[Any]:
        """Continue a prompt and yield each piece of text when it is generated.

        Parameters
        ----------
        prompt : document, default=""
            The beginning of a document.
        strategy : {"sample", "greedy"}, default="sample"
            As in :meth:`generate`, like all other parameters.
        max_new_tokens, temperature, top_k, top_p, repetition_penalty, allowed_tokens, stop
            As in :meth:`generate`.
        condition, random_state
            As in :meth:`generate`.

        Yields
        ------
        str or symbol
            The next piece of the text, without the prompt. Prompt and pieces together are the
            result of :meth:`generate`. Tokens that may begin ``stop`` are held back until it is
            known whether they do.

        Raises
        ------
        ValueError, TypeError
            As :meth:`generate`; raised by the call itself, not by the first piece.
        """
        fitted = self._fitted()
        if strategy not in ("sample", "greedy"):
            raise ValueError(
                f"strategy={strategy!r} cannot be streamed; use 'sample' or 'greedy', or generate."
            )
        prompts = fitted.read_prompts(prompt, "prompt")
        if len(prompts) != 1:
            raise ValueError(
                f"stream takes a single prompt, got {len(prompts)}; use generate for all at once."
            )
        (document,) = fitted.reader.documents.documents(prompt)
        request = Request(
            prompts,
            fitted.condition_numbers(condition, 1),
            check_count(max_new_tokens, "max_new_tokens"),
            stop_ids(fitted, stop),
            token_filter(
                fitted, strategy, allowed_tokens, temperature, top_k, top_p, repetition_penalty
            ),
        )
        choose = make_sampler(random_state) if strategy == "sample" else choose_best
        return pieces(fitted, request, document, choose)
