"""``FittedModel``: reader, codec and network of a fitted language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

import numpy as np

from ..readers.language import LanguageReader
from ..targets.next_token import NextToken


class FittedModel(NamedTuple):
    """Reader, codec and network of a fitted language model, as scoring and generation use them.

    Attributes
    ----------
    reader : LanguageReader
        Turns documents into ids.
    codec : NextToken
        Turns ids into windows and the tokens after them.
    borrow : callable
        Returns a context manager whose value is the network with the fitted weights.
    """

    reader: LanguageReader
    codec: NextToken
    borrow: Callable[[], AbstractContextManager[Any]]

    @contextmanager
    def context(self) -> Iterator[Any]:
        """Yield the step function of the network; no other caller can use it meanwhile."""
        from ..training.contexts import context_of

        with self.borrow() as predictor:
            yield context_of(predictor, self.reader, self.codec)

    def read_prompts(self, X: Any, name: str) -> list[np.ndarray]:
        """Return the ids of each prompt from the start on, without an end."""
        return [row[:-1] for row in self.reader.read_known(X, name)]

    def condition_numbers(self, condition: Any, n_prompts: int) -> np.ndarray:
        """Return the condition of each prompt as a number; a single one holds for all prompts."""
        if condition is not None and (isinstance(condition, str) or np.ndim(condition) == 0):
            condition = [condition] * n_prompts
        return self.reader.condition_numbers(condition, range(n_prompts), "condition")

    def tokens(self, ids: np.ndarray) -> list[Any]:
        """Return the tokens of ids."""
        tokens = self.reader.vocabulary.tokens
        return [tokens[i] for i in ids.tolist()]
