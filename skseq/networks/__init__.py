"""Networks: plain functions that return a ``keras.Model``, by name in :data:`NETWORKS`.

A network takes right-padded steps, (B, T) token ids or (B, T, F) features, and the lengths (B,) as
its last input. It returns logits, for each sequence or for each step. A network with states takes
them after the lengths, as inputs named ``state_…``, and returns them after its logits. A network
from sequence to sequence takes a source and its lengths first, see ``sequence_to_sequence``.

Layers are in ``skseq.layers``, losses and optimisers in ``skseq.training``, which builds and
compiles the networks that the families name.
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
