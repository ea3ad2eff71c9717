"""The common part of all fetchers of tagged sentences."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._conll import TaggedSentences
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY


def load_tagged_sentences(
    sources: Mapping[str, Source],
    read: Callable[[Path], TaggedSentences],
    description: str,
    *,
    subset: str,
    data_home: str | os.PathLike[str] | None,
    download_if_missing: bool,
    return_X_y: bool,
) -> Any:
    """Find and read the file of one subset, and return the result of a fetcher.

    Parameters
    ----------
    sources : mapping of str to Source
        The source of each subset; each has one file.
    read : callable ``path -> (X, y)``
        Reads a file; a ValueError it raises means that the file is damaged.
    description : str
        The data set's ``DESCR``.
    subset, data_home, download_if_missing, return_X_y
        As in the fetchers.

    Returns
    -------
    :class:`~sklearn.utils.Bunch` or tuple

    Raises
    ------
    ValueError
        If the subset is unknown or the file damaged.
    OSError
        If the file is missing and cannot be downloaded.
    """
    check_choice(subset, sources, "subset")
    (path,) = find_files(
        sources[subset], data_home=data_home, download_if_missing=download_if_missing
    )
    try:
        data, target = read(path)
    except ValueError as error:
        raise ValueError(f"{error} {REMEDY}") from error
    if not data:
        raise ValueError(f"{path} has no sentences; expected some thousand. {REMEDY}")
    if return_X_y:
        return data, target
    names = sorted({label for labels in target for label in labels})
    return Bunch(data=data, target=target, target_names=names, DESCR=description)
