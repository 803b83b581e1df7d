"""Every class that the table knows, as scripts post it."""

from nodegraph.comfy.classes import table
from nodegraph.engine.web.comfy import models
from tests.nodegraph.comfy import real, workflows
from tests.nodegraph.comfy.test_table import KNOWN, prompt_of
from tests.nodegraph.engine.comfying import PROMPT, ask, get, post

ABOUT_FILES = (": there is no ", "use the same weights in safetensors")
LOADERS = ("LoadImage", "LoadImageMask", "LoadImageOutput")


def posted(name):
    prompt, _ = prompt_of(name)
    for node in prompt.values():
        if node["class_type"] in LOADERS:
            node["inputs"]["image"] = "cat.png"
    return prompt


def test_every_class_is_told_and_taken(tmp_path):
    """Those that name files of weights are taken too, and only the files are not there."""

    async def question(engine, client):
        assert set(await get(client, "/object_info")) == set(table())
        for name in KNOWN:
            if name == "LoadImageOutput":  # nothing has been made yet
                continue
            response = await client.post("/prompt", json={"prompt": posted(name)})
            errors = (await response.json())["node_errors"].values()
            found = [error["message"] for one in errors for error in one["errors"]]
            assert response.status == (400 if found else 200), name
            assert all(": there is no '" in message for message in found), found

    ask(tmp_path, question)


def test_a_class_that_cannot_be_carried_over_is_refused_with_its_reason(tmp_path):
    _, node = prompt_of("KSampler")
    prompt = {**posted("KSampler"), "good": PROMPT["1"], "saved": {**PROMPT["2"]}}
    prompt["saved"]["inputs"] = {"images": ["good", 0], "filename_prefix": "cat"}
    inputs = {"model": prompt[node]["inputs"]["model"], "sampling": "edm"}
    inputs |= {"sigma_max": 120.0, "sigma_min": 0.002}
    prompt["bad"] = {"class_type": "ModelSamplingContinuousEDM", "inputs": inputs}
    prompt[node]["inputs"]["model"] = ["bad", 0]

    async def question(engine, client):
        answer = await post(client, "/prompt", prompt=prompt)
        (error,) = answer["node_errors"]["bad"]["errors"]
        assert error["message"] == table()["ModelSamplingContinuousEDM"].unsupported

    ask(tmp_path, question)


@workflows.real
def test_prompts_of_real_people_are_taken_and_only_their_files_are_not_there(tmp_path):
    """What the importer carries over, this door takes; only what is unknown to both is refused."""

    given = {path: real.load(path) for path in real.prompts()}
    nodes = [node for prompt in given.values() for node in prompt.values()]
    named = [node["inputs"]["ckpt_name"] for node in nodes if "ckpt_name" in node["inputs"]]
    for node in nodes:
        if node["class_type"] in LOADERS:
            node["inputs"]["image"] = "cat.png"

    async def question(engine, client):
        models._told[engine] = {"checkpoints": named}  # as a worker would
        for path, prompt in given.items():
            unknown = {one["class_type"] for one in prompt.values()} - table().keys()
            response = await client.post("/prompt", json={"prompt": prompt})
            answer = await response.json()
            if unknown:
                assert answer["error"]["type"] == "invalid_prompt", path.name
                assert all(name in answer["error"]["message"] for name in unknown)
                continue
            errors = [
                (prompt[node]["class_type"], error["message"])
                for node, found in answer["node_errors"].items()
                for error in found["errors"]
            ]
            assert response.status == (400 if errors else 200), path.name
            for name, message in errors:
                file = any(words in message for words in ABOUT_FILES)
                assert file or message == table()[name].unsupported, (path.name, name, message)

    ask(tmp_path, question)
