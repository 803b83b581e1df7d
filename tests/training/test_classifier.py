from __future__ import annotations

import random

import torch

from training.classifier import HEADS, Classifier, classifier_loss, labels
from training.critter import sample
from training.diffusion import SEED
from training.evaluate import ATTRIBUTES, right, unseen_critters
from training.twins import twins_at


def test_the_heads_cover_every_attribute_of_every_critter():
    rng = random.Random(1)
    for critter in (sample(rng) for _ in range(2000)):
        wanted = labels(critter)
        assert wanted.keys() == HEADS.keys()
        assert all(choice in HEADS[name] for name, choice in wanted.items())


def test_the_classifier_reads_one_choice_a_head():
    said = Classifier().eval().read(torch.zeros(2, 3, 128, 128))
    assert len(said) == 2
    assert all(said[0][name] in choices for name, choices in HEADS.items())


def test_its_loss_counts_every_head():
    critter = sample(random.Random(2))
    logits = {n: torch.zeros(1, len(c), requires_grad=True) for n, c in HEADS.items()}
    classifier_loss(logits, [critter]).backward()
    assert all(table.grad.abs().sum() > 0 for table in logits.values())


def test_a_perfect_answer_is_right_and_one_wrong_color_is_not():
    critter = next(c for c in map(sample, map(random.Random, range(50))) if c.extras)
    verdict = right(critter, labels(critter))
    assert all(verdict[name] for name in (*ATTRIBUTES, "everything"))
    extra, color = critter.extras[0]
    wrong = labels(critter) | {extra: "red" if color != "red" else "blue"}
    assert not right(critter, wrong)["extras"]


def test_the_evaluation_draws_nothing_that_training_saw(monkeypatch):
    monkeypatch.setattr("training.evaluate.TRAINED_PAIRS", 2000)
    critters = unseen_critters()
    trained = {critter for index in range(2000) for critter in twins_at(SEED, index)}
    assert len(critters) == 500
    assert sum(c.held_out for c in critters) == 100
    assert not trained & set(critters)
