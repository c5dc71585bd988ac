"""Readers of Pascal VOC and YOLO folders: small folders made here, everything that can be wrong, and the real ones."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import datasets
from course_utils.datasets.cards import DataError
from course_utils.detection import folders

OBJECT = (
    "<object><name>{name}</name><bndbox>"
    "<xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object>"
)


def picture(path, width=40, height=30):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (200, 10, 10)).save(path)


def voc(tmp_path, *boxes, name="RBC", text=None):
    """A folder with one picture of 40 × 30 pixels."""
    picture(tmp_path / "JPEGImages" / "a.jpg")
    objects = "".join(OBJECT.format(*box, name=name) for box in boxes)
    (tmp_path / "Annotations").mkdir(exist_ok=True)
    (tmp_path / "Annotations" / "a.xml").write_text(text or f"<annotation>{objects}</annotation>")
    (tmp_path / "ImageSets" / "Main").mkdir(parents=True, exist_ok=True)
    (tmp_path / "ImageSets" / "Main" / "train.txt").write_text("a\n\n")
    return tmp_path


def yolo(tmp_path, *lines):
    picture(tmp_path / "images" / "a.png")
    (tmp_path / "labels").mkdir(exist_ok=True)
    (tmp_path / "labels" / "a.txt").write_text("\n".join(lines))
    return tmp_path / "images", tmp_path / "labels"


def test_a_voc_folder_is_read(tmp_path):
    (found,) = folders.read_voc(voc(tmp_path, (1, 1, 40, 30), (11, 6, 20, 15)), "train")
    assert (found.width, found.height) == (40, 30)
    assert found.boxes.tolist() == [[0, 0, 40, 30], [10, 5, 20, 15]]  # counted from 1, the last included
    assert found.classes.tolist() == [0, 0]
    assert found.pixels().shape == (30, 40, 3)


@pytest.mark.parametrize(
    ("boxes", "options", "said"),
    [
        ([(50, 1, 60, 30)], {}, "altogether"),
        ([(20, 1, 10, 30)], {}, "empty"),
        ([(1, 1, 5, 5)], {"name": "cat"}, "unknown class 'cat'; the classes are RBC, WBC, Platelets"),
        ([("x", 1, 5, 5)], {}, "xmin is 'x', a number is needed"),
        ([("nan", 1, 5, 5)], {}, "finite"),
        ([], {"text": "<annotation><object>"}, "not whole XML"),
        ([], {"text": "<annotation><object><name>RBC</name></object></annotation>"}, "xmin is None"),
    ],
)
def test_what_is_wrong_in_an_annotation_is_said(tmp_path, boxes, options, said):
    folder = voc(tmp_path, *boxes, **options)
    with pytest.raises(DataError, match=said) as error:
        folders.read_voc(folder, "train")
    assert "a.xml" in str(error.value)


def test_a_box_of_a_voc_folder_is_clipped(tmp_path):
    (found,) = folders.read_voc(voc(tmp_path, (0, 1, 45, 30)), "train")
    assert found.boxes.tolist() == [[0, 0, 40, 30]]


def test_missing_files_are_named(tmp_path):
    with pytest.raises(DataError, match="no folder"):
        folders.read_voc(tmp_path / "nowhere", "train")
    folder = voc(tmp_path)
    with pytest.raises(DataError, match=r"val\.txt is missing"):
        folders.read_voc(folder, "val")
    (folder / "ImageSets" / "Main" / "val.txt").write_text("\n")
    with pytest.raises(DataError, match="names no picture"):
        folders.read_voc(folder, "val")
    (folder / "JPEGImages" / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match="can't be read as a picture"):
        folders.read_voc(folder, "train")
    (folder / "JPEGImages" / "a.jpg").unlink()
    with pytest.raises(DataError, match=r"a\.jpg is missing"):
        folders.read_voc(folder, "train")
    (folder / "Annotations" / "a.xml").unlink()
    with pytest.raises(DataError, match=r"a\.xml is missing"):
        folders.read_voc(folder, "train")


def test_a_yolo_folder_is_read(tmp_path):
    images, labels = yolo(tmp_path, "1 0.5 0.5 0.5 0.5", "", "0 0.1 0.1 0.2 0.2")
    picture(images / "b.png")  # without a text file: no object
    first, second = folders.read_yolo(images, labels, ("cat", "dog"))
    np.testing.assert_allclose(first.boxes, [[10, 7.5, 30, 22.5], [0, 0, 8, 6]], atol=1e-9)
    assert first.classes.tolist() == [1, 0]
    assert second.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2 0.5 0.5 0.1 0.1", "unknown class 2; the classes are 0 to 1"),
        ("0.5 0.5 0.5 0.1 0.1", "unknown class"),
        ("0 0.5 0.5 0.1", "five numbers"),
        ("0 0.5 0.5 0.1 x", "five numbers"),
        ("0 0.5 0.5 0.1 inf", "finite"),
        ("0 0.9 0.5 0.4 0.1", "reaches outside"),
        ("0 0.5 0.5 0 0.1", "empty"),
        ("0 1.5 0.5 0.1 0.1", "altogether"),
    ],
)
def test_what_is_wrong_in_a_line_is_said(tmp_path, line, said):
    with pytest.raises(DataError, match=said) as error:
        folders.read_yolo(*yolo(tmp_path, "0 0.5 0.5 0.1 0.1", line), ("cat", "dog"))
    assert "a.txt, line 2" in str(error.value)


def test_a_text_file_without_its_picture(tmp_path):
    images, labels = yolo(tmp_path, "0 0.5 0.5 0.1 0.1")
    (labels / "lost.txt").write_text("")
    with pytest.raises(DataError, match=r"lost\.txt has no picture"):
        folders.read_yolo(images, labels, ("cat",))
    assert len(folders.read_yolo(images, labels, ("cat",), missing="skip")) == 1
    with pytest.raises(ValueError, match="missing"):
        folders.read_yolo(images, labels, ("cat",), missing="ignore")
    with pytest.raises(DataError, match="no picture; their names"):
        folders.read_yolo(labels, labels, ("cat",))


def test_names_of_classes(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("path: .\n# a remark\nnames:\n  0: person\n  1: 'traffic light'\ntrain: x\n")
    assert folders.yolo_names(file) == ("person", "traffic light")
    file.write_text("names:\n  0: person\n  2: car\n")
    with pytest.raises(DataError, match="0, 1, 2"):
        folders.yolo_names(file)


def test_pictures_become_scenes(tmp_path):
    found = folders.read_voc(voc(tmp_path, (1, 1, 40, 30), (11, 6, 20, 15)), "train")
    images, boxes, classes, mask = folders.as_scenes(found, 20, 3)
    assert images.shape == (1, 20, 20, 3)
    assert images.max() <= 1
    np.testing.assert_allclose(boxes[0], [[0, 0, 20, 20], [5, 10 / 3, 10, 10], [0, 0, 0, 0]], atol=1e-5)
    assert classes.tolist() == [[0, 0, -1]]
    assert mask.tolist() == [[True, True, False]]
    assert folders.as_scenes(found, 20, 1)[1][0].tolist() == [[0, 0, 20, 20]]  # the largest stays
    with pytest.raises(ValueError, match="pictures"):
        folders.as_scenes([], 20, 3)


def test_the_folder_has_to_be_named(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    with pytest.raises(DataError, match="folder in COURSE_DATA"):
        datasets.load("bccd")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.raises(DataError, match="quick profile"):
        datasets.load("bccd")
    folder = voc(tmp_path / "bccd" / "BCCD", (1, 1, 40, 30))
    for part in ("val", "test"):
        (folder / "ImageSets" / "Main" / f"{part}.txt").write_text("a\n")
    assert {part: len(pictures) for part, pictures in datasets.load("bccd").items()} == {
        "train": 1,
        "val": 1,
        "test": 1,
    }


def real(name):
    folder = Path(os.environ.get("COURSE_DATA", "nowhere")) / name
    if not folder.is_dir():
        pytest.skip(f"COURSE_DATA holds no {name}")
    return folder


def test_the_real_blood_cells():
    folder = real("bccd") / "BCCD"
    parts = {part: folders.read_voc(folder, part) for part in ("train", "val", "test")}
    assert [len(pictures) for pictures in parts.values()] == [205, 87, 72]
    classes = np.concatenate([picture.classes for pictures in parts.values() for picture in pictures])
    assert np.bincount(classes).tolist() == [4155, 372, 361]


def test_the_real_photographs():
    folder = real("coco256")
    names = folders.yolo_names(folder / "config.yaml")
    assert len(names) == 80
    found = []
    for part in ("train2017", "val2017"):
        found += folders.read_yolo(folder / "images" / part, folder / "labels" / part, names, missing="skip")
    assert len(found) == 256
    assert sum(len(p.boxes) for p in found) == 1827  # of 1,839: two text files of train2017 have lost their picture
