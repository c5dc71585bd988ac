"""The three programs for a network are one network, whatever layers it has; the picture shows what Keras counts."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from course_utils.plots.diagrams import diagram
from course_utils.quiet import keras
from course_utils.three_ways.layer_by_layer import Playground, Step, build, programs, table

layers = keras.layers
IMAGE = [
    Step("Conv2D", 4),
    Step("BatchNormalization"),
    Step("MaxPooling2D"),
    Step("GlobalAveragePooling2D"),
    Step("Dense", 3),
]
SERIES = [Step("LSTM", 5), Step("Dropout"), Step("Dense with shortcut", activation="tanh"), Step("Dense", 1, "sigmoid")]
ROW = [Step("Dense", 6, "tanh"), Step("Dense", 2, "linear")]
CASES = [((8,), ROW), ((16, 16, 1), IMAGE), ((24, 3), SERIES), ((24, 3), [Step("Flatten"), *ROW])]


def run(text):
    space = {"keras": keras, "layers": layers}
    exec(text, space)
    return space.get("model")


@pytest.mark.parametrize(("shape", "steps"), CASES)
def test_the_programs_run_and_make_one_network(shape, steps):
    made = {name: run(text) for name, text in programs(shape, steps).items()}
    chain = not any("shortcut" in step.kind for step in steps)
    assert (made["Sequential"] is not None) == chain
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype("float32")
    reference = made.pop("Functional")
    for name, model in made.items():
        if model is None:
            continue
        model.set_weights(reference.get_weights())
        np.testing.assert_allclose(model(x), reference(x), atol=1e-6, err_msg=name)
    rows = table(shape, steps)
    assert sum(count for *_, count in rows) == reference.count_params()
    built, shapes = build(shape, steps)
    assert shapes[-1] == reference.output_shape[1:]
    built.set_weights(reference.get_weights())
    np.testing.assert_allclose(built(x), reference(x), atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "steps", "said"),
    [
        ((8,), [Step("Conv2D")], r"layer 1, Conv2D, needs \(height, width, channels\).*\(8,\)"),
        ((16, 16, 1), [Step("Flatten"), Step("LSTM")], r"layer 2, LSTM, needs \(steps, features\)"),
        ((16, 16, 1), [Step("MaxPooling2D")] * 5, "can't halve"),
        ((8,), [], "at least one layer"),
    ],
)
def test_layers_that_do_not_fit_are_named(shape, steps, said):
    with pytest.raises(ValueError, match=said):
        programs(shape, steps)


@pytest.mark.parametrize("wrong", [("Dens",), ("Dense", 0), ("Dense", 513), ("Dense", 4, "reluu")])
def test_bad_steps(wrong):
    with pytest.raises(ValueError, match=r"layer 'Dens'|size must be|activation must be"):
        Step(*wrong)


def test_three_programs_fit_side_by_side():
    wide = [
        Step("Conv2D", 512),
        Step("MaxPooling2D"),
        Step("Flatten"),
        Step("Dense", 512, "sigmoid"),
        Step("Dense with shortcut"),
    ]
    texts = programs((16, 16, 1), wide)
    widths = [max(map(len, text.split("\n"))) for text in texts.values()]
    assert sum(widths) < 160  # at 10.5 px what a notebook's page shows


def test_the_playground_adds_refuses_removes_and_starts_over():
    bench = Playground("a table row, 8 numbers", ROW)
    assert "Dense(6" in bench.text()
    assert all(text in bench.text() for text in programs((8,), ROW).values())
    bench.kind.value = "LSTM"
    bench.add.click()
    assert "needs (steps, features)" in bench.problem.value
    assert bench.steps == ROW
    bench.kind.value = "Dense with shortcut"
    assert bench.size.disabled
    bench.add.click()
    assert bench.problem.value == ""
    assert len(bench.steps) == 3
    assert "Not possible" in bench.view.value
    bench.remove.click()
    assert bench.steps == ROW
    bench.restart.click()
    assert "Add a layer" in bench.view.value


def test_another_input_keeps_the_layers_that_fit():
    bench = Playground("a grey image, 16 × 16", IMAGE)
    bench.input.value = "a series, 24 steps of 3"
    assert bench.steps == []
    assert "5 of 5 layers" in bench.problem.value
    bench.kind.value = "LSTM"
    bench.add.click()
    assert bench.problem.value == ""
    bench.input.value = "a grey image, 16 × 16"
    assert "1 of 1 layers" in bench.problem.value


def test_the_playground_refuses_an_unknown_input():
    with pytest.raises(ValueError, match="there is no input 'sound'"):
        Playground("sound", ROW)


def boxes(model):
    root = ET.fromstring(diagram(model).data)
    name = "{http://www.w3.org/2000/svg}"
    arrows = [path for path in root.iter(f"{name}path") if path.get("marker-end")]
    return len(list(root.iter(f"{name}rect"))), len(arrows), [text.text for text in root.iter(f"{name}text")]


def test_a_shared_layer_is_one_box_with_two_arrows():
    a, b = keras.Input((1,), name="here"), keras.Input((1,), name="there")
    shared = layers.Embedding(7, 3)
    model = keras.Model([a, b], layers.Dense(1)(layers.Flatten()(layers.Add()([shared(a), shared(b)]))))
    count, arrows, texts = boxes(model)
    assert (count, arrows) == (6, 5)  # the two ways from the shared layer to Add are one arrow
    assert {"here", "there", "21 parameters", "4 parameters"} <= set(texts)


def test_a_sequential_model_is_a_chain_and_operations_are_drawn():
    assert boxes(keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.1)]))[:2] == (3, 2)
    x = keras.Input((4,))
    assert boxes(keras.Model(x, x + layers.Dense(4)(x)))[:2] == (3, 3)


def test_what_cannot_be_drawn_is_refused():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    own = Own()
    own(keras.Input((3,)))
    with pytest.raises(ValueError, match="subclassed"):
        diagram(own)
    with pytest.raises(ValueError, match="not built"):
        diagram(keras.Sequential([layers.Dense(2)]))
    with pytest.raises(ValueError, match="got int"):
        diagram(3)
