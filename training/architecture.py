"""The networks of "critters", small enough to train on two cores: the Stable Diffusion layout.

Pictures are (B, 3, 128, 128) in -1..1, latents (B, 4, 16, 16), captions (B, 32) token ids.
"""

from __future__ import annotations

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from training.picture import SIZE

WIDTH = 192
CAPTION_LENGTH = 32
LATENT_SIZE = SIZE // 8


def make_autoencoder() -> AutoencoderKL:
    """AutoencoderKL that shrinks 8 times each way, with 16 channels at full size."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 64, 128),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=SIZE,
        mid_block_add_attention=False,
    )


def make_text_encoder(vocabulary: int) -> CLIPTextModel:
    """CLIPTextModel of three layers; the last two tokens of the vocabulary are start and end."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            intermediate_size=2 * WIDTH,
            projection_dim=WIDTH,
            num_hidden_layers=3,
            num_attention_heads=6,
            max_position_embeddings=CAPTION_LENGTH,
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
        )
    )


def make_unet() -> UNet2DConditionModel:
    """UNet2DConditionModel over 16 x 16, 8 x 8 and 4 x 4, which reads the caption at the last two.

    Attention at 16 x 16 would cost more than all the rest; there the caption arrives pooled, with
    the time embedding.
    """
    return UNet2DConditionModel(
        sample_size=LATENT_SIZE,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(96, 128, 192),
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=16,
        addition_embed_type="text",
        addition_embed_type_num_heads=6,
    )


def make_scheduler() -> DDIMScheduler:
    """Linear betas, which end so near to pure noise that no mean color is left, and v-prediction.

    Source: Salimans & Ho 2022, arXiv:2202.00512, for v; Lin et al. 2023, arXiv:2305.08891, for why
    the last step must hold no signal. sigma runs up to 157.
    """
    return DDIMScheduler(
        beta_start=1e-4,
        beta_end=0.02,
        beta_schedule="linear",
        prediction_type="v_prediction",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
        timestep_spacing="trailing",
    )
