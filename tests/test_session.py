"""``start()`` prints two lines, settles profile and seeds, and keeps the backend quiet."""

import os
import re
import subprocess
import sys

import pytest

from course_utils import session

CODE = """
from course_utils import start
start(stage=3, seed=7)
import random
import keras, numpy as np
from matplotlib import pyplot as plt
first = random.random(), np.random.rand(), float(keras.random.uniform(()))
keras.utils.set_random_seed(7)
assert first == (random.random(), np.random.rand(), float(keras.random.uniform(()))), "seeds"
assert plt.rcParams["axes.titlelocation"] == "left", "figure style"
model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(2)])
model.compile(loss="mse")
model.fit(np.zeros((8, 8, 8, 1)), np.zeros((8, 2)), verbose=0)
"""


def python(code, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "TF_", "KERAS_"))}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment | variables)


@pytest.mark.slow
def test_start_prints_two_lines_and_nothing_is_written_to_stderr():
    done = python(CODE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first == "Stage 3 · Convolutional networks · quick profile · seed 7"
    assert re.fullmatch(r"Python 3\.\d+\.\d+, Keras 3\S+ on TensorFlow 2\S+, \d+ CPU cores(, \d+ GPUs?)?", second)


@pytest.mark.slow
def test_what_the_backend_said_is_shown_where_keras_cannot_be_imported():
    done = python("from course_utils import start; start(stage=1)", KERAS_BACKEND="no_such_backend")
    assert done.returncode != 0
    assert "no_such_backend" in done.stderr


def test_the_profile_comes_from_the_call_then_the_environment_then_quick(monkeypatch):
    monkeypatch.setattr(session, "_active", None)
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert session.profile() == "quick"
    assert session.pick(quick=20, full=200) == 20
    monkeypatch.setenv("COURSE_PROFILE", "full")
    assert session.profile() == "full"
    assert session.pick(quick=20, full=200) == 200
    monkeypatch.setattr(session, "_active", "quick")
    assert session.pick(quick=20, full=200) == 20
    monkeypatch.setattr(session, "_active", None)
    monkeypatch.setenv("COURSE_PROFILE", "medium")
    with pytest.raises(ValueError, match="profile must be 'quick' or 'full'; got 'medium'"):
        session.profile()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"stage": 11}, "there is no stage 11"),
        ({"stage": 1, "profile": "fast"}, "profile must be 'quick' or 'full'; got 'fast'"),
        ({"stage": 1, "seed": -1}, "seed must be a whole number from 0 to 2**32 - 1; got -1"),
        ({"stage": 1, "seed": 2**32}, "seed must be"),
        ({"stage": 1, "seed": 1.5}, "seed must be"),
    ],
)
def test_bad_input_raises_before_anything_is_changed_or_imported(monkeypatch, arguments, said):
    monkeypatch.setattr(session, "_active", "full")
    before = "keras" in sys.modules
    with pytest.raises(ValueError, match=re.escape(said)):
        session.start(**arguments)
    assert session.profile() == "full"
    assert ("keras" in sys.modules) == before


def test_stages_are_found_by_number_and_name():
    from course_utils.stages import STAGES, find

    assert [stage.number for stage in STAGES] == list(range(1, 11))
    assert all(stage.slug.startswith(f"{stage.number:02}_") for stage in STAGES)
    for known in STAGES:
        for name in (
            known.number,
            str(known.number),
            f"{known.number:02}",
            known.slug,
            known.slug + ".ipynb",
            known.slug[:9],
        ):
            assert find(name) is known
    for bad in ("", "0", "11", "_", "ne", None, -1, 1.0):
        with pytest.raises(ValueError, match="there is no stage"):
            find(bad)
    with pytest.raises(ValueError, match=r"fits more than one stage.*say which"):
        find("networks")
