"""Read tagged sentences from CoNLL column files and CoNLL-U files."""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from skseq.datasets._choices import check_choice

TaggedSentences = tuple[list[list[str]], list[list[str]]]

CONLLU_COLUMNS = (
    "id",
    "form",
    "lemma",
    "upos",
    "xpos",
    "feats",
    "head",
    "deprel",
    "deps",
    "misc",
)
_DOCUMENT_START = "-DOCSTART-"
_GZIP_MAGIC = b"\x1f\x8b"
# Only these separate columns: other blanks of Unicode, such as the no-break space, occur in tokens.
_BLANKS = re.compile("[ \t]+")


def read_conll(
    path: Any,
    *,
    column: int = -1,
    token_column: int = 0,
    separator: str | None = None,
    comment: str | None = None,
    encoding: str = "utf-8",
) -> TaggedSentences:
    """Read tagged sentences from a file with one token per line and blank lines between sentences.

    This is the format of the CoNLL shared tasks from 2000 to 2003 and of most data for named
    entity recognition. Lines that start with ``-DOCSTART-`` separate documents; they end a sentence
    and are skipped.

    Parameters
    ----------
    path : str, path-like or file object
        The file, compressed by gzip or not; a file object, text or binary, is read to its end.
    column : int, default=-1
        The column of the labels; negative numbers count from the last one.
    token_column : int, default=0
        The column of the tokens.
    separator : str or None, default=None
        Separator of columns. None is any run of blanks and tabs; use ``"\\t"`` for files whose
        tokens contain blanks.
    comment : str or None, default=None
        Lines that start with it are skipped. By default none are, because ``#`` may be a token in
        these files.
    encoding : str, default="utf-8"
        Encoding of the file, such as ``"latin-1"``.

    Returns
    -------
    X : list of list of str
        The tokens of each sentence.
    y : list of list of str
        The labels of each sentence, one for each token.

    Raises
    ------
    ValueError
        If a row has too few columns (with the number of its line), or the file is damaged or
        in another encoding.
    TypeError
        If ``path`` is neither a path nor a file, or a column is not an integer.
    OSError
        If the file cannot be opened.

    See Also
    --------
    read_conllu : Reads the ten columns of Universal Dependencies.

    References
    ----------
    Erik F. Tjong Kim Sang, "Introduction to the CoNLL-2002 Shared Task: Language-Independent
    Named Entity Recognition", CoNLL 2002, https://aclanthology.org/W02-2024/.

    Examples
    --------
    >>> import io
    >>> from skseq.datasets import read_conll
    >>> read_conll(io.StringIO("Ana NP B-PER\\nsings VB O\\n\\nIn IN O\\nRome NP B-LOC\\n"))
    ([['Ana', 'sings'], ['In', 'Rome']], [['B-PER', 'O'], ['O', 'B-LOC']])
    """
    for argument, value in (("column", column), ("token_column", token_column)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(
                f"{argument} is {value!r}; expected the number of a column, counted from 0, or a "
                "negative one, counted from the last."
            )
    for argument, mark in (("separator", separator), ("comment", comment)):
        if mark == "":
            raise ValueError(f"{argument} is ''; expected at least one character, or None.")

    def pick(line: str, where: str) -> tuple[str, str]:
        if separator is None:
            fields = _BLANKS.split(line.strip(" \t"))
        else:
            fields = line.split(separator)
        n = len(fields)
        token_at, label_at = (i + n if i < 0 else i for i in (token_column, column))
        # In a row of one column, column=-1 would be the token.
        clash = token_at == label_at and token_column != column
        if clash or not (0 <= token_at < n and 0 <= label_at < n):
            raise ValueError(
                f"{where}: got {n} column(s), {line!r}; expected a token in column "
                f"{token_column} and a label in column {column}. Correct the line, or pass "
                "column=, token_column=, separator= or comment=."
            )
        return fields[token_at], fields[label_at]

    def skip(line: str) -> bool:
        return comment is not None and line.startswith(comment)

    return _collect(path, encoding, skip, pick)


def read_conllu(path: Any, *, column: str = "upos", encoding: str = "utf-8") -> TaggedSentences:
    """Read tagged sentences from a CoNLL-U file, the format of Universal Dependencies.

    The steps are the syntactic words. Comments, ranges of words that are written as one
    (``1-2``) and empty nodes (``1.1``) are skipped, so "don't" gives "do" and "n't".

    Parameters
    ----------
    path : str, path-like or file object
        The file, compressed by gzip or not; a file object, text or binary, is read to its end.
    column : {"upos", "xpos", "lemma", "feats", "head", "deprel", "deps", "misc"}, default="upos"
        The column of the labels. The label ``_`` means that the annotation is missing.
    encoding : str, default="utf-8"
        Encoding of the file; CoNLL-U is UTF-8 by its definition.

    Returns
    -------
    X : list of list of str
        The words (column FORM) of each sentence.
    y : list of list of str
        The labels of each sentence, one for each word.

    Raises
    ------
    ValueError
        If ``column`` is unknown, a row has not ten columns or no number (with the
        number of its line), or the file is damaged or in another encoding.
    TypeError
        If ``path`` is neither a path nor a file.
    OSError
        If the file cannot be opened.

    See Also
    --------
    read_conll : Reads files with any number of columns.

    References
    ----------
    Universal Dependencies, "CoNLL-U Format", https://universaldependencies.org/format.html.

    Examples
    --------
    >>> import io
    >>> from skseq.datasets import read_conllu
    >>> file = io.StringIO(
    ...     "# text = I'm in\\n"
    ...     "1-2\\tI'm" + 8 * "\\t_" + "\\n"
    ...     "1\\tI\\tI\\tPRON" + 6 * "\\t_" + "\\n"
    ...     "2\\t'm\\tbe\\tAUX" + 6 * "\\t_" + "\\n"
    ...     "3\\tin\\tin\\tADV" + 6 * "\\t_" + "\\n"
    ... )
    >>> read_conllu(file)
    ([['I', "'m", 'in']], [['PRON', 'AUX', 'ADV']])
    """
    check_conllu_column(column)
    place = CONLLU_COLUMNS.index(column)

    def pick(line: str, where: str) -> tuple[str, str] | None:
        fields = line.split("\t")
        if len(fields) != len(CONLLU_COLUMNS):
            raise ValueError(
                f"{where}: got {len(fields)} column(s), {line!r}; expected "
                f"{len(CONLLU_COLUMNS)} columns separated by tabs. Correct the line, or read the "
                "file with read_conll if it is not CoNLL-U."
            )
        number = fields[0]
        if not number.isdecimal():
            if number.replace("-", "", 1).replace(".", "", 1).isdecimal():
                return None
            raise ValueError(
                f"{where}: got {number!r} as the number of the word; expected one such as 1, 1-2 "
                "or 1.1. Correct the line."
            )
        return fields[1], fields[place]

    return _collect(path, encoding, lambda line: line.startswith("#"), pick)


def check_conllu_column(column: Any) -> None:
    """Raise a ValueError if CoNLL-U has no such column of labels."""
    check_choice(column, CONLLU_COLUMNS[2:], "column")


def _collect(
    path: Any,
    encoding: str,
    skip: Callable[[str], bool],
    pick: Callable[[str, str], tuple[str, str] | None],
) -> TaggedSentences:
    """Collect token and label of each line, by ``pick``, into sentences that end at blank lines."""
    X: list[list[str]] = []
    y: list[list[str]] = []
    tokens: list[str] = []
    labels: list[str] = []
    for line, where in _read_lines(path, encoding):
        if line.strip(" \t") and not line.startswith(_DOCUMENT_START):
            picked = None if skip(line) else pick(line, where)
            if picked is not None:
                tokens.append(picked[0])
                labels.append(sys.intern(picked[1]))  # few labels occur many times
        elif tokens:
            X.append(tokens)
            y.append(labels)
            tokens, labels = [], []
    if tokens:
        X.append(tokens)
        y.append(labels)
    return X, y


def _read_lines(path: Any, encoding: str) -> Iterator[tuple[str, str]]:
    """Yield each line and, for errors, its file and number."""
    if hasattr(path, "read"):
        content, name = path.read(), str(getattr(path, "name", "the file"))
    elif isinstance(path, (str, os.PathLike)):
        content, name = Path(path).read_bytes(), os.fspath(path)
    else:
        raise TypeError(
            f"path is {path!r} of type {type(path).__name__}; expected a path as str or "
            "pathlib.Path, or an open file."
        )
    text = content if isinstance(content, str) else _decode(content, str(name), encoding)
    # Not splitlines: it also breaks at characters that occur in tokens.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        yield line.rstrip("\r"), f"{name}, line {number}"


def _decode(content: bytes, name: str, encoding: str) -> str:
    try:
        if content.startswith(_GZIP_MAGIC):
            content = gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"{name} is damaged ({type(error).__name__}: {error}); expected a whole gzip file. "
            "Download it again."
        ) from error
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{name} is not in {encoding} ({error}). Pass the encoding it is in, such as "
            "encoding='latin-1', or download it again."
        ) from error
