"""The playground without a screen: data, network and history behind one set of controls."""

import math
import time
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ..points import CLASSIFICATION, FEATURES, LIMIT, REGRESSION, features
from .network import Network
from .settings import Settings

__all__ = ["FINE", "GRID", "Engine", "Picture"]

FINE, GRID = 100, 50  # pixels along a side of the output's picture and of a neuron's
MOST_POINTS = 600  # of the curves; beyond that every second one is left out
KEPT_NETWORKS = 8  # compiled, for a learner who goes back and forth between two
ORDINARY_STEP = 2e-4  # seconds, the first guess

_DATA_FIELDS = {"data", "noise", "train_share", "samples", "data_seed"}
_LIVE_FIELDS = {"regularisation", "regularisation_rate", "learning_rate", "batch_size", "epochs_per_redraw"}


@dataclass(frozen=True)
class Picture:
    """What the network looks like after some training; all arrays are float32."""

    epoch: int  # whole epochs done
    output: np.ndarray  # (FINE, FINE), the network's output over the plane; first row x2 = 6, first column x1 = -6
    neurons: np.ndarray  # (neurons, GRID, GRID), the activations of the hidden neurons, layer by layer
    weights: list[np.ndarray]  # of each layer, (inputs, neurons) and (neurons,) in turn
    losses: tuple[float, float]  # on the training and on the test data, without the penalty
    accuracies: tuple[float, float] | None  # the same, 0 to 1; None for regression
    history: np.ndarray  # (points, 3): epoch, training loss, test loss

    @property
    def finite(self) -> bool:
        """False once the weights have grown beyond all bounds."""
        return bool(np.isfinite(self.output).all()) and all(np.isfinite(loss) for loss in self.losses)


