"""Pictures with boxes from a folder in Pascal VOC's or YOLO's layout, for the full profile.

Both readers return a list of :class:`Picture`; everything that does not fit together is an error that names the file, the line or
object, what stands there and what would do. Stage 4 uses blood cells (VOC) and photographs (YOLO).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from ..datasets.cards import Card, DataError
from ..datasets.fetch import by_hand
from ..errors import CourseError

__all__ = ["CARDS", "CELLS", "Picture", "as_scenes", "load", "read_voc", "read_yolo", "yolo_names"]

CELLS = ("RBC", "WBC", "Platelets")
ENDINGS = (".jpg", ".jpeg", ".png", ".bmp")

CARDS = (
    Card(
        name="bccd",
        title="Blood cells under the microscope, with boxes",
        stages=(4,),
        source="folder",
        origin="cosmicad and akshaylamba, 2017, as packed by N. Chen, github.com/Shenggan/BCCD_Dataset",
        licence="MIT",
        shapes={"images": (364, 480, 640, 3), "boxes": (4888, 4)},
        values="JPEG pictures, 640 × 480; boxes in Pascal VOC's XML, corners in pixels; RBC, WBC, Platelets",
        split="the publisher's: train 205, val 87, test 72 pictures",
        bytes=7_400_000,
        folder="bccd",
        needs=("BCCD/JPEGImages/*.jpg", "BCCD/Annotations/*.xml", "BCCD/ImageSets/Main/train.txt"),
        get="the folder BCCD of its repository",
    ),
    Card(
        name="coco256",
        title="256 photographs of COCO, with boxes",
        stages=(4,),
        source="folder",
        origin="T.-Y. Lin and others, Microsoft COCO, 2014, cocodataset.org; boxes in YOLO's format",
        licence="annotations CC BY 4.0; each photograph under the licence that its owner chose on Flickr",
        shapes={"images": (256,), "boxes": (1827, 4)},
        values="JPEG pictures of different sizes; a text file each: class, centre, width, height in [0, 1]; 80 classes",
        split="128 from COCO's train2017, 128 from val2017",
        bytes=20_000_000,
        folder="coco256",
        needs=(
            "config.yaml",
            *(f"{kind}/{part}" for kind in ("images", "labels") for part in ("train2017", "val2017")),
        ),
        get="COCO's pictures from cocodataset.org, boxes in YOLO's format with a file config.yaml that names the classes",
    ),
)


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture on disk and the objects in it.

    Attributes:
        path: of the picture.
        width, height: pixels.
        boxes: (objects, 4) float64, corners x1, y1, x2, y2 in pixels; the left and upper edge of the picture are 0.
        classes: (objects,) int64.
    """

    path: Path
    width: int
    height: int
    boxes: np.ndarray
    classes: np.ndarray

    def pixels(self) -> np.ndarray:
        """The picture, (height, width, 3) uint8, red, green, blue.

        Raises: DataError where it can't be read.
        """
        from PIL import Image

        try:
            with Image.open(self.path) as image:
                return np.asarray(image.convert("RGB"))
        except OSError as error:
            raise DataError(f"{self.path} can't be read as a picture ({error}); fetch it again") from error


def load(card: Card) -> dict[str, list[Picture]]:
    """The pictures of a card, by the publisher's parts: "train", "val", "test" of ``bccd``; "train2017", "val2017" of ``coco256``.

    Raises: DataError where the folder is missing, or something in it can't be understood.
    """
    folder = by_hand(card)
    if card.name == "bccd":
        return {part: read_voc(folder / "BCCD", part) for part in ("train", "val", "test")}
    names = yolo_names(folder / "config.yaml")
    return {
        part: read_yolo(folder / "images" / part, folder / "labels" / part, names, missing="skip")
        for part in ("train2017", "val2017")
    }


