"""What an example makes on a GPU, beside what the processor makes of it."""

from tests.far.alike import ROUNDED, assert_alike
from tests.far.scattering import scatter


def assert_same_on_a_gpu(make, patch):
    """Run an example on both, and there in 16 bits too, with values that lie anywhere.

    Args:
        make: Runs it; takes ``device`` and ``dtype``.
    """
    here, there = make(), make(device="cuda")
    scatter(patch)
    anywhere = make(device="cuda", dtype="auto")
    for one, other, narrow in zip(here.files, there.files, anywhere.files, strict=True):
        assert_alike(one, other)
        assert_alike(one, narrow, ROUNDED)
