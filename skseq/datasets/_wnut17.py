"""Emerging entities of WNUT 2017, fetched on demand."""

from __future__ import annotations

import os
from typing import Any

from skseq.datasets._conll import read_conll
from skseq.datasets._fetch import Source
from skseq.datasets._tagging_corpora import load_tagged_sentences

DESCR = """\
WNUT 2017: novel and emerging entities
--------------------------------------
3,394 + 1,009 + 1,287 noisy English messages in tokens, from Twitter, YouTube, Reddit
and Stack Overflow. Each token has a label in the scheme IOB2 for persons, locations, groups,
creative works, corporations and products. The names are rare on purpose and hardly recur, so
that a model cannot learn them by heart.

Source: https://github.com/leondz/emerging_entities_17, CC BY 4.0. Please cite Leon Derczynski,
Eric Nichols, Marieke van Erp and Nut Limsopatham, "Results of the WNUT2017 Shared Task on Novel
and Emerging Entity Recognition", W-NUT 2017, https://aclanthology.org/W17-4418/.
"""

# The public home, at a commit rather than a branch: files of a branch may change.
_HOME = (
    "https://raw.githubusercontent.com/leondz/emerging_entities_17/"
    "e52a2d2a71ac1a051ca2d532eef28653c5c02603/"
)
_FILES = {
    "train": (
        "wnut17train.conll",
        "731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5",
    ),
    "validation": (
        "emerging.dev.conll",
        "e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8",
    ),
    # Not emerging.test.conll, its neighbour: its labels are not the final ones.
    "test": (
        "emerging.test.annotated",
        "2aa79b764e56ec9264a1b30fdd9b70195bd00ff400b62edd8f399d5f13c178f0",
    ),
}
SOURCES = {
    subset: Source(
        name=f"WNUT 2017 ({subset})",
        folder="ner_wnut17",
        files=(file,),
        url=_HOME + file,
        sha256=sha256,
    )
    for subset, (file, sha256) in _FILES.items()
}


def fetch_wnut17(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the noisy messages of WNUT 2017 with their named entities, downloading if needed.

    Parameters
    ----------
    subset : {"train", "validation", "test"}, default="train"
        The official parts, of 3,394, 1,009 and 1,287 messages (0.5, 0.1 and 0.2 MB).
    data_home : str or path-like, default=None
        Folder that has, or will get, ``ner_wnut17/wnut17train.conll``, ``emerging.dev.conll``
        and ``emerging.test.annotated``. None means the environment variable ``SKSEQ_DATA``,
        else the user's cache folder. A folder that has the files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of list of str
            The tokens of each message.
        target : list of list of str
            One label a token: "O", or "B-" or "I-" with "corporation", "creative-work",
            "group", "location", "person" or "product".
        target_names : list of str
            The thirteen labels, sorted.
        DESCR : str
            Description, source and citation of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, a file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If a file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_conll2002_es : Names in Spanish news.
    make_tagged_sentences : Sentences that need no download.

    Notes
    -----
    The messages keep their spelling and language. The files come from the public repository of
    the organisers of the shared task, at a fixed commit, and their SHA-256 is checked.

    References
    ----------
    Derczynski et al., "Results of the WNUT2017 Shared Task on Novel and Emerging Entity
    Recognition", W-NUT 2017, https://aclanthology.org/W17-4418/.

    Examples
    --------
    >>> from skseq.datasets import fetch_wnut17
    >>> X, y = fetch_wnut17(subset="validation", return_X_y=True)  # doctest: +SKIP
    >>> X[1][6:9], y[1][6:9]  # doctest: +SKIP
    (['Redondo', 'Beach', 'Blvd'], ['B-location', 'I-location', 'I-location'])
    """
    return load_tagged_sentences(
        SOURCES,
        read_conll,
        DESCR,
        subset=subset,
        data_home=data_home,
        download_if_missing=download_if_missing,
        return_X_y=return_X_y,
    )
