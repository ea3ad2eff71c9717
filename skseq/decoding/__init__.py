"""Decoding: from log-probabilities to sequences.

It has linear-chain inference (Viterbi, marginals), CTC decoding, and the generation of tokens by
greedy search, sampling and beam search. Networks are not here: a model is a function
``step(state, ids)`` that returns log-probabilities of the next token and the new state. Taggers,
language models, ``seq2seq`` and ``speech`` call it, and users may with models of their own.
"""

from ._beam import Beam, Beams, beam_search
from ._choices import choose_best, make_sampler
from ._ctc import ctc_greedy, ctc_log_likelihood
from ._ctc_beam import CTCBeam, ctc_beam_search
from ._filter_chain import make_filter
from ._filters import (
    allow_tokens,
    forbid_tokens,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    scale_temperature,
)
from ._linear_chain import LinearChain
from ._search import Decoded, greedy, sample
from ._states import repeat_rows, take_rows
from ._steps import NewTokens, iterate
from ._stops import StopMatcher

__all__ = [
    "Beam",
    "Beams",
    "CTCBeam",
    "Decoded",
    "LinearChain",
    "NewTokens",
    "StopMatcher",
    "allow_tokens",
    "beam_search",
    "choose_best",
    "ctc_beam_search",
    "ctc_greedy",
    "ctc_log_likelihood",
    "forbid_tokens",
    "greedy",
    "iterate",
    "keep_top_k",
    "keep_top_p",
    "make_filter",
    "make_sampler",
    "penalize_repetition",
    "repeat_rows",
    "sample",
    "scale_temperature",
    "take_rows",
]
