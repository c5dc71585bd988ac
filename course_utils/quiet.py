"""Keras, imported with the backend's start-up messages held back: ``from course_utils.quiet import keras``."""

import logging
import os
import sys
import tempfile
from contextlib import contextmanager

__all__ = ["keras"]


@contextmanager
def _quiet_stderr():
    """Hold back all that is written to stderr, from C++ too; write it out after all if an error leaves the block.

    TensorFlow's own switches leave some lines standing, and the one that would silence the rest turns oneDNN off,
    which halves the speed of convolutions.
    """
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # a process without stderr
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with _quiet_stderr():
    import keras

    keras.ops.zeros(1)  # the first tensor wakes the devices, which is when the backend talks most
    if keras.backend.backend() == "tensorflow":
        # Advice on tracing and saving, in a notebook on stdout and with addresses in it; errors are still said.
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
        # Said once in a process on processors without AVX-512, in the middle of the lesson that first masks a step.
        keras.ops.transpose(keras.ops.zeros((2, 3), dtype="bool"))
