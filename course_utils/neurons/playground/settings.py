"""What can be set in the playground, and which values would do. Imports neither Keras nor a widget."""

from dataclasses import dataclass
from functools import partial

from ...errors import CourseError
from ..points import CLASSIFICATION, FEATURES, REGRESSION, feature_names

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
    """One state of the playground's controls, checked.

    Raises: CourseError or TypeError for a value out of range, naming what would do.
    """

    data: str = "spiral"  # "circle", "xor", "gauss", "spiral" (two classes), "plane" or "multi_gauss" (a number)
    noise: float = 0.1  # 0 to 0.5
    train_share: float = 0.5  # the share of the samples that trains, 0.1 to 0.9; the others test
    samples: int = 500  # 20 to 1000
    features: tuple[str, ...] = ("x1", "x2")  # what the network sees: names of points.FEATURES
    hidden: tuple[int, ...] = (8, 4)  # neurons of each hidden layer: up to 4 layers of 1 to 8
    activation: str = "tanh"  # of the hidden layers: "relu", "tanh", "sigmoid" or "linear"
    regularisation: str = "none"  # a penalty on the weights: "none", "l1" or "l2"
    regularisation_rate: float = 0.001  # its weight in the loss, 0 to 10
    optimizer: str = "adam"  # or "sgd"
    learning_rate: float = 0.01  # 1e-6 to 10
    batch_size: int = 10  # 1 to 100
    epochs_per_redraw: int = 1  # 1 to 50; fewer where that would take too long
    data_seed: int = 0  # 0 to 2**31
    weights_seed: int = 0  # the same

    def __post_init__(self):
        checked = partial(object.__setattr__, self)  # the dataclass is frozen for everyone else
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise CourseError(f"{name} must be one of {', '.join(choices)}; got {getattr(self, name)!r}")
        for name, (low, high) in RANGES.items():
            checked(name, _number(name, getattr(self, name), low, high))
        named = feature_names(self.features)
        checked("features", tuple(name for name in FEATURES if name in named))  # in the diagram's order
        checked("hidden", _hidden(self.hidden))

    @property
    def classifies(self) -> bool:
        """True for data with two classes, False for data with a number to predict."""
        return self.data in CLASSIFICATION


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


def _hidden(sizes) -> tuple[int, ...]:
    said = f"hidden must be up to {MOST_LAYERS} layer sizes from 1 to {MOST_NEURONS}, as in (8, 4); got {sizes!r}"
    try:
        numbers = tuple(_number("hidden", size, 1, MOST_NEURONS) for size in sizes)
    except (TypeError, ValueError) as error:
        raise type(error)(said) from None
    if len(numbers) > MOST_LAYERS:
        raise CourseError(said)
    return numbers
