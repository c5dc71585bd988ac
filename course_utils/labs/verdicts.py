"""Verdicts for the visible and hidden tests of an exercise: ``PASS …``, or what is wrong without giving the answer away.

A test cell is a handful of these calls. Each compares what the learner's code returned with a reference and prints
one line, the same on every machine, or raises :class:`NotYet` with one sentence: the wrong shape, a sign turned
round, a missing factor, off by about 3 %, never the value that was expected.

    labs.has_shape(kernel, (3, 3), "the kernel")
    labs.agrees(sigmoid(z), 1 / (1 + np.exp(-z)), "sigmoid of a hundred numbers")
    labs.holds(accuracy > 0.9, "the test accuracy is above 0.9", "train longer?")
    labs.refuses(lambda: sigmoid("five"), "text instead of numbers")
"""

import sys
from collections.abc import Callable, Mapping

import numpy as np

from ..errors import CourseError

__all__ = ["NotYet", "agrees", "has_shape", "holds", "refuses"]


class NotYet(AssertionError):
    """An answer that is not right yet. A notebook shows its sentence alone, without a stack trace."""

    def _render_traceback_(self) -> list[str]:  # the name IPython asks for
        return [f"NOT YET {self}"]


def agrees(answer, expected, what: str, tol: float = 1e-6) -> None:
    """``PASS {what}``, or raise: the answer has the expected shape and values.

    Integers, booleans and text have to be equal; floats within ``tol × max(|expected|, s)``, where s is the largest
    expected magnitude, at most 1 (so that an array of tiny numbers is really compared). Text in capitals or not, with
    blanks around or not, is the same text.

    Args:
        answer: what the learner's code gave: a number, text, an array or tensor of any backend, or a tuple, list or
            dict of those.
        expected: the reference, of the same structure.
        what: what is compared, in a learner's words, without the answer in it.
        tol: for floats, above 0. About 1e-6 for float64, 1e-4 for float32.
    Raises: NotYet with what is wrong, never with the expected value.
    """
    if not tol > 0:
        raise CourseError(f"tol must be positive; got {tol!r}")
    if problem := _difference(answer, expected, tol):
        raise NotYet(f"{what}: {problem}")
    print(f"PASS {what}")


def has_shape(answer, shape: tuple[int | None, ...], what: str) -> None:
    """``PASS {what} has shape …``, or raise.

    Args:
        answer: an array, a tensor, or nested lists of numbers.
        shape: the sizes of its axes; None where any size will do.
        what: whose shape it is, in a learner's words.
    Raises: NotYet with the shape that came and the one that is asked for.
    """
    if answer is None:
        raise NotYet(f"{what}: {_NOTHING}")
    came = tuple(answer.shape) if hasattr(answer, "shape") else np.shape(answer)
    asked = (
        "(" + ", ".join("any" if size is None else str(size) for size in shape) + ("," if len(shape) == 1 else "") + ")"
    )
    if len(came) != len(shape) or any(b is not None and a != b for a, b in zip(came, shape, strict=True)):
        raise NotYet(f"{what}: the shape is {came}; asked for is {asked}")
    print(f"PASS {what} has shape {asked}")


def holds(condition, what: str, hint: str = "") -> None:
    """``PASS {what}``, or raise: for a property of the answer ("the rows sum to 1", "the loss went down").

    Args:
        condition: True or False; an array holds where all its elements do.
        what: the property, as a statement.
        hint: what the learner could look at.
    Raises: NotYet where it does not hold.
    """
    if not bool(np.all(_numpy(condition))):
        raise NotYet(f"this does not hold: {what}" + (f". {hint}" if hint else ""))
    print(f"PASS {what}")


def refuses(call: Callable[[], object], what: str, error: type[Exception] = ValueError) -> None:
    """``PASS refuses {what}``, or raise: calling ``call`` raises ``error``.

    Args:
        call: a function without arguments: ``lambda: scale(np.zeros((0, 2)))``.
        what: the bad input, in a learner's words ("an empty array").
        error: the kind of exception asked for.
    Raises: NotYet where nothing or another kind was raised; NotImplementedError as it is, from a blank answer.
    """
    try:
        call()
    except error:
        print(f"PASS refuses {what}")
        return
    except NotImplementedError:
        raise
    except Exception as other:
        raise NotYet(f"{what} raised {type(other).__name__}; asked for is {error.__name__}") from other
    raise NotYet(f"{what} was accepted; raise {error.__name__} with a message that says what came")


_NOTHING = "there is no value (None); is a `return` missing?"


