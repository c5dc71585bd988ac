"""Games between networks, compiled: many rounds in one call, each round a gradient step or more for each player."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import CourseError
from ..quiet import keras

__all__ = ["Player", "compile_game", "input_gradient"]


@dataclass(frozen=True)
class Player:
    """One side of a game.

    Attributes:
        loss: a function, in ``keras.ops``, of one batch of each array this player is given; it returns (loss, report): a
            scalar that this player wants to go down, and a (numbers,) tensor to hand back.
        network: built; the weights that this player may move. Those of the other players stay.
        optimizer: a Keras optimiser of this network's own.
    """

    loss: Callable
    network: keras.Model
    optimizer: keras.optimizers.Optimizer


def compile_game(
    players: Mapping[str, Player], average: tuple[keras.Model, keras.Model] | None = None, decay: float = 0.99
) -> Callable[..., dict[str, np.ndarray]]:
    """A function that plays many rounds: in each, the players move in the order given.

    In a small network's training the call costs more than the step; here hundreds of rounds are one call.

    Args:
        players: name → player.
        average: (copy, original), two networks of the same shape; after each round every weight of the copy becomes
            ``decay`` times itself plus ``1 - decay`` times the original's: a moving average over the last rounds.
        decay: from 0 (the copy is the original) to below 1.
    Returns: a function that takes for each player, by its name, a tuple of arrays (rounds, steps, batch, …), and returns
        name → (rounds, numbers) float32, what the player reported in its last step of each round. A player makes as
        many gradient steps in a round as the second axis is long; the number of rounds is the same for all.
    Raises: RuntimeError on another backend than TensorFlow; CourseError for no player, networks to average
        that differ, or arrays that do not fit.
    Stage 7, "The training loop".
    """
    _needs_tensorflow("compile_game")
    if not players:
        raise CourseError("a game needs at least one player")
    copies, originals = (network.variables for network in average) if average else ([], [])
    if [a.shape for a in copies] != [b.shape for b in originals]:
        raise CourseError("the networks to average must have the same weights; clone one from the other")
    pairs = [(a, b) for a, b in zip(copies, originals, strict=True) if "float" in str(a.dtype)]
    for player in players.values():
        player.optimizer.build(player.network.trainable_variables)
    rounds = _rounds(dict(players), pairs, decay)

    def play(**arrays) -> dict[str, np.ndarray]:
        _check(arrays, players)
        return {name: report.numpy() for name, report in rounds(arrays).items()}

    return play


def _needs_tensorflow(name: str) -> None:
    if (backend := keras.backend.backend()) != "tensorflow":
        raise RuntimeError(f"{name} needs the TensorFlow backend (KERAS_BACKEND=tensorflow); this is {backend}")


def _check(arrays, players) -> None:
    if set(arrays) != set(players):
        raise CourseError(f"arrays for {sorted(players)} are needed; got those for {sorted(arrays)}")
    shapes = {name: [np.shape(part) for part in parts] for name, parts in arrays.items()}
    if not all(shapes.values()) or any(len(shape) < 3 or 0 in shape[:2] for part in shapes.values() for shape in part):
        raise CourseError(f"arrays (rounds, steps, batch, …) are needed; got shapes {shapes}")
    if any(len({shape[1] for shape in part}) > 1 for part in shapes.values()):
        raise CourseError(f"a player's arrays need the same number of steps in a round; got shapes {shapes}")
    if len({shape[0] for part in shapes.values() for shape in part}) > 1:
        raise CourseError(f"all arrays need the same number of rounds; got shapes {shapes}")


def _rounds(players: dict[str, Player], pairs, decay: float) -> Callable:
    import tensorflow as tf

    def move(player: Player, parts):
        """The player's steps of one round; its last report."""

        def step(number):
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                for variable in player.network.trainable_variables:
                    tape.watch(variable.value)
                value, report = player.loss(*(part[number] for part in parts))
            variables = player.network.trainable_variables
            gradients = tape.gradient(value, [variable.value for variable in variables])
            player.optimizer.apply(gradients, variables)
            return tf.cast(report, tf.float32)

        if parts[0].shape[0] == 1:
            return step(0)
        report = step(0)
        _, report = tf.while_loop(
            lambda number, _: number < tf.shape(parts[0])[0],
            lambda number, _: (number + 1, step(number)),
            (1, report),
            parallel_iterations=1,
        )
        return report

    def graph(arrays):
        count = tf.shape(next(iter(arrays.values()))[0])[0]
        tables = [tf.TensorArray(tf.float32, size=count) for _ in players]

        def one_round(number, tables):
            written, done = [], []
            for (name, player), table in zip(players.items(), tables, strict=True):
                with tf.control_dependencies(done):  # the second player answers the first one's new weights
                    report = move(player, [part[number] for part in arrays[name]])
                done = [report]
                written.append(table.write(number, report))
            with tf.control_dependencies(done):
                for copy, original in pairs:
                    copy.assign(decay * copy + (1 - decay) * original)
            return number + 1, written

        _, tables = tf.while_loop(lambda number, _: number < count, one_round, (0, tables), parallel_iterations=1)
        return {name: table.stack() for name, table in zip(players, tables, strict=True)}

    compiled: list[Callable] = []

    def call(arrays):
        given = {name: [tf.constant(part) for part in arrays[name]] for name in players}
        if not compiled:  # the first call says how long a batch is; the number of rounds may change
            shapes = {
                name: [tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in parts]
                for name, parts in given.items()
            }
            # Fusing a convolution with its leaky ReLU fails inside a loop, and says so on stderr.
            tf.config.optimizer.set_experimental_options({"remapping": False})
            compiled.append(tf.function(graph, input_signature=[shapes], autograph=False))
        return compiled[0](given)

    return call


def input_gradient(function: Callable, x):
    """The gradient of each output with respect to its own input, (batch, …), of the shape of ``x``.

    It can be differentiated once more: a penalty on it can stand in a loss.

    Args:
        function: maps (batch, …) to (batch,) or (batch, 1); each output may depend on its own row alone.
        x: (batch, …) tensor or array.
    Raises: RuntimeError on another backend than TensorFlow.
    Stage 7, "Cures".
    """
    _needs_tensorflow("input_gradient")
    import tensorflow as tf

    x = keras.ops.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = keras.ops.sum(function(x))
    return tape.gradient(total, x)
