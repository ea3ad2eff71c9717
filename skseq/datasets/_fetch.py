"""Find a data set's files in the data home, or download them: shared by every fetcher.

A fetcher declares a `Source` and calls `find_files`; what differs between data sets (how a
download becomes files, how a file becomes arrays) stays with the fetcher. Imports `_home`
only, and pooch when something has to be downloaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from skseq.datasets._home import ENVIRONMENT_VARIABLE, get_data_home, import_pooch


@dataclass(frozen=True)
class Source:
    """Where the files of one data set lie at home and where they come from.

    Parameters
    ----------
    name : str
        The data set as error messages call it.
    folder : str
        Folder below the data home.
    files : tuple of str
        Names of the files in that folder; all of them come from one download.
    url : str
        Public address of the download.
    sha256 : str
        Hexadecimal SHA-256 of the downloaded bytes; a download that differs is refused.
    convert : callable ``(download, targets) -> None``
        Turns the downloaded file into the files: ``targets`` maps each name in ``files`` to
        the path to write it to. Converting once keeps reading fast and the layout the same
        whoever put the files there.
    """

    name: str
    folder: str
    files: tuple[str, ...]
    url: str
    sha256: str
    convert: Callable[[Path, Mapping[str, Path]], None]


def find_files(
    source: Source,
    names: tuple[str, ...] | None = None,
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> list[Path]:
    """Return the paths of a data set's files, downloading them if one is missing.

    Parameters
    ----------
    source : Source
        The data set.
    names : tuple of str, default=None
        Which of ``source.files`` are needed; None means all.
    data_home : str or path-like, default=None
        See `get_data_home`.
    download_if_missing : bool, default=True
        Whether to download what is not there.

    Returns
    -------
    list of pathlib.Path
        One existing file per name, in the order of ``names``.

    Raises
    ------
    OSError
        If a file is missing and ``download_if_missing`` is False, or if the download cannot
        be written to the data home.
    ConnectionError
        If the download failed; a ConnectionError is an OSError.
    ValueError
        If the download does not have the pinned SHA-256.
    ImportError
        If something has to be downloaded and pooch is not installed.

    Examples
    --------
    >>> from skseq.datasets._fetch import Source, find_files
    >>> source = Source("a corpus", "corpus", ("a.txt",), "https://example.org/a", "0" * 64, print)
    >>> find_files(
    ...     source, data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: a corpus: no file at ..., and download_if_missing is False. ...
    """
    folder = get_data_home(data_home) / source.folder
    paths = [folder / name for name in (source.files if names is None else names)]
    missing = [path for path in paths if not path.is_file()]
    if not missing:
        return paths
    if not download_if_missing:
        raise FileNotFoundError(
            f"{source.name}: no file at {_join(missing)}, and download_if_missing is False. "
            f"Pass download_if_missing=True to fetch it from {source.url}, {_by_hand(missing)}"
        )
    _download(source, folder, missing)
    return paths


def retrieve(url: str, sha256: str, folder: Path) -> Path:
    """Download one file into a folder with pooch, which refuses another SHA-256."""
    path = import_pooch().retrieve(url, f"sha256:{sha256}", fname="download", path=folder)
    return Path(path)


def _download(source: Source, folder: Path, missing: list[Path]) -> None:
    """Download and convert in a scratch folder, then move the files into place.

    A rename within one file system is atomic, so an interrupted or a concurrent call never
    leaves half a file behind, and files that are already there are left as they are.
    """
    with _scratch(source, folder, missing) as scratch:
        targets = {name: Path(scratch) / name for name in source.files}
        try:
            download = retrieve(source.url, source.sha256, Path(scratch))
        except OSError as error:  # every network error of requests is one
            raise ConnectionError(
                f"{source.name}: no file at {_join(missing)}, and downloading {source.url} "
                f"failed ({type(error).__name__}: {error}). Check the network and try again, "
                f"{_by_hand(missing)}"
            ) from error
        except ValueError as error:
            raise ValueError(
                f"{source.name}: what came from {source.url} does not have the SHA-256 "
                f"{source.sha256}; the download was cut off or the file has changed. "
                f"Try again, {_by_hand(missing)}"
            ) from error
        source.convert(download, targets)
        # All of the download's files are kept, or asking for the next one would fetch it again.
        for name, target in targets.items():
            if not (folder / name).exists():
                os.replace(target, folder / name)


def _scratch(source: Source, folder: Path, missing: list[Path]) -> tempfile.TemporaryDirectory[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".download-", dir=folder)
    except OSError as error:
        raise OSError(
            f"{source.name}: no file at {_join(missing)}, and {folder} cannot be written to "
            f"({type(error).__name__}: {error}). Choose a writable folder by data_home, "
            f"{_by_hand(missing)}"
        ) from error


def _by_hand(missing: list[Path]) -> str:
    return (
        f"or put the file at {_join(missing)}, or set the environment variable "
        f"{ENVIRONMENT_VARIABLE} to a data home that has it."
    )


def _join(paths: list[Path]) -> str:
    return " and ".join(str(path) for path in paths)
