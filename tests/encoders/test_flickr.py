"""Flickr8k's layout: read as its publisher lays it out, and clear errors where it is not."""

import numpy as np
import pytest
from skimage import io

from course_utils.datasets.cards import DataError
from course_utils.encoders import flickr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    lines = []
    for k in range(16):
        picture = np.full((10 + k, 12, 3), 10 * k, "uint8")
        io.imsave(tmp_path / "images" / f"{k:02}.jpg", picture, check_contrast=False)
        lines += [f"{k:02}.jpg#0\tA dog , number {k} , runs .", f"{k:02}.jpg#1\tThe dog's ball"]
    lines.append("missing.jpg#0\tNo picture")
    (tmp_path / "Flickr8k.token.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_each_picture_comes_with_its_captions_and_the_parts_are_apart(folder):
    parts = {split: flickr.read(folder, split) for split in ("train", "validation", "test")}
    assert [len(part) for part in parts.values()] == [12, 2, 2]
    names = [path.name for part in parts.values() for path in part.paths]
    assert sorted(names) == [f"{k:02}.jpg" for k in range(16)]
    assert parts["test"].captions[0] == ("a dog number 7 runs", "the dog's ball")
    images = parts["test"].images([0, 1], 8)
    assert images.shape == (2, 8, 8, 3)
    np.testing.assert_allclose(images.mean(axis=(1, 2, 3)), [70, 150], atol=1)


def test_the_publishers_lists_come_first(folder):
    (folder / "Flickr_8k.testImages.txt").write_text("03.jpg\n05.jpg\n", encoding="utf-8")
    assert [path.name for path in flickr.read(folder, "test").paths] == ["03.jpg", "05.jpg"]


def test_words_that_are_rare_are_left_out(folder):
    part = flickr.read(folder)
    assert flickr.vocabulary(part, 5) == ("a", "ball", "dog", "dog's", "number", "runs", "the")
    assert "8" in flickr.vocabulary(part, 1)
    with pytest.raises(ValueError, match="at_least must be 1 or more"):
        flickr.vocabulary(part, 0)


def test_what_does_not_fit_is_said(folder):
    with pytest.raises(ValueError, match="split must be one of train, validation, test"):
        flickr.read(folder, "dev")
    with pytest.raises(DataError, match="needs Flickr8k"):
        flickr.read(folder / "images")
    (folder / "Flickr8k.token.txt").write_text("01.jpg A dog", encoding="utf-8")
    with pytest.raises(DataError, match="line 1: NAME#NUMBER"):
        flickr.read(folder)
    (folder / "Flickr8k.token.txt").write_text("nobody.jpg#0\tA dog", encoding="utf-8")
    with pytest.raises(DataError, match="no picture with a caption"):
        flickr.read(folder)
