import re

import pytest

from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read
from nodegraph.comfy.translate import translate


@pytest.fixture
def named(prompt, site):
    def name(prefix):
        prompt["9"]["inputs"]["filename_prefix"] = prefix
        made = translate(read(prompt), site)
        return made.graph["save_9"].params["name"], made.notes.get("9", ())

    return name


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("fox", "fox"),
        ("sub/folder/fox", "sub/folder/fox"),
        ("%width%x%height%", "64x64"),
        ("%KSampler.seed%_%Positive.text%", "7_a happy red fox"),
        ("%4.ckpt_name%", "critters.safetensors"),
        ("100% real", "100_ real"),
        ('a:b"c', "a_b_c"),
        ("", "ComfyUI"),
    ],
)
def test_patterns_are_filled_in(named, prefix, name):
    assert named(prefix) == (name, ())


@pytest.mark.parametrize(
    ("prefix", "form"),
    [
        ("%year%-%month%-%day%", r"\d{4}-\d\d-\d\d"),
        ("%hour%%minute%%second%", r"\d{6}"),
        ("%date:yyyy-MM-dd%/x", r"\d{4}-\d\d-\d\d/x"),
        ("%date:yy.M.d hh_mm_ss%", r"\d\d\.\d\d?\.\d\d? \d\d_\d\d_\d\d"),
    ],
)
def test_times_are_filled_in(named, prefix, form):
    assert re.fullmatch(form, named(prefix)[0])


def test_what_is_known_only_in_the_run_stays_as_words_and_is_said(named):
    name, notes = named("x_%batch_num%")
    assert name == "x_batch_num"
    assert "batch_num" in notes[0]


def test_links_and_values_cannot_lead_into_folders(named, prompt):
    prompt["6"]["inputs"]["text"] = "../up"
    assert named("%Positive.text%")[0] == ".._up"


def test_a_prefix_has_an_end(named):
    with pytest.raises(PromptError, match="200 letters"):
        named("a" * 201)