def read_voc(folder: Path | str, split: str) -> list[Picture]:
    """Pictures of blood cells in a folder with ``JPEGImages``, ``Annotations`` and ``ImageSets/Main``, as Pascal VOC lays them out.

    VOC counts pixels from 1 and includes the last: xmin 1 is the left edge, 0 here. A box that reaches over the edge of its
    picture is clipped there.

    Args:
        folder: that one.
        split: "train", "val", "trainval", "test": the pictures listed in ``ImageSets/Main/SPLIT.txt``.
    Raises: DataError for a missing folder, list, annotation or picture, XML that is broken or lacks a part, a class that is none of
        ``CELLS``, a box that is empty or outside altogether.
    """
    folder = _folder(folder)
    where = folder / "ImageSets" / "Main" / f"{split}.txt"
    names = [line.split()[0] for line in _text(where).splitlines() if line.strip()]
    if not names:
        raise DataError(f"{where} names no picture")
    return [_voc_picture(folder, name) for name in names]


def _voc_picture(folder: Path, name: str) -> Picture:
    file = folder / "Annotations" / f"{name}.xml"
    try:
        root = ElementTree.fromstring(_text(file))
    except ElementTree.ParseError as error:
        raise DataError(f"{file} is not whole XML ({error}); fetch it again") from error
    path = _picture_beside(folder / "JPEGImages", name)
    width, height = _true_size(path)
    boxes, numbers = [], []
    for place, found in enumerate(root.findall("object"), 1):
        where = f"{file}, object {place}"
        kind = (found.findtext("name") or "").strip()
        if kind not in CELLS:
            raise DataError(f"{where}: unknown class {kind!r}; the classes are {', '.join(CELLS)}")
        x1, y1, x2, y2 = (_number(found, f"bndbox/{corner}", where) for corner in ("xmin", "ymin", "xmax", "ymax"))
        boxes.append(_inside(np.array([x1 - 1, y1 - 1, x2, y2]), width, height, where, slack=math.inf))
        numbers.append(CELLS.index(kind))
    return Picture(path, width, height, *_arrays(boxes, numbers))


def _number(found, part: str, where: str) -> float:
    text = found.findtext(part)
    try:
        value = float(text)
    except (TypeError, ValueError):
        raise DataError(f"{where}: {part} is {text!r}, a number is needed") from None
    if not math.isfinite(value):
        raise DataError(f"{where}: {part} is {text!r}, a finite number is needed")
    return value


def yolo_names(file: Path | str) -> tuple[str, ...]:
    """The names of the classes in a YOLO configuration (``names:``, then a line "number: name" each, from 0 on).

    Raises: DataError where the file is missing, has no names, or a number is left out.
    """
    import yaml

    try:
        names = dict(yaml.safe_load(_text(Path(file)))["names"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        names = {}
    if not names or sorted(names, key=str) != sorted(range(len(names)), key=str):
        raise DataError(f"{file} has no list 'names:' with the classes 0, 1, 2, … in it; got {list(names)}")
    return tuple(str(names[number]) for number in range(len(names)))


def read_yolo(images: Path | str, labels: Path | str, classes: Sequence[str], missing: str = "refuse") -> list[Picture]:
    """Pictures of a folder with a text file each in another, a line an object: class, centre x, centre y, width, height.

    The four are shares of the picture's width and height. Boxes that stick out by less than a pixel are rounding and clipped. A picture without a text file, or with an empty one, shows no object.

    Args:
        images, labels: the two folders; files belong together by name.
        classes: names; a class's number is its place.
        missing: what to do with a text file that has no picture: "refuse" it, or "skip" it.
    Raises: DataError for a missing folder, a text file without a picture, a line that is not five numbers, an unknown class, a
        box that is empty or reaches outside; CourseError for another ``missing``.
    """
    images, labels = _folder(images), _folder(labels)
    paths = {path.stem: path for path in sorted(images.iterdir()) if path.suffix.lower() in ENDINGS}
    if not paths:
        raise DataError(f"{images} holds no picture; their names end in {', '.join(ENDINGS)}")
    if missing not in ("refuse", "skip"):
        raise CourseError(f"missing must be 'refuse' or 'skip'; got {missing!r}")
    for file in sorted(labels.glob("*.txt")):
        if missing == "refuse" and file.stem not in paths:
            raise DataError(
                f"{file} has no picture {file.stem}{ENDINGS[0]} (or another ending) in {images}; "
                "put it there, or read with missing='skip'"
            )
    return [_yolo_picture(path, labels / f"{name}.txt", classes) for name, path in paths.items()]


def _yolo_picture(path: Path, file: Path, classes: Sequence[str]) -> Picture:
    width, height = _true_size(path)
    boxes, numbers = [], []
    for place, line in enumerate(_text(file).splitlines() if file.exists() else (), 1):
        if not line.strip():
            continue
        where = f"{file}, line {place}"
        try:
            kind, x, y, w, h = map(float, line.split())
        except ValueError:
            raise DataError(f"{where}: five numbers are needed; got {line.strip()[:60]!r}") from None
        if not np.isfinite([kind, x, y, w, h]).all():
            raise DataError(f"{where}: five finite numbers are needed; got {line.strip()[:60]!r}")
        if kind != int(kind) or not 0 <= kind < len(classes):
            raise DataError(f"{where}: unknown class {line.split()[0]}; the classes are 0 to {len(classes) - 1}")
        box = np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2]) * (width, height, width, height)
        boxes.append(_inside(box, width, height, where, slack=1.0))
        numbers.append(int(kind))
    return Picture(path, width, height, *_arrays(boxes, numbers))


