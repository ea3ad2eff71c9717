"""Inputs: from the containers that users hand in to sequences, documents and series.

Lists, arrays, frames, columns and time stamps are checked and converted here, and nowhere else.
Decisions that a fit makes and a prediction repeats are in ``readers`` and ``targets``. Readers,
codecs, transformers and families call these functions.
"""
