"""Claims: each prints one line with what was measured beside what the course claims, or raises with what to look at.

Every sentence of a notebook that says how something compares stands next to one of these:

    check.at_least(accuracy, 0.97, "test accuracy")      PASS test accuracy 0.991, at least 0.97

``PASS`` is said of what this kernel measured. With ``source=``, what :func:`course_utils.shipped` gave, the line begins with
``SHIPPED``: the number was measured elsewhere, before.
"""

import numpy as np

from .errors import CourseError
from .results import Shipped

__all__ = ["ClaimError", "at_least", "at_most", "better", "close", "equal"]


LOOK = (
    "Look at: what was changed in this section; “Restart Kernel and Run All Cells” brings back what the course measured"
)


class ClaimError(AssertionError):
    """A claim of the course that does not hold. A notebook shows its sentence alone, without a stack trace."""

    def _render_traceback_(self) -> list[str]:  # the name IPython asks for
        return [f"DOES NOT HOLD {self}"]


def equal(value, expected, what: str, source: Shipped | None = None) -> None:
    """``PASS {what}: {value}``, or raise: for counts, shapes, names, whole arrays.

    Args:
        value: number, string, tuple or array (any backend's tensor too).
        expected: what it has to be, exactly; arrays must agree in shape and in every element.
        what: what was measured, in a learner's words.
        source: the shipped result that the value comes from.
    Raises: ClaimError where they differ.
    """
    same = _same(value, expected)
    _verdict(
        same, what, f": {_short(expected)}", f"{what}: {_short(expected)} is claimed, {_short(value)} was found", source
    )


def close(value, expected, what: str, tol: float = 1e-5, source: Shipped | None = None) -> None:
    """``PASS {what} within {tol} (…)``, or raise: every element within ``tol × max(1, |expected|)``.

    In brackets stand both numbers, or an array's shape and its largest difference in these units.

    Args:
        value, expected: numbers or arrays of one shape (any backend's tensors too), finite.
        what: what is compared, in a learner's words.
        tol: absolute tolerance up to magnitude 1, relative above; positive.
        source: as in :func:`equal`.
    Raises: ClaimError where shapes differ, a value is not finite, or the difference is larger.
    """
    if not tol > 0:
        raise CourseError(f"tol must be positive; got {tol!r}")
    value, expected = _array(value), _array(expected)
    said = f" within {tol:g}"
    if value.shape != expected.shape:
        _verdict(False, what, said, f"{what}: the shapes differ, {value.shape} and {expected.shape}", source)
    if not (np.isfinite(value).all() and np.isfinite(expected).all()):
        _verdict(False, what, said, f"{what}: there are values that are not finite (NaN or infinity)", source)
    gap = np.abs(value - expected) / np.maximum(1.0, np.abs(expected))
    worst = float(gap.max()) if gap.size else 0.0
    if value.ndim == 0 and value.dtype.kind != "c":
        measured = f"{_text(value)} against {_text(expected)}"
    else:
        measured = f"shape {value.shape}, largest difference {_text(worst)}"
    broken = f"{what}: within {tol:g} is claimed, the largest difference is {worst:.6g}"
    _verdict(worst <= tol, what, f"{said} ({measured})", broken, source)


def at_least(value, floor: float, what: str, source: Shipped | None = None) -> None:
    """``PASS {what} {value}, at least {floor}``, or raise.

    Args:
        value: one finite number.
        floor: the bound, included; set from at least five seeds, with the weakest well above it.
        what: what was measured, in a learner's words.
        source: as in :func:`equal`.
    Raises: ClaimError where it is lower or not finite.
    """
    number = _number(value)
    _bound(np.isfinite(number) and number >= floor, number, f"at least {floor:g}", what, source)


def at_most(value, ceiling: float, what: str, source: Shipped | None = None) -> None:
    """``PASS {what} {value}, at most {ceiling}``, or raise; the arguments are those of :func:`at_least`."""
    number = _number(value)
    _bound(np.isfinite(number) and number <= ceiling, number, f"at most {ceiling:g}", what, source)


def better(value, baseline, what: str, by: float = 0.0, lower: bool = False, source: Shipped | None = None) -> None:
    """``PASS {what} ({value} against {baseline})``, or raise: ``value`` beats ``baseline`` by more than ``by``.

    Args:
        value: one finite number, that of the method which is said to be better.
        baseline: the other's, finite.
        what: the whole comparison: "test accuracy: two hidden layers above none".
        by: the margin, in the measure's units; the line says it where it is not 0.
        lower: True where less is better (a loss, an error, seconds).
        source: as in :func:`equal`.
    Raises: ClaimError where it is not better by that much.
    """
    number, other = _number(value), _number(baseline)
    gain = other - number if lower else number - other
    margin = f" by more than {by:g}" if by else ""
    measured = f"{_text(number)} against {_text(other)}"
    broken = f"{what}{margin} is claimed, {number:.6g} against {other:.6g} was measured"
    _verdict(np.isfinite(gain) and gain > by, what, f"{margin} ({measured})", broken, source)


def _bound(holds: bool, number: float, bound: str, what: str, source: Shipped | None) -> None:
    _verdict(
        holds,
        what,
        f" {_text(number)}, {bound}",
        f"{what.rstrip(':,')}: {bound} is claimed, {number:.6g} was measured",
        source,
    )


def _verdict(holds: bool, what: str, measured: str, broken: str, source: Shipped | None) -> None:
    if source is not None and not isinstance(source, Shipped):
        raise CourseError(f"source must be what shipped(name) gave; got {type(source).__name__}")
    if not holds:
        raise ClaimError(f"{broken}. {LOOK}")
    print(f"{'PASS' if source is None else 'SHIPPED'} {what}{measured}")


def _text(number) -> str:
    """Three figures that a person reads: 0.991, 12.3, 1,240, 3.1e-09."""
    number = float(number)
    if number.is_integer() and abs(number) < 1e9:
        return f"{int(number):,}"
    return f"{number:,.0f}" if 1000 <= abs(number) < 1e9 else f"{number:.3g}"


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
    if isinstance(value, bool | str | float | tuple | type(None)):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    try:
        array = np.asarray(_off_the_graph(value))
    except ValueError:  # ragged lists
        return str(value)
    if array.ndim == 0 and array.dtype.kind in "iu":
        return f"{int(array):,}"
    if array.size <= 8:
        return str(array.tolist())
    return f"an array of shape {array.shape}"
