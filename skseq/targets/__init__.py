"""Targets: what y means, as numbers for a network and back.

A codec checks y, encodes it, names the loss, and decodes what the network returns; sample weights
are here too. The losses themselves are Keras code in ``layers`` and ``training``, and the
scores are in ``metrics``. A family makes a codec in its first fit, and ``training`` and the
family's ``predict`` call it.
"""
