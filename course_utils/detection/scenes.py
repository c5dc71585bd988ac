"""Scenes for object detection: handwritten digits and shapes pasted on photographs and textures, with their boxes.

The digits are scikit-learn's, enlarged; the backgrounds scikit-image's photographs. Training and test scenes share neither
writers nor photographs. Stage 4, "The data", looks at them.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..datasets.cards import Card
from ..errors import CourseError
from .box_metrics import iou

__all__ = ["CARD", "CLASSES", "MOST", "SIZE", "TEXTURES", "Scenes", "compose"]

SIZE = 64  # pixels, each way
CLASSES = ("0", "1", "2", "3", "4", "disc", "square", "triangle")
MOST = 6  # objects in a scene, at most: the length of the padded arrays
DIGITS = 5
TEXTURES = {
    "train": ("coffee", "astronaut", "gravel", "brick", "chelsea", "moon", "coins", "rocket"),
    "test": ("grass", "camera", "immunohistochemistry", "hubble_deep_field"),
}
# Ten by ten, digits 0 to 9 three times over open each writer's form: the file's order shows where one begins. From
# this one on, three are kept for testing.
FIRST_TEST_DIGIT = 1415


@dataclass(frozen=True, eq=False, repr=False)
class Scenes:
    """Pictures with the boxes and classes of their objects.

    Attributes:
        images: (scenes, 64, 64, 3) float32 in [0, 1], red, green, blue.
        boxes: (scenes, 6, 4) float32, corners x1, y1, x2, y2 in pixels from the top left; rows of zeros fill up.
        classes: (scenes, 6) int64 numbers in ``CLASSES``; -1 fills up.
        mask: (scenes, 6) bool, whether there is an object.
        seen: (scenes, 6) float32, the part of the object's own box that lies in the picture, 0 to 1; below 1 it is cut
            off. ``boxes`` are cut off with it.
    """

    images: np.ndarray
    boxes: np.ndarray
    classes: np.ndarray
    mask: np.ndarray
    seen: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, which: slice | np.ndarray) -> "Scenes":
        """Some of the scenes: a slice, or an array of numbers."""
        parts = (self.images, self.boxes, self.classes, self.mask, self.seen)
        return Scenes(*(part[which] for part in parts))

    def __repr__(self) -> str:
        return (
            f"{len(self):,} scenes, {self.images.shape[1]}×{self.images.shape[2]} pixels, {self.mask.sum():,} objects"
        )

    def truths(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each scene its boxes (objects, 4) and classes (objects,), without the padding."""
        return [(b[m], c[m]) for b, c, m in zip(self.boxes, self.classes, self.mask, strict=True)]

    def checksum(self) -> str:
        """SHA-256 over type, shape and bytes of the arrays; the same on every machine."""
        digest = hashlib.sha256()
        for array in (self.images, self.boxes, self.classes, self.mask, self.seen):
            array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


def compose(
    count: int,
    seed: int = 0,
    split: str = "train",
    objects: tuple[int, int] = (1, 4),
    scale: tuple[float, float] = (14, 30),
    overlap: float = 0.2,
    clutter: int = 3,
    cut_off: float = 0.1,
) -> Scenes:
    """Scenes composed at random: a piece of a photograph, strokes as clutter, then digits and shapes in contrasting colours.

    Args:
        count: how many scenes, 1 or more.
        seed: a whole number, 0 or more; the same gives the same scenes.
        split: "train" or "test": other writers and other photographs.
        objects: fewest and most objects a scene, within 1 to 6. Where the last one finds no free place, there is one less.
        scale: least and greatest height of an object, pixels, within 8 to 48.
        overlap: how much two boxes may overlap (their IoU), 0 to 0.9.
        clutter: most strokes that are no objects, 0 or more.
        cut_off: the part of the objects that may reach over the edge, 0 to 1; at least half of the box stays in the picture.
    Raises: CourseError for a value out of range.
    """
    _checked(count, seed, split, objects, scale, overlap, clutter, cut_off)
    rng = np.random.default_rng([seed, ("train", "test").index(split)])
    images = np.empty((count, SIZE, SIZE, 3), dtype="float32")
    boxes = np.zeros((count, MOST, 4), dtype="float32")
    classes = np.full((count, MOST), -1, dtype="int64")
    seen = np.zeros((count, MOST), dtype="float32")
    for index in range(count):
        image = _background(rng, split)
        for _ in range(rng.integers(0, clutter + 1)):
            _stroke(image, rng)
        placed = 0
        for _ in range(rng.integers(objects[0], objects[1] + 1)):
            found = _object(image, rng, split, boxes[index, :placed], scale, overlap, cut_off)
            if found is not None:
                boxes[index, placed], classes[index, placed], seen[index, placed] = found
                placed += 1
        images[index] = np.round(np.clip(image, 0, 1) * 255) / 255
    return Scenes(images, boxes, classes, classes >= 0, seen)


