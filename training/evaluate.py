"""How well pictures follow their captions: `python -m training.evaluate`.

500 captions, none of which training ever saw: 400 combinations it happened not to draw, 100 that
were kept from it on purpose. The shipped weights draw each in 20 steps; the judge reads the
pictures. Prints a table, and saves a sheet of pictures with their captions.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextModel

from nodes.lib.vocabulary import simple, vocabulary
from training.autoencoder import to_signed
from training.captions import plain_caption
from training.classifier import NONE, labels
from training.critter import EXTRAS, Critter, sample
from training.device import best_device
from training.diffusion import SEED
from training.paths import MODEL, runs_folder
from training.picture import pixels
from training.sampling import generate
from training.sheets import save_sheet
from training.stream import rng_of
from training.tokenizer import load_tokenizer
from training.train_classifier import load as load_judge
from training.twins import twins_at
from training.vocabulary import freely

if TYPE_CHECKING:
    from torch import Tensor

    from training.classifier import Classifier

USUAL, HELD_OUT, TOGETHER = 400, 100, 25
TRAINED_PAIRS = 50_000
ATTRIBUTES = ("kind", "fur", "mood", "background", "ears", "extras")
Score = dict[str, float]


def unseen_critters() -> list[Critter]:
    """The critters to draw: first the usual ones, then the held-out ones; no caption twice."""
    rng, seen = rng_of("evaluation"), captions_seen()
    usual: list[Critter] = []
    held_out: list[Critter] = []
    while len(usual) < USUAL or len(held_out) < HELD_OUT:
        critter = sample(rng)
        pile, full = (held_out, HELD_OUT) if critter.held_out else (usual, USUAL)
        if len(pile) < full and plain_caption(critter) not in seen:
            pile.append(critter)
            seen.add(plain_caption(critter))
    return usual + held_out


def captions_seen() -> set[str]:
    """The plain captions of all pictures that training can have drawn."""
    return {plain_caption(c) for index in range(TRAINED_PAIRS) for c in twins_at(SEED, index)}


def right(critter: Critter, said: dict[str, str]) -> dict[str, bool]:
    """Whether each attribute of the caption is in the picture.

    Extras count as right when each named one has its color and no other one is worn.
    """
    wanted = labels(critter)
    verdict = {name: said[name] == wanted[name] for name in ATTRIBUTES if name != "extras"}
    verdict["extras"] = all(said[extra] == wanted[extra] for extra in EXTRAS)
    verdict["worn"] = all(said[e] == wanted[e] for e in EXTRAS if wanted[e] != NONE)
    verdict["everything"] = all(verdict[name] for name in ATTRIBUTES)
    return verdict


def score(judge: Classifier, critters: list[Critter], pictures: Tensor) -> Score:
    """Share of the pictures in which each attribute is right.

    `named extras` and `named ears` count only captions that name some.
    """
    said = [s for chunk in pictures.split(100) for s in judge.read(chunk)]
    verdicts = [right(c, s) for c, s in zip(critters, said, strict=True)]
    shares = {n: float(np.mean([v[n] for v in verdicts])) for n in (*ATTRIBUTES, "everything")}
    pairs = list(zip(critters, verdicts, strict=True))
    shares["named ears"] = float(np.mean([v["ears"] for c, v in pairs if c.ears]))
    shares["named extras"] = float(np.mean([v["worn"] for c, v in pairs if c.extras]))
    return shares


def draw_by_hand(critters: list[Critter]) -> Tensor:
    """The same critters as code draws them: what the judge itself gets right."""
    drawn = [pixels(c, rng_of("by hand", i)) for i, c in enumerate(critters)]
    return to_signed(np.stack(drawn))


def worded(critters: list[Critter], wording: str) -> list[str]:
    """Their captions; put freely, as the text node reads that, or as the tokenizer alone would."""
    plain = [plain_caption(critter) for critter in critters]
    if wording == "plain":
        return plain
    free = [freely(one, rng_of("freely", i)) for i, one in enumerate(plain)]
    return free if wording == "raw" else [simple(one, vocabulary(MODEL), ())[0] for one in free]


def draw_by_model(captions: list[str], folder: Path, cfg: float) -> tuple[Tensor, float]:
    """What the shipped weights draw, and the seconds that each took."""
    device, tokenizer = best_device(), load_tokenizer(folder / "tokenizer")
    vae = AutoencoderKL.from_pretrained(folder / "vae").to(device)
    networks = nn.ModuleDict(
        {
            "unet": UNet2DConditionModel.from_pretrained(folder / "unet"),
            "text_encoder": CLIPTextModel.from_pretrained(folder / "text_encoder"),
        }
    ).to(device)
    begun, parts = time.perf_counter(), list[torch.Tensor]()
    for first in range(0, len(captions), TOGETHER):
        some = captions[first : first + TOGETHER]
        drawn = generate(networks, vae, tokenizer, some, seed=first, cfg=cfg)
        parts.append(drawn.clamp(-1, 1))
    return torch.cat(parts).cpu(), (time.perf_counter() - begun) / len(captions)


def table(columns: dict[str, Score]) -> str:
    """A Markdown table: one row an attribute, one column a score."""
    rows = ["| right, % | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in next(iter(columns.values())):
        cells = " | ".join(f"{100 * column[name]:.1f}" for column in columns.values())
        rows.append(f"| {name} | {cells} |")
    return "\n".join(rows)


def main(words: list[str] | None = None) -> None:
    """Read the command line and evaluate the shipped weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cfg", type=float, default=3.0, help="guidance scale")
    parser.add_argument("--every", type=int, default=1, help="only every so many captions")
    parser.add_argument(
        "--wording", choices=("plain", "freely", "raw"), default="plain", help="see worded()"
    )
    parser.add_argument("--sheet", type=Path, default=runs_folder() / "evaluation.png")
    args = parser.parse_args(words)
    critters = unseen_critters()[:: args.every]
    judge = load_judge(torch.device("cpu"))
    pictures, seconds = draw_by_model(worded(critters, args.wording), MODEL, args.cfg)
    kept = [i for i, c in enumerate(critters) if c.held_out]
    usual = [i for i, c in enumerate(critters) if not c.held_out]
    columns = {
        "drawn by code": score(judge, critters, draw_by_hand(critters)),
        "drawn by critters": score(judge, critters, pictures),
        "usual combinations": score(judge, [critters[i] for i in usual], pictures[usual]),
        "held-out combinations": score(judge, [critters[i] for i in kept], pictures[kept]),
    }
    shown = usual[:16] + kept[:8]
    save_sheet(pictures[shown], 8, args.sheet)
    (runs_folder() / "evaluation.json").write_text(json.dumps(columns, indent=2))
    print(table(columns))
    print(f"\n{seconds:.2f} s a picture, {TOGETHER} at a time, cfg {args.cfg}\n")
    print("\n".join(f"{i + 1}. {plain_caption(critters[k])}" for i, k in enumerate(shown)))


if __name__ == "__main__":
    main()
