"""What can be set in the playground, and which values would do. Imports neither Keras nor a widget."""

from dataclasses import dataclass, fields

from ...errors import CourseError
from ..points import CLASSIFICATION, FEATURES, REGRESSION

__all__ = ["CHOICES", "RANGES", "Settings"]

CHOICES = {
    "data": (*CLASSIFICATION, *REGRESSION),
    "activation": ("relu", "tanh", "sigmoid", "linear"),
    "regularisation": ("none", "l1", "l2"),
    "optimizer": ("sgd", "adam"),
}
RANGES = {  # lowest and highest value; whole numbers where both ends are
    "noise": (0.0, 0.5),
    "train_share": (0.1, 0.9),
    "samples": (20, 1000),
    "regularisation_rate": (0.0, 10.0),
    "learning_rate": (1e-6, 10.0),
    "batch_size": (1, 100),
    "epochs_per_redraw": (1, 50),
    "data_seed": (0, 2**31),
    "weights_seed": (0, 2**31),
}
MOST_LAYERS, MOST_NEURONS = 4, 8


@dataclass(frozen=True)
class Settings:
    """One state of the playground's controls, checked. Each argument is described in :func:`..playground`.

    Raises: CourseError or TypeError for a value out of range, naming what would do.
    """

    data: str = "spiral"
    noise: float = 0.1
    train_share: float = 0.5
    samples: int = 500
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (8, 4)
    activation: str = "tanh"
    regularisation: str = "none"
    regularisation_rate: float = 0.001
    optimizer: str = "adam"
    learning_rate: float = 0.01
    batch_size: int = 10
    epochs_per_redraw: int = 1
    data_seed: int = 0
    weights_seed: int = 0

    def __post_init__(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise CourseError(f"{name} must be one of {', '.join(choices)}; got {getattr(self, name)!r}")
        for name, (low, high) in RANGES.items():
            self._set(name, _number(name, getattr(self, name), low, high))
        self._set("features", _features(self.features))
        self._set("hidden", _hidden(self.hidden))

    def _set(self, name: str, value) -> None:
        object.__setattr__(self, name, value)  # the dataclass is frozen for everyone else

    @property
    def classifies(self) -> bool:
        """True for data with two classes, False for data with a number to predict."""
        return self.data in CLASSIFICATION

    def changed_from(self, other: "Settings") -> set[str]:
        """The names of the fields in which the two differ."""
        names = [field.name for field in fields(self)]
        return {name for name in names if getattr(self, name) != getattr(other, name)}


def _number(name: str, value, low, high):
    """The value as int (where both ends are) or float; bool and text are refused."""
    whole = isinstance(low, int)
    said = f"{name} must be a {'whole ' if whole else ''}number from {low:g} to {high:g}; got {value!r}"
    if isinstance(value, bool | str):
        raise TypeError(said)
    try:
        number = int(value) if whole else float(value)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(said) from None
    if number != value or not low <= number <= high:  # NaN differs from itself
        raise CourseError(said)
    return number


def _features(names) -> tuple[str, ...]:
    """The features in the order of the diagram, whatever the order they came in."""
    names = (names,) if isinstance(names, str) else tuple(names)
    unknown = [name for name in names if name not in FEATURES]
    if unknown:
        raise CourseError(f"there is no feature {unknown[0]!r}; the features are {', '.join(FEATURES)}")
    if not names or len(set(names)) < len(names):
        raise CourseError(f"give at least one feature, and each only once; got {names}")
    return tuple(name for name in FEATURES if name in names)


def _hidden(sizes) -> tuple[int, ...]:
    said = f"hidden must be up to {MOST_LAYERS} layer sizes from 1 to {MOST_NEURONS}, as in (8, 4); got {sizes!r}"
    try:
        sizes = tuple(sizes)
    except TypeError:
        raise TypeError(said) from None
    if len(sizes) > MOST_LAYERS:
        raise CourseError(said)
    try:
        return tuple(_number("hidden", size, 1, MOST_NEURONS) for size in sizes)
    except (TypeError, ValueError) as error:
        raise type(error)(said) from None