def _checked(count, seed, split, objects, scale, overlap, clutter, cut_off) -> None:
    if count < 1 or seed < 0:
        raise CourseError(f"count must be 1 or more and seed 0 or more; got {count!r} and {seed!r}")
    if split not in TEXTURES:
        raise CourseError(f"split must be 'train' or 'test'; got {split!r}")
    if not 1 <= objects[0] <= objects[1] <= MOST:
        raise CourseError(f"objects must be (fewest, most) within 1 to {MOST}; got {objects!r}")
    if not 8 <= scale[0] <= scale[1] <= 48:
        raise CourseError(f"scale must be (least, greatest) within 8 to 48 pixels; got {scale!r}")
    if not 0 <= overlap <= 0.9 or clutter < 0 or not 0 <= cut_off <= 1:
        raise CourseError(
            "overlap must be 0 to 0.9, clutter 0 or more and cut_off 0 to 1; "
            f"got {overlap!r}, {clutter!r} and {cut_off!r}"
        )


@cache
def _photographs(split: str) -> tuple[np.ndarray, ...]:
    """The backgrounds: (height, width, 3) float32 in [0, 1], each at its own size and at half of it."""
    from skimage import data
    from skimage.transform import downscale_local_mean

    found = []
    for name in TEXTURES[split]:
        picture = getattr(data, name)()
        picture = (picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)).astype("float32") / 255
        found += [picture, downscale_local_mean(picture, (2, 2, 1)).astype("float32")]
    return tuple(found)


@cache
def _handwriting(split: str) -> tuple[tuple[np.ndarray, ...], ...]:
    """For each digit 0 to 4 its samples, cut to the ink: (height, width) float32, 0 paper to 1."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    part = slice(None, FIRST_TEST_DIGIT) if split == "train" else slice(FIRST_TEST_DIGIT, None)
    found = [[] for _ in range(DIGITS)]
    for picture, digit in zip(bunch.images[part], bunch.target[part], strict=True):
        if digit < DIGITS:
            rows, columns = np.nonzero(picture >= 4)
            cut = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            found[digit].append((cut / 16).astype("float32"))
    return tuple(map(tuple, found))


def _background(rng, split: str) -> np.ndarray:
    """A piece of a photograph, mirrored at random, its contrast lowered so that objects can be told from it."""
    pictures = _photographs(split)
    picture = pictures[rng.integers(len(pictures))]
    top, left = (rng.integers(0, length - SIZE + 1) for length in picture.shape[:2])
    piece = picture[top : top + SIZE, left : left + SIZE].astype("float64")
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    mean = piece.mean(axis=(0, 1))
    return mean + (piece - mean) * rng.uniform(0.4, 0.8)


def _stroke(image: np.ndarray, rng) -> None:
    """Draw a straight or bent stroke of one colour, 6 to 20 pixels long, as thick as those of digits."""
    start, angle, bend = rng.uniform(0, SIZE, 2), rng.uniform(0, 2 * np.pi), rng.uniform(-1.2, 1.2)
    steps = np.linspace(0, 1, 8)
    angles = angle + bend * steps
    path = start + np.cumsum(rng.uniform(6, 20) / 8 * np.stack([np.cos(angles), np.sin(angles)], 1), 0)
    grid = np.arange(SIZE) + 0.5
    distance = (grid[None, :, None] - path[:, 0]) ** 2 + (grid[:, None, None] - path[:, 1]) ** 2
    alpha = np.clip(rng.uniform(1.2, 2.5) - np.sqrt(distance.min(axis=2)) + 0.5, 0, 1)
    image += alpha[..., None] * (rng.random(3) - image)


def _object(image, rng, split, others, scale, overlap, cut_off):
    """Draw an object where it overlaps the others little enough: its box, class and part seen; None without a place."""
    label = int(rng.integers(len(CLASSES)))
    height = rng.uniform(*scale)
    if label < DIGITS:
        samples = _handwriting(split)[label]
        ink = samples[rng.integers(len(samples))]
        width = max(height * ink.shape[1] / ink.shape[0] * rng.uniform(0.85, 1.15), 5.0)
    else:
        ink, width = None, height * rng.uniform(0.75, 1.33)
    width = min(width, 48.0)
    for _ in range(20):
        over = 0.5 if rng.random() < cut_off else 0.0
        x1 = rng.uniform(-over * width, SIZE - width + over * width)
        y1 = rng.uniform(-over * height, SIZE - height + over * height)
        whole = np.array([x1, y1, x1 + width, y1 + height])
        box = whole.clip(0, SIZE)
        seen = np.prod(box[2:] - box[:2]) / (width * height)
        if seen >= 0.5 and (not len(others) or iou(box[None], others).max() <= overlap):
            _paint(image, rng, label, ink, whole)
            return box, label, seen
    return None


def _paint(image: np.ndarray, rng, label: int, ink: np.ndarray | None, box: np.ndarray) -> None:
    """Draw a digit's ink or a shape into a box, in a colour lighter or darker than what is behind it."""
    x1, y1, x2, y2 = box
    left, top = max(int(np.floor(x1)), 0), max(int(np.floor(y1)), 0)
    right, bottom = min(int(np.ceil(x2)), SIZE), min(int(np.ceil(y2)), SIZE)
    x = (np.arange(left, right) + 0.5 - x1) / (x2 - x1)  # 0 to 1 across the box
    y = (np.arange(top, bottom) + 0.5 - y1) / (y2 - y1)
    if ink is None:
        alpha = _shape(CLASSES[label], x, y, x2 - x1, y2 - y1)
    else:
        alpha = np.clip(_enlarged(ink, x, y) * 1.6, 0, 1)
    piece = image[top:bottom, left:right]
    behind = piece.mean(axis=(0, 1))
    for _ in range(30):
        colour = rng.random(3)
        if abs((colour - behind) @ (0.3, 0.6, 0.1)) >= 0.3:
            break
    else:
        colour = np.full(3, 0.0 if behind.mean() > 0.5 else 1.0)
    piece += alpha[..., None] * (colour - piece)


