"""Claims: each prints one line without the measured number, or raises with it and what to look at.

Every sentence of a notebook that says how something compares stands next to one of these. The line does not
hold the measured number, because that differs from machine to machine; the bound is what the course claims.
"""

import numpy as np

__all__ = ["ClaimError", "at_least", "at_most", "better", "close", "equal"]


class ClaimError(AssertionError):
    """A claim of the course that does not hold; the message has what was measured and what to look at."""


def equal(value, expected, what: str, hint: str = "") -> None:
    """``PASS {what} equal {expected}``, or raise: for counts, shapes, names, whole arrays.

    Args:
        value: number, string, tuple or array (any backend's tensor too).
        expected: what it has to be, exactly; arrays must agree in shape and in every element.
        what: what was measured, in a learner's words.
        hint: what to look at if it fails.
    Raises: ClaimError where they differ.
    """
    same = _same(value, expected)
    _verdict(same, f"{what} equal {_short(expected)}", f"got {_short(value)}", hint)


def close(value, expected, what: str, tol: float = 1e-5, hint: str = "") -> None:
    """``PASS {what} within {tol}``, or raise: every element within ``tol × max(1, |expected|)``.

    Args:
        value, expected: numbers or arrays of one shape (any backend's tensors too), finite.
        what: what is compared, in a learner's words.
        tol: absolute tolerance up to magnitude 1, relative above; positive.
        hint: what to look at if it fails.
    Raises: ClaimError where shapes differ, a value is not finite, or the difference is larger.
    """
    if not tol > 0:
        raise ValueError(f"tol must be positive; got {tol!r}")
    value, expected = _array(value), _array(expected)
    said = f"{what} within {tol:g}"
    if value.shape != expected.shape:
        _verdict(False, said, f"shapes differ: {value.shape} and {expected.shape}", hint)
    if not (np.isfinite(value).all() and np.isfinite(expected).all()):
        _verdict(False, said, "there are values that are not finite (NaN or infinity)", hint)
    gap = np.abs(value - expected) / np.maximum(1.0, np.abs(expected))
    worst = float(gap.max()) if gap.size else 0.0
    _verdict(worst <= tol, said, f"largest difference {worst:.3g}", hint)


def at_least(value, floor: float, what: str, hint: str = "") -> None:
    """``PASS {what} at least {floor}``, or raise.

    Args:
        value: one finite number.
        floor: the bound, included; set from at least five seeds, with the weakest well above it.
        what: what was measured, in a learner's words.
        hint: what to look at if it fails.
    Raises: ClaimError where it is lower or not finite.
    """
    number = _number(value)
    _verdict(
        np.isfinite(number) and number >= floor, f"{what} at least {floor:g}", f"measured {number:.6g}", hint
    )


def at_most(value, ceiling: float, what: str, hint: str = "") -> None:
    """``PASS {what} at most {ceiling}``, or raise; the arguments are those of :func:`at_least`."""
    number = _number(value)
    _verdict(
        np.isfinite(number) and number <= ceiling,
        f"{what} at most {ceiling:g}",
        f"measured {number:.6g}",
        hint,
    )


def better(value, baseline, what: str, by: float = 0.0, lower: bool = False, hint: str = "") -> None:
    """``PASS {what}``, or raise: ``value`` beats ``baseline`` by more than ``by``.

    Args:
        value: one finite number, that of the method which is said to be better.
        baseline: the other's, finite.
        what: the whole comparison: "test accuracy: two hidden layers above none".
        by: the margin, in the measure's units; the line says it where it is not 0.
        lower: True where less is better (a loss, an error, seconds).
        hint: what to look at if it fails.
    Raises: ClaimError where it is not better by that much.
    """
    number, other = _number(value), _number(baseline)
    gain = other - number if lower else number - other
    margin = f" by more than {by:g}" if by else ""
    _verdict(
        np.isfinite(gain) and gain > by, f"{what}{margin}", f"measured {number:.6g} against {other:.6g}", hint
    )


def _verdict(holds: bool, said: str, measured: str, hint: str) -> None:
    if not holds:
        look = f". Look at: {hint}" if hint else ""
        raise ClaimError(f"{said}: does not hold; {measured}{look}")
    print(f"PASS {said}")


def _array(value) -> np.ndarray:
    """The value as float64 (complex stays complex), whatever backend it comes from."""
    array = np.asarray(_off_the_graph(value))
    return array if array.dtype.kind == "c" else array.astype(np.float64)


def _off_the_graph(value):
    """A PyTorch tensor without its gradient and device, which NumPy can read; any other value as it is."""
    return value.detach().cpu() if hasattr(value, "detach") else value


def _number(value) -> float:
    array = _array(value)
    if array.size != 1:
        raise ClaimError(f"one number is needed here; got an array of shape {array.shape}")
    return float(array.reshape(()))


def _same(value, expected) -> bool:
    if isinstance(value, str) or isinstance(expected, str) or value is None or expected is None:
        return type(value) is type(expected) and value == expected
    try:
        a, b = np.asarray(_off_the_graph(value)), np.asarray(_off_the_graph(expected))
    except ValueError:  # ragged lists
        return value == expected
    if a.dtype == object or b.dtype == object:
        return bool(value == expected)
    return a.shape == b.shape and bool(np.array_equal(a, b))


def _short(value) -> str:
    if isinstance(value, str | int | float | bool | tuple | type(None)):
        return str(value)
    try:
        array = np.asarray(_off_the_graph(value))
    except ValueError:  # ragged lists
        return str(value)
    if array.size <= 8:
        return str(array.tolist())
    return f"an array of shape {array.shape}"
