"""Acting: a network's Q-values without Keras' cost of a call, and greedy play of many games at once."""

from collections.abc import Callable

import numpy as np

from ..quiet import keras

__all__ = ["cartpoles", "play_out", "q_function"]


def cartpoles(number: int):
    """So many games of CartPole-v1 that step together as arrays: gymnasium's own vector environment.

    States are (number, 4) float32: the cart's position (m) and speed (m/s), the pole's angle (rad) and its speed
    (rad/s). A game that has ended is set up again by the *next* step.
    """
    import gymnasium

    return gymnasium.make_vec("CartPole-v1", num_envs=number, vectorization_mode="vector_entry_point")


def q_function(network: keras.Model) -> Callable[[np.ndarray], np.ndarray]:
    """A function of states, (games, …), that returns the network's outputs as (games, actions) float32, fast.

    A chain of Dense layers is computed in NumPy with a copy of its weights as they are *now*: a call takes
    microseconds where the network's own takes a millisecond, and an agent in a game calls it for every step. Any
    other network is compiled once and follows its weights.

    Args:
        network: a built model with one input; a ``Sequential`` of Dense layers (relu, tanh or linear) is the fast case.
    Used in stage 8, "DQN on CartPole".
    """
    chain = _dense_chain(network)
    if chain is None:
        if not hasattr(network, "_course_compiled"):
            network._course_compiled = _compiled(network)
        return network._course_compiled

    def q_values(states):
        values = np.asarray(states, "float32")
        for kernel, bias, activation in chain:
            values = activation(values @ kernel + bias)
        return values

    return q_values


def play_out(make_games: Callable, choose: Callable, episodes: int, seed: int, gamma: float = 1.0) -> dict:
    """What came of ``episodes`` games, all played at once, each to its end.

    Args:
        make_games: number → that many games as a gymnasium ``VectorEnv``.
        choose: states (episodes, …) → actions (episodes,).
        episodes: how many games, at least 1.
        seed: for the games.
        gamma: the discount of ``discounted``.
    Returns: ``returns`` and ``discounted``, (episodes,) float: the sum of rewards of each game, plain and discounted
        to its first step; ``first_states``, (episodes, …).
    """
    envs = make_games(episodes)
    states, _ = envs.reset(seed=seed)
    first_states, running = states, np.ones(episodes, bool)
    returns, discounted, discount = np.zeros(episodes), np.zeros(episodes), 1.0
    while running.any():
        states, rewards, terminated, truncated, _ = envs.step(choose(states))
        returns += rewards * running
        discounted += discount * rewards * running
        discount *= gamma
        running &= ~(terminated | truncated)
    return {"returns": returns, "discounted": discounted, "first_states": first_states}


_ACTIVATIONS = {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh, "linear": lambda x: x}


def _dense_chain(network):
    """(kernel, bias, activation) of each layer of a Sequential of Dense layers, else None."""
    if not isinstance(network, keras.Sequential):
        return None
    chain = []
    for layer in network.layers:
        activation = _ACTIVATIONS.get(getattr(getattr(layer, "activation", None), "__name__", None))
        if not isinstance(layer, keras.layers.Dense) or activation is None or not layer.use_bias:
            return None
        chain.append((*layer.get_weights(), activation))
    return chain


def _compiled(network):
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        graph = tf.function(network, reduce_retracing=True)
        return lambda states: graph(states).numpy()
    return network.predict_on_batch