class Engine:
    """A network that learns one data set of the plane, in small portions, as ``settings`` say at first.

    The same settings and the same numbers of epochs give the same weights, however the portions fall.
    """

    def __init__(self, settings: Settings):
        self._network_of = lru_cache(KEPT_NETWORKS)(Network)
        self._step_seconds = ORDINARY_STEP
        self.settings = settings
        self._draw_points()
        self.restart()

    def change(self, **changes) -> None:
        """Set some of the controls; all that can't be changed while it learns starts the training again.

        The new network starts from the weights of the same seed, so that one factor at a time can be compared.

        Raises: ValueError or TypeError for a value that won't do; nothing is changed then.
        """
        before, self.settings = self.settings, replace(self.settings, **changes)
        changed = {name for name, value in vars(self.settings).items() if value != getattr(before, name)}
        if changed & _DATA_FIELDS or "features" in changed:
            self._draw_points()
        if changed - _LIVE_FIELDS:
            self.restart()
        elif changed:
            self._set_rates()

    def restart(self) -> None:
        """Epoch 0: the weights of ``settings.weights_seed``, no history."""
        chosen = self.settings
        key = (len(chosen.features), chosen.hidden, chosen.activation, chosen.optimizer, chosen.classifies)
        self._network = self._network_of(*key)
        self._network.restart(chosen.weights_seed)
        self._set_rates()
        self.epoch, self._place = 0, 0  # whole epochs done, samples of the next one already seen
        self._history = []

    @property
    def compiled(self) -> bool:
        """Whether the network of these settings can go on at once."""
        return self._network.compiled

    def compile(self) -> None:
        """Compile the network of these settings: one to two seconds, once."""
        self._network.compile()

    def train(self, epochs: int = 1, seconds: float = math.inf) -> None:
        """Train to the end of this epoch and ``epochs - 1`` (0 or more) more, or for about so many seconds.

        At least one step is made; how many fit into the seconds is reckoned from the steps before.
        """
        most = max(1, int(min(seconds / self._step_seconds, 1e9)))
        order, bounds = self._plan(epochs, most)
        began = time.perf_counter()
        self._network.train(self._x_train, self._y_train, order, bounds)
        taken = (time.perf_counter() - began) / len(bounds)
        self._step_seconds += 0.3 * (taken - self._step_seconds)  # smoothed: the machine may be busy for a moment

    def _plan(self, epochs: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """The next batches: an order of samples, and (steps, 2) begin and end of each batch in it."""
        samples, batch = len(self._x_train), self.settings.batch_size
        orders, bounds = [], []
        while len(orders) < epochs and len(bounds) < most:
            rng = np.random.default_rng((self.settings.weights_seed, self.epoch))
            begins = range(self._place, samples, batch)[: most - len(bounds)]
            first = samples * len(orders)
            bounds += [(first + begin, first + min(begin + batch, samples)) for begin in begins]
            orders.append(rng.permutation(samples))
            self._place = min(begins[-1] + batch, samples)
            if self._place == samples:
                self.epoch, self._place = self.epoch + 1, 0
        return np.concatenate(orders).astype("int32"), np.array(bounds, "int32")

    def look(self) -> Picture:
        """Draw the network as it is, measure it, and note both losses in the history: one forward pass."""
        *hidden, output = self._network.look(self._x_all)
        test = FINE * FINE + len(self._x_train)
        parts = [(output[FINE * FINE : test], self._y_train), (output[test:], self._y_test)]
        with np.errstate(all="ignore"):  # diverged weights are shown as such
            losses = tuple(self._loss(predicted, wanted) for predicted, wanted in parts)
        self._note((self.epoch + self._place / len(self._x_train), *losses))
        right = [float(np.mean((predicted > 0.5) == wanted)) for predicted, wanted in parts]
        plane = [layer[: FINE * FINE].T.reshape(-1, FINE, FINE)[:, ::2, ::2] for layer in hidden]
        return Picture(
            epoch=self.epoch,
            output=output[: FINE * FINE].reshape(FINE, FINE),
            neurons=np.concatenate([*plane, np.empty((0, GRID, GRID), "float32")]),
            weights=self._network.model.get_weights(),
            losses=losses,
            accuracies=tuple(right) if self.settings.classifies else None,
            history=np.array(self._history, "float32"),
        )

    def points(self) -> tuple[np.ndarray, np.ndarray, int]:
        """The points (samples, 2) float32, their targets (samples,) float32, and how many, from the first, train."""
        return self._points, np.concatenate([self._y_train, self._y_test])[:, 0], len(self._x_train)

    def _draw_points(self) -> None:
        chosen = self.settings
        draw = (CLASSIFICATION | REGRESSION)[chosen.data]
        self._points, y = draw(chosen.samples, chosen.noise, chosen.data_seed)
        train = min(max(1, round(chosen.samples * chosen.train_share)), chosen.samples - 1)
        self._y_train, self._y_test = np.split(y.astype("float32").reshape(-1, 1), [train])
        self._x_all = features(np.concatenate([plane(FINE), self._points]), chosen.features)
        self._x_train = self._x_all[FINE * FINE : FINE * FINE + train]

    def _set_rates(self) -> None:
        rates = {"l1": 0.0, "l2": 0.0, self.settings.regularisation: self.settings.regularisation_rate}
        self._network.set_rates(self.settings.learning_rate, rates["l1"], rates["l2"])

    def _loss(self, predicted: np.ndarray, wanted: np.ndarray) -> float:
        if self.settings.classifies:
            sure = np.clip(predicted, 1e-7, 1 - 1e-7)  # as Keras does
            return float(-np.mean(wanted * np.log(sure) + (1 - wanted) * np.log(1 - sure)))
        return float(np.mean((predicted - wanted) ** 2))

    def _note(self, point: tuple[float, float, float]) -> None:
        if self._history and self._history[-1][0] == point[0]:
            self._history[-1] = point
            return
        self._history.append(point)
        if len(self._history) > MOST_POINTS:
            self._history = [self._history[0], *self._history[2::2]]


def plane(pixels: int) -> np.ndarray:
    """The middles of (pixels × pixels) tiles of [-6, 6]², (pixels², 2) float32, row by row from the upper left."""
    middles = (np.arange(pixels) + 0.5) / pixels * 2 * LIMIT - LIMIT
    x1, x2 = np.meshgrid(middles, -middles)
    return np.stack([x1.ravel(), x2.ravel()], axis=1).astype("float32")


def feature_pictures() -> np.ndarray:
    """Every feature over the plane: (7, GRID, GRID) float32, in the order of ``FEATURES``."""
    return features(plane(GRID), tuple(FEATURES)).T.reshape(-1, GRID, GRID)
