"""Transformer blocks: shapes, masks, order, and that they learn; the GRU baseline; figures of attention."""

import numpy as np
import pytest

from course_utils.language import figures as language_figures
from course_utils.language import networks as transformer
from course_utils.makers.stage_10.baselines import gru_encoder_decoder
from course_utils.plots import panels
from course_utils.quiet import keras


def one_block(width=8, heads=2, places=5, **options):
    keras.utils.set_random_seed(0)
    x = keras.Input((places, width))
    return keras.Model(x, transformer.block(x, heads, 16, **options))


X = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")


@pytest.mark.parametrize("before", [True, False])
def test_a_block_without_mask_is_permutation_equivariant(before):
    model = one_block(before=before)
    order = np.random.default_rng(1).permutation(5)
    np.testing.assert_allclose(model(X[:, order]), np.asarray(model(X))[:, order], atol=1e-5)


def test_a_causal_block_does_not_see_what_comes():
    model = one_block(causal=True)
    changed = X.copy()
    changed[:, 3:] += 1
    np.testing.assert_allclose(np.asarray(model(changed))[:, :3], np.asarray(model(X))[:, :3], atol=1e-6)
    assert np.abs(np.asarray(model(changed))[:, 3:] - np.asarray(model(X))[:, 3:]).max() > 0.01


def test_padding_is_not_looked_at():
    tokens = keras.Input((4,), dtype="int32")
    x = keras.layers.Embedding(6, 8)(tokens)
    model = keras.Model(tokens, transformer.block(x, 2, 16, mask=transformer.not_padding(tokens)))
    alone = np.asarray(model(np.array([[3, 4, 0, 0]])))[0, :2]
    table = model.layers[1].embeddings
    table.assign(np.asarray(table) + np.eye(6, 1) * 5)  # the padding's own vector changes
    np.testing.assert_allclose(np.asarray(model(np.array([[3, 4, 0, 0]])))[0, :2], alone, atol=1e-5)


def test_positions_break_the_symmetry():
    x = keras.Input((5, 8))
    model = keras.Model(x, transformer.block(transformer.Positions()(x), 2, 16))
    order = np.array([4, 3, 2, 1, 0])
    assert np.abs(np.asarray(model(X[:, order])) - np.asarray(model(X))[:, order]).max() > 1e-3


def test_the_width_has_to_be_a_multiple_of_the_heads():
    with pytest.raises(ValueError, match="multiple"):
        one_block(heads=3)


@pytest.mark.parametrize("build", [transformer.encoder_decoder, gru_encoder_decoder])
def test_encoder_decoders_read_what_was_said_and_only_what_they_said_themselves(build):
    keras.utils.set_random_seed(0)
    model = build(20, 6, 4)
    rng = np.random.default_rng(0)
    said, begun = rng.integers(1, 20, (2, 6)), rng.integers(1, 20, (2, 4))
    logits = np.asarray(model([said, begun]))
    assert logits.shape == (2, 4, 20)
    later = begun.copy()
    later[:, 2:] = 1 + later[:, 2:] % 19
    np.testing.assert_allclose(np.asarray(model([said, later]))[:, :2], logits[:, :2], atol=1e-5)
    other = np.asarray(model([1 + said % 19, begun]))
    assert np.abs(other - logits).max() > 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("build", [transformer.encoder_decoder, gru_encoder_decoder])
def test_encoder_decoders_learn_to_repeat(build):
    keras.utils.set_random_seed(0)
    model = build(8, 3, 3, width=32)
    said = np.random.default_rng(0).integers(3, 8, (512, 3))
    begun = np.concatenate([np.full((512, 1), 2), said[:, :-1]], axis=1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.005), loss)
    model.fit([said, begun], said, epochs=25, verbose=0)
    assert (np.asarray(model([said, begun])).argmax(-1) == said).mean() > 0.95


