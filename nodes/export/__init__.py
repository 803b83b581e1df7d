"""How the nodes of this pack are written as Python; imports no torch, and knows no graph."""

from pathlib import Path

from nodegraph.export import Exporter
from nodes.export import denoising, flow, models, pictures, schedules, values

EXPORTER = Exporter(
    emitters={
        "model.load": models.load,
        "model.lora": models.lora,
        "text.encode": models.encode_text,
        "latent.noise": models.noise,
        "vae.decode": models.decode,
        "vae.encode": models.encode,
        "sampling.sampler": denoising.sampler,
        "sampling.schedule": schedules.schedule,
        "sampling.predict": denoising.predict,
        "sampling.guidance": denoising.guidance,
        "sampling.step": denoising.step,
        "sampling.denoise.begin": denoising.loop,
        "sampling.sample": denoising.sample,
        "flow.for_each.begin": flow.for_each,
        "flow.repeat.begin": flow.repeat,
        "image.grid": pictures.grid,
        "image.load": pictures.load,
        "image.save": pictures.save,
        "value.boolean": values.held,
        "value.integer": values.held,
        "value.list": flow.list_of,
        "value.number": values.held,
        "value.range": flow.range_of,
        "value.seed": values.held,
        "value.text": values.held,
    },
    functions=tuple(
        Path(__file__).parent / "functions" / f"{name}.py"
        for name in ("models", "adapters", "schedules", "samplers", "ancestral", "pictures")
    ),
    left_out=frozenset({"image.preview", "value.note"}),
)
"""What the entry point offers."""
