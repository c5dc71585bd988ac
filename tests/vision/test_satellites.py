"""Readers of real pictures of the ground: what they read, and what they refuse."""

import numpy as np
import pytest
from skimage import io

from course_utils import datasets
from course_utils.datasets.cards import DataError
from course_utils.vision import satellites


def table(tmp_path, rows):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    return path


def test_a_series_is_read_date_by_date(tmp_path):
    values = np.arange(447)
    x, y = satellites.read_sits(table(tmp_path, [[3, 21, *values], [0, 5, *(values + 1)]]))
    assert x.shape == (2, 149, 3)
    assert x[0, 1].tolist() == [3, 4, 5]
    assert y.tolist() == [3, 0]
    assert (x.dtype, y.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize(
    ("row", "message"),
    [([1, 2, 3], "3 columns, not 449"), ([13, 0, *range(447)], "13 to 13"), (["wheat", 0, *range(447)], "not a table")],
)
def test_another_table_is_refused(tmp_path, row, message):
    with pytest.raises(DataError, match=message):
        satellites.read_sits(table(tmp_path, [row]))


def test_the_card_names_thirteen_classes_and_two_files():
    card = datasets.card("crop_sits")
    assert [file.name for file in card.files] == ["train_dataset.csv", "test_dataset.csv"]


def test_scenes_are_read_folder_by_folder(tmp_path):
    for place, name in enumerate("gfedcba"):
        (tmp_path / name).mkdir()
        io.imsave(tmp_path / name / "x.jpg", np.full((16, 16, 3), 30 * place, "uint8"), check_contrast=False)
    x, y = satellites.read_scenes(tmp_path, size=8)
    assert x.shape == (7, 8, 8, 3)
    assert y.tolist() == list(range(7))
    assert np.allclose(x.mean((1, 2, 3)), [30 * place / 255 for place in range(6, -1, -1)], atol=0.02)


def test_a_folder_that_is_not_rsscn7_is_refused(tmp_path):
    with pytest.raises(DataError, match="0 folders"):
        satellites.read_scenes(tmp_path)
    for name in "abcdefg":
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match=r"no \.jpg"):
        satellites.read_scenes(tmp_path)
