"""Stored pictures: a chart gets smaller and looks the same, a photograph is left alone."""

import io

import numpy as np
import pytest
from PIL import Image

from course_utils.tools.pictures import smaller


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format="png")
    return buffer.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), "float64")


def test_a_heat_map_with_lines_is_smaller_and_looks_the_same():
    down, across = np.mgrid[0:200, 0:300]
    shade = 0.5 + 0.5 * np.sin(across / 23) * np.cos(down / 31)
    blue, orange = np.array([0, 114, 178]), np.array([230, 159, 0])
    chart = (blue + shade[..., None] * (orange - blue)).astype("uint8")
    chart[::40] = 0
    chart[50:150, 100] = (0, 114, 178)
    before = png(chart)
    after = smaller(before)
    assert len(after) < len(before)
    assert np.sqrt(np.mean((pixels(after) - chart) ** 2)) < 4


def test_transparent_ground_becomes_white():
    clear = np.zeros((40, 40, 4), "uint8")
    clear[10:20, 10:20] = (200, 0, 0, 255)
    assert (pixels(smaller(png(clear)))[0, 0] == 255).all()


def test_a_picture_with_too_many_colours_is_left_as_it_is():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype="uint8")
    assert smaller(png(noise)) == png(noise)


@pytest.mark.parametrize("mode", ["L", "P"])
def test_grey_and_palette_pictures_are_left_as_they_are(mode):
    buffer = io.BytesIO()
    Image.new(mode, (20, 20)).save(buffer, format="png")
    assert smaller(buffer.getvalue()) == buffer.getvalue()
