"""Data sets: shipped with the package, generated, or downloaded on demand.

`load_`, `make_` and `fetch_` in a name say which; `read_` functions read files of the user. What
turns the data into ``Sequences`` is in ``preprocessing``. Users and the examples call them; nothing
else in the package does, and pooch is imported only for a download.
"""

from __future__ import annotations

from skseq.datasets._addition import make_addition
from skseq.datasets._chatterbot import fetch_chatterbot
from skseq.datasets._clothing import fetch_clothing_reviews
from skseq.datasets._conll import read_conll, read_conllu
from skseq.datasets._conll2002 import fetch_conll2002_es
from skseq.datasets._dates import make_dates
from skseq.datasets._etth1 import fetch_etth1
from skseq.datasets._genes import make_gene_sequences
from skseq.datasets._imdb import fetch_imdb
from skseq.datasets._indoor_movement import fetch_indoor_movement
from skseq.datasets._irregular_series import make_irregular_series
from skseq.datasets._jsb_chorales import fetch_jsb_chorales
from skseq.datasets._lm_texts import fetch_alice, fetch_nietzsche, fetch_shakespeare
from skseq.datasets._long_range import make_long_range_sentences
from skseq.datasets._melodies import make_melodies
from skseq.datasets._mnist import fetch_mnist
from skseq.datasets._moving_shapes import make_moving_shapes
from skseq.datasets._reviews import load_reviews
from skseq.datasets._sine import make_sine
from skseq.datasets._spoken_digits import fetch_spoken_digits
from skseq.datasets._tagged_sentences import make_tagged_sentences
from skseq.datasets._tales import make_tales
from skseq.datasets._tatoeba import fetch_tatoeba_spa
from skseq.datasets._ud_ewt import fetch_ud_english_ewt
from skseq.datasets._univariate_series import (
    fetch_airline_passengers,
    fetch_daily_min_temperatures,
    fetch_monthly_sunspots,
)
from skseq.datasets._wnut17 import fetch_wnut17

__all__ = [
    "fetch_airline_passengers",
    "fetch_alice",
    "fetch_chatterbot",
    "fetch_clothing_reviews",
    "fetch_conll2002_es",
    "fetch_daily_min_temperatures",
    "fetch_etth1",
    "fetch_imdb",
    "fetch_indoor_movement",
    "fetch_jsb_chorales",
    "fetch_mnist",
    "fetch_monthly_sunspots",
    "fetch_nietzsche",
    "fetch_shakespeare",
    "fetch_spoken_digits",
    "fetch_tatoeba_spa",
    "fetch_ud_english_ewt",
    "fetch_wnut17",
    "load_reviews",
    "make_addition",
    "make_dates",
    "make_gene_sequences",
    "make_irregular_series",
    "make_long_range_sentences",
    "make_melodies",
    "make_moving_shapes",
    "make_sine",
    "make_tagged_sentences",
    "make_tales",
    "read_conll",
    "read_conllu",
]
