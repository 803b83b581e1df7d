"""The words that captions use, and what people say instead: `words.json` beside the tokenizer.

The tokenizer has a token for more words than captions ever used; what was never used means nothing
to the networks, so who reads a prompt for them goes by this list.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from training.captions import OPENINGS, PLURALS, SYNONYMS
from training.critter import EXTRAS, KINDS, MOODS
from training.palette import COLORS

if TYPE_CHECKING:
    import random
    from pathlib import Path

FILE = "words.json"

FRAME = """a an and with wearing on against in front of background hair ears cute little"""
"""What captions say beside the attributes."""

ALIKE = {
    "mouse": "rat rats mousy",
    "cat": "feline",
    "kitten": "kittens kitties",
    "rabbit": "hare hares",
    "bunny": "bunnies",
    "dog": "hound hounds doggy doggie",
    "puppy": "puppies pup",
    "bear": "teddies",
    "fox": "vixen",
    "pig": "hog swine piggy",
    "piglet": "piglets",
    "frog": "toad toads",
    "boy": "kid child man guy son lad boyish",
    "boys": "kids children men guys",
    "girl": "woman lady daughter lass",
    "girls": "women ladies",
    "red": "crimson scarlet reddish ruby",
    "orange": "ginger",
    "yellow": "golden gold blonde blond yellowish",
    "green": "greenish emerald",
    "blue": "bluish navy azure",
    "purple": "violet lilac mauve",
    "pink": "rosy rose pinkish",
    "brown": "brunette brownish chestnut",
    "gray": "silver greyish grayish",
    "happy": "glad joyful joyous merry delighted",
    "smiling": "smile smiles smiled grinning grin laughing laughs",
    "sad": "sorrowful gloomy frowning",
    "crying": "cries weeping tearful",
    "surprised": "astonished astounded startled surprise",
    "hat": "hats cap caps",
    "crown": "crowns tiara",
    "glasses": "eyeglasses sunglasses",
    "bow": "bows ribbon ribbons",
    "scarf": "scarves scarfs",
    "ears": "ear eared",
    "hair": "haired fur furry furred",
    "background": "backdrop wall",
    "wearing": "wears wear",
    "a": "the one",
    "and": "plus",
    "against": "before",
    "picture": "image photo photograph illustration painting",
    "little": "small tiny",
}
"""What means one of them, by that."""

IDLE = """he she they is are has have having that this its it his her their to at by for from as
there who which looks looking look sits sitting stands standing colored coloured color colour very
really two three some"""
"""What says nothing more about a critter."""


def learnt() -> list[str]:
    """Return the words that captions use, in order."""
    synonyms = [word for group in SYNONYMS.values() for word in group]
    known = [*KINDS, *PLURALS.values(), *COLORS, *MOODS, *EXTRAS, *synonyms]
    return list(dict.fromkeys([*known, *" ".join(OPENINGS).split(), *FRAME.split()]))


def freely(caption: str, rng: random.Random) -> str:
    """The same in words that captions never used, wherever there are some, and loosely put."""
    said = [rng.choice(ALIKE.get(word, word).split()) for word in caption.split()]
    said = ["that is wearing" if word == "with" else word for word in said]
    said = ["in this picture, before the very" if word == "on" else word for word in said]
    return " ".join(said).capitalize() + "!"


def save_vocabulary(folder: Path) -> None:
    """Write the list into the tokenizer's folder."""
    alike = {one: word for word, others in ALIKE.items() for one in others.split()}
    content = {"learnt": learnt(), "alike": alike, "idle": IDLE.split()}
    (folder / FILE).write_text(json.dumps(content, indent=1) + "\n")
