"""Mixins: parameters and methods that some estimators of several families share.

They are for cells chosen by name, encoders, parameters of a user's network, and attention weights.
What all estimators share is in ``training.estimator``, and what one family shares is in its
``_base``. The classes of the families inherit from the mixins.
"""
