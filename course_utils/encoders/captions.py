"""Pictures of coloured shapes with captions: small scenes, many correct sentences for each, and the exact meaning of a sentence.

A scene has one or two groups ("two small red circles"), and where there are two, how they lie. A grammar writes every correct
caption, :func:`parse` reads a caption back, so that whether a caption is *right* can be measured and not only how much it
resembles others. Some combinations of colour, shape and place never occur in training. Stage 6 looks at them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..datasets.cards import Card
from ..errors import CourseError

__all__ = [
    "CARD",
    "COLOURS",
    "LONGEST",
    "SHADES",
    "SHAPES",
    "SIZES",
    "WORDS",
    "Meaning",
    "Thing",
    "caption",
    "captions",
    "correct",
    "draw",
    "parse",
    "pictures",
]

SIZE = 32  # pixels, each way
SIZES = ("small", "large")
COLOURS = ("red", "green", "blue", "yellow")
SHAPES = ("circle", "square", "triangle")
RELATIONS = ("left", "right", "above", "below")
SPLITS = ("train", "test", "held_out")
# Colour, shape and place that no picture for training has: the shape occurs in each colour and in each place, the
# colour in each place, but not the three together.
HELD_OUT = frozenset(
    tuple(words.split())
    for words in (
        *("red circle left", "blue triangle left", "yellow square right", "green circle right"),
        *("green triangle above", "blue square above", "red triangle below", "yellow circle below"),
    )
)
LONGEST = 14  # words in the longest caption

_MIRRORED = {"left": "right", "right": "left", "above": "below", "below": "above"}
_COUNTS = {"a": 1, "one": 1, "two": 2}
_SIZE_WORDS = {"small": "small", "little": "small", "large": "large", "big": "large"}
_SINGULAR = {"circle": "circle", "disc": "circle", "square": "square", "box": "square", "triangle": "triangle"}
_PLURAL = {"boxes" if word == "box" else word + "s": shape for word, shape in _SINGULAR.items()}
_RELATION_WORDS = {
    "to the left of": "left",
    "left of": "left",
    "to the right of": "right",
    "right of": "right",
    "above": "above",
    "over": "above",
    "below": "below",
    "under": "below",
}
_POSITIONS = {  # "a red circle with two blue squares to its left": where the second group is, count of the first
    **{f"to {word} {side}": (side, count) for side in ("left", "right") for word, count in (("its", 1), ("their", 2))},
    **{f"{side} {word}": (side, count) for side in ("above", "below") for word, count in (("it", 1), ("them", 2))},
}  # fmt: skip
_OPENINGS = {"there is": 1, "there are": 2}
_PHRASES = (_COUNTS, _SIZE_WORDS, COLOURS, _SINGULAR, _PLURAL, _RELATION_WORDS, _POSITIONS, _OPENINGS, ("with",))
WORDS = tuple(sorted({word for phrases in _PHRASES for phrase in phrases for word in phrase.split()}))


@dataclass(frozen=True, order=True)
class Thing:
    """One group of a scene: one shape, or two alike.

    Attributes:
        count: 1 or 2.
        size, colour, shape: of ``SIZES``, ``COLOURS``, ``SHAPES``.
    Raises: CourseError for another value.
    """

    count: int
    size: str
    colour: str
    shape: str

    def __post_init__(self):
        for what, value, known in (
            ("count", self.count, (1, 2)),
            ("size", self.size, SIZES),
            ("colour", self.colour, COLOURS),
            ("shape", self.shape, SHAPES),
        ):
            if value not in known:
                raise CourseError(f"{what} must be one of {', '.join(map(str, known))}; got {value!r}")


@dataclass(frozen=True)
class Meaning:
    """What a scene shows: one group, or two and where the first lies. Equal where two captions say the same.

    "A to the right of B" is stored as "B to the left of A", "below" likewise as "above".

    Attributes:
        first: a group.
        relation: where it lies, seen from the second: of ``RELATIONS``; None for a scene with one group.
        second: the other group, of another colour or shape; None with the relation.
    Raises: CourseError for an unknown relation, a relation without a second group or the reverse, or two groups of one colour and shape.
    """

    first: Thing
    relation: str | None = None
    second: Thing | None = None

    def __post_init__(self):
        if (self.relation is None) != (self.second is None) or self.relation not in (None, *RELATIONS):
            raise CourseError(
                f"a relation ({', '.join(RELATIONS)}) and a second thing come together; "
                f"got {self.relation!r} and {self.second!r}"
            )
        if self.second is None:
            return
        if (self.first.colour, self.first.shape) == (self.second.colour, self.second.shape):
            raise CourseError(
                f"the two things must differ in colour or shape; both are {self.first.colour} {self.first.shape}"
            )
        if self.relation in ("right", "below"):
            turned = {"first": self.second, "relation": _MIRRORED[self.relation], "second": self.first}
            for name, value in turned.items():
                object.__setattr__(self, name, value)

    def combinations(self) -> tuple[tuple[str, str, str], ...]:
        """Colour, shape and place of each group; nothing for a scene with one."""
        if self.second is None:
            return ()
        places = (self.relation, _MIRRORED[self.relation])
        return tuple((t.colour, t.shape, place) for t, place in zip((self.first, self.second), places, strict=True))

    @property
    def held_out(self) -> bool:
        """Whether one of its combinations is in ``HELD_OUT``."""
        return not HELD_OUT.isdisjoint(self.combinations())


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """Scenes as pictures, with what they mean.

    Attributes:
        images: (scenes, 32, 32, 3) float32 in [0, 1], red, green, blue.
        meanings: one for each scene.
        texts: one correct caption for each scene, drawn at random.
    """

    images: np.ndarray
    meanings: tuple[Meaning, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"{len(self):,} pictures, {SIZE}×{SIZE} pixels, each with a caption and its meaning"

    def references(self, count: int = 5, seed: int = 0) -> list[list[str]]:
        """For each scene ``count`` correct captions, drawn at random; the same one may come twice.

        Raises: CourseError where count is below 1 or seed below 0.
        """
        if count < 1 or seed < 0:
            raise CourseError(f"count must be 1 or more and seed 0 or more; got {count!r} and {seed!r}")
        rng = np.random.default_rng(seed)
        return [[caption(meaning, rng) for _ in range(count)] for meaning in self.meanings]

    def checksum(self) -> str:
        """SHA-256 over the pictures and the captions; the same on every machine."""
        digest = hashlib.sha256(np.ascontiguousarray(np.round(self.images * 255), dtype="uint8").tobytes())
        digest.update("\n".join(self.texts).encode())
        return digest.hexdigest()


def pictures(count: int, seed: int = 0, split: str = "train") -> Pictures:
    """Scenes drawn at random: one in five with one group, the others with two.

    Args:
        count: how many, 1 or more.
        seed: a whole number, 0 or more; the same gives the same scenes.
        split: "train"; "test" for other pictures of the same combinations of colour, shape and place; "held_out" for
            pictures that all have at least one combination of ``HELD_OUT``, which the others never have.
    Raises: CourseError for a value out of range.
    """
    if count < 1 or seed < 0:
        raise CourseError(f"count must be 1 or more and seed 0 or more; got {count!r} and {seed!r}")
    if split not in SPLITS:
        raise CourseError(f"split must be one of {', '.join(SPLITS)}; got {split!r}")
    rng = np.random.default_rng([seed, SPLITS.index(split)])
    meanings = tuple(_meaning(rng, split == "held_out") for _ in range(count))
    images = np.stack([_draw(meaning, rng) for meaning in meanings])
    return Pictures(images, meanings, tuple(caption(meaning, rng) for meaning in meanings))


def draw(meaning: Meaning, seed: int = 0) -> np.ndarray:
    """A picture of a meaning: (32, 32, 3) float32 in [0, 1]. Places, shades and sizes vary with the seed (0 or more)."""
    if seed < 0:
        raise CourseError(f"seed must be a whole number, 0 or more; got {seed!r}")
    return _draw(meaning, np.random.default_rng(seed))


def captions(meaning: Meaning) -> tuple[str, ...]:
    """Every correct caption of a meaning, in alphabetical order: 4 to 768 of them."""
    return tuple(sorted(opening + text for text, openings in _bodies(meaning) for opening in openings))


def caption(meaning: Meaning, rng: np.random.Generator) -> str:
    """One correct caption, drawn at random: each choice (order, form, word for word) equally likely."""

    def pick(options):
        return options[rng.integers(len(options))]

    first, relation, second = meaning.first, meaning.relation, meaning.second
    if second is not None and rng.random() < 0.5:
        first, relation, second = second, _MIRRORED[relation], first
    opening = pick(("", _opening(first)))
    if second is None:
        return opening + pick(_phrases(first))
    if rng.random() < 0.5:
        return f"{opening}{pick(_phrases(first))} {pick(_relations(relation))} {pick(_phrases(second))}"
    position = _position(_MIRRORED[relation], first.count)
    return f"{opening}{pick(_phrases(first))} with {pick(_phrases(second))} {position}"


def parse(text: str) -> Meaning:
    """The meaning of a caption.

    Raises: CourseError for a text that the grammar does not have; it says which words were not understood.
    """
    words = text.split()
    opening = _OPENINGS.get(" ".join(words[:2]))
    rest = words[2:] if opening else words
    first, rest = _read_thing(rest, text)
    if opening not in (None, first.count):
        raise CourseError(f"{text!r}: '{' '.join(words[:2])}' does not go with '{words[2]}'")
    if not rest:
        return Meaning(first)
    if rest[0] == "with":
        second, rest = _read_thing(rest[1:], text)
        side, count = _POSITIONS.get(" ".join(rest), (None, None))
        if side is None or count != first.count:
            raise CourseError(
                f"{text!r}: after '… with …' comes where, as in 'to its left' or 'above them'; got {' '.join(rest)!r}"
            )
        return Meaning(second, side, first)
    for length in (4, 2, 1):
        relation = _RELATION_WORDS.get(" ".join(rest[:length]))
        if relation:
            second, rest = _read_thing(rest[length:], text)
            if rest:
                raise CourseError(f"{text!r}: {' '.join(rest)!r} is too much at the end")
            return Meaning(first, relation, second)
    raise CourseError(
        f"{text!r}: {' '.join(rest)!r} does not begin with a relation ({', '.join(_RELATION_WORDS)}) or 'with'"
    )


def correct(texts: Sequence[str], meanings: Sequence[Meaning]) -> np.ndarray:
    """Whether each caption means exactly what it should: (captions,) bool; False for one that can't be read.

    Raises: CourseError where the numbers differ.
    """
    if len(texts) != len(meanings):
        raise CourseError(f"one meaning for each caption is needed; got {len(meanings)} for {len(texts)}")

    return np.array([_parsed(text) == meaning for text, meaning in zip(texts, meanings, strict=True)], bool)


def _parsed(text: str) -> Meaning | None:
    try:
        return parse(text)
    except CourseError:
        return None


def _phrases(thing: Thing) -> list[str]:
    """ "a small red circle", "one little red disc", …"""
    counts = [word for word, count in _COUNTS.items() if count == thing.count]
    sizes = [word for word, size in _SIZE_WORDS.items() if size == thing.size]
    nouns = [word for word, shape in (_SINGULAR if thing.count == 1 else _PLURAL).items() if shape == thing.shape]
    return [f"{count} {size} {thing.colour} {noun}" for count, size, noun in product(counts, sizes, nouns)]


def _relations(relation: str) -> list[str]:
    return [words for words, meant in _RELATION_WORDS.items() if meant == relation]


def _position(side: str, count: int) -> str:
    return next(words for words, meant in _POSITIONS.items() if meant == (side, count))


def _opening(thing: Thing) -> str:
    return next(words for words, count in _OPENINGS.items() if count == thing.count) + " "


def _bodies(meaning: Meaning):
    """Each caption without its opening, and the two ways to open it."""
    if meaning.second is None:
        for phrase in _phrases(meaning.first):
            yield phrase, ("", _opening(meaning.first))
        return
    for first, relation, second in (
        (meaning.first, meaning.relation, meaning.second),
        (meaning.second, _MIRRORED[meaning.relation], meaning.first),
    ):
        openings = ("", _opening(first))
        for one, other in product(_phrases(first), _phrases(second)):
            for words in _relations(relation):
                yield f"{one} {words} {other}", openings
            yield f"{one} with {other} {_position(_MIRRORED[relation], first.count)}", openings


def _read_thing(words: list[str], text: str) -> tuple[Thing, list[str]]:
    """The group that the words begin with, and the words after it."""
    if len(words) < 4:
        raise CourseError(f"{text!r}: a thing has four words, as in 'two small red circles'; got {' '.join(words)!r}")
    number, size, colour, noun = words[:4]
    if number not in _COUNTS or size not in _SIZE_WORDS or colour not in COLOURS:
        raise CourseError(
            f"{text!r}: '{' '.join(words[:4])}' is not number, size, colour, shape, as in 'two small red circles'"
        )
    nouns = _SINGULAR if _COUNTS[number] == 1 else _PLURAL
    if noun not in nouns:
        raise CourseError(f"{text!r}: after '{number}' comes one of {', '.join(nouns)}; got {noun!r}")
    return Thing(_COUNTS[number], _SIZE_WORDS[size], colour, nouns[noun]), words[4:]


def _thing(rng) -> Thing:
    return Thing(int(rng.integers(1, 3)), *(str(rng.choice(options)) for options in (SIZES, COLOURS, SHAPES)))


def _meaning(rng, held_out: bool) -> Meaning:
    while True:
        if not held_out and rng.random() < 0.2:
            return Meaning(_thing(rng))
        first, second = _thing(rng), _thing(rng)
        if (first.colour, first.shape) == (second.colour, second.shape):
            continue
        meaning = Meaning(first, str(rng.choice(RELATIONS)), second)
        if meaning.held_out == held_out:
            return meaning


SHADES = {"red": (0.84, 0.15, 0.15), "green": (0.1, 0.6, 0.2), "blue": (0.15, 0.3, 0.85), "yellow": (0.93, 0.78, 0.1)}  # fmt: skip
_RADII = {"small": (2.4, 3.1), "large": (4.6, 5.5)}  # half of the height, pixels
_GAP = 1.5


def _draw(meaning: Meaning, rng) -> np.ndarray:
    """Two groups lie along the relation's axis; the members of a pair beside each other, across it."""
    ground = rng.uniform(0.72, 0.95) + rng.normal(0, 0.02, 3)
    image = np.broadcast_to(ground, (SIZE, SIZE, 3)) + rng.normal(0, 0.025, (SIZE, SIZE, 3))
    things = [meaning.first] if meaning.second is None else [meaning.first, meaning.second]
    radii = [rng.uniform(*_RADII[thing.size]) for thing in things]
    along = {None: int(rng.integers(2)), "left": 0, "above": 1}[meaning.relation]  # axis: 0 across, 1 down
    free = SIZE - 2 * sum(radii) - _GAP * (len(things) + 1)
    cuts = np.sort(rng.uniform(0, free, len(things)))
    start, middle = _GAP, None
    for thing, radius, cut in zip(things, radii, cuts, strict=True):
        place = start + cut + radius
        start += 2 * radius + _GAP
        apart = 2 * radius + _GAP + rng.uniform(0, 2) if thing.count == 2 else 0.0
        reach = apart / 2 + radius + 1
        wanted = rng.uniform(reach, SIZE - reach) if middle is None else middle + rng.uniform(-4, 4)
        middle = float(np.clip(wanted, reach, SIZE - reach))
        colour = np.array(SHADES[thing.colour]) + rng.normal(0, 0.04, 3)
        for offset in (-apart / 2, apart / 2) if thing.count == 2 else (0.0,):
            centre = (place, middle + offset)
            alpha = _shape(thing.shape, *(centre if along == 0 else centre[::-1]), radius)
            image = image + alpha[..., None] * (colour - image)
    return (np.round(np.clip(image, 0, 1) * 255) / 255).astype("float32")


def _shape(name: str, x: float, y: float, radius: float) -> np.ndarray:
    """How much of each pixel a shape covers, edges soft over a pixel: (32, 32)."""
    axis = np.arange(SIZE) + 0.5
    u, v = axis[None, :] - x, axis[:, None] - y
    if name == "circle":
        inside = radius - np.hypot(u, v)
    elif name == "square":
        inside = 0.9 * radius - np.maximum(np.abs(u), np.abs(v))
    else:  # a triangle, point up
        inside = np.minimum((v + radius) / 2 - np.abs(u), radius - v)
    return np.clip(inside + 0.5, 0, 1)


CARD = Card(
    name="captions",
    title="Coloured shapes with captions, 32×32",
    stages=(6,),
    source="made",
    origin="datasets.captions.pictures",
    licence="MIT, as the course",
    shapes={"images": (200, 32, 32, 3)},
    values="images float32 in [0, 1], red, green, blue; a caption and its meaning for each",
    split="train; test: other pictures of the same combinations; held_out: combinations that training never shows",
    bytes=200 * 32 * 32 * 3 * 4,
    checksum="6a9ee6f37e7ab77ec6d9038ba917245805aa5f65384c59b6cf206a888c14e48a",
)  # of pictures(200)
