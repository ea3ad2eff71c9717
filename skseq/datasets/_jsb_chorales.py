"""Chorales by Johann Sebastian Bach as chords, fetched on demand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

# The parts as they are called here and in the file.
SUBSETS = {"train": "train", "validation": "valid", "test": "test"}

DESCR = """\
JSB chorales, a chord for every quarter note
--------------------------------------------
229 + 76 + 77 four-part chorales by Johann Sebastian Bach, 25 to 160 chords long. A chord is the
pitches that sound at a quarter note, as MIDI numbers from 43 to 96 (60 is middle C), the lowest
first. It has each pitch once: four as a rule, fewer where voices sing the same or rest, and none
where all rest, so the voices are not told apart. Nor are held and repeated notes.

Source: https://github.com/czhuang/JSB-Chorales-dataset; the music is in the public domain.
Please cite Nicolas Boulanger-Lewandowski, Yoshua Bengio and Pascal Vincent, "Modeling Temporal
Dependencies in High-Dimensional Sequences: Application to Polyphonic Music Generation and
Transcription", ICML 2012, whose division into parts this is.
"""

SOURCE = Source(
    name="JSB chorales",
    folder="music_jsb",
    files=("jsb-chorales-quarter.json",),
    # At a commit rather than a branch: files of a branch may change.
    url=(
        "https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/"
        "9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/jsb-chorales-quarter.json"
    ),
    sha256="2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91",
)


def fetch_jsb_chorales(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load chorales by Johann Sebastian Bach as chords, downloading them (0.4 MB) if needed.

    Parameters
    ----------
    subset : {"train", "validation", "test"}, default="train"
        The official parts, of 229, 76 and 77 chorales (13,807, 4,602 and 4,725 chords).
    data_home : str or path-like, default=None
        Folder that has, or will get, ``music_jsb/jsb-chorales-quarter.json``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of list of tuple of int
            The chords of each chorale, one for every quarter note. A chord is the MIDI numbers
            of the pitches that sound, lowest first and each once: from none, ``()`` where all
            voices rest, to four.
        DESCR : str
            Description, source and citation of the data.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, the file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    make_melodies : Melodies that need no download.

    Notes
    -----
    The 229 chorales of the training part have 2,420 different chords; a tenth of the chords of
    the other parts is not among them.

    References
    ----------
    Nicolas Boulanger-Lewandowski, Yoshua Bengio and Pascal Vincent, "Modeling Temporal
    Dependencies in High-Dimensional Sequences: Application to Polyphonic Music Generation and
    Transcription", ICML 2012, https://arxiv.org/abs/1206.6392.

    Examples
    --------
    >>> from skseq.datasets import fetch_jsb_chorales
    >>> chorales = fetch_jsb_chorales(subset="validation").data  # doctest: +SKIP
    >>> len(chorales), chorales[0][:2]  # doctest: +SKIP
    (76, [(72, 76, 79, 84), (76, 79, 84)])
    >>> fetch_jsb_chorales(subset="dev")
    Traceback (most recent call last):
    ValueError: subset is 'dev'; expected 'train', 'validation' or 'test'.
    """
    check_choice(subset, SUBSETS, "subset")
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    return Bunch(data=_read(path, SUBSETS[subset]), DESCR=DESCR)


def _read(path: Path, part: str) -> list[list[tuple[int, ...]]]:
    try:
        chorales = json.loads(path.read_bytes())[part]
        data = [[tuple(chord) for chord in chorale] for chorale in chorales]
    # No JSON or no UTF-8 (both ValueErrors), no such part, no lists.
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected JSON with the lists "
            f"'train', 'valid' and 'test' of chorales. {REMEDY}"
        ) from error
    pitches = (pitch for chorale in data for chord in chorale for pitch in chord)
    strange = [pitch for pitch in pitches if type(pitch) is not int or not 0 <= pitch < 128]
    if strange or not data:
        raise ValueError(
            f"{path} has {len(data)} chorales in {part!r} and the pitches {strange[:5]}; expected "
            f"MIDI numbers from 0 to 127. {REMEDY}"
        )
    return data
