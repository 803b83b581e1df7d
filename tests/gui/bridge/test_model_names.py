from types import SimpleNamespace

from PySide6.QtCore import QObject, Signal

from gui.bridge.model_names import ModelNames
from nodegraph.places import called

MODELS = [
    {"name": "critters", "holds": "checkpoints", "where": "embedded"},
    {"name": "/m/loras/people/fox.safetensors", "holds": "loras", "where": "file"},
    {"name": "/elsewhere/owl.safetensors", "holds": "loras", "where": "file"},
]


class Answering(QObject):
    """An engine that answers at once."""

    state_changed = Signal()
    state = SimpleNamespace(answers=True)
    asked = 0

    def ask(self, method, then, failed):
        assert method == "models"
        self.asked += 1
        then(MODELS)


def test_files_are_called_by_what_stands_below_the_folder_of_their_kind(qapp):
    engine = Answering()
    names = ModelNames(engine)
    assert names.of("loras") == ["people/fox.safetensors", "/elsewhere/owl.safetensors"]
    assert names.of("checkpoints") == ["critters"]
    assert names.of("vae") == ()
    assert engine.asked == 1


def test_a_path_is_called_by_its_last_folder_of_that_kind(tmp_path):
    assert called(tmp_path / "vae" / "loras" / "a.sft", "loras") == "a.sft"
    assert called(tmp_path / "a.sft", "loras") == str(tmp_path / "a.sft")
