"""Generate melodies in three styles of dance."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from skseq.datasets._choices import choose
from skseq.datasets._styles import generate

Event = tuple[int | None, float]

# Seven-note scales in semitones above the tonic: major, and Dorian as in many dances.
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 9, 10))
_TONICS = (60, 62, 65, 67)
_LOWEST, _HIGHEST = -3, 9  # in steps of the scale above the tonic
_STEPS = (-2, -1, -1, 1, 1, 2)
_CHORD = (0, 2, 4)


class _Dance(NamedTuple):
    """What makes a style; durations are in quarter notes.

    Parameters
    ----------
    rhythms : tuple of tuple of float
        Durations of the notes of a motif, of which one is drawn for every part.
    shifts : tuple of int
        The steps of the scale by which each motif of a part lies above the first one.
    close : tuple of float
        Durations of the notes that end a part.
    rest : float
        Duration of the rest behind them, 0 for none.
    form : str
        The parts in the order in which they are played.
    """

    rhythms: tuple[tuple[float, ...], ...]
    shifts: tuple[int, ...]
    close: tuple[float, ...]
    rest: float
    form: str


_DANCES = {
    # Bars of 6/8: two motifs, then a motif and the close.
    "jig": _Dance(((0.5, 0.5, 0.5), (1.0, 0.5)), (0, 0, 1), (1.0,), 0.5, "AABB"),
    # Bars of 4/4: two motifs, then a motif and the close.
    "reel": _Dance(((0.5,) * 4, (1.0, 0.5, 0.5)), (0, 1, 0), (0.5, 0.5, 1.0), 0, "AABB"),
    # Bars of 3/4: three motifs, then the close.
    "waltz": _Dance(
        ((1.0, 1.0, 1.0), (2.0, 1.0), (1.0, 0.5, 0.5, 1.0)), (0, -1, 0), (2.0,), 1.0, "AABA"
    ),
}


def make_melodies(
    n_samples: int = 200,
    *,
    styles: str | Iterable[str] | None = None,
    return_styles: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> Any:
    """Generate melodies in three styles of dance: jigs, reels and waltzes.

    A model of symbols can learn these rules: all notes are of one scale and most intervals are
    small; a motif is repeated and shifted within a part; a part is repeated note for note (AABB, in
    waltzes AABA); notes fill the bars of the style, 6/8, 4/4 and 3/4; the last note is the tonic,
    the first note of the scale.

    Parameters
    ----------
    n_samples : int, default=200
        Number of melodies.
    styles : {"jig", "reel", "waltz"} or iterable of these, default=None
        Styles to draw from, with equal shares; order and repetition do not matter. None means
        all three.
    return_styles : bool, default=False
        Whether to return ``(melodies, styles)`` instead of the melodies.
    random_state : int, RandomState instance or None, default=None
        An int gives the same melodies in every call; one number is drawn from a RandomState; None
        gives others every time. The global generator is not used.

    Returns
    -------
    melodies : list of list of tuple
        The symbols of each melody, 32 to 60 of them: pairs ``(pitch, duration)`` of a MIDI number
        (60 is middle C), or None for a rest, and a float in quarter notes, such as
        ``(67, 0.5)``.
    styles : list of str
        The style of each melody, if ``return_styles=True``.

    Raises
    ------
    ValueError
        If ``n_samples`` is negative, a style is unknown, there is none, or ``random_state`` is
        invalid.
    TypeError
        If ``n_samples`` is not an integer or ``styles`` is no iterable.

    See Also
    --------
    make_tales : Texts instead of melodies.
    fetch_jsb_chorales : Real music in chords, downloaded.

    Notes
    -----
    The melodies are artificial; scores measured on them cannot be compared with those of real
    music.

    Examples
    --------
    >>> from skseq.datasets import make_melodies
    >>> melodies, styles = make_melodies(3, return_styles=True, random_state=0)
    >>> styles
    ['jig', 'waltz', 'jig']
    >>> melodies[1][:5]
    [(67, 1.0), (65, 1.0), (62, 1.0), (65, 1.0), (64, 1.0)]
    """
    return generate(
        {style: partial(_compose, dance) for style, dance in _DANCES.items()},
        n_samples,
        styles=styles,
        return_styles=return_styles,
        random_state=random_state,
    )


def _compose(dance: _Dance, rng: np.random.RandomState) -> list[Event]:
    scale, tonic = choose(rng, _SCALES), choose(rng, _TONICS)
    last_part = dance.form[-1]
    # Only the last part of the melody ends on the tonic.
    parts = {
        part: _compose_part(dance, rng, 0 if part == last_part else choose(rng, (1, 4)))
        for part in sorted(set(dance.form))
    }
    return [
        (None if step is None else tonic + 12 * (step // 7) + scale[step % 7], duration)
        for part in dance.form
        for step, duration in parts[part]
    ]


def _compose_part(
    dance: _Dance, rng: np.random.RandomState, last: int
) -> list[tuple[int | None, float]]:
    """Return the steps of the scale, or None for a rest, with their durations."""
    rhythm = choose(rng, dance.rhythms)
    # Room for the shifted motifs keeps them in the range without bending them.
    low, high = _LOWEST - min(dance.shifts), _HIGHEST - max(dance.shifts)
    motif = _walk(rng, choose(rng, _CHORD), len(rhythm), low, high)
    notes: list[tuple[int | None, float]] = [
        (step + shift, duration)
        for shift in dance.shifts
        for step, duration in zip(motif, rhythm, strict=True)
    ]
    # The close comes down to its last note step by step.
    n_close = len(dance.close)
    notes += [(last + n_close - 1 - i, duration) for i, duration in enumerate(dance.close)]
    return [*notes, (None, dance.rest)] if dance.rest else notes


def _walk(rng: np.random.RandomState, start: int, length: int, low: int, high: int) -> list[int]:
    steps = [start]
    while len(steps) < length:
        step = steps[-1] + choose(rng, _STEPS)
        steps.append(min(max(step, low), high))
    return steps
