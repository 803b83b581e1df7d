import gc

import pytest

from nodegraph.collecting import no_collecting


def test_no_garbage_is_collected_in_the_body_and_again_after_it():
    with no_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_in_the_body_leaves_the_collector_on():
    with pytest.raises(ValueError, match="broken"), no_collecting():
        raise ValueError("broken")
    assert gc.isenabled()


def test_one_in_another_leaves_it_to_the_outer_one():
    with no_collecting():
        with no_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
