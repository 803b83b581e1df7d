"""Captions: the same critter in many words, in varied order, with words left out.

What a caption names is in the picture. Ears and extras are always named, so that a caption without
a hat means no hat; the mood and the background may be left out, and a color only where it is the
natural one, so that "a fox" means an orange fox.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from training.critter import NATURAL

if TYPE_CHECKING:
    from training.critter import Critter
    from training.twins import Pair

SYNONYMS: dict[str, tuple[str, ...]] = {
    "cat": ("kitten", "kitty"),
    "rabbit": ("bunny",),
    "dog": ("puppy",),
    "pig": ("piglet",),
    "bear": ("teddy",),
    "gray": ("grey",),
    "happy": ("smiling", "cheerful"),
    "sad": ("crying", "unhappy"),
    "surprised": ("amazed", "shocked"),
    "glasses": ("spectacles",),
}
PLURALS: dict[str, str] = {
    "mouse": "mice", "cat": "cats", "rabbit": "rabbits", "bear": "bears", "dog": "dogs",
    "fox": "foxes", "pig": "pigs", "frog": "frogs", "boy": "boys", "girl": "girls",
}  # fmt: skip
OPENINGS = ("cartoon of", "picture of", "drawing of", "portrait of")
EMPTY_SHARE = 0.1


def caption(critter: Critter, rng: random.Random) -> str:
    """Return one caption of the critter, at most 30 words, lower case."""
    style = rng.random()
    if style < 0.12:
        return _labels(critter, rng)
    sentence = _sentence(critter, rng)
    return sentence if style < 0.85 else sentence.replace(" and ", ", ").replace("a ", "", 1)


def twin_captions(twins: Pair, rng: random.Random) -> list[str]:
    """Both captions in the same words but for one; now and then nothing, which guidance needs."""
    if rng.random() < EMPTY_SHARE:
        return ["", ""]
    seed = rng.random()
    return [caption(critter, random.Random(seed)) for critter in twins]


def plain_caption(critter: Critter) -> str:
    """The full sentence that names everything, in the usual order: for the evaluation."""
    coat = "" if critter.human else f"{critter.fur} "
    worn = [f"{critter.fur} hair"] if critter.human else []
    worn += [f"{critter.ears} ears"] if critter.ears else []
    worn += [_extra(name, color) for name, color in critter.extras]
    tail = f" with {' and '.join(worn)}" if worn else ""
    place = f"on {_with_article(critter.background)} background"
    return f"{_with_article(critter.mood)} {coat}{critter.kind}{tail} {place}"


def _with_article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _say(word: str, rng: random.Random) -> str:
    """The word, or at times a synonym; one number of the generator, whatever the word."""
    lot = rng.random() * 4
    synonyms = SYNONYMS.get(word, ())
    return synonyms[int(lot * len(synonyms))] if synonyms and lot < 1 else word


def _apart(rng: random.Random) -> random.Random:
    """A generator of its own for one part, so that the others of a twin are worded alike."""
    return random.Random(rng.random())


def _extra(name: str, color: str) -> str:
    return f"{color} {name}" if name.endswith("s") else _with_article(f"{color} {name}")


def _sentence(critter: Critter, rng: random.Random) -> str:
    parts = [_subject(critter, _apart(rng)), _worn(critter, _apart(rng))]
    place = ""
    if rng.random() < 0.9:
        wall = f"{_with_article(_say(critter.background, rng))} background"
        place = f"{rng.choice(('on', 'on', 'on', 'against', 'in front of'))} {wall}"
    words = " ".join(p for p in parts if p)
    if place and rng.random() < 0.12:
        return f"{place}, {words}"
    return f"{words} {place}" if place else words


def _subject(critter: Critter, rng: random.Random) -> str:
    """Mood, color and kind: "a happy red cat", "a cat with red fur", "a girl looking sad"."""
    mood = _say(critter.mood, rng) if rng.random() < 0.8 else ""
    noun, color = _say(critter.kind, rng), _say(critter.fur, rng)
    words = [w for w in (rng.choice(("", "", "", "cute", "little")), mood) if w]
    if not critter.human and _names_color(critter, rng):
        words.append(color)
    subject = _with_article(" ".join([*words, noun]))
    return f"a {rng.choice(OPENINGS)} {subject}" if rng.random() < 0.1 else subject


def _worn(critter: Critter, rng: random.Random) -> str:
    """Hair, ears and extras in any order: "with mouse ears and a red hat"."""
    worn, color = [], _say(critter.fur, rng)
    if critter.human and _names_color(critter, rng):
        worn.append(f"{color} hair")
    if critter.ears:
        worn.append(f"{critter.ears} ears")
    worn += [_extra(_say(name, rng), _say(color, rng)) for name, color in critter.extras]
    rng.shuffle(worn)
    if not worn:
        return ""
    return f"{rng.choice(('with', 'with', 'with', 'wearing'))} {' and '.join(worn)}"


def _names_color(critter: Critter, rng: random.Random) -> bool:
    said = rng.random() < 0.7  # by lot in every color, so that twins are told in the same words
    return said or critter.fur not in NATURAL[critter.kind]


def _labels(critter: Critter, rng: random.Random) -> str:
    """A list of labels: "red cat, happy, blue hat, green background"."""
    noun = PLURALS[critter.kind] if rng.random() < 0.2 else _say(critter.kind, rng)
    labels = [f"{_say(critter.background, rng)} background", _say(critter.mood, rng)]
    if critter.human:
        labels.append(f"{_say(critter.fur, rng)} hair")
    else:
        noun = f"{_say(critter.fur, rng)} {noun}"
    labels += [f"{critter.ears} ears"] if critter.ears else []
    labels += [f"{_say(color, rng)} {_say(name, rng)}" for name, color in critter.extras]
    rng.shuffle(labels)
    return ", ".join([noun, *labels])
