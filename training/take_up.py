"""Go on from the shipped weights where the runs are gone: `python -m training.take_up`.

The optimizer's memory is lost, and the judge has to be trained again.
"""

from __future__ import annotations

import argparse

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextModel

from training import train_decoder, train_diffusion
from training.architecture import make_unet
from training.calibrate import frozen_folder
from training.paths import MODEL, runs_folder
from training.runs import Run


def take_up(diffusion_step: int, decoder_step: int) -> None:
    """Write the runs' folders as if they had come so far.

    Raises:
        FileExistsError: There are runs already; they know more than the shipped weights.
    """
    for name in (train_diffusion.NAME, train_decoder.NAME):
        if (runs_folder() / name / "checkpoint.pt").exists():
            raise FileExistsError(f"{runs_folder() / name} holds a run; go on with that one")
    vae = AutoencoderKL.from_pretrained(MODEL / "vae")
    vae.save_pretrained(frozen_folder())
    decoder = nn.ModuleDict({"decoder": vae.decoder, "into": vae.post_quant_conv})
    _write(train_decoder.NAME, decoder, decoder_step)
    networks = nn.ModuleDict(
        {
            "unet": shipped_unet(),
            "text_encoder": CLIPTextModel.from_pretrained(MODEL / "text_encoder"),
        }
    )
    _write(train_diffusion.NAME, networks, diffusion_step)


def shipped_unet() -> UNet2DConditionModel:
    """The shipped UNet; if it did not pool the text, what it pools counts nothing at first."""
    unet, shipped = make_unet(), UNet2DConditionModel.from_pretrained(MODEL / "unet")
    nn.init.zeros_(unet.add_embedding.norm2.weight)
    unet.load_state_dict(shipped.state_dict(), strict=False)
    return unet


def _write(name: str, networks: nn.ModuleDict, step: int) -> None:
    optimizer = torch.optim.AdamW(networks.parameters(), betas=(0.9, 0.99))
    Run(runs_folder() / name, networks, optimizer, step=step).save()


def main() -> None:
    """Read the command line and take up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--diffusion", type=int, required=True, help="steps the UNet has taken")
    parser.add_argument("--decoder", type=int, required=True, help="steps the decoder has taken")
    args = parser.parse_args()
    take_up(args.diffusion, args.decoder)


if __name__ == "__main__":
    main()
