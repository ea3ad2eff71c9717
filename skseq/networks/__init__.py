"""Networks: plain functions that return a ``keras.Model``. Floor 2.

A network takes right-padded steps, (B, T) token ids or (B, T, F) features, and the lengths (B,),
last, and returns logits, for each sequence or for each step. A network may take states after the
lengths, inputs named ``state_…``, and then returns them after its logits. Estimators name the
function they use, see :data:`NETWORKS`.
"""

from ._attention import self_attention_network, transformer_network
from ._language import language_network
from ._recurrent import recurrent_network
from ._tagging import tagging_network

NETWORKS = {
    "language": language_network,
    "recurrent": recurrent_network,
    "self_attention": self_attention_network,
    "tagging": tagging_network,
    "transformer": transformer_network,
}

__all__ = [
    "NETWORKS",
    "language_network",
    "recurrent_network",
    "self_attention_network",
    "tagging_network",
    "transformer_network",
]
