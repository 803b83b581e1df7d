"""What names a file of weights says of which kind, so that names are offered and looked up."""

import re

from nodegraph.places import KINDS
from nodegraph.workflow import catalogue

FOLDER = re.compile(r"name (?:of one )?in (?:the folder )?``(\w+)``")


def test_a_parameter_is_of_the_kind_whose_folder_its_help_names():
    params = [param for spec in catalogue().values() for param in spec.params.values()]
    said = {
        param.name: (found[1], param.kind)
        for param in params
        if (found := FOLDER.search(param.help))
    }
    assert {name: kind for name, (kind, _) in said.items()} == {
        name: kind for name, (_, kind) in said.items()
    }
    assert {"control", "adapter", "encoder", "style", "gligen", "hypernetwork"} <= {*said}
    assert {param.kind for param in params} <= {"", *KINDS}
