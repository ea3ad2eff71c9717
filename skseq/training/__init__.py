"""Training: the one way that every fit and every prediction goes.

Here are the base class of all estimators that train a network, the training loop, the engine that
runs Keras, and the state that a fitted estimator keeps. What X and y mean is in ``readers`` and
``targets``, the networks are in ``networks``, and searches for sequences of tokens in ``decoding``.
The families call it: each derives its estimators from ``SequenceEstimator``.
"""
