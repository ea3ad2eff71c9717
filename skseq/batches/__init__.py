"""Batches: from sequences of different lengths to right-padded arrays.

Sequences of similar length are put into the same batch, and the outputs of batches are joined in
the order of the samples; slices and pairs of sequences are here as well. What the steps
mean is decided in ``readers``, and the network is run in ``training``. Readers choose the batcher,
and ``training`` asks it for batches.
"""
