"""Pictures of recurrent networks: what is read, what is written, and which gates an LSTM has."""

import matplotlib as mpl

mpl.use("Agg")
from course_utils.series import figures as sequences


def texts(axis):
    return [text.get_text() for text in axis.texts if text.get_text()]


def test_each_form_reads_and_writes_as_its_name_says():
    figure = sequences.forms("t")
    counts = {}
    for axis in figure.axes:
        words = texts(axis)
        counts[axis.get_title(loc="center")] = tuple(sum(word.startswith(f"${v}") for word in words) for v in "xy")
    assert counts == {
        "one to many": (1, 4),
        "many to one": (4, 1),
        "many to many, synchronous": (4, 4),
        "many to many, asynchronous": (3, 2),
    }
    read, written = sequences.FORMS["many to many, asynchronous"]
    assert max(read) < min(written)


def test_an_lstm_has_three_gates_a_candidate_and_two_things_that_go_on():
    words = " ".join(texts(sequences.lstm("t").axes[0]))
    assert words.count("gate") == 3
    assert words.count("×") == 3
    assert words.count("+") == 1
    for name in ("c_{t-1}", "c_t", "h_t", "candidate"):
        assert name in words
