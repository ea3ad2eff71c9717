"""Networks: plain functions that return a ``keras.Model``. Floor 2.

A network takes right-padded steps, (B, T) token ids or (B, T, F) features, and the lengths (B,),
last, and returns logits, for each sequence or for each step. Estimators name the function they
use, see :data:`NETWORKS`.
"""

from ._recurrent import recurrent_network
from ._tagging import tagging_network

NETWORKS = {"recurrent": recurrent_network, "tagging": tagging_network}

__all__ = ["NETWORKS", "recurrent_network", "tagging_network"]
