"""Rebuild ``skseq/datasets/data/reviews.csv``, the embedded corpus of short reviews.

A small template grammar, standard library only, imports nothing of the package. The same
source always writes the same bytes: only ``Random.random`` is drawn from, because Python
promises its sequence across versions and does not promise that of ``choice`` or ``shuffle``.

Usage: ``python tools/make_reviews.py [OUTPUT.csv]``
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

SENTIMENTS = ("negative", "neutral", "positive")
SEED = 20_240
OUTPUT = Path(__file__).resolve().parents[1] / "skseq" / "datasets" / "data" / "reviews.csv"

# A word list holds three levels, in the order of SENTIMENTS, parted by "|". A mirror template
# speaks of a foil {A} (hoped for, rumoured, past, secondary) and of what is true of the product,
# {B}. Swapping the two gives a review of the same words and another verdict, which is why a bag
# of words cannot tell the two apart.
WORDS_EN = {
    "adj": "awful,terrible,poor,dreadful,bad,horrible,disappointing,dismal,lousy"
    "|ordinary,average,acceptable,okay,passable,unremarkable,middling,standard"
    "|great,excellent,wonderful,superb,lovely,good,fantastic,brilliant,splendid",
    "adv": "badly,poorly,terribly|acceptably,adequately,tolerably|beautifully,perfectly,superbly",
    "noun": "a nightmare,a disaster,a waste of money|a mixed bag,a compromise,a middling deal"
    "|a joy,a bargain,a real treat",
    "feel": "sorry,unhappy,annoyed,upset|undecided,neutral,lukewarm|happy,delighted,pleased,glad",
    "rate": "one,two|three|four,five",
}
MIRROR_EN = (  # KIND| names the word list, the adjectives if it is left out
    "I expected the {p} to be {A} to use, but it turned out to be {B} to use.",
    "From the photos I thought it would be {A}. In real life the {p} is {B}.",
    "Everyone told me this {p} was {A}; after {t} I can say it is {B}.",
    "The {p} is {B}, although the reviews I had read called it {A}.",
    "It is {B} to use, even though the advert made it look {A} to use.",
    "My old {p} was {A} in every way. This one is {B} in every way.",
    "This {p} is {B} in daily use; the one it replaced was {A} in daily use.",
    "Before the redesign the {a} was {A} to live with. Now it is {B} to live with.",
    "What looked like {an_A} {p} in the shop is {an_B} {p} at home.",
    "Do not believe the people who call this {p} {A}: it is {B}.",
    "Whoever says the {a} is {A} has never tried it. It is {B}.",
    "{A}? That was the old model. This {p} is {B}!",
    "The {a} is {A}, but as a whole the {p} is {B}.",
    "As a whole the {p} is {B}, despite one small part, the {a}, that is {A}.",
    "The {a}, which I hardly notice, is {A}; the {b}, which I need every day, is {B}.",
    "My {w} finds it {A} to use, but I, who own the {p}, find it {B} to use.",
    "I find the {p} {B} to use, whatever my {w} says, who finds it {A} to use.",
    "It is {B}, not {A} at all, and I have used the {p} for {t}.",
    "Not {A} at all: after {t} of use the {a} is simply {B}.",
    "Other shops sell {an_A} {p} for this price, but here you get {an_B} one.",
    "At first the {a} seemed {A} to me, yet in the end it seemed {B} to me.",
    "{An_A} {p} in the advert, {an_B} {p} in my house: never trust an advert.",
    "One neighbour owns {an_A} {p} like this. I got {an_B} {p} for the same money.",
    "adv|The old {a} did its job {A} every day. The new {a} does its job {B} every day.",
    "adv|It served me {A} for the first week and has served me {B} ever since.",
    "adv|Before the redesign the {p} did its job {A}; now it does its job {B}.",
    "noun|I was told this {p} would be {A} and it turned out to be {B}.",
    "noun|Sold to me as {A} by my {w}, the {p} is really {B}.",
    "noun|This {p} is {B}, not {A}, and {t} of use have proved it.",
    "noun|My old {p} was {A}, no question. This one is {B}, no question.",
    "feel|I was {A} about the {p} in the first week, and I am {B} about it now.",
    "feel|I am {B} about the {p}, unlike my {w}, who is {A} about the same one.",
    "feel|Before I tried the {a} I was {A} about it; after {t} I am {B} about it.",
    "feel|Other buyers may be {A} about the {a}, but I am {B} about it.",
    "rate|My first rating of the {p} was {A} out of five; today it is {B} out of five.",
    "rate|My {w} gave the {p} {A} out of five, but from me it gets {B} out of five.",
)
PLAIN_EN = (  # fits any level: {X} and {Y} are two words of the review's own level
    "The {a} is {X}, the {b} is {Y}, and I use both every day.",
    "{An_X} {p} from start to finish, with {an_Y} {a}.",
    "After {t} of daily use, the {a} is still {X}.",
    "{X} {a}, {Y} {b}: that sums up this {p}.",
    "I would call the {p} {X} and its {a} {Y}.",
    "We have used the {p} since {m}, and it is {X}.",
)
OWN_EN = (  # fits one level only
    (
        "I would not buy this {p} again: the {a} is not {pos} at all.",
        "There is nothing {pos} about the {a}, and I want my money back.",
        "Not once in {t} has the {p} worked as it should.",
        "It could hardly be worse, and the {a} always lets me down.",
        "I wish I had never bought it; the {p} is far from {pos}.",
        "No {p} has ever given me more trouble, and the {a} let me down twice.",
        "The {p} broke after {t}, and its {a} was never {pos} anyway.",
    ),
    (
        "The {a} is {pos} but the {b} is {neg}, so it evens out.",
        "The {a} is {neg} but the {b} is {pos}, so it evens out.",
        "Neither {pos} nor {neg}: the {p} does its job and nothing more.",
        "Some days the {a} is {pos}, other days it is {neg}.",
        "I might buy this {p} again, or I might not. The {a} is {mid}.",
        "The {a} could be better and it could be worse.",
        "The {p} does what the box says, no more and no less, with {an_mid} {a}.",
    ),
    (
        "I would buy this {p} again: the {a} is not {neg} at all.",
        "There is nothing {neg} about the {a}, and I do not want my money back.",
        "Not once in {t} has the {p} failed to work as it should.",
        "It could hardly be better, and the {a} never lets me down.",
        "I wish I had bought it sooner; the {p} is far from {neg}.",
        "No {p} has ever given me less trouble, and the {a} never let me down.",
        "The {p} has not broken after {t}, and its {a} was never {neg} anyway.",
    ),
)
FRAMES_EN = (  # say nothing about the product, and move the verdict away from either end
    "Bought it in {m}.|It was a gift for a cousin.|It arrived in {m}.|Here is my view.|"
    "I ordered the blue one.|This is my second review.|No photos this time.",
    "It came in a plain box.|I paid with a voucher.|A friend has seen it too.|"
    "I wrote this in {m}.|That is all I can say.|I keep it in the hall.|Mine is the medium size.",
)
GOODS_EN = """kettle:lid,handle,spout phone:screen,battery,camera blender:motor,jug,blade
tent:zip,floor,frame lamp:switch,shade,cable keyboard:layout,cable,backlight
speaker:sound,volume,battery jacket:zip,hood,lining mattress:cover,foam,edge
vacuum:hose,motor,filter chair:seat,backrest,frame watch:strap,display,battery
toaster:timer,tray,lever suitcase:lock,handle,lining drill:motor,grip,battery
backpack:strap,pocket,zip printer:tray,display,software guitar:neck,sound,finish
bicycle:saddle,brake,chain router:signal,software,setup heater:fan,thermostat,plug
pan:coating,handle,base umbrella:handle,frame,cover pillow:cover,foam,shape
sofa:fabric,cushion,frame torch:beam,switch,casing scooter:deck,wheel,brake
fridge:door,shelf,light mixer:bowl,whisk,motor helmet:visor,strap,padding
bench:paint,wood,backrest curtain:colour,hem,fabric razor:blade,head,charger
ladder:step,hinge,grip bed:slat,headboard,mattress kayak:hull,paddle,seat"""

WORDS_ES = {
    "adj": "horrible,pésim@,mal@,terrible,decepcionante|normal,corriente,aceptable,pasable,regular"
    "|excelente,estupend@,magnífic@,buen@,fantástic@,genial",
    "noun": "una pesadilla,un desastre,un timo|un término medio,algo del montón,una cosa corriente"
    "|una maravilla,una joya,un acierto",
    "adv": "mal,fatal|a medias,lo justo|bien,de maravilla",
}
MIRROR_ES = (  # KIND| names the word list, the adjectives if it is left out
    "Esperaba que {el_p} fuera {A}, pero resultó ser {B}.",
    "Por las fotos parecía {A}. En la vida real {el_p} es {B}.",
    "Todos me decían que {el_p} era {A}; después de {t} puedo decir que es {B}.",
    "{El_p} es {B}, aunque en las reseñas decían que era {A}.",
    "En el modelo antiguo {el_a} era {A} a diario; ahora es {B} a diario.",
    "No crean a quienes dicen que {el_p} es {A}: es {B}.",
    "¿{A}? Eso era antes. ¡Ahora {el_p} es {B}!",
    "{El_a} es {A}, pero en conjunto {el_p} es {B}.",
    "En conjunto {el_p} es {B}, a pesar de una pequeña parte, {el_a}, que es {A}.",
    "A mi {w} le parece {A}, pero a mí {el_p} me parece {B}.",
    "Es {B}, nada de {A}: llevo {t} usando {el_p}.",
    "Al principio {el_a} me pareció {A}; al final me pareció {B}.",
    "noun|Me dijeron que {el_p} era {A} y resultó ser {B}.",
    "noun|{El_p} es {B}, no {A}, como se ve después de {t}.",
    "adv|Antes {el_p} me servía {A} en casa; ahora me sirve {B} en casa.",
    "adv|Creía que {el_p} me iba {A}, pero la verdad es que me va {B}.",
)
PLAIN_ES = (
    "{El_a} es {X}, {el_b} es {Y} y uso {el_p} todos los días.",
    "Después de {t}, {el_a} sigue siendo {X}.",
    "Diría que {el_p} es {X} y que {el_a} también es {Y}.",
)
OWN_ES = (
    (
        "No volvería a comprar {el_p}: {el_a} no es nada {pos}.",
        "{El_p} se rompió después de {t} y quiero que me devuelvan el dinero.",
        "Ni una sola vez en {t} me ha servido bien {el_p}.",
    ),
    (
        "{El_a} es {pos} y {el_b} es {neg}, así que ni fu ni fa.",
        "Ni {pos} ni {neg}: {el_p} cumple y nada más.",
        "{El_a} podría ser mejor y también podría ser peor.",
    ),
    (
        "Volvería a comprar {el_p}: {el_a} no es nada {neg}.",
        "{El_p} no se ha roto después de {t} y no quiero que me devuelvan el dinero.",
        "Ni una sola vez en {t} me ha servido mal {el_p}.",
    ),
)
FRAMES_ES = (
    "Lo pedí por internet en {m}.|Fue un regalo de cumpleaños.|Esta es mi opinión.",
    "Llegó en una caja sencilla.|Pagué con tarjeta.|Escribo esto en {m}.",
)
GOODS_ES = """el teléfono:sonido,diseño,cargador la cámara:pantalla,batería,correa
la lámpara:luz,base,pantalla el altavoz:sonido,volumen,cable la chaqueta:capucha,tela,cremallera
el reloj:cierre,diseño,cristal la maleta:cerradura,rueda,tela la cafetera:jarra,tapa,bomba
el colchón:tejido,grosor,relleno la silla:base,altura,rueda el secador:motor,mango,cable
la tostadora:bandeja,palanca,rejilla el taladro:motor,mango,cargador"""

FILLERS = {  # t: a length of time, w: who else has a say, m: a month
    "en": "t:two days,a week,three weeks,a month,six months,a year "
    "w:sister,brother,neighbour,daughter,son,colleague,father,mother,aunt,uncle,flatmate "
    "m:January,February,March,April,May,July,August,October,November,December",
    "es": "t:dos días,una semana,un mes,seis meses,un año w:hermana,hermano,vecino,hija,padre "
    "m:enero,marzo,mayo,julio,octubre,diciembre",
}
GRAMMARS = {
    "en": (WORDS_EN, MIRROR_EN, PLAIN_EN, OWN_EN, FRAMES_EN, GOODS_EN),
    "es": (WORDS_ES, MIRROR_ES, PLAIN_ES, OWN_ES, FRAMES_ES, GOODS_ES),
}
# Per language: mirror pairs for each of the three pairs of sentiments, other reviews for each
# sentiment. A sentiment is in two of the pairs, so it has 2 * pairs + others reviews.
COUNTS = {"en": (160, 250), "es": (54, 72)}


class Grammar:
    """Draw reviews of one language; see the module's docstring for why only ``random``."""

    def __init__(self, language: str, rng: Random) -> None:
        self.language, self.rng = language, rng
        words, mirror, self.plain, self.own, frames, goods = GRAMMARS[language]
        self.words = {
            kind: [level.split(",") for level in levels.split("|")]
            for kind, levels in words.items()
        }
        self.mirror = [line.rpartition("|")[::2] for line in mirror]
        self.before, self.after = (options.split("|") for options in frames)
        self.fillers = re.findall(r"(\w):(.+?)(?= \w:|$)", FILLERS[language])
        self.goods = re.findall(r"(?:(el|la) )?(\w+):(\S+)", goods)

    def pick(self, options: Sequence[Any]) -> Any:
        return options[int(self.rng.random() * len(options))]

    def scene(self) -> dict[str, str]:
        """Choose what the review is about; Spanish parts share their product's gender."""
        article, product, parts = self.pick(self.goods)
        parts = parts.split(",")
        first = int(self.rng.random() * len(parts))
        second = (first + 1 + int(self.rng.random() * (len(parts) - 1))) % len(parts)
        scene = {key: self.pick(options.split(",")) for key, options in self.fillers}
        scene |= {"p": product, "a": parts[first], "b": parts[second], "article": article}
        scene |= {f"el_{key}": f"{article} {scene[key]}" for key in "pab"}
        return scene | {f"El_{key}": f"{article.title()} {scene[key]}" for key in "pab"}

    def framed(self, shape: str) -> str:
        """Put a remark before the template, after it, both or neither."""
        shape = f"{self.pick(self.before)} {shape}" if self.rng.random() < 0.35 else shape
        return f"{shape} {self.pick(self.after)}" if self.rng.random() < 0.35 else shape

    def write(self, shape: str, scene: dict[str, str], **words: str) -> str:
        """Fill a template, then see to gender, to a/an and to capital letters."""
        ending = "a" if scene["article"] == "la" else "o"
        words = {key: word.replace("@", ending) for key, word in words.items()}
        for key, word in list(words.items()):
            words[f"an_{key}"] = ("an " if word[0] in "aeiou" else "a ") + word
            words[f"An_{key}"] = words[f"an_{key}"].capitalize()
        text = shape.format(**scene, **words)
        return re.sub(r"(?:^|[.?!] )¿?¡?\w", lambda match: match[0].upper(), text)

    def pair(self, low: int, high: int) -> list[tuple[str, str, str]]:
        """Two reviews of the same words, one for each of two sentiments."""
        kind, shape = self.pick(self.mirror)
        shape, scene = self.framed(shape), self.scene()
        levels = self.words[kind or "adj"]
        bad, good = self.pick(levels[low]), self.pick(levels[high])
        return [
            (self.language, SENTIMENTS[low], self.write(shape, scene, A=good, B=bad)),
            (self.language, SENTIMENTS[high], self.write(shape, scene, A=bad, B=good)),
        ]

    def single(self, level: int) -> list[tuple[str, str, str]]:
        """One review whose words alone may already give its sentiment away."""
        adjectives = self.words["adj"]
        shape = self.pick(self.plain if self.rng.random() < 0.7 else self.own[level])
        first = self.pick(adjectives[level])
        other = self.pick([word for word in adjectives[level] if word != first])
        words = {name: self.pick(adjectives[i]) for i, name in enumerate(("neg", "mid", "pos"))}
        text = self.write(self.framed(shape), self.scene(), X=first, Y=other, **words)
        return [(self.language, SENTIMENTS[level], text)]


def make_rows() -> list[tuple[str, str, str]]:
    """Return (language, sentiment, text) rows: unique, balanced and in shuffled order."""
    rng, rows, seen = Random(SEED), [], set()
    for language, (n_pairs, n_singles) in COUNTS.items():
        grammar = Grammar(language, rng)
        wanted = [(grammar.pair, pair, n_pairs) for pair in ((0, 1), (0, 2), (1, 2))]
        wanted += [(grammar.single, (level,), n_singles) for level in range(3)]
        for make, arguments, count in wanted:
            while count:
                fresh = make(*arguments)
                if seen.isdisjoint(text for *_, text in fresh):
                    seen.update(text for *_, text in fresh)
                    rows += fresh
                    count -= 1
    return sorted(rows, key=lambda _: rng.random())


def render() -> bytes:
    """Return the file's bytes: UTF-8, a header line, one review per line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("language", "sentiment", "text"))
    writer.writerows(make_rows())
    return buffer.getvalue().encode("utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    target.write_bytes(render())
