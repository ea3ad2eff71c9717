"""What scores of every step say, and how to generate from them.

Best label sequences and their probabilities, in linear chains and by CTC; and new sequences, token
by token, from any model given as a function from a state and the tokens read next to
log-probabilities and the state after.
"""

from ._beam import Beam, Beams, beam_search
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
from ._search import Decoded, choose_best, greedy, make_sampler, sample
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
