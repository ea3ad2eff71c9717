"""The folder of the data sets on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

ENVIRONMENT_VARIABLE = "SKSEQ_DATA"


def get_data_home(data_home: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder where data sets are searched and into which they are downloaded.

    The folder is not created: a data home that has its files already may be read-only.

    Parameters
    ----------
    data_home : str or path-like, default=None
        A folder; ``~`` is expanded. None means the environment variable ``SKSEQ_DATA`` where
        it is set and not empty, else the user's cache folder for skseq as pooch names it
        (``~/.cache/skseq`` on Linux).

    Returns
    -------
    pathlib.Path
        The folder, which need not exist.

    Raises
    ------
    TypeError
        If ``data_home`` is neither None nor a path.
    ValueError
        If it is an empty string.
    ImportError
        If the cache folder is asked for and pooch is not installed.

    Examples
    --------
    >>> from skseq.datasets._home import get_data_home
    >>> get_data_home("corpora").name
    'corpora'
    """
    if data_home is None:
        data_home = os.environ.get(ENVIRONMENT_VARIABLE) or None
    if data_home is None:
        data_home = import_pooch().os_cache("skseq")
    if not isinstance(data_home, (str, os.PathLike)):
        raise TypeError(
            f"data_home is {data_home!r} of type {type(data_home).__name__}; expected a folder "
            f"as str or pathlib.Path, or None to use ${ENVIRONMENT_VARIABLE} or the cache folder."
        )
    if data_home == "":
        raise ValueError(
            "data_home is empty; expected a folder, '.' for the one you are in, or None to use "
            f"${ENVIRONMENT_VARIABLE} or the cache folder."
        )
    return Path(data_home).expanduser()


def import_pooch() -> ModuleType:
    """Import pooch late, so that the data sets that need no download work without it."""
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "pooch is needed to download data sets and to know the cache folder: run "
            f"'pip install pooch', or set {ENVIRONMENT_VARIABLE} to a folder that has the files."
        ) from error
    return pooch
