"""The English Web Treebank of Universal Dependencies, fetched on demand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from skseq.datasets._conll import check_conllu_column, read_conllu
from skseq.datasets._fetch import Source
from skseq.datasets._table import write_gzip
from skseq.datasets._tagging_corpora import load_tagged_sentences

DESCR = """\
Universal Dependencies English Web Treebank (UD English-EWT), release 2.16
--------------------------------------------------------------------------
12,544 + 2,001 + 2,077 sentences of English weblogs, newsgroups, e-mails, reviews and answers in
syntactic words, annotated by hand with parts of speech and, in the files, lemmas, features and
dependencies.

Source: https://github.com/UniversalDependencies/UD_English-EWT, annotations CC BY-SA 4.0. Please
cite Natalia Silveira, Timothy Dozat, Marie-Catherine de Marneffe, Samuel Bowman, Miriam Connor,
John Bauer and Christopher D. Manning, "A Gold Standard Dependency Corpus for English", LREC 2014.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    (target,) = targets.values()
    write_gzip(target, download.read_bytes())


# The public home at the commit of the tag r2.16: the treebank is corrected with every release.
_HOME = (
    "https://raw.githubusercontent.com/UniversalDependencies/UD_English-EWT/"
    "4c89b5833a70aa5ed3a00bad2f23f57992cc7df8/"
)
# The files at home are compressed, what is downloaded is not; the hashes are of the download.
_FILES = {
    "train": (
        "train",
        "3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b",
    ),
    "validation": (
        "dev",
        "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6",
    ),
    "test": (
        "test",
        "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd",
    ),
}
SOURCES = {
    subset: Source(
        name=f"UD English-EWT ({subset})",
        folder="ud_english_ewt",
        files=(f"{part}.conllu.gz",),
        url=f"{_HOME}en_ewt-ud-{part}.conllu",
        sha256=sha256,
        convert=_convert,
    )
    for subset, (part, sha256) in _FILES.items()
}


def fetch_ud_english_ewt(
    *,
    subset: str = "train",
    column: str = "upos",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the English Web Treebank with its parts of speech, downloading it if needed.

    Parameters
    ----------
    subset : {"train", "validation", "test"}, default="train"
        The official parts, of 12,544, 2,001 and 2,077 sentences (14, 1.8 and 1.8 MB).
    column : {"upos", "xpos", "lemma", "feats", "head", "deprel", "deps", "misc"}, default="upos"
        The annotation to load as labels: universal or Penn Treebank parts of speech, or
        another column of the files, see :func:`read_conllu`.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``ud_english_ewt/train.conllu.gz``, ``dev.conllu.gz`` and
        ``test.conllu.gz``. None means the environment variable ``SKSEQ_DATA``, else the user's
        cache folder. A folder that has the files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of list of str
            The words of each sentence.
        target : list of list of str
            One label for each word.
        target_names : list of str
            All labels, sorted; the 17 universal parts of speech by default.
        DESCR : str
            Description, source and citation of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If ``subset`` or ``column`` is unknown, a file is damaged, or the download
        does not have the expected SHA-256.
    OSError
        If a file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    read_conllu : Reads any other treebank of Universal Dependencies.

    Notes
    -----
    Release 2.16 is always downloaded, so that results can be compared.

    References
    ----------
    Silveira et al., "A Gold Standard Dependency Corpus for English", LREC 2014.

    Examples
    --------
    >>> from skseq.datasets import fetch_ud_english_ewt
    >>> X, y = fetch_ud_english_ewt(subset="test", return_X_y=True)  # doctest: +SKIP
    >>> X[0], y[0]  # doctest: +SKIP
    (['What', 'if', 'Google', 'Morphed', 'Into', 'GoogleOS', '?'],
     ['PRON', 'SCONJ', 'PROPN', 'VERB', 'ADP', 'PROPN', 'PUNCT'])
    """
    check_conllu_column(column)
    return load_tagged_sentences(
        SOURCES,
        partial(read_conllu, column=column),
        DESCR,
        subset=subset,
        data_home=data_home,
        download_if_missing=download_if_missing,
        return_X_y=return_X_y,
    )
