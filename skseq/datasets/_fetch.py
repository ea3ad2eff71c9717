"""Find the files of a data set in the data home, or download them.

Every fetcher declares a `Source` and calls `find_files`. How a download becomes files, and files
become arrays, is up to the fetcher. pooch is imported only when something has to be downloaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from skseq.datasets._home import ENVIRONMENT_VARIABLE, get_data_home, import_pooch


def keep_file(download: Path, targets: Mapping[str, Path]) -> None:
    """Convert a download that is the one file already: write it unchanged."""
    (target,) = targets.values()
    target.write_bytes(download.read_bytes())


@dataclass(frozen=True)
class Source:
    """The files of one data set in the data home, and the download that they are made of.

    Parameters
    ----------
    name : str
        Name of the data set in error messages.
    folder : str
        Folder below the data home.
    files : tuple of str
        Names of the files in that folder; one download has all of them.
    url : str
        Public address of the download.
    sha256 : str
        Hexadecimal SHA-256; a download that differs is refused.
    convert : callable ``(download, targets) -> None``, default=keep_file
        Turns the downloaded file into the files: ``targets`` maps each name in ``files`` to
        the path to write it to. Files are converted once, when they are downloaded, which keeps
        reading fast and the layout of the folder the same.
    hashed : {"download", "content"}, default="download"
        What ``sha256`` is the hash of: the downloaded bytes, or the content of an archive whose
        bytes depend on the program that packs it. Then ``convert`` checks the hash; its ValueError
        says what it has found.
    """

    name: str
    folder: str
    files: tuple[str, ...]
    url: str
    sha256: str
    convert: Callable[[Path, Mapping[str, Path]], None] = keep_file
    hashed: Literal["download", "content"] = "download"


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
        Whether to download missing files.

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
        If the download does not have the expected SHA-256.
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


def retrieve(url: str, sha256: str | None, folder: Path) -> Path:
    """Download one file into a folder with pooch; None does not check its SHA-256."""
    pooch, path = import_pooch(), folder / "download"
    if sha256 is None:
        pooch.HTTPDownloader()(url, str(path), None)
        return path
    return Path(pooch.retrieve(url, f"sha256:{sha256}", fname=path.name, path=folder))


def _download(source: Source, folder: Path, missing: list[Path]) -> None:
    """Download and convert in a scratch folder, then move the files into place.

    A rename within one file system is atomic, so an interrupted or a concurrent call never
    leaves half a file behind, and files that are already there are left as they are.
    """
    with _scratch(source, folder, missing) as scratch:
        targets = {name: Path(scratch) / name for name in source.files}
        is_hashed = source.hashed == "download"
        try:
            download = retrieve(source.url, source.sha256 if is_hashed else None, Path(scratch))
        except OSError as error:  # every network error of requests is one
            raise ConnectionError(
                f"{source.name}: no file at {_join(missing)}, and downloading {source.url} "
                f"failed ({type(error).__name__}: {error}). Check the network and try again, "
                f"{_by_hand(missing)}"
            ) from error
        except ValueError as error:
            raise _changed(source, f"does not have the SHA-256 {source.sha256}", missing) from error
        try:
            source.convert(download, targets)
        except ValueError as error:
            if is_hashed:
                raise
            expected = f"content with the SHA-256 {source.sha256}"
            raise _changed(
                source, f"is not what is expected, {expected}: {error}", missing
            ) from error
        # All of the download's files are kept, or asking for the next one would fetch it again.
        for name, target in targets.items():
            if not (folder / name).exists():
                os.replace(target, folder / name)


def _changed(source: Source, difference: str, missing: list[Path]) -> ValueError:
    """Return the error for a download with another SHA-256."""
    return ValueError(
        f"{source.name}: what came from {source.url} {difference}; the download was cut off or the "
        f"file has changed. Try again, {_by_hand(missing)}"
    )


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
