"""Readers: how an estimator reads X, decided by its first fit and kept for every prediction.

A reader says whether X holds ids, features or texts, and makes the inputs of a network from it.
How containers such as lists, arrays and frames are taken apart is in ``inputs``, and padding is in
``batches``. ``training`` makes the reader that a family asks for, and calls it in fit and predict.
"""
