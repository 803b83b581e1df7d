import pytest
import torch
from diffusers import UNet2DConditionModel

from training import train_diffusion
from training.paths import MODEL, runs_folder
from training.take_up import take_up
from training.tokenizer import make_tokenizer


def test_training_goes_on_from_the_shipped_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("NODEGRAPH_TRAINING", str(tmp_path))
    take_up(100, 50)
    vocabulary = len(make_tokenizer(runs_folder() / "tokenizer"))
    run = train_diffusion.start(runs_folder() / "diffusion", 0, vocabulary, torch.device("cpu"))
    shipped = UNet2DConditionModel.from_pretrained(MODEL / "unet")
    assert run.step == 100
    trained = dict(run.networks["unet"].named_parameters())
    for name, wanted in shipped.named_parameters():
        assert torch.equal(trained[name], wanted.float())
    with pytest.raises(FileExistsError, match="go on with that one"):
        take_up(100, 50)
