"""``AttentionDisplay``: attention weights of the steps of a sequence, as a plot or as HTML.

matplotlib is imported when something is plotted, not before.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from sklearn.pipeline import Pipeline

from ._attention_html import attention_html
from ._token_labels import token_label

# In inches: the side of a cell if there is space, and the longest side of all cells together.
_CELL, _LONGEST = 0.32, 12.0
# In inches: a colour bar below an image.
_BAR = (1.5, 0.1)
# In points: the size of letters; and the height of a line relative to it.
_SMALLEST, _LARGEST, _LINE = 6.0, 10.0, 1.25
_MAX_LABEL = 24


class AttentionDisplay:
    """Visualisation of attention weights between tokens.

    Create one with :meth:`from_estimator`, or from weights.

    Parameters
    ----------
    weights : array-like of shape (n_rows, n_columns) or (n_columns,)
        Attention weight of each column for each row.
    rows : list of str or int, or None
        The query tokens, one for each row. None for the attention of the network as a whole, which
        has a single row.
    columns : list of str or int
        The key tokens, one for each column.

    Attributes
    ----------
    weights : ndarray of shape (n_rows, n_columns)
    rows : list or None
    columns : list
    ax_ : matplotlib Axes
        The axes of the plot.
    figure_ : matplotlib Figure
        The figure of ``ax_``.
    im_ : matplotlib AxesImage
        The image of the weights.

    Raises
    ------
    ValueError
        If ``weights`` has another shape, or a weight is negative or not finite.

    See Also
    --------
    skseq.inspection.render_tags : Shows the tags of a tagger.

    Examples
    --------
    >>> from skseq.inspection import AttentionDisplay
    >>> tokens = ["not", "bad"]
    >>> display = AttentionDisplay([[0.9, 0.1], [0.6, 0.4]], tokens, tokens)
    >>> display.to_html().count("<mark")
    2
    """

    ax_: Any
    figure_: Any
    im_: Any

    def __init__(
        self, weights: Any, rows: Sequence[str | int] | None, columns: Sequence[str | int]
    ):
        self.weights = np.atleast_2d(np.asarray(weights, np.float64))
        self.rows = None if rows is None else list(rows)
        self.columns = list(columns)
        expected = (1 if self.rows is None else len(self.rows), len(self.columns))
        if self.weights.shape != expected and not self.weights.size == 0 in expected:
            raise ValueError(
                f"weights has shape {np.shape(weights)}, but rows and columns name {expected[0]} "
                f"and {expected[1]} tokens; pass one weight for each pair, in shape {expected}."
            )
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all()):
            raise ValueError("weights holds negative numbers, NaN or infinity; expected shares.")

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        text: Any,
        *,
        layer: int = -1,
        head: int | None = None,
        plot: bool = True,
        ax: Any = None,
        cmap: Any = "Blues",
        colorbar: bool = True,
    ) -> AttentionDisplay:
        """Show the attention weights of an estimator for a text.

        Parameters
        ----------
        estimator : fitted estimator or Pipeline
            An estimator with ``attention_weights``, or a pipeline whose last step has it.
        text : str, or any other single sequence
            One element of the X that the estimator accepts.
        layer : int, default=-1
            Number of the attention layer, counted from the input; -1 is the last.
        head : int or None, default=None
            Number of the head of the layer; None is the mean over all heads.
        plot : bool, default=True
            Whether to plot. False needs no matplotlib; a notebook then displays the result of
            :meth:`to_html`.
        ax : matplotlib Axes or None, default=None
            The axes to plot on; None creates a figure.
        cmap : str or matplotlib Colormap, default="Blues"
            The colour map.
        colorbar : bool, default=True
            Whether to show a colour bar.

        Returns
        -------
        AttentionDisplay
            Rows are queries and columns keys. Both are all steps for self-attention; there is a
            single row for pooling by attention; for a ``Seq2Seq`` the rows are the output tokens
            and the columns the input tokens.

        Raises
        ------
        TypeError
            If the estimator has no attention.
        ValueError
            If it has no such layer or head, or the text has no step to plot.
        ImportError
            If matplotlib is missing and ``plot`` is True.

        Examples
        --------
        >>> from sklearn.pipeline import make_pipeline
        >>> from skseq import SelfAttentionClassifier, Tokenizer
        >>> from skseq.inspection import AttentionDisplay
        >>> model = make_pipeline(Tokenizer(), SelfAttentionClassifier(epochs=1, random_state=0))
        >>> model = model.fit(["a good film", "bad"] * 5, ["yes", "no"] * 5)
        >>> display = AttentionDisplay.from_estimator(model, "a bad film", plot=False)
        >>> display.columns, display.weights.shape
        (['a', 'bad', 'film'], (3, 3))
        """
        if plot:
            _import_pyplot()  # so that an error comes first
        display = cls(*_attend(estimator, text, {"layer": (layer, -1), "head": (head, None)}))
        return display.plot(ax, cmap=cmap, colorbar=colorbar) if plot else display

    def plot(
        self, ax: Any = None, *, cmap: Any = "Blues", colorbar: bool = True
    ) -> AttentionDisplay:
        """Draw the weights with matplotlib.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            The axes to draw on; None creates a figure whose size depends on the number of tokens.
        cmap : str or matplotlib Colormap, default="Blues"
            The colour map, from a weight of 0 to the greatest.
        colorbar : bool, default=True
            Whether to show a colour bar.

        Returns
        -------
        self : AttentionDisplay
            With ``ax_``, ``figure_`` and ``im_``.

        Raises
        ------
        ValueError
            If there are no tokens.
        ImportError
            If matplotlib is missing.
        """
        pyplot = _import_pyplot()
        if not self.weights.size:
            raise ValueError(
                "There are no tokens to plot; pass a text of which the estimator knows a step."
            )
        columns = [token_label(token, _MAX_LABEL) for token in self.columns]
        rows = None if self.rows is None else [token_label(t, _MAX_LABEL) for t in self.rows]
        if ax is None:
            figsize = _figure_size(rows, columns)
            _, ax = pyplot.subplots(figsize=figsize, layout="compressed")
            cell = _cell_size(len(self.weights), len(columns))
        else:
            box = ax.get_window_extent()
            side = min(box.width / len(columns), box.height / len(self.weights))
            cell = side / ax.figure.dpi
        im = ax.imshow(self.weights, cmap=cmap, vmin=0.0, aspect="equal", interpolation="nearest")
        _label(ax.set_xticks, columns, cell, rotation=0 if _is_narrow(columns) else 90)
        _label(ax.set_yticks, rows or [], cell)
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.xaxis.set_label_position("top")
        if rows is not None:
            ax.set(xlabel="looked at", ylabel="looking")
        if colorbar:
            options: dict[str, Any] = {"ax": ax, "fraction": 0.046, "pad": 0.04}
            if _is_strip(*self.weights.shape):
                options = {"cax": _axes_below(ax), "orientation": "horizontal"}
            ax.figure.colorbar(im, ticks=pyplot.MaxNLocator(4), **options)
        self.ax_, self.figure_, self.im_ = ax, ax.figure, im
        return self

    def to_html(self, *, by_row: bool | None = None) -> str:
        """Return the tokens of the columns as HTML, highlighted by their weights.

        Parameters
        ----------
        by_row : bool or None, default=None
            Whether each row has a line of its own; otherwise there is one line with the mean over
            all rows. None is True if rows and columns are different tokens.

        Returns
        -------
        str
            HTML with all tokens escaped, which a notebook displays.
        """
        if by_row is None:
            by_row = self.rows is not None and self.rows != self.columns
        if not self.columns:
            lines: list[tuple[Any, np.ndarray]] = []
        elif by_row and self.rows is not None:
            lines = list(zip(self.rows, self.weights, strict=True))
        else:
            lines = [(None, self.weights.mean(axis=0))]
        return attention_html(lines, self.columns)

    def _repr_html_(self) -> str:
        return self.to_html()


# ------------------------------------------------------------------------------ weights
def _attend(
    estimator: Any, text: Any, options: dict[str, tuple[Any, Any]]
) -> tuple[np.ndarray, list[Any] | None, list[Any]]:
    """Return weights, rows and columns of one text; options are (value, default)."""
    X: Any = [text]
    while isinstance(estimator, Pipeline):
        for _, transformer in estimator.steps[:-1]:
            if transformer is not None and transformer != "passthrough":
                X = transformer.transform(X)
        estimator = estimator.steps[-1][1]
    verb = _verb(estimator)
    takes = inspect.signature(verb).parameters
    for name, (value, default) in options.items():
        if name not in takes and value != default:
            raise ValueError(
                f"{name}={value!r}, but the attention of {type(estimator).__name__} has no choice "
                f"of {name}; leave it out."
            )
    chosen = {name: value for name, (value, _) in options.items() if name in takes}
    weights, *tokens = (part[0] for part in verb(X, **chosen, return_tokens=True))
    if len(tokens) == 2:
        columns, rows = tokens
    else:
        columns = tokens[0]
        rows = columns if np.ndim(weights) == 2 else None
    return weights, rows, columns


def _verb(estimator: Any) -> Any:
    try:
        return estimator.attention_weights
    except AttributeError as error:
        reason = "" if error.__cause__ is None else f" {error.__cause__}"
        raise TypeError(
            f"{type(estimator).__name__} has no attention to show.{reason} Expected a fitted "
            "estimator with attention_weights, such as SelfAttentionClassifier, "
            "TransformerClassifier or a recurrent classifier with pooling='attention', or a "
            "Pipeline that ends in one."
        ) from error


# ------------------------------------------------------------------------------- drawing
def _import_pyplot() -> Any:
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as error:
        raise ImportError(
            "To plot attention, matplotlib is needed; install it with `pip install skseq[plot]`, "
            "or use to_html(), which needs nothing (from_estimator: with plot=False)."
        ) from error
    return pyplot


def _cell_size(n_rows: int, n_columns: int) -> float:
    return min(_CELL, _LONGEST / max(n_rows, n_columns))


def _letter_size(cell: float) -> float:
    return float(np.clip(72 * cell / _LINE, _SMALLEST, _LARGEST))


def _figure_size(rows: list[str] | None, columns: list[str]) -> tuple[float, float]:
    """Return width and height in inches: cells, labels, names of axes and the colour bar."""
    n_rows = len(rows or [""])
    cell = _cell_size(n_rows, len(columns))
    em = _letter_size(cell) / 72
    beside = 0.5 + em * max(map(_length, rows or [""]))
    above = 0.5 + em * (1 if _is_narrow(columns) else max(map(_length, columns)))
    width, height = cell * len(columns), cell * n_rows
    if _is_strip(n_rows, len(columns)):
        width, height = max(width, _BAR[0]) + 0.3, height + 0.6
    else:
        width, height = width + 0.8, height + 0.1
    return max(width + beside, 3.0), height + above


def _length(label: str) -> float:
    """Return an upper estimate of the length of a drawn label, in ems."""
    return sum(1.0 if c.isupper() or east_asian_width(c) in "WF" else 0.65 for c in label)


def _is_strip(n_rows: int, n_columns: int) -> bool:
    """Whether the image is too low for a vertical colour bar."""
    return n_rows == 1 or 4 * n_rows < n_columns


def _axes_below(ax: Any) -> Any:
    """Return axes for a colour bar below an image.

    The height that matplotlib would give it is a share of the image, which is too small here.
    """
    from matplotlib.transforms import ScaledTranslation

    inches = ax.figure.dpi_scale_trans + ScaledTranslation(0, 0, ax.transAxes)
    return ax.inset_axes((0.0, -0.2, *_BAR), transform=inches)


def _is_narrow(labels: list[str]) -> bool:
    """Whether labels are letters, which fit above narrow columns without rotation."""
    return max(map(len, labels)) == 1


def _label(set_ticks: Any, labels: list[str], cell: float, **options: Any) -> None:
    """Put labels beside the cells, as many as fit."""
    size = _letter_size(cell)
    every = int(np.ceil(size * _LINE / (72 * cell) - 0.01))
    shown = range(0, len(labels), max(1, every))
    # Without parse_math=False a token such as "$" would begin a formula.
    set_ticks(shown, [labels[i] for i in shown], fontsize=size, parse_math=False, **options)
