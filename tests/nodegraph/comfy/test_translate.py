import time

import pytest

from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.origin import origins
from nodegraph.comfy.prompt import read
from nodegraph.comfy.translate import translate
from nodegraph.workflow import dumps, loads


def types(graph):
    return sorted(node.type for node in graph)


def test_text_to_picture_becomes_the_closed_sampler(prompt, site):
    made = translate(read(prompt), site)
    assert types(made.graph) == [
        "image.save",
        "latent.noise",
        "model.load",
        "sampling.sample",
        "sampling.sampler",
        "sampling.schedule",
        "text.encode",
        "text.encode",
        "vae.decode",
    ]
    assert made.targets == ("save_9",)
    assert made.outputs == ("9",)
    assert made.errors == made.notes == {}


def test_values_arrive_where_they_belong(prompt, site):
    graph = translate(read(prompt), site).graph
    assert graph["load_4"].params["model"] == "critters"
    assert graph["noise_3"].params == {"seed": 7, "width": 64, "height": 64, "batch_size": 1}
    assert graph["sampler_3"].params == {"sampler_name": "dpmpp_2m"}
    assert graph["schedule_3"].params == {
        "scheduler": "karras",
        "steps": 4,
        "denoise": 1.0,
        "discard_penultimate": False,
    }
    assert graph["sample_3"].params == {"cfg": 3.0}
    assert graph["encode_6"].params == {"text": "a happy red fox"}
    assert graph["save_9"].params["name"] == "fox"


def test_links_follow(prompt, site):
    graph = translate(read(prompt), site).graph
    inputs = {name: sources[0] for name, sources in graph.inputs("sample_3").items()}
    assert inputs == {
        "model": ("load_4", "model"),
        "positive": ("encode_6", "conditioning"),
        "negative": ("encode_7", "conditioning"),
        "sampler": ("sampler_3", "sampler"),
        "schedule": ("schedule_3", "schedule"),
        "noise": ("noise_3", "noise"),
    }


def test_every_node_knows_where_it_comes_from(prompt, site):
    made = translate(read(prompt), site)
    assert made.origin["schedule_3"] == made.origin["sample_3"] == "3"
    again = loads(dumps(made.graph))
    assert origins(again)["noise_3"] == ("3", "KSampler")
    assert {node: id for node, (id, _) in origins(again).items()} == made.origin
    assert again["encode_6"].title == "Positive"


def test_a_picture_under_the_noise_gives_the_size_too(prompt, site):
    prompt["5"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["1", 0], "vae": ["4", 2]}}
    prompt["1"] = {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}
    prompt["3"]["inputs"]["denoise"] = 0.5
    graph = translate(read(prompt), site).graph
    assert graph["load_1"].params == {"path": "cat.png"}
    assert graph.inputs("noise_3")["latent"] == [("encode_5", "latent")]
    assert graph.inputs("sample_3")["latent"] == [("encode_5", "latent")]
    assert graph["schedule_3"].params["denoise"] == 0.5


@pytest.mark.parametrize("name", ["dpm_2", "dpm_2_ancestral", "uni_pc"])
def test_some_samplers_drop_the_second_to_last_level(prompt, site, name):
    prompt["3"]["inputs"]["sampler_name"] = name
    graph = translate(read(prompt), site).graph
    assert graph["schedule_3"].params["discard_penultimate"] is True


def test_sizes_are_rounded_down_to_whole_cells(prompt, site):
    prompt["5"]["inputs"] |= {"width": 71, "height": 99}
    graph = translate(read(prompt), site).graph
    assert (graph["noise_3"].params["width"], graph["noise_3"].params["height"]) == (64, 96)


def test_samplers_of_a_gpu_draw_on_the_cpu_and_that_is_said(prompt, site):
    prompt["3"]["inputs"]["sampler_name"] = "dpmpp_2m_sde_gpu"
    made = translate(read(prompt), site)
    assert made.graph["sampler_3"].params == {"sampler_name": "dpmpp_2m_sde"}
    assert "CPU" in made.notes["3"][0]


def test_weights_of_words_are_the_encoders_own_business(prompt, site):
    prompt["6"]["inputs"]["text"] = "a (red:1.3) fox"
    made = translate(read(prompt), site)
    assert made.graph["encode_6"].params == {"text": "a (red:1.3) fox"}
    assert made.notes == {}


def test_ids_of_subgraphs_become_ids_of_ours(prompt, site):
    for old, new in (("8", "1:2:8"), ("9", "käse!")):
        prompt[new] = prompt.pop(old)
    prompt["käse!"]["inputs"]["images"] = ["1:2:8", 0]
    made = translate(read(prompt), site)
    assert made.origin["decode_1_2_8"] == "1:2:8"
    assert made.outputs == ("käse!",)


