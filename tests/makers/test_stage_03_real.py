"""What the makers on real pictures do to them before they train."""

import numpy as np
import pytest

from course_utils.makers.stage_03 import real


def test_pictures_are_shifted_and_mirrored():
    rng = np.random.default_rng(0)
    x = rng.integers(1, 255, (500, 6, 5, 3)).astype("uint8")
    moved = real.shifted(x, np.random.default_rng(1), by=2)
    assert moved.shape == x.shape
    assert moved.dtype == x.dtype
    places = set()
    for picture, result in zip(x, moved, strict=True):
        padded = np.pad(picture, [(2, 2), (2, 2), (0, 0)])
        places |= {
            (down, right, mirrored)
            for down in range(5)
            for right in range(5)
            for mirrored in (False, True)
            if (padded[down : down + 6, right : right + 5][:, :: -1 if mirrored else 1] == result).all()
        } or {"nowhere"}
    assert "nowhere" not in places
    assert len(places) == 50
    still = real.shifted(x, np.random.default_rng(1), by=0)
    mirrored = (still == x[:, :, ::-1]).all((1, 2, 3))
    assert ((still == x).all((1, 2, 3)) | mirrored).all()
    assert 0.3 < mirrored.mean() < 0.7


@pytest.mark.parametrize(("shape", "by"), [((6, 5, 3), 2), ((2, 6, 5, 3), -1)])
def test_pictures_of_another_form_are_not_shifted(shape, by):
    with pytest.raises(ValueError, match="shifted wants"):
        real.shifted(np.zeros(shape), np.random.default_rng(0), by)
