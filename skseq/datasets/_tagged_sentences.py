"""Generate English sentences with named entities from templates."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._choices import check_choice, choose
from skseq.datasets._numbers import check_n_samples

SCHEMES = ("IOB2", "IOBES")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ou")
_CONSONANTS = (*"bdfgklmnprstvz", "br", "dr", "gr", "st", "tr")
_ENDINGS = ("", "", "n", "r", "s", "l")

# PER, LOC and ORG are placeholders of names of several words, PER1 of one word, <word> of a list
# below. The type of a placeholder follows from the words around it, often only from those after it,
# and never from the name: most names are drawn from one pool for all three types.
_TEMPLATES = tuple(
    template.split()
    for template in (
        "PER flew to LOC",
        "PER flew from LOC to LOC",
        "PER works for ORG in LOC",
        "PER , a <job> from LOC , joined ORG",
        "PER , born in LOC , has left ORG",
        "LOC , a town near LOC , elected PER as its mayor",
        "ORG , founded in LOC , hired PER as a <job>",
        "ORG reported a loss after PER resigned",
        "ORG opened its new <building> in LOC",
        "shares in ORG fell when PER sold them",
        "the <job> PER sued the company ORG",
        "the company ORG sued the <job> PER",
        "the <job> PER praised the town of LOC",
        "the town of LOC praised the <job> PER",
        "in LOC , PER met the director of ORG",
        "the director of ORG met PER in LOC",
        "it rained in LOC when PER arrived",
        "the road from LOC to LOC is closed , said PER",
        "PER told PER1 PER1 had lost the <thing>",
        "PER bought a <thing> from ORG",
        "ORG bought a <thing> from PER and her sister",
        "PER married PER in LOC",
        "ORG merged with ORG , said PER",
        "the <building> was closed by the <job> in March",
        "a <job> lost the <thing> on Monday",
    )
)
_WORDS = {
    "<job>": ("lawyer", "singer", "doctor", "French painter", "teacher", "pilot", "chef"),
    "<building>": ("museum", "factory", "airport", "laboratory", "English school"),
    "<thing>": ("letter", "ticket", "boat", "red car", "piano", "house", "German camera"),
}
_OPENINGS = ("yesterday ,", "on Friday ,", "in April ,", "last week ,", "according to reports ,")

# Names that are used for people, places and companies alike.
_LISTED = (
    "Jordan Lincoln Austin Chelsea Florence Sydney Houston Madison Washington Morgan Ford Wells "
    "Lancaster Hudson Phoenix Victoria Charlotte Georgia Carolina Chester Kent Warwick Stanley "
    "Hamilton Nelson Wellington Darwin Boston Paris Santiago"
)
_SHARED = tuple(_LISTED.split())
# Words before or after a name that belong to the entity.
_AFFIXES = {
    "PER": (("Dr",), ("Maria",), ("John",)),
    "LOC": (("New",), ("Port",), ("Lake",)),
    "ORG": (("Bank", "of"), ("University", "of"), ("House", "of")),
}
_SUFFIXES = {"PER": ("Junior",), "LOC": ("Island", "Bay"), "ORG": ("Motors", "Group", "Ltd")}


def make_tagged_sentences(
    n_samples: int = 200,
    *,
    scheme: str = "IOB2",
    random_state: int | np.random.RandomState | None = None,
) -> tuple[list[list[str]], list[list[str]]]:
    """Generate short English sentences with the names of people, places and organisations.

    The type of a name follows from the words around it, before or after: most names, such as
    "Jordan", are drawn from one pool for all types. About half are invented from syllables and
    occur only once, so a test set has many unseen words. Capital letters distinguish names from
    most words, but not from the first word of a sentence, from "Friday" or from "French".

    Parameters
    ----------
    n_samples : int, default=200
        Number of sentences.
    scheme : {"IOB2", "IOBES"}, default="IOB2"
        Tag scheme of the entities. IOB2: "B-" at the first token of an entity, "I-" at the others.
        IOBES: also "E-" at the last token, and "S-" for an entity of one token.
    random_state : int, RandomState instance or None, default=None
        An int gives the same sentences in every call; one number is drawn from a RandomState;
        None gives others every time. The global generator is not used.

    Returns
    -------
    X : list of list of str
        The tokens of each sentence, 5 to 25 of them.
    y : list of list of str
        One label for each token: "O", or a prefix with "LOC", "ORG" or "PER".

    Raises
    ------
    ValueError
        If ``n_samples`` is negative or ``scheme`` or ``random_state`` invalid.
    TypeError
        If ``n_samples`` is not an integer.

    See Also
    --------
    fetch_conll2002_es : Real news with named entities, downloaded.
    make_gene_sequences : Labelled characters instead of words.

    Notes
    -----
    The sentences are artificial; scores measured on them cannot be compared with those of real
    text.

    References
    ----------
    The scheme IOB2: Erik F. Tjong Kim Sang and Jorn Veenstra, "Representing Text Chunks", EACL
    1999, https://aclanthology.org/E99-1023/.

    Examples
    --------
    >>> from skseq.datasets import make_tagged_sentences
    >>> X, y = make_tagged_sentences(2, random_state=0)
    >>> for tokens, labels in zip(X, y):
    ...     print(" ".join(tokens), " ".join(labels), sep="\\n")
    Getru married Houston in Georgia .
    B-PER O B-PER O B-LOC O
    On Friday , Chester bought a letter from Dr Stobra and her sister .
    O O O B-ORG O O O O B-PER I-PER O O O O
    """
    check_n_samples(n_samples)
    check_choice(scheme, SCHEMES, "scheme")
    # The legacy generator: its stream is frozen, so a seed always gives the same sentences.
    rng = np.random.RandomState(draw_seed(random_state))
    taken = set(_SHARED)
    X, y = [], []
    for _ in range(n_samples):
        tokens: list[str] = []
        labels: list[str] = []
        for kind, words in _draw_sentence(rng, taken):
            tokens += words
            labels += _label(kind, len(words), scheme)
        tokens[0] = tokens[0][0].upper() + tokens[0][1:]
        X.append(tokens)
        y.append(labels)
    return X, y


def _draw_sentence(
    rng: np.random.RandomState, taken: set[str]
) -> list[tuple[str | None, list[str]]]:
    """Return runs of words, each with its entity type or None."""
    runs: list[tuple[str | None, list[str]]] = []
    if rng.rand() < 0.3:
        runs.append((None, choose(rng, _OPENINGS).split()))
    for part in choose(rng, _TEMPLATES):
        if part in ("PER", "LOC", "ORG"):
            runs.append((part, _draw_entity(rng, part, taken)))
        elif part == "PER1":
            runs.append(("PER", [_draw_name(rng, taken)]))
        else:
            runs.append((None, choose(rng, _WORDS[part]).split() if part in _WORDS else [part]))
    runs.append((None, ["."]))
    return runs


def _draw_entity(rng: np.random.RandomState, kind: str, taken: set[str]) -> list[str]:
    name = _draw_name(rng, taken)
    form = rng.rand()
    if form < 0.15:
        return [*choose(rng, _AFFIXES[kind]), name]
    if form < 0.3:
        return [name, choose(rng, _SUFFIXES[kind])]
    if form < 0.45:  # two names in a row are one entity of any type
        return [name, _draw_name(rng, taken)]
    return [name]


def _draw_name(rng: np.random.RandomState, taken: set[str]) -> str:
    """Draw a shared name, or invent one that has not occurred."""
    if rng.rand() < 0.5:
        return choose(rng, _SHARED)
    name = _draw_syllable(rng).capitalize() + _draw_syllable(rng) + choose(rng, _ENDINGS)
    while name in taken:
        name += _draw_syllable(rng)
    taken.add(name)
    return name


def _draw_syllable(rng: np.random.RandomState) -> str:
    return choose(rng, _CONSONANTS) + choose(rng, _VOWELS)


def _label(kind: str | None, length: int, scheme: str) -> list[str]:
    if kind is None:
        return ["O"] * length
    prefixes = ["B"] + ["I"] * (length - 1)
    if scheme == "IOBES":
        prefixes[-1] = "S" if length == 1 else "E"
    return [f"{prefix}-{kind}" for prefix in prefixes]
