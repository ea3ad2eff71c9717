"""Spanish named entities of CoNLL-2002, fetched on demand."""

from __future__ import annotations

import os
from typing import Any

from skseq.datasets._conll import read_conll
from skseq.datasets._fetch import Source
from skseq.datasets._tagging_corpora import load_tagged_sentences

DESCR = """\
CoNLL-2002 named entities, Spanish
----------------------------------
8,323 + 1,915 + 1,517 sentences of news by the agency EFE from May 2000, in tokens. Each token
has a label in the scheme IOB2: B-PER and I-PER for persons, LOC for places, ORG for
organisations, MISC for other names, and O outside of names. 18,798, 4,352 and 3,559 names.

Source: https://www.clips.uantwerpen.be/conll2002/ner/, for research use; annotated by the TALP
Research Center (UPC) and the CLiC centre (UB). Please cite Erik F. Tjong Kim Sang, "Introduction
to the CoNLL-2002 Shared Task: Language-Independent Named Entity Recognition", CoNLL 2002,
https://aclanthology.org/W02-2024/.
"""

# The shared task's own archive is ISO-8859-1 and has no parts of speech. This copy is UTF-8 with
# the columns word, part of speech, label; it is the one that most libraries download.
_HOME = "https://raw.githubusercontent.com/teropa/nlp/master/resources/corpora/conll2002/"
_FILES = {
    "train": (
        "esp.train",
        "a20d95cab7d88a19a86f8c1ad6329325c99fbd9529ed978cbd7e31d4b01b4008",
    ),
    "validation": (
        "esp.testa",
        "85c17793b77881c53d19017d9d0f1e6fb98b7ddcab54a5f24b05ed1793103c87",
    ),
    "test": (
        "esp.testb",
        "1f8f7a392c6d4979a5592a5794eed43d7869b46da6851bbcde99714149f1d016",
    ),
}
SOURCES = {
    subset: Source(
        name=f"CoNLL-2002 Spanish ({subset})",
        folder="ner_conll2002",
        files=(file,),
        url=_HOME + file,
        sha256=sha256,
    )
    for subset, (file, sha256) in _FILES.items()
}


def fetch_conll2002_es(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the Spanish news of CoNLL-2002 with their named entities, downloading them if needed.

    Parameters
    ----------
    subset : {"train", "validation", "test"}, default="train"
        The official parts, of 8,323, 1,915 and 1,517 sentences (3, 0.6 and 0.6 MB); the task
        calls the last two testa and testb.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``ner_conll2002/esp.train``, ``esp.testa`` and
        ``esp.testb``. None means the environment variable ``SKSEQ_DATA``, else the user's cache
        folder. A folder that has the files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of list of str
            The tokens of each sentence.
        target : list of list of str
            One label a token: "O", or "B-" or "I-" with "LOC", "MISC", "ORG" or "PER".
        target_names : list of str
            The nine labels, sorted.
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
    fetch_wnut17 : Names in noisy English text.
    make_tagged_sentences : Sentences that need no download.

    Notes
    -----
    The order is that of the news; sentences of one article follow each other. In one sentence of
    each part a name begins with I- instead of B-; it is not corrected. The files come from a copy
    in a public GitHub repository, teropa/nlp, and their SHA-256 is checked.

    References
    ----------
    Erik F. Tjong Kim Sang, "Introduction to the CoNLL-2002 Shared Task: Language-Independent
    Named Entity Recognition", CoNLL 2002, https://aclanthology.org/W02-2024/.

    Examples
    --------
    >>> from skseq.datasets import fetch_conll2002_es
    >>> X, y = fetch_conll2002_es(return_X_y=True)  # doctest: +SKIP
    >>> X[0][:4], y[0][:4]  # doctest: +SKIP
    (['Melbourne', '(', 'Australia', ')'], ['B-LOC', 'O', 'B-LOC', 'O'])
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
