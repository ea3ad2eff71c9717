"""Download an archive of which only the content is known. Imports `_fetch` and `_home`."""

from __future__ import annotations

import os
from pathlib import Path

from skseq.datasets._fetch import Source, _by_hand, _scratch, find_files
from skseq.datasets._home import get_data_home, import_pooch


def find_content(
    source: Source,
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Path:
    """Return the path of a data set's one file, as `find_files` does.

    Parameters
    ----------
    source : Source
        The data set. Its ``sha256`` is that of what the archive holds, not of the archive, whose
        bytes may change with the program that packs it; ``convert`` raises a ValueError that says
        what was found when the content is another.
    data_home, download_if_missing
        See `find_files`.

    Returns
    -------
    pathlib.Path
        An existing file.

    Raises
    ------
    OSError
        If the file is missing and not to be downloaded, or could not be (ConnectionError).
    ValueError
        If the download has another content.
    ImportError
        If something has to be downloaded and pooch is not installed.

    Examples
    --------
    >>> from skseq.datasets._content import find_content
    >>> from skseq.datasets._fetch import Source
    >>> source = Source("a corpus", "corpus", ("a.txt",), "https://example.org/a", "0" * 64, print)
    >>> find_content(
    ...     source, data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: a corpus: no file at ..., and download_if_missing is False. ...
    """
    folder = get_data_home(data_home) / source.folder
    (name,) = source.files
    if download_if_missing and not (folder / name).is_file():
        _download(source, folder, folder / name)
    (path,) = find_files(source, data_home=data_home, download_if_missing=False)
    return path


def retrieve_unchecked(url: str, path: Path) -> None:
    """Download one file with pooch; its content is checked afterwards."""
    import_pooch().HTTPDownloader()(url, str(path), None)


def _download(source: Source, folder: Path, path: Path) -> None:
    """Download and convert in a scratch folder, then move the file into place."""
    with _scratch(source, folder, [path]) as scratch:
        archive, target = Path(scratch) / "download", Path(scratch) / path.name
        try:
            retrieve_unchecked(source.url, archive)
        except OSError as error:  # every network error of requests is one
            raise ConnectionError(
                f"{source.name}: no file at {path}, and downloading {source.url} failed "
                f"({type(error).__name__}: {error}). Check the network and try again, "
                f"{_by_hand([path])}"
            ) from error
        try:
            source.convert(archive, {path.name: target})
        except ValueError as error:
            raise ValueError(
                f"{source.name}: what came from {source.url} is not what is expected, content "
                f"with the SHA-256 {source.sha256}: {error}. The download was cut off or the file "
                f"has changed. Try again, {_by_hand([path])}"
            ) from error
        os.replace(target, path)
