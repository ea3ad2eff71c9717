"""``BaselineReport``: scores of estimators and their simple peers as a table."""

from __future__ import annotations

import html
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class BaselineRow:
    """What was measured of one model.

    Attributes
    ----------
    name : str
        The name of the peer, or of the user's estimator.
    is_peer : bool
        Whether it is one of the simple peers.
    scores : dict of str to ndarray of shape (n_folds,)
        The scores of each fold; NaN where a score is not defined.
    fit_seconds, predict_seconds : float
        Mean time to fit and to predict, in seconds a fold.
    """

    name: str
    is_peer: bool
    scores: Mapping[str, np.ndarray]
    fit_seconds: float
    predict_seconds: float

    def mean(self, metric: str) -> float:
        """Return the mean of a score over the folds in which it is defined."""
        known = self.scores[metric][~np.isnan(self.scores[metric])]
        return float(known.mean()) if len(known) else math.nan

    def standard_error(self, metric: str) -> float:
        """Return the standard error of that mean, NaN for fewer than two folds."""
        known = self.scores[metric][~np.isnan(self.scores[metric])]
        return float(known.std(ddof=1) / math.sqrt(len(known))) if len(known) > 1 else math.nan


class BaselineReport:
    """Scores of estimators and of the simple peers of their task, best first.

    Made by :func:`~skseq.inspection.baseline_report`. It shows as a table in a terminal and in a
    notebook.

    Parameters
    ----------
    task : str
        The task.
    rows : sequence of BaselineRow
        What was measured, in any order.
    metrics : mapping of str to bool
        The names of the scores, and whether greater is better. The first one ranks, the others
        decide between equals.
    n_folds : int
        Number of folds.
    size : str, default=""
        How much data there was, in words.

    Attributes
    ----------
    task, metrics, n_folds, size
        As given.
    rows : list of BaselineRow
        Best first. Each has ``name``, ``is_peer``, ``scores`` by fold, ``mean(metric)``,
        ``standard_error(metric)``, ``fit_seconds`` and ``predict_seconds``.

    Examples
    --------
    >>> from skseq.inspection import baseline_report
    >>> report = baseline_report(["aab", "abb"] * 10, ["x", "y"] * 10, cv=2, random_state=0)
    >>> report.rows[-1].name, report.rows[-1].mean("accuracy")
    ('most frequent class', 0.5)
    """

    def __init__(
        self,
        task: str,
        rows: Sequence[BaselineRow],
        metrics: Mapping[str, bool],
        n_folds: int,
        size: str = "",
    ):
        self.task, self.metrics, self.n_folds, self.size = task, dict(metrics), n_folds, size
        self.rows = sorted(rows, key=self._rank)

    def _rank(self, row: BaselineRow) -> tuple[float, ...]:
        """Return what sorts rows: losses, infinite where there is no score."""
        means = {name: row.mean(name) for name in self.metrics}
        signs = {name: -1 if greater else 1 for name, greater in self.metrics.items()}
        return tuple(
            math.inf if math.isnan(mean) else signs[name] * mean for name, mean in means.items()
        )

    def to_frame(self) -> Any:
        """Return the table as a pandas DataFrame, with the names as index.

        Returns
        -------
        DataFrame
            Best first. Columns are the mean of each score and, with ``_se`` appended, its standard
            error; ``fit_seconds`` and ``predict_seconds`` a fold; and ``is_peer``.

        Raises
        ------
        ImportError
            If pandas is missing.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "to_frame needs pandas, which is not installed: pip install pandas. The same "
                "numbers are in the attribute rows."
            ) from error
        records = []
        for row in self.rows:
            record: dict[str, Any] = {}
            for metric in self.metrics:
                record |= {
                    metric: row.mean(metric),
                    f"{metric}_se": row.standard_error(metric),
                }
            record["fit_seconds"] = row.fit_seconds
            record["predict_seconds"] = row.predict_seconds
            record["is_peer"] = row.is_peer
            records.append(record)
        return pd.DataFrame(records, index=pd.Index([row.name for row in self.rows], name="name"))

    def __repr__(self) -> str:
        header, *body = [_on_one_line(line) for line in self._cells()]
        widths = [max(len(line[i]) for line in (header, *body)) for i in range(len(header))]
        ruler = ["-" * width for width in widths]
        lines = ["  ".join(_aligned(line, widths)).rstrip() for line in (header, ruler, *body)]
        return "\n".join([self._title(), *lines])

    def _repr_html_(self) -> str:
        header, *body = self._cells()
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
        lines = []
        for row, line in zip(self.rows, body, strict=True):
            cells = "".join(
                f'<td style="text-align:{side}">{html.escape(cell)}</td>'
                for side, cell in zip(_sides(len(line)), line, strict=True)
            )
            style = "" if row.is_peer else ' style="font-weight:bold"'
            lines.append(f"<tr{style}>{cells}</tr>")
        return (
            f'<table class="skseq-baselines"><caption>{html.escape(self._title())}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        )

    def _title(self) -> str:
        size = f"{self.size}, " if self.size else ""
        folds = f"{self.n_folds} folds" if self.n_folds > 1 else "1 fold"
        return f"{self.task}: {size}{folds}, mean ± standard error"

    def _cells(self) -> list[list[str]]:
        """Return the header and the rows of the table as texts."""
        arrows = {name: "↑" if greater else "↓" for name, greater in self.metrics.items()}
        header = ["", "model", *(f"{name} {arrows[name]}" for name in self.metrics)]
        lines = [[*header, "fit (s)", "predict (s)"]]
        decimals = {name: self._decimals(name) for name in self.metrics}
        for row in self.rows:
            scores = [
                _with_error(row.mean(name), row.standard_error(name), decimals[name])
                for name in self.metrics
            ]
            seconds = [f"{row.fit_seconds:.2f}", f"{row.predict_seconds:.2f}"]
            lines.append(["peer" if row.is_peer else "yours", row.name, *scores, *seconds])
        return lines

    def _decimals(self, metric: str) -> int:
        """Return how many decimals show three or four digits of the usual score."""
        means = [abs(row.mean(metric)) for row in self.rows]
        usual = statistics.median([mean for mean in means if mean > 0] or [1.0])
        exponent = math.floor(math.log10(usual))
        return max(0, 3 - exponent) if exponent > 0 else max(3, 2 - exponent)


def _with_error(mean: float, error: float, decimals: int) -> str:
    if math.isnan(mean):
        return "–"
    shown = f"{mean:.{decimals}f}"
    return shown if math.isnan(error) else f"{shown} ± {error:.{decimals}f}"


def _sides(n_cells: int) -> list[str]:
    """Return to which side each cell is aligned: words to the left, numbers to the right."""
    return ["left", "left", *["right"] * (n_cells - 2)]


def _aligned(line: list[str], widths: list[int]) -> list[str]:
    """Return cells filled with blanks."""
    return [
        cell.ljust(width) if side == "left" else cell.rjust(width)
        for side, cell, width in zip(_sides(len(line)), line, widths, strict=True)
    ]


def _on_one_line(line: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in line]