def _enlarged(ink: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The ink at relative places, interpolated linearly between its pixels: (len(y), len(x))."""

    def weights(places, length):
        at = np.clip(places * length - 0.5, 0, length - 1)
        return np.maximum(1 - np.abs(at[:, None] - np.arange(length)), 0)

    return weights(y, ink.shape[0]) @ ink @ weights(x, ink.shape[1]).T


def _shape(name: str, x: np.ndarray, y: np.ndarray, width: float, height: float) -> np.ndarray:
    """How much of each pixel a shape covers that fills its box, edges soft over a pixel: (len(y), len(x))."""
    x, y = x[None, :], y[:, None]
    if name == "disc":
        inside = (0.5 - np.hypot(x - 0.5, y - 0.5)) * min(width, height)
    elif name == "square":
        inside = np.minimum(np.minimum(x, 1 - x) * width, np.minimum(y, 1 - y) * height)
    else:  # a triangle, point up
        inside = np.minimum((y / 2 - np.abs(x - 0.5)) * width * 0.9, (1 - y) * height)
    return np.clip(inside + 0.5, 0, 1)


CARD = Card(
    name="scenes",
    title="Digits and shapes on photographs, with boxes",
    stages=(4,),
    source="made",
    origin="detection.scenes: scikit-learn's digits (E. Alpaydin and C. Kaynak, 1998) on scikit-image's photographs",
    licence="digits CC BY 4.0; photographs as scikit-image states them (public domain or CC0, a few CC BY); code MIT",
    shapes={"images": (200, 64, 64, 3), "boxes": (200, 6, 4), "classes": (200, 6), "mask": (200, 6), "seen": (200, 6)},
    values="images float32 in [0, 1]; boxes float32 corners in pixels; classes int64 0 to 7, -1 fills up",
    split="other writers and other photographs for testing",
    bytes=200 * (64 * 64 * 3 * 4 + 6 * (4 * 4 + 8 + 1 + 4)),
    checksum="973cb73f6371eb1299246beb317a1e81aa858ba17e750ea27b6eb6b3b3d2bdc7",
)  # of compose(200)
