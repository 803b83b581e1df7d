import os

import pytest

from nodegraph.engine.filenames import FileNameError, check_name, inside


@pytest.mark.parametrize("name", ["a.png", "sub/dir/ä b_00001.png", "console.txt", ".hidden"])
def test_a_plain_name_stays_in_its_folder(tmp_path, name):
    assert inside(tmp_path, name) == tmp_path.resolve() / name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../a", "a/../../b", "/etc/passwd", "a//b", "a/", "C:\\a", "c:a", "a\\b",
        "a\0b", "a\nb", "NUL", "nul.png", "sub/CON.txt", "com1", "lpt9.x", "a.", "a ", " a",
        "x" * 300, "\ud800",
    ],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(FileNameError, match="cannot be a file's name"):
        check_name(name)


def test_a_link_that_leads_out_is_not_followed(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    os.symlink(tmp_path, folder / "out")
    with pytest.raises(FileNameError, match="leads out"):
        inside(folder, "out/secret")