def test_ids_that_look_alike_stay_apart(prompt, site):
    prompt["6.5"] = dict(prompt["6"])
    prompt["6:5"] = dict(prompt["7"])
    prompt["3"]["inputs"] |= {"positive": ["6.5", 0], "negative": ["6:5", 0]}
    made = translate(read(prompt), site)
    assert {made.origin[node] for node in ("encode_6_5", "encode_6_5_2")} == {"6.5", "6:5"}


WHOLE = {
    "add_noise": "enable",
    "noise_seed": 5,
    "start_at_step": 0,
    "end_at_step": 10000,
    "return_with_leftover_noise": "disable",
}


def test_the_advanced_sampler_takes_a_part_of_a_schedule(prompt, site):
    prompt["3"]["class_type"] = "KSamplerAdvanced"
    prompt["3"]["inputs"] |= WHOLE
    whole = translate(read(prompt), site).graph
    assert whole["noise_3"].params["seed"] == 5
    assert "slice_3" not in whole
    prompt["3"]["inputs"] |= {"end_at_step": 3, "return_with_leftover_noise": "enable"}
    part = translate(read(prompt), site).graph
    assert part["slice_3"].params == {"start_step": 0, "end_step": 3, "leftover": True}
    assert part.inputs("sample_3")["schedule"] == [("slice_3", "schedule")]


def test_the_advanced_sampler_goes_on_without_noise_of_its_own(prompt, site):
    prompt["3"]["class_type"] = "KSamplerAdvanced"
    prompt["3"]["inputs"] |= WHOLE | {"add_noise": "disable"}
    graph = translate(read(prompt), site).graph
    assert types(graph).count("latent.no_noise") == 1
    assert graph["empty_3"].params == {"width": 64, "height": 64, "batch_size": 1}


def test_an_empty_latent_becomes_one_where_it_is_read_otherwise(prompt, site):
    prompt["8"]["inputs"]["samples"] = ["5", 0]
    graph = translate(read(prompt), site).graph
    assert graph.inputs("decode_8")["latent"] == [("empty_8", "latent")]
    assert graph.inputs("empty_8")["model"] == [("load_4", "model")]


def test_an_empty_latent_of_no_model_is_refused(prompt, site):
    prompt["8"]["inputs"] |= {"samples": ["5", 0], "vae": ["10", 0]}
    prompt["10"] = {"class_type": "VAELoader", "inputs": {"vae_name": "ours.safetensors"}}
    for name in ("3", "4", "6", "7"):
        del prompt[name]
    with pytest.raises(PromptError, match="empty latent") as error:
        translate(read(prompt), site)
    assert error.value.nodes["8"].dependent_outputs == ("9",)


def test_good_outputs_run_and_bad_ones_are_said(prompt, site):
    prompt["10"] = {"class_type": "PreviewImage", "inputs": {"images": ["11", 0]}}
    prompt["11"] = {"class_type": "LoadImage", "inputs": {"image": "gone.png"}}
    made = translate(read(prompt), site)
    assert made.targets == ("save_9",)
    assert made.errors["11"].errors[0].type == "value_not_in_list"
    assert made.errors["11"].dependent_outputs == ("10",)


def test_a_prompt_none_of_whose_outputs_run_is_refused_in_comfyuis_shape(prompt, site):
    prompt["4"]["inputs"]["ckpt_name"] = "gone.ckpt"
    with pytest.raises(PromptError) as error:
        translate(read(prompt), site)
    answer = error.value.to_json()
    assert answer["error"]["type"] == "prompt_outputs_failed_validation"
    assert answer["node_errors"]["4"]["class_type"] == "CheckpointLoaderSimple"
    assert answer["node_errors"]["4"]["dependent_outputs"] == ("9",)
    assert "critters" in answer["node_errors"]["4"]["errors"][0]["message"]


def test_a_text_no_file_can_hold_is_refused(prompt, site):
    prompt["6"]["inputs"]["text"] = "half \ud800"
    with pytest.raises(PromptError, match="half a character"):
        translate(read(prompt), site)


def test_large_prompts_take_no_time_to_speak_of(site):
    """Thousands of nodes whose ids look alike; no step may take time by the square."""
    prompt = {"0": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}}}
    for number in range(2000):
        inputs = {"images": ["0", 0], "filename_prefix": "%a.b%" * 40}
        prompt["!" * (number % 200) + chr(9000 + number)] = {
            "class_type": "SaveImage",
            "inputs": inputs,
        }
    start = time.process_time()
    made = translate(read(prompt), site)
    assert len(made.targets) == 2000
    assert time.process_time() - start < 15


def test_errors_of_many_nodes_are_told_of_some(prompt, site):
    for number in range(500):
        prompt[f"s{number}"] = {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}
    made = translate(read(prompt), site)
    assert made.outputs == ("9",)
    assert len(made.errors) == 100
