"""Text made by a language model."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..decoding import (
    Decoded,
    beam_search,
    choose_best,
    greedy,
    iterate,
    make_filter,
    make_sampler,
    repeat_rows,
    sample,
)
from ..inputs.validation import check_count
from ..vocabulary import END_ID, PAD_ID, START_ID, UNKNOWN_ID

_STRATEGIES = ("sample", "greedy", "beam")


class GenerationMixin:
    """The verbs of language models that make what is not there yet."""

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
        """Go on with a prompt, or with many at once.

        Parameters
        ----------
        prompt : document, or list of documents, default=""
            What to go on with, the beginning of a document; ``""`` begins one. A list of prompts is
            one batch, which takes little more time than one prompt.
        max_new_tokens : int, default=200
            Most tokens made; there are fewer where the document ends or ``stop`` is met.
        strategy : {"sample", "greedy", "beam"}, default="sample"
            Draw every token by its probability, take the most probable one, or look for the most
            probable whole with a beam search.
        temperature : float, default=1.0
            Divides log-probabilities before a token is drawn: below 1 is more careful, above 1 more
            daring. Above 0; for none at all use ``strategy="greedy"``.
        top_k : int or None, default=None
            Draw from the ``top_k`` most probable tokens only.
        top_p : float or None, default=None
            Draw from the most probable tokens that together reach this probability only; in (0, 1].
        num_beams : int, default=4
            Sequences a beam search follows at once.
        length_penalty : float, default=1.0
            A beam's score is its log-probability divided by its length to this power: 0 compares
            the sums, 1 the means.
        repetition_penalty : float or None, default=None
            Multiplies the log-probability of tokens that were there before; above 1 avoids them.
        allowed_tokens : collection of tokens or None, default=None
            The only tokens to make; the end is always allowed.
        stop : document, or list of documents, default=None
            Where one of these has been made, the text ends before it.
        n_samples : int, default=1
            How many continuations of each prompt: independent draws, or the best beams, at most
            ``num_beams``.
        condition : label, or list of labels, default=None
            What to condition on, for all prompts or for each, if the model was fitted with
            conditions.
        return_scores : bool, default=False
            Whether to return how likely the continuations are: their log-probability under the
            model (nats), for beams divided by their length as ``length_penalty`` says.
        random_state : int, RandomState instance or None, default=None
            Decides the draws; an int makes them repeatable.

        Returns
        -------
        texts : document, or nested lists of documents
            The prompt and what follows it: one for a single prompt; a list with ``n_samples`` above
            1; a list over the prompts, of either, for a list of prompts.
        scores : float, or nested lists of floats
            As ``texts``; only with ``return_scores``.

        Raises
        ------
        ValueError
            For prompts with tokens never seen, options out of range, and unknown conditions.
        TypeError
            For prompts that are not documents.

        References
        ----------
        .. [1] Fan et al., "Hierarchical Neural Story Generation", ACL 2018 (``top_k``).
        .. [2] Holtzman et al., "The Curious Case of Neural Text Degeneration", ICLR 2020
           (``top_p``).
        .. [3] Keskar et al., "CTRL: A Conditional Transformer Language Model for Controllable
           Generation", 2019, arXiv:1909.05858 (``repetition_penalty``).
        """
        self._check_is_fitted()
        if strategy not in _STRATEGIES:
            raise ValueError(f"strategy={strategy!r} is unknown; use one of {list(_STRATEGIES)}.")
        check_count(n_samples, "n_samples")
        if strategy == "beam":
            check_count(num_beams, "num_beams")
            if n_samples > num_beams:
                raise ValueError(
                    f"n_samples={n_samples} of num_beams={num_beams} beams; raise num_beams."
                )
        searches = {
            "sample": functools.partial(sample, random_state=random_state),
            "greedy": greedy,
            "beam": functools.partial(
                beam_search, num_beams=num_beams, length_penalty=length_penalty
            ),
        }
        prompts = self._prompts(prompt, "prompt")
        conditions = self._conditions(condition, len(prompts))
        stops = self._stop_ids(stop)
        limits = (temperature, top_k, top_p, repetition_penalty, strategy)
        chosen = self._filter(allowed_tokens, *limits)
        n_rows = n_samples if strategy == "sample" else 1
        with self._context() as context:
            found = searches[strategy](
                context.step,
                repeat_rows(context.start(prompts, conditions), n_rows),
                np.repeat([ids[-1] for ids in prompts], n_rows),
                max_new_tokens=max_new_tokens,
                end_id=END_ID,
                stop=stops,
                filter=chosen,
                history=np.repeat(_history(prompts), n_rows, axis=0),
            )
        texts, scores = self._texts(prompt, prompts, _continuations(found, n_samples, n_rows))
        if n_samples == 1:
            texts, scores = [row[0] for row in texts], [row[0] for row in scores]
        if self.reader_.documents.is_single(prompt):
            texts, scores = texts[0], scores[0]
        return (texts, scores) if return_scores else texts

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
        """Go on with a prompt and yield what is made as it is made.

        Parameters
        ----------
        prompt : document, default=""
            What to go on with.
        strategy : {"sample", "greedy"}, default="sample"
            As in :meth:`generate`, like all other parameters.
        max_new_tokens, temperature, top_k, top_p, repetition_penalty, allowed_tokens, stop
            As in :meth:`generate`.
        condition, random_state
            As in :meth:`generate`.

        Yields
        ------
        str or symbol
            The next piece of the text, without the prompt; joined to it, what :meth:`generate`
            returns. What may be the beginning of ``stop`` is held back until it is not.

        Raises
        ------
        ValueError, TypeError
            As :meth:`generate`, when called and not only when the first piece is asked for.
        """
        self._check_is_fitted()
        if strategy not in ("sample", "greedy"):
            raise ValueError(
                f"strategy={strategy!r} cannot be streamed; use 'sample' or 'greedy', or generate."
            )
        prompts = self._prompts(prompt, "prompt")
        if len(prompts) != 1:
            raise ValueError(
                f"stream takes a single prompt, got {len(prompts)}; use generate for all at once."
            )
        (prompt,) = self.reader_.documents.documents(prompt)
        conditions = self._conditions(condition, 1)
        options = {
            "max_new_tokens": check_count(max_new_tokens, "max_new_tokens"),
            "end_id": END_ID,
            "stop": self._stop_ids(stop),
            "filter": self._filter(
                allowed_tokens, temperature, top_k, top_p, repetition_penalty, strategy
            ),
            "history": _history(prompts),
        }
        choose = make_sampler(random_state) if strategy == "sample" else choose_best
        return self._stream(prompt, prompts, conditions, choose, options)

    # ------------------------------------------------------------------- private
    def _stream(
        self, prompt: Any, prompts: Any, conditions: Any, choose: Any, options: Any
    ) -> Iterator[Any]:
        with self._context() as context:
            state = context.start(prompts, conditions)
            turns = iterate(context.step, state, [prompts[0][-1]], choose, **options)
            ids = (i for turn in turns for i in turn.tokens[0])
            tokens = self.reader_.vocabulary.tokens
            before = [tokens[i] for i in prompts[0][1:].tolist()]
            yield from self.reader_.documents.pieces((tokens[i] for i in ids), prompt, before)

    def _texts(
        self, given: Any, prompts: list[np.ndarray], rows: list[list[tuple[np.ndarray, float]]]
    ) -> tuple[list[list[Any]], list[list[float]]]:
        """Return the texts of continuations, a list for each prompt, and their scores."""
        tokens, documents = self.reader_.vocabulary.tokens, self.reader_.documents
        texts = []
        for prompt, ids, row in zip(documents.documents(given), prompts, rows, strict=True):
            before = [tokens[i] for i in ids[1:].tolist()]
            made = [[tokens[i] for i in new.tolist()] for new, _ in row]
            pieces = [documents.pieces(new, prompt, before) for new in made]
            texts.append([documents.join(prompt, part) for part in pieces])
        return texts, [[score for _, score in row] for row in rows]

    def _filter(
        self,
        allowed_tokens: Any,
        temperature: float,
        top_k: int | None,
        top_p: float | None,
        repetition_penalty: float | None,
        strategy: str,
    ) -> Any:
        allowed = None
        if allowed_tokens is not None:
            vocabulary, allowed_tokens = self.reader_.vocabulary, list(allowed_tokens)
            unknown = [t for t in allowed_tokens if t not in vocabulary]
            if unknown:
                raise ValueError(
                    f"allowed_tokens holds {unknown!r:.200}, which were not seen in fit."
                )
            if not allowed_tokens:
                raise ValueError("allowed_tokens is empty; name at least one token, or pass None.")
            allowed = [*(vocabulary[t] for t in allowed_tokens), END_ID]
        settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
        checked = make_filter(
            **settings,
            repetition_penalty=repetition_penalty,
            allowed=allowed,
            forbidden=[PAD_ID, UNKNOWN_ID, START_ID],
        )
        if strategy == "sample":
            return checked
        return make_filter(
            repetition_penalty=repetition_penalty,
            allowed=allowed,
            forbidden=[PAD_ID, UNKNOWN_ID, START_ID],
        )

    def _stop_ids(self, stop: Any) -> list[list[int]]:
        if stop is None:
            return []
        rows = [row[1:-1].tolist() for row in self.reader_.read_known(stop, "stop")]
        if not all(rows):
            raise ValueError("stop holds an empty document; name what shall end the text.")
        return rows

    def _conditions(self, condition: Any, n_prompts: int) -> np.ndarray:
        if condition is not None and (isinstance(condition, str) or np.ndim(condition) == 0):
            condition = [condition] * n_prompts
        return self.reader_.condition_numbers(condition, range(n_prompts), "condition")


def _continuations(found: Any, n_samples: int, n_rows: int) -> list[list[tuple[np.ndarray, float]]]:
    """Return (ids, score) of ``n_samples`` continuations of each prompt."""
    if not isinstance(found, Decoded):
        return [[(beam.ids, beam.score) for beam in beams[:n_samples]] for beams in found]
    made = list(zip(found.ids, found.log_probs.tolist(), strict=True))
    # What is decided, not drawn, is the same for all samples of a prompt.
    return [made[i : i + n_rows] * (n_samples // n_rows) for i in range(0, len(made), n_rows)]


def _history(prompts: list[np.ndarray]) -> np.ndarray:
    """Return the tokens of the prompts, (B, t), with -1 before shorter ones."""
    longest = max(len(ids) for ids in prompts)
    found = np.full((len(prompts), longest - 1), -1, np.int64)
    for row, ids in zip(found, prompts, strict=True):
        row[longest - len(ids) :] = ids[1:]
    return found
