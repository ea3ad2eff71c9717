"""Generate short tales in three styles from templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from skseq.datasets._choices import choose
from skseq.datasets._styles import generate

# As the subject, as the object and as the owner of what is named next.
_PRONOUNS = {"she": ("she", "her", "her"), "he": ("he", "him", "his")}
_PEOPLE = {
    **dict.fromkeys(("Mira", "Tilda", "Oona", "Vesna", "Greta"), "she"),
    **dict.fromkeys(("Borin", "Jasper", "Pavel", "Ludo", "Otto"), "he"),
}

# In a fable {name} is the hero, to whom all pronouns refer, and {other} whom the hero meets.
_OPENINGS = (
    "{name} the {animal} found a {thing} in the {place}.",
    "Once there was a {animal} called {name}, and {he} had a {thing}.",
    "One day in {season} {name} the {animal} hid {his} {thing} near the {place}.",
)
_MEETINGS = (
    '{other} the {rival} saw {him}. "Give me the {thing}!" said {other}.',
    '"What a fine {thing}," said {other} the {rival}, who lived by the {place}.',
    'Soon {other} the {rival} came along. "Is that {thing} yours, {name}?"',
)
# How the hero answers decides how the tale ends and what it teaches.
_PLOTS = (
    (
        (
            '"No," said {name}, and {he} ran to the {refuge} with {his} {thing}.',
            '"It is mine," said {name}. {He} climbed the {refuge} and did not look back.',
        ),
        (
            "At night the wind took the {thing}, and {name} was alone with {his} pride.",
            "But the {thing} was too heavy for {him}, so {name} lost it in the {place}.",
        ),
        ("Pride is a cold friend.", "Who keeps all has nothing."),
    ),
    (
        (
            '"Help me first," said {name}, "and then we eat." So {he} and {other} began to dig.',
            '"Half of it is yours," said {name}, and {he} called {other} to the {refuge}.',
        ),
        (
            "Since that day {other} brings {him} a {thing} every {season}, and {name} is glad.",
            "When the snow came, {other} gave {him} a warm bed, and {name} was never alone.",
        ),
        ("Who shares has more.", "Small gifts make great friends."),
    ),
)
_FABLE_WORDS = {
    "animal": ("fox", "mouse", "crow", "hare", "frog", "goat"),
    "rival": ("wolf", "cat", "bear", "snake"),
    "thing": ("nut", "shell", "pear", "golden key", "feather", "cheese"),
    "place": ("wood", "river", "meadow", "old mill"),
    "refuge": ("hill", "tall tree", "roof", "wall"),
    "season": ("spring", "summer", "autumn", "winter"),
}

# The number of guests decides how much of an ingredient is needed, and the ingredient what is
# done with it.
_GUESTS = {"two": 2, "three": 3, "four": 4, "six": 6}
_COUNTED = {
    "onions": "Chop",
    "carrots": "Chop",
    "eggs": "Beat",
    "apples": "Peel",
    "tomatoes": "Peel",
}
_WEIGHED = {
    "rice": "Boil the {0} for 20 minutes",
    "beans": "Boil the {0} for 45 minutes",
    "flour": "Sift the {0} into a bowl",
    "butter": "Melt the {0} in a pan",
    "sugar": "Melt the {0} in a pan",
}
_SPOONED = ("salt", "honey", "pepper", "oil")
_DISHES = ("soup", "pie", "stew", "cake")
_SERVINGS = (
    '"It needs more {spice}," says {name}, and {he} adds a spoon.',
    "{name} calls {his} {guests} guests and brings them the {dish}.",
    '"Let the {dish} rest," says {name} to {his} guests.',
)

# The sky decides how cold it is and what to wear.
_SKIES = {
    "snow": (range(-9, 1), "a warm coat"),
    "fog": (range(2, 8), "a lamp"),
    "rain": (range(6, 16), "an umbrella"),
    "sun": (range(17, 31), "a hat"),
}
_REPORTS = (
    "{sky} over {town} on {day} {time}.",
    "On {day} there is {sky} in {town} {time}.",
    "{town} has {sky} on {day}, {time}.",
)
_WINDS = (
    "It is {degrees} degrees, with a {strength} wind from the {wind}.",
    "A {strength} {wind} wind brings {degrees} degrees.",
)
_ADVICES = (
    "Take {wear} with you.",
    '"Take {wear}," says {name}, who lives in {town}, and {he} is right.',
)
_OUTLOOKS = (
    "On {next_day} the {sky} leaves {town}.",
    "The {sky} stays over {town} until {next_day}.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEATHER_WORDS = {
    "town": ("Eastmoor", "Norwick", "Saltby", "Highfell", "Greenford", "Longbay"),
    "time": ("in the morning", "in the afternoon", "all day", "at night"),
    "wind": ("north", "south", "east", "west"),
    "strength": ("light", "strong"),
}


def make_tales(
    n_samples: int = 200,
    *,
    styles: str | Iterable[str] | None = None,
    return_styles: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> Any:
    """Generate short English texts in three styles: fables, recipes and weather reports.

    A model of characters or words can learn these rules: the name in the first line occurs again
    later; a person is "he" or "she" by the name; the thing found is the thing lost; speech is in
    quotation marks; the steps of a recipe use the ingredients of its list, whose amounts depend on
    the number of guests; the answer of the hero decides the end of the fable; it snows only when it
    is cold.

    Parameters
    ----------
    n_samples : int, default=200
        Number of texts.
    styles : {"fable", "recipe", "weather"} or iterable of these, default=None
        Styles to draw from, with equal shares; order and repetition do not matter. None means
        all three.
    return_styles : bool, default=False
        Whether to return ``(texts, styles)`` instead of the texts.
    random_state : int, RandomState instance or None, default=None
        An int gives the same texts in every call; one number is drawn from a RandomState; None
        gives others every time. The global generator is not used.

    Returns
    -------
    texts : list of str
        The texts, of 40 to 400 characters, with about 200 different words and 61 characters.
        Lines end in "\\n", except the last one of a text.
    styles : list of str
        The style of each text, if ``return_styles=True``.

    Raises
    ------
    ValueError
        If ``n_samples`` is negative, a style is unknown, there is none, or ``random_state`` is
        invalid.
    TypeError
        If ``n_samples`` is not an integer or ``styles`` is no iterable.

    See Also
    --------
    make_melodies : Melodies instead of texts.
    fetch_shakespeare : A long real text, downloaded.

    Notes
    -----
    The texts are artificial, and none is copied from a book; scores measured on them cannot be
    compared with those of real text.

    Examples
    --------
    >>> from skseq.datasets import make_tales
    >>> texts, styles = make_tales(3, return_styles=True, random_state=0)
    >>> styles
    ['fable', 'weather', 'recipe']
    >>> print(texts[1])
    Fog over Eastmoor on Tuesday in the afternoon. A strong south wind brings 2 degrees.
    Take a lamp with you. The fog stays over Eastmoor until Wednesday.
    """
    return generate(
        {"fable": _tell_fable, "recipe": _write_recipe, "weather": _forecast},
        n_samples,
        styles=styles,
        return_styles=return_styles,
        random_state=random_state,
    )


def _tell_fable(rng: np.random.RandomState) -> str:
    words = _draw_hero(rng) | _draw_words(rng, _FABLE_WORDS)
    words["other"] = choose(rng, [name for name in _PEOPLE if name != words["name"]])
    answers, endings, morals = choose(rng, _PLOTS)
    lines = [
        [choose(rng, _OPENINGS), choose(rng, _MEETINGS)],
        [choose(rng, answers), choose(rng, endings)],
    ]
    if rng.rand() < 0.5:
        lines.append([choose(rng, morals)])
    return _fill(lines, words)


def _write_recipe(rng: np.random.RandomState) -> str:
    words = _draw_hero(rng)
    words["guests"] = choose(rng, tuple(_GUESTS))
    words["dish"], words["spice"] = choose(rng, _DISHES), choose(rng, _SPOONED)
    counted, weighed = choose(rng, tuple(_COUNTED)), choose(rng, tuple(_WEIGHED))
    n_guests = _GUESTS[words["guests"]]
    needed = [
        (f"{n_guests} {counted}", f"{_COUNTED[counted]} the {counted}"),
        (f"{50 * n_guests} g of {weighed}", _WEIGHED[weighed].format(weighed)),
    ]
    if rng.rand() < 0.5:
        needed.reverse()
    needed.append((f"{n_guests // 2 + 1} spoons of {words['spice']}", "Add the {spice} and stir"))
    title = choose(rng, ("{name} cooks a {dish} for {guests}.", "A {dish} for {guests} by {name}:"))
    lines = [
        [title],
        *([f"- {amount}"] for amount, _ in needed),
        *([f"{i}. {step}."] for i, (_, step) in enumerate(needed, start=1)),
        [choose(rng, _SERVINGS)],
    ]
    return _fill(lines, words)


def _forecast(rng: np.random.RandomState) -> str:
    words = _draw_hero(rng) | _draw_words(rng, _WEATHER_WORDS)
    words["sky"] = choose(rng, tuple(_SKIES))
    degrees, words["wear"] = _SKIES[words["sky"]]
    words["degrees"] = str(choose(rng, degrees))
    day = rng.randint(len(_DAYS))
    words["day"], words["next_day"] = _DAYS[day], _DAYS[(day + 1) % len(_DAYS)]
    lines = [
        [choose(rng, _REPORTS), choose(rng, _WINDS)],
        [choose(rng, _ADVICES), choose(rng, _OUTLOOKS)],
    ]
    return _fill(lines, words)


def _draw_hero(rng: np.random.RandomState) -> dict[str, str]:
    name = choose(rng, tuple(_PEOPLE))
    he, him, his = _PRONOUNS[_PEOPLE[name]]
    return {"name": name, "he": he, "He": he.capitalize(), "him": him, "his": his}


def _draw_words(rng: np.random.RandomState, words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {slot: choose(rng, choices) for slot, choices in words.items()}


def _fill(lines: list[list[str]], words: Mapping[str, str]) -> str:
    """Fill the slots and start every line with a capital letter."""
    filled = [" ".join(line).format(**words) for line in lines]
    return "\n".join(line[0].upper() + line[1:] for line in filled)