def as_scenes(pictures: Sequence[Picture], size: int, most: int) -> tuple[np.ndarray, ...]:
    """Pictures stretched to squares, and their boxes with them, as the detectors of stage 4 take them.

    Args:
        pictures: at least one.
        size: pixels a side.
        most: objects a picture at most; those beyond are left out, the smallest first.
    Returns: images (pictures, size, size, 3) float32 in [0, 1], boxes (pictures, most, 4) float32 pixels, classes (pictures,
        most) int64 with −1 for padding, mask (pictures, most) bool.
    Raises: CourseError without a picture; DataError for one that can't be read.
    """
    from PIL import Image

    if not pictures or size < 1 or most < 1:
        raise CourseError(f"pictures, a size and room for an object are needed; got {len(pictures)}, {size}, {most}")
    images = np.empty((len(pictures), size, size, 3), dtype="float32")
    boxes = np.zeros((len(pictures), most, 4), dtype="float32")
    classes = np.full((len(pictures), most), -1, dtype="int64")
    for row, picture in enumerate(pictures):
        shrunk = Image.fromarray(picture.pixels()).resize((size, size), Image.Resampling.BOX)
        images[row] = np.asarray(shrunk, dtype="float32") / 255
        stretched = picture.boxes * (size / np.array([picture.width, picture.height] * 2))
        areas = np.prod(stretched[:, 2:] - stretched[:, :2], axis=1)
        order = np.argsort(-areas, kind="stable")[:most]
        boxes[row, : len(order)], classes[row, : len(order)] = stretched[order], picture.classes[order]
    return images, boxes, classes, classes >= 0


def _arrays(boxes: list, numbers: list) -> tuple[np.ndarray, np.ndarray]:
    return np.array(boxes, dtype="float64").reshape(-1, 4), np.array(numbers, dtype="int64")


def _inside(box, width: int, height: int, where: str, slack: float) -> np.ndarray:
    """The box, cut off at the picture's edge; it may reach over it by so many pixels."""
    said = f"{', '.join(f'{value:g}' for value in box)}"
    if box[2] <= box[0] or box[3] <= box[1]:
        raise DataError(f"{where}: the box {said} is empty; its right and lower edges must be further on")
    clipped = np.clip(box, 0, (width, height, width, height))
    if clipped[2] <= clipped[0] or clipped[3] <= clipped[1]:
        raise DataError(f"{where}: the box {said} lies outside its picture of {width} × {height} pixels altogether")
    if np.abs(clipped - box).max() > slack:
        raise DataError(
            f"{where}: the box {said} reaches outside its picture of {width} × {height} pixels; mend the file"
        )
    return clipped


def _folder(path: Path | str) -> Path:
    path = Path(path)
    if not path.is_dir():
        raise DataError(f"there is no folder {path}")
    return path


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{file} is missing") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not text in UTF-8 ({error})") from error


def _picture_beside(folder: Path, name: str) -> Path:
    for ending in ENDINGS:
        if (path := folder / f"{name}{ending}").is_file():
            return path
    raise DataError(f"{folder / (name + ENDINGS[0])} is missing; an annotation without its picture is of no use")


def _true_size(path: Path) -> tuple[int, int]:
    """Width and height as the picture itself says; annotations are often wrong about it."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return image.size
    except OSError as error:
        raise DataError(f"{path} can't be read as a picture ({error}); fetch it again") from error
