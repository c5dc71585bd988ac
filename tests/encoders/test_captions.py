"""Captioned scenes: the grammar and its parser invert each other, pictures show what is said, held-out combinations stay out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from course_utils.encoders import captions as C

THINGS = st.builds(
    C.Thing, st.sampled_from([1, 2]), st.sampled_from(C.SIZES), st.sampled_from(C.COLOURS), st.sampled_from(C.SHAPES)
)
MEANINGS = THINGS.map(C.Meaning) | st.tuples(THINGS, st.sampled_from(C.RELATIONS), THINGS).filter(
    lambda parts: (parts[0].colour, parts[0].shape) != (parts[2].colour, parts[2].shape)
).map(lambda parts: C.Meaning(*parts))
A, B = C.Thing(1, "small", "red", "circle"), C.Thing(2, "large", "blue", "square")


@pytest.fixture(scope="module")
def parts():
    return {split: C.pictures(600, split=split) for split in C.SPLITS}


def test_pictures_are_what_the_card_says():
    some = C.pictures(200)
    assert {"images": some.images.shape} == C.CARD.shapes
    assert some.images.dtype == np.float32
    assert some.images.nbytes == C.CARD.bytes
    assert some.checksum() == C.CARD.checksum
    assert len(some) == len(some.meanings) == len(some.texts) == 200
    assert ((some.images >= 0) & (some.images <= 1)).all()


@settings(deadline=None)
@given(MEANINGS)
def test_every_caption_of_a_meaning_is_read_back_as_it(meaning):
    texts = C.captions(meaning)
    assert len(set(texts)) == len(texts)
    assert C.correct(texts, [meaning] * len(texts)).all()
    assert {word for text in texts for word in text.split()} <= set(C.WORDS)
    assert max(len(text.split()) for text in texts) <= C.LONGEST


@settings(deadline=None)
@given(MEANINGS, MEANINGS)
def test_two_meanings_share_no_caption(one, other):
    assert one == other or not set(C.captions(one)) & set(C.captions(other))


@settings(deadline=None)
@given(MEANINGS, st.integers(0, 2**32 - 1))
def test_a_random_caption_is_one_of_them(meaning, seed):
    assert C.caption(meaning, np.random.default_rng(seed)) in C.captions(meaning)


def test_random_captions_reach_all_of_them_and_the_longest_has_its_length():
    meaning, rng = C.Meaning(A, "left", B), np.random.default_rng(0)
    assert {C.caption(meaning, rng) for _ in range(20000)} == set(C.captions(meaning))
    two = C.Meaning(C.Thing(2, "small", "red", "circle"), "left", B)
    assert max(len(text.split()) for text in C.captions(two)) == C.LONGEST
    assert len(C.captions(C.Meaning(A))) == 16


def test_words_are_those_of_the_grammar():
    used = set()
    for shape, count, relation in product(C.SHAPES, (1, 2), (None, "left", "above")):
        for colour in C.COLOURS:
            thing = C.Thing(count, "small", colour, shape)
            other = C.Thing(count, "large", "red" if colour != "red" else "blue", "circle")
            meaning = C.Meaning(thing, relation, other) if relation else C.Meaning(thing)
            used |= {word for text in C.captions(meaning) for word in text.split()}
    assert tuple(sorted(used)) == C.WORDS


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a small red circle", C.Meaning(A)),
        ("there is one little red disc", C.Meaning(A)),
        ("a small red circle to the left of two blue squares".replace("two ", "two big "), C.Meaning(A, "left", B)),
        ("two large blue boxes right of a small red circle", C.Meaning(A, "left", B)),
        ("there are two big blue squares with a small red disc to their left", C.Meaning(A, "left", B)),
        ("a small red circle with two large blue squares above it", C.Meaning(B, "above", A)),
        ("two large blue squares over one small red circle", C.Meaning(A, "below", B)),
    ],
)  # fmt: skip
def test_meanings_worked_out_by_hand(text, meaning):
    assert C.parse(text) == meaning
    assert text in C.captions(meaning)


def test_the_same_said_from_the_other_side_is_equal_and_the_reverse_is_not():
    assert C.Meaning(A, "left", B) == C.Meaning(B, "right", A)
    assert C.Meaning(A, "below", B) == C.Meaning(B, "above", A)
    assert C.Meaning(A, "left", B) != C.Meaning(A, "right", B)
    assert C.Meaning(A, "left", B) != C.Meaning(A, "above", B)
    assert hash(C.Meaning(A, "left", B)) == hash(C.Meaning(B, "right", A))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "four words"),
        ("red circle", "four words"),
        ("a red small circle", "number, size, colour, shape"),
        ("a small red circles", "after 'a' comes one of"),
        ("two small red circle", "after 'two' comes one of"),
        ("there are a small red circle", "does not go with"),
        ("a small red circle beside two large blue squares", "does not begin with a relation"),
        ("a small red circle left of two large blue squares above", "too much"),
        ("a small red circle with two large blue squares", "comes where"),
        ("a small red circle with two large blue squares above them", "comes where"),
        ("a small red circle above a large red circle", "must differ"),
        ("a small red circle to the", "does not begin with a relation"),
    ],
)
def test_what_the_grammar_does_not_have_is_refused_and_counts_as_wrong(text, said):
    with pytest.raises(ValueError, match=said):
        C.parse(text)
    assert not C.correct([text], [C.Meaning(A)])[0]


@given(st.lists(st.sampled_from(C.WORDS), max_size=16).map(" ".join))
def test_any_heap_of_words_is_refused_or_a_caption(text):
    try:
        meaning = C.parse(text)
    except ValueError:
        return
    assert text in C.captions(meaning)


def test_held_out_combinations_are_in_no_training_picture_but_all_their_pairs_are(parts):
    assert not any(meaning.held_out for split in ("train", "test") for meaning in parts[split].meanings)
    assert all(meaning.held_out for meaning in parts["held_out"].meanings)
    seen = {combination for meaning in C.pictures(4000).meanings for combination in meaning.combinations()}
    everything = set(product(C.COLOURS, C.SHAPES, C.RELATIONS))
    assert seen == everything - C.HELD_OUT
    assert {c for m in parts["held_out"].meanings for c in m.combinations()} >= C.HELD_OUT
    for axes in ((0, 1), (0, 2), (1, 2)):  # each pair of them occurs in training
        assert {tuple(c[axis] for axis in axes) for c in seen} == {tuple(c[axis] for axis in axes) for c in everything}


def test_seeds_and_splits(parts):
    assert C.pictures(20, seed=3).checksum() == C.pictures(20, seed=3).checksum()
    assert C.pictures(20, seed=3).checksum() != C.pictures(20, seed=4).checksum()
    images = {image.tobytes() for split in C.SPLITS for image in parts[split].images}
    assert len(images) == 1800
    assert C.correct(parts["test"].texts, parts["test"].meanings).all()
    single = np.mean([meaning.second is None for meaning in parts["train"].meanings])
    assert 0.1 < single < 0.4


def test_references_are_correct_and_seeded(parts):
    some = parts["test"].references(3, seed=1)
    assert [len(texts) for texts in some] == [3] * 600
    for place in range(3):
        assert C.correct([texts[place] for texts in some], parts["test"].meanings).all()
    assert some == parts["test"].references(3, seed=1)
    assert some != parts["test"].references(3, seed=2)


def _masks(image):
    """Where each colour is, by its hue alone: name → (32, 32) bool."""
    r, g, b = np.moveaxis(image.astype(float), -1, 0)
    strong = image.max(axis=-1) - image.min(axis=-1) > 0.3
    return {
        "red": strong & (r > 1.9 * g) & (r > 1.9 * b),
        "green": strong & (g > 1.5 * r) & (g > 1.5 * b),
        "blue": strong & (b > 1.3 * g) & (b > 1.5 * r),
        "yellow": strong & (r > 1.8 * b) & (g > 1.8 * b) & (g > 0.6 * r),
    }


@settings(deadline=None)
@given(MEANINGS, st.integers(0, 1000))
def test_a_picture_shows_its_colours_counts_sizes_and_places(meaning, seed):
    image = C.draw(meaning, seed)
    if meaning.second is not None and meaning.first.colour == meaning.second.colour:
        return
    masks, centres = _masks(image), {}
    for thing in filter(None, (meaning.first, meaning.second)):
        mask = masks[thing.colour]
        found, _ = label(mask, np.ones((3, 3)))
        sizes = np.bincount(found.ravel())[1:]  # the blend of two edges may be a pixel of a third hue
        assert (sizes >= 5).sum() == thing.count
        mask = mask & np.isin(found, 1 + np.flatnonzero(sizes >= 5))
        rows, columns = np.nonzero(mask)
        assert rows.min() > 0
        assert rows.max() < C.SIZE - 1
        assert columns.min() > 0
        assert columns.max() < C.SIZE - 1
        area = mask.sum() / thing.count
        between = {"circle": np.pi, "square": 1.8**2, "triangle": 2}[thing.shape] * 3.85**2  # of the two sizes
        assert area < between if thing.size == "small" else area > between
        centres[thing] = np.array([columns.mean(), rows.mean()])
    if meaning.second is not None:
        step = centres[meaning.second] - centres[meaning.first]
        along = {"left": 0, "above": 1}[meaning.relation]
        assert step[along] > 4
        assert step[along] > abs(step[1 - along])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: C.pictures(0), "count must be 1"),
        (lambda: C.pictures(1, seed=-1), "seed 0 or more"),
        (lambda: C.pictures(1, split="valid"), "train, test, held_out"),
        (lambda: C.pictures(1).references(0), "count must be 1"),
        (lambda: C.draw(C.Meaning(A), -1), "seed"),
        (lambda: C.Thing(3, "small", "red", "circle"), "count must be one of 1, 2"),
        (lambda: C.Thing(1, "tiny", "red", "circle"), "small, large"),
        (lambda: C.Meaning(A, "left"), "come together"),
        (lambda: C.Meaning(A, None, B), "come together"),
        (lambda: C.Meaning(A, "beside", B), "left, right, above, below"),
        (lambda: C.correct(["a"], []), "0 for 1"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
