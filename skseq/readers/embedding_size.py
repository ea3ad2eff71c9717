"""How many rows and columns an embedding has."""

from __future__ import annotations

import numpy as np


def spare_rows(n_tokens: int) -> int:
    """Round up to a multiple of 16, or of an eighth to a quarter where there are many."""
    step = max(16, 2 ** (n_tokens.bit_length() - 3))
    return -(-n_tokens // step) * step


def _auto_width(n_tokens: int) -> int:
    """Return a width for an embedding of ``n_tokens`` rows: 16 for letters, 64 for 20,000 words."""
    return int(np.clip(8 * round(n_tokens**0.25), 8, 64))


def with_spare_rows(table: np.ndarray, n_rows: int) -> np.ndarray:
    """Return a table of vectors with rows of zeros below, ``n_rows`` in all."""
    spare = np.zeros((n_rows - len(table), table.shape[1]), table.dtype)
    return np.concatenate([table, spare])


def embedding_width(wanted: int | str | None, n_tokens: int) -> int | None:
    """Return the width of an embedding of ``n_tokens`` tokens; ``"auto"`` goes by their number."""
    if wanted is None:
        return None
    return _auto_width(n_tokens) if isinstance(wanted, str) else int(wanted)
