"""Networks: plain functions that return a ``keras.Model``.

A network takes right-padded steps, (B, T) token ids or (B, T, F) features, and the lengths (B,),
last, and returns logits, for each sequence or for each step. A network may take states after the
lengths, inputs named ``state_…``, and then returns them after its logits. Networks from sequence to
sequence take a source and its lengths first, see ``_sequence_to_sequence``. Estimators name the
function they use, see :data:`NETWORKS`.
"""

from .attention import self_attention_network, transformer_network
from .ctc import ctc_network
from .forecasting import forecasting_network
from .language import language_network
from .recurrent import recurrent_network
from .sequence_to_sequence import recurrent_seq2seq_network, repeat_seq2seq_network
from .tagging import tagging_network, transformer_tagging_network
from .transformer_seq2seq import transformer_seq2seq_network

NETWORKS = {
    "ctc": ctc_network,
    "forecasting": forecasting_network,
    "language": language_network,
    "recurrent": recurrent_network,
    "recurrent_seq2seq": recurrent_seq2seq_network,
    "repeat_seq2seq": repeat_seq2seq_network,
    "self_attention": self_attention_network,
    "tagging": tagging_network,
    "transformer": transformer_network,
    "transformer_seq2seq": transformer_seq2seq_network,
    "transformer_tagging": transformer_tagging_network,
}

__all__ = [
    "NETWORKS",
    "ctc_network",
    "forecasting_network",
    "language_network",
    "recurrent_network",
    "recurrent_seq2seq_network",
    "repeat_seq2seq_network",
    "self_attention_network",
    "tagging_network",
    "transformer_network",
    "transformer_seq2seq_network",
    "transformer_tagging_network",
]
