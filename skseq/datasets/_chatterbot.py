"""Questions and answers of the ChatterBot corpus, fetched on demand."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

CATEGORIES = (
    "ai",
    "botprofile",
    "coding",
    "computers",
    "conversations",
    "emotion",
    "food",
    "gossip",
    "greetings",
    "health",
    "history",
    "humor",
    "literature",
    "money",
    "movies",
    "politics",
    "psychology",
    "science",
    "sports",
    "tech_support",
    "trivia",
)
PAIRS = ("answers", "turns")

DESCR = """\
ChatterBot corpus, English
--------------------------
2,025 short conversations in English on 21 subjects, written by volunteers: most are a question and
its answer, some a question and several answers to choose from, some a dialogue. Spelling, tone and
truth are those of the volunteers. Half of the conversations are of the category "tech_support".

Source: https://github.com/gunthercox/chatterbot-corpus, release 1.3.3, copyright 2017 Gunther Cox,
BSD-3-Clause.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(download) as wheel:
        for name, target in targets.items():
            target.write_bytes(wheel.read(f"chatterbot_corpus/data/english/{name}"))


SOURCE = Source(
    name="ChatterBot corpus",
    folder="chatterbot",
    files=tuple(f"{category}.yml" for category in CATEGORIES),
    # A release never changes; files of the repository do.
    url=(
        "https://files.pythonhosted.org/packages/77/2a/"
        "6b6576acf8a0050f3066cc87ee4401c87840385003c60f46f145d6265b0c/"
        "chatterbot_corpus-1.3.3-py2.py3-none-any.whl"
    ),
    sha256="86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
    convert=_convert,
)


def fetch_chatterbot(
    *,
    categories: str | Iterable[str] | None = None,
    pairs: str = "answers",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load questions and answers in English, downloading them (0.3 MB) the first time.

    A toy data set for models that answer: a model can learn it by heart, but not more from it. A
    question may have several answers.

    Parameters
    ----------
    categories : str or iterable of str, default=None
        Subjects to load, e.g. "greetings", in the given order; None means all 21, in alphabetical
        order. The error for an unknown one names them.
    pairs : {"answers", "turns"}, default="answers"
        How a conversation of more than two texts becomes pairs. "answers" pairs its first text
        with each of the others, which suits questions with several answers ("computers",
        "emotion"). "turns" pairs each text with the next one, which suits dialogues
        ("conversations", "health"). For two texts, as 96 % of the conversations have, both are
        the same.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``chatterbot/ai.yml`` and the other files. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            Questions and other texts to answer: 2,306 for all categories.
        target : list of str
            An answer to each.
        category : list of str
            The category of each pair.
        conversations : list of list of str
            The conversations themselves, for other ways to pair them.
        DESCR : str
            Description and source of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    TypeError
        If ``categories`` is neither None nor str.
    ValueError
        If ``categories`` or ``pairs`` is unknown, a file is damaged, or the download
        does not have the expected SHA-256.
    OSError
        If a file is missing and is not downloaded, or the download fails (ConnectionError).
    ImportError
        If PyYAML, which reads the files, is not installed.

    See Also
    --------
    fetch_tatoeba_spa : Many more pairs, of sentences and their translations.

    Notes
    -----
    White space around texts is removed. Texts of the category "coding" have many lines. One
    question of "trivia" without an answer is left out. The order is that of the files: shuffle
    before splitting.

    Examples
    --------
    >>> from skseq.datasets import fetch_chatterbot
    >>> X, y = fetch_chatterbot(categories="greetings", return_X_y=True)  # doctest: +SKIP
    >>> X[2], y[2]  # doctest: +SKIP
    ('Greetings!', 'Hello')
    >>> fetch_chatterbot(pairs="all")
    Traceback (most recent call last):
    ValueError: pairs is 'all'; expected 'answers' or 'turns'.
    """
    check_choice(pairs, PAIRS, "pairs")
    chosen = _check_categories(categories)
    paths = find_files(
        SOURCE,
        tuple(f"{category}.yml" for category in chosen),
        data_home=data_home,
        download_if_missing=download_if_missing,
    )
    conversations: list[list[str]] = []
    data: list[str] = []
    target: list[str] = []
    of_pairs: list[str] = []
    for category, path in zip(chosen, paths, strict=True):
        for texts in _read_conversations(path):
            answers = texts[1:]
            data += texts[:-1] if pairs == "turns" else [texts[0]] * len(answers)
            target += answers
            of_pairs += [category] * len(answers)
            conversations.append(texts)
    if return_X_y:
        return data, target
    return Bunch(
        data=data, target=target, category=of_pairs, conversations=conversations, DESCR=DESCR
    )


def _check_categories(categories: str | Iterable[str] | None) -> list[str]:
    if categories is None:
        return list(CATEGORIES)
    known = ", ".join(map(repr, CATEGORIES))
    if not isinstance(categories, Iterable):
        raise TypeError(
            f"categories is {categories!r} of type {type(categories).__name__}; expected a "
            f"category, a list of them or None. They are {known}."
        )
    chosen = [categories] if isinstance(categories, str) else list(categories)
    if not chosen or len(set(map(str, chosen))) < len(chosen):
        raise ValueError(f"categories is {chosen!r}; expected different ones of {known}.")
    for category in chosen:
        if category not in CATEGORIES:
            raise ValueError(f"categories has {category!r}; expected one of {known}.")
    return chosen


def _read_conversations(path: Path) -> list[list[str]]:
    """Read a file: ``conversations``, a list of lists of texts."""
    yaml = _import_yaml()
    # The loader that reads every value as text: "yes" is not a bool and 1963 not a number.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        content = yaml.load(path.read_bytes().decode("utf-8"), loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {reason}); expected YAML in UTF-8. "
            f"{REMEDY}"
        ) from error
    read = content.get("conversations") if isinstance(content, dict) else None
    if not isinstance(read, list):
        raise ValueError(f"{path} has no list of conversations; expected one. {REMEDY}")
    conversations = []
    for i, texts in enumerate(read):
        if isinstance(texts, str):  # a question without its answer
            continue
        if not _is_conversation(texts):
            raise ValueError(
                f"{path}, conversation {i}: got {texts!r:.60}; expected a list of at least two "
                f"texts. {REMEDY}"
            )
        conversations.append([text.strip() for text in texts])
    if not conversations:
        raise ValueError(f"{path} has no conversations; expected at least one. {REMEDY}")
    return conversations


def _is_conversation(texts: Any) -> bool:
    return (
        isinstance(texts, list)
        and len(texts) > 1
        and all(isinstance(text, str) and text.strip() for text in texts)
    )


def _import_yaml() -> ModuleType:
    """Import PyYAML late: no other data set needs it."""
    try:
        return import_module("yaml")
    except ImportError as error:
        raise ImportError(
            "PyYAML is needed to read the ChatterBot corpus: run 'pip install pyyaml'."
        ) from error
