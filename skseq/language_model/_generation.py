"""Continuations of prompts by a fitted language model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..decoding import Decoded, beam_search, greedy, iterate, make_filter, repeat_rows, sample
from ..decoding._filter_checks import check_draw
from ..inputs.validation import check_count
from ..vocabulary import END_ID, PAD_ID, START_ID, UNKNOWN_ID
from ._fitted import FittedModel

_STRATEGIES = ("sample", "greedy", "beam")

Continuation = tuple[np.ndarray, float]  # the ids made and their score


class Request(NamedTuple):
    """Prompts and options of one call of ``generate`` or ``stream``, checked and as ids."""

    prompts: list[np.ndarray]
    conditions: np.ndarray
    max_new_tokens: int
    stop: list[list[int]]
    filter: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def options(self) -> dict[str, Any]:
        """Return the keywords that all decoders have."""
        return {
            "max_new_tokens": self.max_new_tokens,
            "end_id": END_ID,
            "stop": self.stop,
            "filter": self.filter,
        }

    def history(self) -> np.ndarray:
        """Return the tokens of the prompts, (B, t), with -1 before shorter ones."""
        longest = max(len(ids) for ids in self.prompts)
        found = np.full((len(self.prompts), longest - 1), -1, np.int64)
        for row, ids in zip(found, self.prompts, strict=True):
            row[longest - len(ids) :] = ids[1:]
        return found


# ------------------------------------------------------------------ what is asked
def check_strategy(strategy: str, n_samples: int, num_beams: int) -> None:
    """Check the strategy of ``generate`` and the number of continuations that it can give."""
    if strategy not in _STRATEGIES:
        raise ValueError(f"strategy={strategy!r} is unknown; use one of {list(_STRATEGIES)}.")
    check_count(n_samples, "n_samples")
    if strategy == "beam":
        check_count(num_beams, "num_beams")
        if n_samples > num_beams:
            raise ValueError(
                f"n_samples={n_samples} of num_beams={num_beams} beams; raise num_beams."
            )


def token_filter(
    fitted: FittedModel,
    strategy: str,
    allowed_tokens: Any,
    temperature: float,
    top_k: int | None,
    top_p: float | None,
    repetition_penalty: float | None,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the filter of the next token; temperature, top-k and top-p are for draws only."""
    draw: dict[str, Any] = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    check_draw(**draw)
    return make_filter(
        repetition_penalty=repetition_penalty,
        allowed=_allowed_ids(fitted, allowed_tokens),
        forbidden=[PAD_ID, UNKNOWN_ID, START_ID],
        **(draw if strategy == "sample" else {}),
    )


def stop_ids(fitted: FittedModel, stop: Any) -> list[list[int]]:
    """Return the ids of each document of ``stop``."""
    if stop is None:
        return []
    rows = [row[1:-1].tolist() for row in fitted.reader.read_known(stop, "stop")]
    if not all(rows):
        raise ValueError("stop holds an empty document; name what shall end the text.")
    return rows


def _allowed_ids(fitted: FittedModel, allowed_tokens: Any) -> list[int] | None:
    """Return the ids of the allowed tokens and of the end, None for all tokens."""
    if allowed_tokens is None:
        return None
    vocabulary, allowed_tokens = fitted.reader.vocabulary, list(allowed_tokens)
    unknown = [token for token in allowed_tokens if token not in vocabulary]
    if unknown:
        raise ValueError(f"allowed_tokens holds {unknown!r:.200}, which were not seen in fit.")
    if not allowed_tokens:
        raise ValueError("allowed_tokens is empty; name at least one token, or pass None.")
    return [*(vocabulary[token] for token in allowed_tokens), END_ID]


# ------------------------------------------------------------------- what is made
def continuations(
    fitted: FittedModel,
    request: Request,
    strategy: str,
    n_samples: int,
    num_beams: int,
    length_penalty: float,
    random_state: int | np.random.RandomState | None,
) -> list[list[Continuation]]:
    """Return ``n_samples`` continuations of each prompt."""
    searches: dict[str, Callable[..., Any]] = {
        "sample": functools.partial(sample, random_state=random_state),
        "greedy": greedy,
        "beam": functools.partial(beam_search, num_beams=num_beams, length_penalty=length_penalty),
    }
    n_rows = n_samples if strategy == "sample" else 1
    with fitted.context() as context:
        found = searches[strategy](
            context.step,
            repeat_rows(context.start(request.prompts, request.conditions), n_rows),
            np.repeat([ids[-1] for ids in request.prompts], n_rows),
            history=np.repeat(request.history(), n_rows, axis=0),
            **request.options(),
        )
    if not isinstance(found, Decoded):
        return [[(beam.ids, beam.score) for beam in beams[:n_samples]] for beams in found]
    made = list(zip(found.ids, found.log_probs.tolist(), strict=True))
    # The most probable tokens are the same for all samples of a prompt.
    return [made[i : i + n_rows] * (n_samples // n_rows) for i in range(0, len(made), n_rows)]


def pieces(
    fitted: FittedModel,
    request: Request,
    prompt: Any,
    choose: Callable[[np.ndarray], np.ndarray],
) -> Iterator[Any]:
    """Yield the continuation of the one prompt, piece by piece."""
    (ids,) = request.prompts
    vocabulary, documents = fitted.reader.vocabulary.tokens, fitted.reader.documents
    with fitted.context() as context:
        turns = iterate(
            context.step,
            context.start(request.prompts, request.conditions),
            [ids[-1]],
            choose,
            history=request.history(),
            **request.options(),
        )
        made = (vocabulary[i] for turn in turns for i in turn.tokens[0])
        yield from documents.pieces(made, prompt, fitted.tokens(ids[1:]))


def to_texts(
    fitted: FittedModel, given: Any, prompts: list[np.ndarray], rows: list[list[Continuation]]
) -> tuple[list[list[Any]], list[list[float]]]:
    """Return the texts of continuations, a list for each prompt, and their scores."""
    documents = fitted.reader.documents
    texts = []
    for prompt, ids, row in zip(documents.documents(given), prompts, rows, strict=True):
        before = fitted.tokens(ids[1:])
        made = [documents.pieces(fitted.tokens(new), prompt, before) for new, _ in row]
        texts.append([documents.join(prompt, part) for part in made])
    return texts, [[score for _, score in row] for row in rows]
