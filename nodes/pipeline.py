"""The node that runs a pipeline of diffusers as a whole, of any class."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from nodegraph import ALWAYS, Multiline, Range, Seed, current, node
from nodegraph.errors import ParamError
from nodes.types import Audio, Image, Mask, Video

Size = Annotated[int, Range(0, 16384, step=8)]


class Made(NamedTuple):
    """What the pipeline made; what it does not make is empty."""

    image: Image | None
    video: Video | None
    audio: Audio | None


def identify(*, model: str | None = None, **_others: Any) -> str | None:
    """Return what is in a model's files; where the name comes by a link it is not known yet.

    Raises:
        ParamError: There is no such model, or it brings code of its own.
    """
    from nodegraph.files import identity
    from nodes.lib import folders
    from nodes.lib.pipelines import index

    if model is None:
        return ALWAYS
    folders.permit(model)
    try:
        folder = index.present(model)
        if folder is None:
            return f"absent {model}"
        index.check_files(folder, index.read(folder))
    except folders.ModelError as error:
        raise ParamError(str(error), "model") from error
    return identity(folder)


@node("pipeline.run", fingerprint=identify, title="Diffusers pipeline")
def run(
    image: Image | None = None,
    mask: Mask | None = None,
    control_image: Image | None = None,
    video: Video | None = None,
    *,
    model: str = "critters",
    class_name: str = "",
    prompt: Multiline = "",
    negative_prompt: Multiline = "",
    seed: Seed = 0,
    steps: Annotated[int, Range(0, 10000)] = 0,
    cfg: Annotated[float, Range(-1.0, 100.0, step=0.5)] = -1.0,
    strength: Annotated[float, Range(0.0, 1.0, step=0.01)] = 0.0,
    width: Size = 0,
    height: Size = 0,
    num_frames: Annotated[int, Range(0, 10000)] = 0,
    fps: Annotated[float, Range(0.0, 240.0)] = 0.0,
    seconds: Annotated[float, Range(0.0, 3600.0)] = 0.0,
    batch_size: Annotated[int, Range(0, 4096)] = 0,
    arguments: Multiline = "",
) -> Made:
    """Run a whole pipeline of diffusers, of any class: to pictures, to a film, or to sound.

    A setting at 0, or left empty, is the pipeline's own affair. One that its class does not take
    is refused, with what it takes.

    Args:
        image: The picture to begin with, for pipelines that take one.
        mask: Where it may be painted over.
        control_image: What leads the picture, beside the one it begins with.
        video: The film to begin with.
        model: ``critters``, the path of a folder in diffusers' layout, or a hub id such as
            ``owner/name``, which is fetched once; weights in safetensors.
        class_name: Another class for the model's parts, such as
            ``StableDiffusionImg2ImgPipeline``; the model's own if empty.
        prompt: What to make.
        negative_prompt: What not to make.
        seed: Another number, another result.
        steps: How many.
        cfg: Guidance scale; -1 is the pipeline's own.
        strength: Share of the way to go from the picture to begin with.
        width: In pixels.
        height: In pixels.
        num_frames: Of a film.
        fps: Frames a second of a film.
        seconds: How long a sound is.
        batch_size: Pictures or sounds made at once.
        arguments: Whatever else the class takes, by its own names, as JSON:
            ``{"eta": 1}``.
    """
    from nodes.lib import folders
    from nodes.lib.pipelines import calling, loading

    context = current()
    folders.permit(model)
    folder = loading.find(model, lambda done, total: context.progress(done, total, note="download"))
    source = loading.source(folder, class_name, context.options.device, context.options.dtype)
    given = calling.given(
        image=image,
        mask=mask,
        control_image=control_image,
        video=video,
        prompt=prompt or None,
        negative_prompt=negative_prompt or None,
        steps=steps or None,
        cfg=None if cfg < 0 else cfg,
        strength=strength or None,
        width=width or None,
        height=height or None,
        num_frames=num_frames or None,
        seconds=seconds or None,
        batch_size=batch_size or None,
    )
    return Made(*calling.run(source, given, arguments, seed, fps, context))
