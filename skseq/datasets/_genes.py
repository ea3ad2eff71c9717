"""Generate DNA with one gene in each sequence and a label for every base."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._numbers import check_lengths, check_n_samples

_BASES = "ACGT"
_START = "ATG"
_STOPS = ("TAA", "TAG", "TGA")
_CODONS = tuple(a + b + c for a in _BASES for b in _BASES for c in _BASES)
# Shares of A, C, G and T at the three positions of a codon of coding DNA: a purine is common at the
# first and G or C at the third, as in many bacteria.
_PLACES = ((0.28, 0.21, 0.36, 0.15), (0.31, 0.23, 0.17, 0.29), (0.13, 0.38, 0.36, 0.13))
_SENSE = tuple(codon for codon in _CODONS if codon not in _STOPS)
_WEIGHTS = np.array(
    [
        np.prod([place[_BASES.index(base)] for place, base in zip(_PLACES, codon, strict=True)])
        for codon in _SENSE
    ]
)
_WEIGHTS /= _WEIGHTS.sum()

# In codons, start and stop included. A frame as short as a decoy is never coding and a gene is
# always longer, so the label of every base follows from the sequence.
_LONGEST_DECOY = 4
_SHORTEST_GENE = 6
_SHORTEST_SEQUENCE = 3 * _SHORTEST_GENE


def make_gene_sequences(
    n_samples: int = 100,
    *,
    n_steps: int | tuple[int, int] = (60, 120),
    random_state: int | np.random.RandomState | None = None,
) -> tuple[list[str], list[str]]:
    """Generate DNA sequences with one gene each, and a label for every base.

    A gene is an open reading frame: the start codon ATG, codons that are not stops, and one of
    the stop codons TAA, TAG and TGA in the same frame. Its codons have the uneven composition of
    coding DNA; the bases around it are uniform noise. Decoys are not genes: a start codon with a
    stop in its frame after at most three codons. So whether an ATG is coding depends on bases to
    its right, and whether a base is coding on an ATG far to its left.

    Parameters
    ----------
    n_samples : int, default=100
        Number of sequences.
    n_steps : int or (int, int), default=(60, 120)
        Length of the sequences in bases, or the minimum and maximum length; 18 or more.
    random_state : int, RandomState instance or None, default=None
        An int gives the same sequences in every call; one number is drawn from a RandomState;
        None gives others every time. The global generator is not used.

    Returns
    -------
    X : list of str
        The sequences, of the letters A, C, G and T.
    y : list of str
        One letter for each base: "C" coding, "N" not coding.

    Raises
    ------
    ValueError
        If ``n_samples`` is negative, a length is too small, the lengths are out of order, or
        ``random_state`` is none of the above.
    TypeError
        If a number is not an integer.

    See Also
    --------
    make_tagged_sentences : Labelled words instead of characters.

    Notes
    -----
    The gene has a quarter to two thirds of the bases of a sequence, and at least 18. Genes of
    bacteria are similar, but ten times longer and on both strands.

    References
    ----------
    James W. Fickett, "Recognition of protein coding regions in DNA sequences", Nucleic Acids
    Research 10(17), 1982, https://doi.org/10.1093/nar/10.17.5303: the uneven composition of the
    three positions of a codon distinguishes coding from other DNA.

    Examples
    --------
    >>> from skseq.datasets import make_gene_sequences
    >>> X, y = make_gene_sequences(2, n_steps=40, random_state=0)
    >>> for bases, labels in zip(X, y):
    ...     print(bases, labels, sep="\\n")
    CATTTTCATGTGAAAATGGACGAGTCGAAGTAGAATGTGA
    NNNNNNNNNNNNNNNCCCCCCCCCCCCCCCCCCNNNNNNN
    TGTAATGACGCAGTAGGTAATGCCGTCCCTCGATTCCTAG
    NNNNNNNNNNNNNNNNNNNCCCCCCCCCCCCCCCCCCCCC
    """
    check_n_samples(n_samples)
    shortest, longest = check_lengths(n_steps, at_least=_SHORTEST_SEQUENCE)
    # The legacy generator: its stream is frozen, so a seed always gives the same sequences.
    rng = np.random.RandomState(draw_seed(random_state))
    X, y = [], []
    for _ in range(n_samples):
        length = int(rng.randint(shortest, longest + 1))
        least = max(_SHORTEST_GENE, length // 12)
        codons = int(rng.randint(least, max(least, length * 2 // 9) + 1))
        start = int(rng.randint(length - 3 * codons + 1))
        stop = start + 3 * codons
        bases = _draw_noise(rng, start) + _draw_gene(rng, codons) + _draw_noise(rng, length - stop)
        X.append(_close_other_frames(bases, start, stop))
        y.append("N" * start + "C" * (stop - start) + "N" * (length - stop))
    return X, y


def _draw_gene(rng: np.random.RandomState, codons: int) -> str:
    inner = rng.choice(len(_SENSE), size=codons - 2, p=_WEIGHTS)
    return _START + "".join(_SENSE[i] for i in inner) + _STOPS[rng.randint(len(_STOPS))]


def _draw_noise(rng: np.random.RandomState, length: int) -> str:
    """Draw uniform noise, often with a decoy if there is space."""
    noise = "".join(_BASES[i] for i in rng.randint(len(_BASES), size=length))
    inner = rng.choice(len(_SENSE), size=rng.randint(_LONGEST_DECOY - 1), p=_WEIGHTS)
    decoy = _START + "".join(_SENSE[i] for i in inner) + _STOPS[rng.randint(len(_STOPS))]
    if len(decoy) > length or rng.rand() < 0.3:
        return noise
    at = rng.randint(length - len(decoy) + 1)
    return noise[:at] + decoy + noise[at + len(decoy) :]


def _close_other_frames(bases: str, start: int, stop: int) -> str:
    """Remove every start codon outside the gene that is not that of a decoy.

    A start codon in noise may by chance be far from a stop in its frame, or in the frame of the
    gene itself: then its label would not follow from the sequence.
    """
    at = bases.find(_START)
    while at >= 0:
        ends = range(at + 3, min(at + 3 * _LONGEST_DECOY, len(bases) - 2), 3)
        is_decoy = any(bases[end : end + 3] in _STOPS for end in ends)
        inside = start <= at <= stop - 3
        if inside or is_decoy:
            at = bases.find(_START, at + 1)
        else:
            # A C instead of the G makes no new start but may remove a stop, so search again. The G
            # is never in the gene, which begins with A, and no stop codon ends with AT.
            bases = bases[: at + 2] + "C" + bases[at + 3 :]
            at = bases.find(_START)
    return bases
