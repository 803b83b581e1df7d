"""Adapters over a model's networks."""

import copy


def with_lora(model, path, strength_model, strength_clip):
    """Return a copy of a model with a LoRA laid over its network and text encoders."""
    changed = copy.deepcopy(model)
    strengths = {"unet": strength_model, "text_encoder": strength_clip}
    if hasattr(changed, "text_encoder_2"):
        strengths["text_encoder_2"] = strength_clip
    changed.loras = [*getattr(model, "loras", []), strengths]
    names = [f"lora_{index}" for index in range(len(changed.loras))]
    changed.load_lora_weights(path, adapter_name=names[-1])
    changed.set_adapters(names, copy.deepcopy(changed.loras))
    return changed