def _difference(answer, expected, tol: float) -> str:
    """What is wrong with the answer, in a few words that do not give the expected value; empty where nothing is."""
    if answer is None and expected is not None:
        return _NOTHING
    if isinstance(expected, Mapping):
        if not isinstance(answer, Mapping):
            return f"a dict is asked for; this is a {type(answer).__name__}"
        if set(answer) != set(expected):
            return f"{len(expected)} keys are asked for, not all of which are here: {sorted(map(str, answer))} came"
        pairs = [(f"{key!r}: ", answer[key], expected[key]) for key in expected]
    elif isinstance(expected, tuple | list) and not _is_array(expected):
        if not isinstance(answer, tuple | list) or len(answer) != len(expected):
            came = f"{len(answer)}" if isinstance(answer, tuple | list) else f"one {type(answer).__name__}"
            return f"{len(expected)} results are asked for, in a tuple or list; {came} came"
        pairs = [(f"result {place}: ", *pair) for place, pair in enumerate(zip(answer, expected, strict=True), 1)]
    else:
        return _array_difference(_numpy(answer), _numpy(expected), tol)
    return next((where + problem for where, a, b in pairs if (problem := _difference(a, b, tol))), "")


def _array_difference(answer: np.ndarray, expected: np.ndarray, tol: float) -> str:
    if answer.shape != expected.shape:
        turned = ", the axes are turned round" if answer.shape == expected.shape[::-1] else ""
        return f"the shape is {answer.shape}; asked for is {expected.shape}{turned}"
    if expected.dtype.kind not in "fc":
        if answer.dtype.kind == "U" and expected.dtype.kind == "U":
            answer, expected = (np.char.strip(np.char.lower(text)) for text in (answer, expected))
        return _exact_difference(answer, expected)
    if answer.dtype.kind not in "biuf" + expected.dtype.kind:
        return f"real numbers are asked for; these are {answer.dtype.name}"
    return _float_difference(answer.astype(expected.dtype), expected, tol) if answer.size else ""


def _exact_difference(answer: np.ndarray, expected: np.ndarray) -> str:
    if (answer.dtype.kind in "US") != (expected.dtype.kind in "US"):
        return f"{'text is' if expected.dtype.kind in 'US' else 'numbers are'} asked for; {answer.dtype.name} came"
    right = np.asarray(answer == expected)
    if right.all():
        return ""
    if right.size > 1:
        return _how_many(right)
    if expected.dtype.kind in "iu":
        return "too high" if answer > expected else "too low"
    return "not this one"


def _float_difference(answer: np.ndarray, expected: np.ndarray, tol: float) -> str:
    if not np.isfinite(answer).all():
        return "there are values that are not finite (NaN or infinity)"
    largest = float(np.abs(expected).max())
    right = np.abs(answer - expected) <= tol * np.maximum(np.abs(expected), min(largest, 1.0) or 1.0)
    if right.all():
        return ""

    def same(a, b) -> bool:
        return bool(np.allclose(a, b, rtol=max(tol, 1e-6), atol=max(tol, 1e-6) * (largest or 1.0)))

    if largest and same(-answer, expected):
        return "the sign is turned round"
    if answer.ndim == 2 and answer.shape[0] == answer.shape[1] > 1 and same(answer.T, expected):
        return "rows and columns are turned round (transpose?)"
    if answer.size > 1:
        factor = float(np.vdot(expected, answer).real / np.vdot(expected, expected).real) if largest else 0.0
        if factor and np.ptp(np.abs(expected)) and same(answer / factor, expected):
            return f"right but for a constant factor (about {factor:.3g} times what is asked for)"
        if np.ptp(np.abs(expected)) and same(answer - (answer - expected).mean(), expected):
            return "right but for a constant that is added everywhere"
        if right.mean() >= 0.2:
            return _how_many(right)
    off = float(np.abs(answer - expected).max() / largest) if largest else np.inf
    if off >= 1:
        return "far off"
    percent = float(f"{100 * off:.1g}")  # one digit: enough to think about, too little to correct the answer with
    return f"off by about {percent:g} %" + (" of the largest value" if answer.size > 1 else "")


def _how_many(right: np.ndarray) -> str:
    first = np.argwhere(~right)[0].tolist()
    where = first[0] if len(first) == 1 else tuple(first)
    return f"{int(right.sum())} of {right.size} values are right; the first that is not has index {where}"


def _is_array(value) -> bool:
    """Whether a list or tuple is one array of numbers or texts, rather than several results."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # ragged
        return False
    return array.dtype.kind in "biufcU" and not any(hasattr(item, "shape") and np.ndim(item) for item in value)


def _numpy(value) -> np.ndarray:
    if hasattr(value, "detach"):  # a PyTorch tensor
        value = value.detach().cpu()
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:
        raise NotYet(f"this can't be read as an array of numbers: {type(value).__name__}") from error


def _quiet_blanks() -> None:
    """In a notebook, let an answer cell that is still blank say so in one line instead of a stack trace."""
    if "IPython" not in sys.modules or not (shell := sys.modules["IPython"].get_ipython()):
        return

    def show(shell, kind, error, trace, tb_offset=None):
        last = trace
        while last.tb_next:
            last = last.tb_next
        if "get_ipython" in last.tb_frame.f_globals and not error.args:  # raised in a cell, as the stub does
            kind, error = (NotYet, NotYet("answered: write your code where `raise NotImplementedError()` stands"))
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((NotImplementedError,), show)


_quiet_blanks()
