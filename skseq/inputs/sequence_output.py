"""What transformers whose output is ``Sequences`` share."""

from __future__ import annotations

from typing import Any, Self


class SequenceOutputMixin:
    """Adds to a transformer what scikit-learn asks of its output, which is not a table."""

    def set_output(self, *, transform: Any = None) -> Self:
        """Accept scikit-learn's output setting without effect: sequences are not a table.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            Ignored.

        Returns
        -------
        self : transformer
        """
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.transformer_tags.preserves_dtype = []
        return tags
