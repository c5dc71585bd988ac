"""Pictures of encoders and decoders: each box says what goes through it, and bad input is refused."""

import matplotlib as mpl
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch

from course_utils.encoders import figures as encoders
from course_utils.language import figures as language


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(axis):
    return [text.get_text() for text in axis.texts if text.get_text()]


def arrows(axis):
    return sum(isinstance(patch, FancyArrowPatch) for patch in axis.patches)


def test_a_u_has_the_same_maps_on_both_sides_and_two_bridges():
    words = texts(encoders.u_shape(8, 24, "t").axes[0])
    assert [words.count(size) for size in ("8×8×24", "4×4×48", "2×2×96")] == [2, 2, 1]
    assert words.count("bridge") == 2
    assert words.count("+") == 1
    for side in (0, 2, 10):
        with pytest.raises(ValueError, match="multiple of 4"):
            encoders.u_shape(side, 24, "t")


def test_only_attention_looks_back_at_every_state():
    one, every = encoders.one_state_or_all("5 Mar", "03", "t").axes
    for axis in (one, every):
        words = texts(axis)
        assert [word for word in words if word.startswith("$h")] == [f"$h_{k}$" for k in range(1, 6)]
        assert [word for word in words if word.startswith("$s")] == ["$s_1$", "$s_2$"]
        assert words.count("␣") == 1
    assert texts(every).count("$c_2$") == 1
    assert "$c_2$" not in texts(one)
    assert arrows(every) - arrows(one) == 5
    with pytest.raises(ValueError, match="two symbols"):
        encoders.one_state_or_all("5", "03", "t")


def test_the_captioner_looks_twice():
    words = " ".join(texts(encoders.captioner("t").axes[0]))
    assert words.count("glance") == 2
    assert words.count("GRU") == 2
    for what in ("picture", "CNN", "places", "embedding", "softmax", "next\nword"):
        assert what in words


def test_only_the_decoder_of_two_halves_looks_at_what_was_read():
    words = texts(language.transformers("t").axes[0])
    parts = [word.split(",")[0] for word in words]
    assert [parts.count(part) for part in ("self-attention", "cross-attention", "small network")] == [3, 1, 3]
    assert words.count("+") == 7  # a shortcut around each part
    assert words.count("normalise") == 7 + 3  # before each part, and once at each end
    assert words.count("self-attention,\nall places") == 1  # the encoder alone has no mask
    assert words.count("a score a token") == 2
