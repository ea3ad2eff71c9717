"""Data to learn with: one corpus that ships with the package and sets fetched on demand.

Floor 5: nothing else in the package imports this one, and it imports no Keras. Importing it
is cheap; pooch, the downloader, is imported only when something has to be downloaded.
"""

from __future__ import annotations

from skseq.datasets._clothing import fetch_clothing_reviews
from skseq.datasets._imdb import fetch_imdb
from skseq.datasets._reviews import load_reviews

__all__ = ["fetch_clothing_reviews", "fetch_imdb", "load_reviews"]
