import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.camera import HIGHEST, LOWEST, Camera, fitted

cameras = st.builds(
    Camera, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(LOWEST, HIGHEST)
)


@given(cameras, st.integers(-3, 3), st.floats(0, 1600), st.floats(0, 900))
def test_zooming_keeps_the_point_under_the_pointer(camera, steps, x, y):
    before = camera.to_scene(x, y)

    left, top = camera.zoomed(steps, x, y).to_view(*before)

    assert abs(left - x) <= 0.51
    assert abs(top - y) <= 0.51


@given(cameras)
def test_a_point_of_the_scene_is_found_again(camera):
    assert camera.to_scene(*camera.to_view(12.0, 34.0)) == pytest.approx((12.0, 34.0))


def test_what_is_fitted_is_wholly_in_view():
    camera = fitted((-100, -50, 5000, 3000), 1600, 900)

    left, top = camera.to_view(-100, -50)
    right, bottom = camera.to_view(5000, 3000)

    assert left >= 40
    assert top >= 40
    assert right <= 1561
    assert bottom <= 861


def test_what_is_small_is_not_fitted_larger_than_it_is():
    assert fitted((0, 0, 100, 100), 1600, 900).step == 0