def test_figures_of_attention():
    weights = np.tril(np.ones((3, 3)))
    figure = language_figures.attention_maps({"one": weights, "two": weights.T}, "Two")
    assert [axis.get_title() for axis in figure.axes] == ["one", "two"]
    words = ["<user>", "a", "table", "<bot>", "yes"]
    figure = language_figures.attention_lines(np.eye(5)[2], words, 4, "It looks at the table")
    assert [text.get_text() for text in figure.axes[0].texts] == ["user:", "a", "table", "bot:", "yes"]
    with pytest.raises(ValueError, match="at least one map"):
        language_figures.attention_maps({}, "None")
    with pytest.raises(ValueError, match="one weight a word"):
        language_figures.attention_lines(np.ones(2), words, 4, "Wrong")


def test_lines_are_told_apart_and_a_logarithmic_axis_has_the_measured_ticks():
    _, axes = panels(1, 1)
    language_figures.lines(axes[0, 0], (4, 16, 1024), {"one": [1, 2, 3], "two": [2, 30, 4]}, log="xy")
    one, two = axes[0, 0].lines
    assert (one.get_marker(), one.get_color()) != (two.get_marker(), two.get_color())
    assert [label.get_text() for label in axes[0, 0].get_xticklabels()] == ["4", "16", "1,024"]
    assert axes[0, 0].get_yscale() == "log"


def test_accuracy_by_size_draws_the_mean_and_the_span_of_the_seeds():
    _, axes = panels(1, 1)
    runs = {"ViT": np.array([[0.1, 0.5], [0.3, 0.7]]), "CNN": np.array([[0.4, 0.8]])}
    language_figures.accuracy_by_size(axes[0, 0], (10, 100), runs)
    vit, cnn = axes[0, 0].lines
    np.testing.assert_allclose(vit.get_ydata(), [0.2, 0.6])
    assert (vit.get_label(), cnn.get_label()) == ("ViT, 2 seeds", "CNN, 1 seeds")
    assert (vit.get_color(), cnn.get_color()) == tuple(language_figures.NETWORKS.values())
    corners = axes[0, 0].collections[0].get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (0.1, 0.7)


def test_figures_of_places_and_of_scaling():
    likeness = np.eye(16)
    figure = language_figures.vit_sees(likeness, (5, 15), np.zeros((8, 8)), np.ones((2, 16)))
    assert [axis.get_title() for axis in figure.axes] == [
        "like place 5", "like place 15", "a picture", "head 1 looks at", "head 2 looks at",
    ]  # fmt: skip
    assert figure.axes[0].images[0].get_array()[1, 1] == 1
    figure = language_figures.scaling(np.array([10, 100]), np.array([[0.3, 0.5], [0.1, 0.2]]), "Larger is better")
    np.testing.assert_allclose(figure.axes[0].lines[-1].get_ydata(), [0.4, 0.15])
    table = np.random.default_rng(0).normal(size=(64, 8))
    figure = language_figures.position_products(table, table @ table.T)
    for line, place in zip(figure.axes[2].lines, (10, 30, 50), strict=True):
        assert line.get_xdata()[place] == 0
        assert line.get_ydata()[0] == (table @ table.T)[place, 0]


def test_a_table_of_attention_shades_and_escapes():
    html = language_figures.attention_table(np.array([[0.25, 0.75]]), ["音"], ["<end>", "music"]).data
    assert "音" in html
    assert "&lt;end&gt;" in html
    assert ">25<" in html
    assert ">75<" in html
    with pytest.raises(ValueError, match="one weight for each of 1 rows and 2 columns"):
        language_figures.attention_table(np.zeros((2, 2)), ["a"], ["b", "c"])


def test_a_translator_has_two_vocabularies_and_writes_with_the_table_it_reads_with():
    model = transformer.encoder_decoder(20, 6, 5, width=8, heads=2, source=50, dropout=0.3)
    said, begun = np.array([[49, 3, 0, 0, 0, 0]]), np.array([[3, 19, 0, 0, 0]])
    logits = np.asarray(model([said, begun]))
    assert logits.shape == (1, 5, 20)
    np.testing.assert_allclose(logits, model([said, begun]), atol=1e-6)  # nothing is dropped in use
    tables = [tuple(map(int, weight.shape)) for weight in model.trainable_weights if int(weight.shape[0]) in (20, 50)]
    assert sorted(tables) == [(20, 8), (50, 8)]
    one = transformer.encoder_decoder(20, 6, 5, width=8, heads=2)
    assert one.count_params() == model.count_params() - 50 * 8 + 20 * 8
