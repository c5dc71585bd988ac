"""Windows over a series of days: what a forecast reads and what it has to answer, divided by date and scaled on the past alone.

Derived in stage 5, section 3 ("From points to sequences"); stage 5 uses it from there on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import CourseError

__all__ = ["Part", "Windows", "window_places"]


def window_places(
    days: int, length: int, horizon: int = 1, stride: int = 1, aligned: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Which days each window reads, (windows, length), and which it has to forecast, (windows, outputs); int64.

    Args:
        days: how many days the series has.
        length: days that a window reads, at least 1.
        horizon: days to forecast after the window, at least 1; aligned: how many days after *each* day read its answer lies.
        stride: days from one window's start to the next one's, at least 1.
        aligned: False: the ``horizon`` days after the window (outputs = horizon). True: an answer at each step of the
            window (outputs = length).
    Raises: CourseError for a number below 1, or a series too short for one window.
    Derived in stage 5, section 3.
    """
    for name, value in (("length", length), ("horizon", horizon), ("stride", stride)):
        if value < 1:
            raise CourseError(f"{name} must be 1 or more; got {value!r}")
    if days < length + horizon:
        raise CourseError(
            f"a window of {length} days and a horizon of {horizon} need {length + horizon} days; the series has {days}"
        )
    first = np.arange(0, days - length - horizon + 1, stride)[:, None]
    read = first + np.arange(length)
    return (read, read + horizon) if aligned else (read, first + length + np.arange(horizon))


@dataclass(frozen=True, eq=False)
class Part:
    """The windows of one part of the series: training, validation or test, in the order of time.

    Attributes:
        x: (windows, length, features) float32, scaled.
        y: (windows, outputs, targets) float32, scaled.
        read: (windows, length) int64, the days (row numbers) that each window reads.
        asked: (windows, outputs) int64, the days that it has to forecast.
    """

    x: np.ndarray
    y: np.ndarray
    read: np.ndarray
    asked: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def batches(self, size: int, seed: int | None = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """One epoch of pairs (x, y) with ``size`` windows each (the last may have fewer), shuffled where a seed is given.

        Raises: CourseError for a size below 1.
        """
        if size < 1:
            raise CourseError(f"size must be 1 or more; got {size!r}")
        order = np.arange(len(self)) if seed is None else np.random.default_rng(seed).permutation(len(self))
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            yield self.x[chosen], self.y[chosen]


class Windows:
    """Training, validation and test windows of one series, without a leak from a later part into an earlier one.

    A window belongs to the part in which **all** its answers lie; one whose answers lie on both sides of a boundary is left
    out. A window of a later part may *read* days of an earlier one: on the day of the forecast they are past. Mean and
    deviation for the scaling come from the days before ``starts[0]`` alone.

    Args:
        inputs: (days, features), finite; row t holds what is known at the close of day t, and nothing later.
        targets: (days, targets), finite; row t is made from day t alone (a mean over coming days would leak over a boundary:
            forecast the days, then take the mean).
        dates: (days,) rising, without repeats: datetime64 or a pandas index.
        starts: two dates: the first day of validation and the first day of test.
        length, horizon, stride, aligned: as in :func:`window_places`.
    Attributes:
        train, validation, test: :class:`Part`.
        dates: (days,) datetime64, so that ``windows.dates[windows.test.asked]`` are the dates of the answers.
        input_scale, target_scale: pairs (mean, deviation) of the training days, (features,) and (targets,).
    Raises: CourseError for shapes that do not fit, values that are not finite, dates out of order, an input or target that
        is constant over the training days, or a part without a window.
    Derived in stage 5, section 3.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        dates: Sequence,
        starts: Sequence,
        length: int,
        horizon: int = 1,
        stride: int = 1,
        aligned: bool = False,
    ):
        self.dates = np.asarray(dates, dtype="datetime64[ns]")
        starts = np.asarray([np.datetime64(start, "ns") for start in starts])
        inputs, targets = (
            _checked(array, self.dates, which) for array, which in ((inputs, "inputs"), (targets, "targets"))
        )
        if (np.diff(self.dates) <= np.timedelta64(0)).any():
            raise CourseError("the dates must rise from row to row, without repeats")
        if len(starts) != 2 or not self.dates[0] < starts[0] < starts[1] <= self.dates[-1]:
            raise CourseError(
                "starts must be two dates, validation's and test's first days, in this order and within the series; "
                f"got {[str(start)[:10] for start in starts]}"
            )
        past = self.dates < starts[0]
        self.input_scale = inputs[past].mean(axis=0), inputs[past].std(axis=0)
        self.target_scale = targets[past].mean(axis=0), targets[past].std(axis=0)
        if not (self.input_scale[1] > 0).all() or not (self.target_scale[1] > 0).all():
            raise CourseError("a column is constant over the training days, so that it can't be scaled; leave it out")
        read, asked = window_places(len(self.dates), length, horizon, stride, aligned)
        part_of_day = np.searchsorted(starts, self.dates, side="right")  # 0 training, 1 validation, 2 test
        first, last = part_of_day[asked].min(axis=1), part_of_day[asked].max(axis=1)
        x, y = ((inputs - self.input_scale[0]) / self.input_scale[1]).astype("float32"), self.scale(targets)
        self.train, self.validation, self.test = (
            self._part(x, y, read[(first == part) & (last == part)], asked[(first == part) & (last == part)])
            for part in range(3)
        )

    @staticmethod
    def _part(x, y, read, asked) -> Part:
        if not len(read):
            raise CourseError("a part has no window: move the starts, or take a shorter window, horizon or stride")
        return Part(x[read], y[asked], read, asked)

    def scale(self, targets: np.ndarray) -> np.ndarray:
        """Targets in their units, (…, targets), scaled as ``y`` is; float32."""
        mean, deviation = self.target_scale
        return ((np.asarray(targets) - mean) / deviation).astype("float32")

    def unscale(self, scaled: np.ndarray) -> np.ndarray:
        """Scaled targets or forecasts, (…, targets), in the targets' own units; float64."""
        mean, deviation = self.target_scale
        return np.asarray(scaled, dtype="float64") * deviation + mean


def _checked(array, dates, which: str) -> np.ndarray:
    array = np.asarray(array, dtype="float64")
    if array.ndim != 2 or len(array) != len(dates):
        raise CourseError(
            f"{which} must have the shape (days, columns) with {len(dates)} days, as the dates; got {array.shape}"
        )
    if not np.isfinite(array).all():
        raise CourseError(
            f"{which} hold values that are not finite (NaN or infinity), first in row {np.argmin(np.isfinite(array).all(axis=1))}"
        )
    return array
