"""Full-batch training on a graph: step by step Keras' own, the same again for a seed, and bad input refused."""

import numpy as np
import pytest
import scipy.sparse

from course_utils.graphs.full_batch import fit_graph, fit_seeds, renew, sparse_tensor
from course_utils.quiet import keras


def two_classes():
    """(60, 6) float32 rows of 0 and 1 and (60,) labels; each label holds half of the columns more often."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    typical = np.arange(6) % 2 == labels[:, None]
    return (rng.random((60, 6)) < 0.2 + 0.6 * typical).astype("float32"), labels


def dense_model():
    return keras.Sequential([keras.layers.Dense(8, "relu"), keras.layers.Dense(2)])


@pytest.mark.slow
def test_training_equals_keras_own_loop_step_by_step():
    x, y = two_classes()
    rows = np.arange(0, 60, 2)[::-1].copy()
    y = np.where(np.arange(60) % 4 < 2, y, 1 - y)  # both labels among the rows to train on
    ours, theirs = dense_model(), dense_model()
    ours(x), theirs(x)
    theirs.set_weights(ours.get_weights())
    losses = fit_graph(ours, x, y, rows, epochs=30)
    theirs.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for epoch in range(30):
        theirs.reset_metrics()
        assert float(theirs.train_on_batch(x[rows], y[rows])) == pytest.approx(losses[epoch], abs=1e-4)
    for mine, reference in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, reference, atol=2e-4)


@pytest.mark.slow
def test_what_layers_add_to_the_loss_counts():
    x, y = two_classes()
    plain, decayed = (
        keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones", kernel_regularizer=kind)])
        for kind in (None, keras.regularizers.L2(0.1))
    )
    first = [fit_graph(model, x, y, np.arange(60), epochs=1)[0] for model in (plain, decayed)]
    assert first[1] - first[0] == pytest.approx(0.1 * 6 * 2, abs=1e-5)


@pytest.mark.slow
def test_yes_or_no_targets_use_one_logit_a_row():
    x, y = two_classes()
    model = keras.Sequential([keras.layers.Dense(1), keras.layers.Reshape(())])
    losses = fit_graph(model, x, y, np.arange(60), epochs=400)
    logits = keras.ops.convert_to_numpy(model(x))
    expected = np.log1p(np.exp(-np.where(y == 1, logits, -logits))).mean()
    assert losses[-1] == pytest.approx(expected, rel=1e-2)  # before the last step, and after it
    assert losses[-1] < 0.6 * losses[0]
    assert ((logits > 0) == y).mean() > 0.85


@pytest.mark.slow
def test_each_seed_starts_afresh_and_repeats():
    x, y = two_classes()
    split = {"train": np.arange(20), "test": np.arange(20, 60)}
    outputs = fit_seeds(dense_model, x, y, [split] * 3, epochs=40)
    again = fit_seeds(dense_model, x, y, [split] * 2, epochs=40)
    assert outputs.shape == (3, 60, 2)
    np.testing.assert_allclose(outputs[:2], again, atol=1e-5)
    assert np.abs(outputs[0] - outputs[1]).max() > 0.01
    assert (outputs.argmax(axis=2) == y)[:, 20:].mean() > 0.7


@pytest.mark.slow
def test_a_renewed_model_repeats_its_dropout_too():
    def build():
        return keras.Sequential([keras.layers.Dense(8), keras.layers.Dropout(0.5), keras.layers.Dense(2)])

    x, y = two_classes()
    model, results = build(), []
    for seed in (3, 4, 3):
        renew(model, build, x, seed)
        fit_graph(model, x, y, np.arange(60), epochs=20)
        results.append(np.concatenate([np.ravel(w) for w in model.get_weights()]))
    np.testing.assert_allclose(results[0], results[2], atol=1e-5)
    assert np.abs(results[0] - results[1]).max() > 0.01


def test_sparse_tensor_multiplies_like_the_matrix():
    matrix = scipy.sparse.random_array((9, 7), density=0.3, rng=np.random.default_rng(0))
    right = np.random.default_rng(1).normal(size=(7, 3)).astype("float32")
    product = keras.ops.convert_to_numpy(keras.ops.matmul(sparse_tensor(matrix), right))
    np.testing.assert_allclose(product, matrix @ right, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="ndarray"):
        sparse_tensor(np.eye(3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": np.array([0, 60])}, "0 to 59"),
        ({"rows": np.array([-1])}, "0 to 59"),
        ({"rows": np.zeros(60, bool)}, "row numbers"),
        ({"rows": np.array([], int)}, "row numbers"),
        ({"targets": np.zeros((60, 2), int)}, "whole numbers"),
        ({"targets": np.zeros(60)}, "whole numbers"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_training_refuses_bad_input(change, message):
    x, y = two_classes()
    options = {"targets": y, "rows": np.arange(10), "epochs": 1} | change
    with pytest.raises(ValueError, match=message):
        fit_graph(dense_model(), x, **options)
