"""Nodes that load models."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import ALWAYS, Range, current, node
from nodegraph.errors import ParamError
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Clip, Model, Vae

Speed = Literal["safe", "fast", "fastest"]
Weights = Literal["as run", "float8"]
Shift = Annotated[float, Range(0.0, 100.0, step=0.01)]
TextEncoderFile = Annotated[str, Named("text_encoders")]
Side = Annotated[int, Range(16, 16384, step=8)]


class Loaded(NamedTuple):
    """The parts of a model; each is read from the disk when it is first used."""

    model: Model
    clip: Clip
    vae: Vae


def identify(*, model: str | None = None, **_: object) -> str | None:
    """Return what is in a model's files; where the name comes by a link it is not known yet.

    Raises:
        ParamError: There is no such model, which is better known before anything runs.
    """
    from nodes.lib import disk, folders

    if model is None:
        return ALWAYS
    folders.permit(model)
    try:
        folder = folders.present(model)
    except folders.ModelError as error:
        raise ParamError(str(error), "model") from error
    return disk.identity(folder) if folder else f"absent {model}"


@node("model.load", fingerprint=identify, title="Load model")
def load_model(
    *,
    model: Annotated[str, Named("checkpoints")] = "critters",
    speed: Speed = "safe",
    weights: Weights = "as run",
) -> Loaded:
    """Load a model: the one that comes along, a folder, a file, or one from the Hugging Face hub.

    Stable Diffusion 1.x, 2.x, XL, 3 and 3.5, and Flux.1; weights in safetensors.

    Args:
        model: ``critters``, the path of a folder in diffusers' layout or of a ``.safetensors``
            file, the name of one in the folders for models, or a hub id such as ``owner/name``,
            which is fetched once.
        speed: ``safe`` gives the same bits always; ``fast`` is exact up to rounding: memory
            layout, attention kernels and, on GPUs, compiling in the background; ``fastest`` may
            change pictures a little: lower precision where that is faster.
        weights: ``float8`` keeps the network's weights in a byte each, which takes half the memory
            and changes pictures a little.
    """
    from nodes.lib import folders, opening
    from nodes.lib.speed import choosing

    context = current()
    folders.permit(model)
    found = folders.find(model, lambda done, total: context.progress(done, total, note="download"))
    options = context.options
    loaded = opening.open_model(found, options.device, options.dtype)
    vae = choosing.vae(loaded.vae, speed, options.dtype)
    return Loaded(choosing.model(loaded.model, speed, weights, options.dtype), loaded.clip, vae)


identify_unet = contents(unet="diffusion_models")


@node("model.load_unet", fingerprint=identify_unet, title="Load UNet")
def load_unet(
    *,
    unet: Annotated[str, Named("diffusion_models")] = "",
    speed: Speed = "safe",
    weights: Weights = "as run",
) -> Model:
    """Load a UNet or transformer alone, from a file or from the folder of a model.

    Args:
        unet: A path, or a name in ``diffusion_models`` or ``unet`` of the folders for models.
        speed: As in Load model.
        weights: As in Load model.
    """
    from nodes.lib import folders
    from nodes.lib.single import opening
    from nodes.lib.speed import choosing

    options = current().options
    path = folders.named("diffusion_models", unet)
    found = opening.open_network(path, options.device, options.dtype)
    return choosing.model(found, speed, weights, options.dtype)


identify_clip = contents(
    clip="text_encoders",
    clip_2="text_encoders",
    clip_3="text_encoders",
    optional=("clip_2", "clip_3"),
)


@node("model.load_clip", fingerprint=identify_clip, title="Load CLIP")
def load_clip(
    *,
    clip: TextEncoderFile = "",
    clip_2: TextEncoderFile = "",
    clip_3: TextEncoderFile = "",
    kind: Literal["sd", "sdxl", "sdxl_refiner", "sd3", "flux"] = "sd",
) -> Clip:
    """Load text encoders alone, from one file to three, or from the folder of a model.

    Args:
        clip: A path, or a name in ``text_encoders`` or ``clip`` of the folders for models.
        clip_2: The second file; which is which is told from what is in them.
        clip_3: The third.
        kind: What they read for: Stable Diffusion 1 and 2, XL, XL's refiner, 3, or Flux.
    """
    from nodes.lib import folders
    from nodes.lib.single import opening

    options = current().options
    paths = [folders.named("text_encoders", clip)]
    paths += [folders.named("text_encoders", name) for name in (clip_2, clip_3) if name]
    return opening.open_clip(paths, kind, options.device, options.dtype)


identify_vae = contents(vae="vae")


@node("model.load_vae", fingerprint=identify_vae, title="Load VAE")
def load_vae(
    *,
    vae: Annotated[str, Named("vae")] = "",
    latents: Literal["sd", "sdxl", "sd3", "flux"] = "sd",
    speed: Speed = "safe",
) -> Vae:
    """Load a VAE alone, from a file or from the folder of a model.

    Args:
        vae: A path, or a name in ``vae`` or ``vae_approx`` of the folders for models.
        latents: Of a tiny VAE alone: whose latents it was made for.
        speed: As in Load model.
    """
    from nodes.lib import folders
    from nodes.lib.single import opening
    from nodes.lib.speed import choosing

    options = current().options
    path = folders.named("vae", vae)
    found = opening.open_vae(path, options.device, options.dtype, latents)
    return choosing.vae(found, speed, options.dtype)


@node("model.prediction")
def prediction(
    model: Model,
    *,
    prediction: Literal["eps", "v_prediction", "sample", "flow"] = "eps",
    zero_snr: bool = False,
) -> Model:
    """Say what a network predicts, where its file does not.

    Args:
        prediction: The noise, v, the picture, or the flow from picture to noise.
        zero_snr: Scale its noise levels so that the last is pure noise, as networks need that
            were trained so.
    """
    from nodes.lib.model_sampling import shifting

    return shifting.predicting(model, prediction, zero_snr=zero_snr)


@node("model.shift")
def shift(model: Model, *, shift: Shift = 3.0) -> Model:
    """Lean the times of a flow model towards noise, or towards the picture.

    Args:
        shift: 1 leaves them evenly spaced; 3 is usual for Stable Diffusion 3.
    """
    from nodes.lib.model_sampling import shifting

    return shifting.shifted(model, shift)


@node("model.shift_by_size")
def shift_by_size(
    model: Model,
    *,
    base_shift: Shift = 0.5,
    max_shift: Shift = 1.15,
    width: Side = 1024,
    height: Side = 1024,
) -> Model:
    """Lean the times of a flow model towards noise, the more the larger the picture: Flux.

    Args:
        base_shift: The logarithm of the shift for 256 x 256 pixels.
        max_shift: And for 1024 x 1024; between and beyond it follows the number of pixels.
        width: The picture's, in pixels.
        height: The picture's, in pixels.
    """
    from nodes.lib.model_sampling import shifting

    return shifting.shifted_by_size(model, base_shift, max_shift, width, height)
