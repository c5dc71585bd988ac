"""Networks for clips: the paper's size, what each of them sees and does not see."""

import math
from itertools import pairwise

import numpy as np
import pytest

from course_utils.quiet import keras
from course_utils.vision import video

CLIPS = np.random.default_rng(0).uniform(size=(3, 8, 24, 24, 1)).astype("float32")
SHUFFLED = CLIPS[:, [3, 0, 7, 4, 1, 6, 2, 5]]
SMALL = ("small_c3d", "cnn_lstm", "cnn_attention", "one_frame", "mean_of_frames")


@pytest.fixture(scope="module")
def models():
    keras.utils.set_random_seed(0)
    return {name: getattr(video, name)() for name in SMALL}


def answers(model, clips):
    return np.asarray(model(clips, training=False))


@pytest.fixture(scope="module")
def paper():
    return video.c3d()


class TestPaperSize:
    def test_layers_and_parameters_are_the_papers(self, paper):
        """Counted from the paper: 3 × 3 × 3 kernels, fc6 on 512 maps of 1 × 4 × 4, 4,096 units, 487 sports."""
        widths = [3, 64, 128, 256, 256, 512, 512, 512, 512]
        convolutions = sum(27 * a * b + b for a, b in pairwise(widths))
        dense = [512 * 4 * 4, 4096, 4096, 487]
        expected = convolutions + sum(a * b + b for a, b in pairwise(dense))
        assert paper.count_params() == expected == 79_991_015

    def test_shapes_block_by_block(self, paper):
        shapes = [tuple(paper.get_layer(f"pool{n}").output.shape[1:]) for n in range(1, 6)]
        assert shapes == [(16, 56, 56, 64), (8, 28, 28, 128), (4, 14, 14, 256), (2, 7, 7, 512), (1, 4, 4, 512)]

    def test_cost_on_ucf101_is_what_mmaction2_publishes(self):
        """78.4 M parameters and 38.5 G multiply-adds for 101 classes and clips of 16 × 112 × 112."""
        model = video.c3d(classes=101)
        products = sum(
            math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
            for layer in model.layers
            if hasattr(layer, "kernel")
        )
        assert round(model.count_params() / 1e6, 1) == 78.4
        assert round(products / 1e9, 1) == 38.5


class TestCompact:
    @pytest.mark.parametrize("name", SMALL)
    def test_gives_probabilities(self, models, name):
        p = answers(models[name], CLIPS)
        assert p.shape == (3, 11)
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)

    @pytest.mark.parametrize("name", SMALL)
    def test_other_sizes(self, name):
        model = getattr(video, name)(classes=4, input_shape=(12, 32, 32, 3))
        assert model(np.zeros((2, 12, 32, 32, 3), "float32")).shape == (2, 4)

    def test_one_frame_sees_the_middle_alone(self, models):
        others = CLIPS.copy()
        others[:, [0, 1, 2, 3, 5, 6, 7]] = 0.5
        np.testing.assert_allclose(answers(models["one_frame"], others), answers(models["one_frame"], CLIPS), atol=1e-6)  # fmt: skip
        assert not np.allclose(answers(models["one_frame"], SHUFFLED), answers(models["one_frame"], CLIPS))

    def test_the_mean_does_not_see_the_order(self, models):
        a, b = (answers(models["mean_of_frames"], clips) for clips in (CLIPS, SHUFFLED))
        np.testing.assert_allclose(a, b, atol=1e-5)
        assert not np.allclose(a[0], a[1], atol=1e-4)

    @pytest.mark.parametrize("name", ["small_c3d", "cnn_lstm", "cnn_attention"])
    def test_the_video_networks_see_the_order(self, models, name):
        gap = np.abs(answers(models[name], CLIPS) - answers(models[name], SHUFFLED)).max()
        assert gap > 1e-4


class TestAttention:
    def test_weights_are_a_distribution_over_the_frames(self, models):
        weights = video.attention_over_time(models["cnn_attention"], CLIPS)
        assert weights.shape == (3, 8, 4)
        assert (weights > 0).all()
        np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)

    def test_without_order_a_shuffled_clip_has_the_same_answer_and_shuffled_weights(self):
        model = video.cnn_attention(order=False)
        np.testing.assert_allclose(answers(model, SHUFFLED), answers(model, CLIPS), atol=1e-5)
        weights, shuffled = (video.attention_over_time(model, clips) for clips in (CLIPS, SHUFFLED))
        np.testing.assert_allclose(shuffled, weights[:, [3, 0, 7, 4, 1, 6, 2, 5]], atol=1e-5)

    def test_refuses_a_network_without_attention(self, models):
        with pytest.raises(ValueError, match="cnn_lstm has no attention weights"):
            video.attention_over_time(models["cnn_lstm"], CLIPS)
