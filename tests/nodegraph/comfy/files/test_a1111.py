from nodegraph.comfy.files.a1111 import looks_like, read

TEXT = """a (red:1.2) fox <lora:fur:0.8>
in snow
Negative prompt: blue, cat
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234, Size: 640x832, \
Model hash: abc, Model: dream, Clip skip: 2, Version: "v1, x"
"""


def prompt(text=TEXT):
    return read(text)[0]


def by_class(name, text=TEXT):
    return [node["inputs"] for node in prompt(text).values() if node["class_type"] == name]


def test_only_a_text_with_steps_is_one():
    assert looks_like(TEXT)
    assert not looks_like("a red fox")


def test_words_go_to_two_encoders():
    positive, negative = by_class("CLIPTextEncode")
    assert positive["text"] == "a (red:1.2) fox \nin snow"
    assert negative["text"] == "blue, cat"


def test_settings_go_to_the_sampler_and_the_latent():
    (sampler,) = by_class("KSampler")
    settings = {name: value for name, value in sampler.items() if not isinstance(value, list)}
    assert settings == {
        "seed": 1234,
        "steps": 28,
        "cfg": 6.5,
        "sampler_name": "dpmpp_2m",
        "scheduler": "karras",
        "denoise": 1.0,
    }
    assert by_class("EmptyLatentImage") == [{"width": 640, "height": 832, "batch_size": 1}]


def test_loras_and_clip_skip_stand_between_the_model_and_the_encoders():
    (lora,), (skip,) = by_class("LoraLoader"), by_class("CLIPSetLastLayer")
    assert (lora["lora_name"], lora["strength_model"]) == ("fur.safetensors", 0.8)
    assert skip["stop_at_clip_layer"] == -2
    assert by_class("CheckpointLoaderSimple") == [{"ckpt_name": "dream.safetensors"}]


def test_newer_texts_name_the_schedule_by_itself():
    text = "fox\nSteps: 9, Sampler: Euler a, Schedule type: SGM Uniform"
    (sampler,) = by_class("KSampler", text)
    assert (sampler["sampler_name"], sampler["scheduler"]) == ("euler_ancestral", "sgm_uniform")


def test_what_cannot_be_carried_over_is_said():
    _, notes = read("fox\nSteps: 9, Sampler: Strange, Hires upscale: 2")
    assert any("Strange is not known here" in note for note in notes)
    assert any("second pass" in note for note in notes)
