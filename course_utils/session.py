"""Starting a notebook: quiet logs, seeds, figure style, profile. Imports nothing heavy before it must."""

import os
import platform
from importlib.metadata import version

from .errors import CourseError
from .stages import find

__all__ = ["pick", "profile", "start"]

PROFILES = ("quick", "full")
_active: str | None = None


def start(stage: int, profile: str | None = None, seed: int = 0) -> None:
    """Make this kernel ready for a stage and print two lines: the stage, and the machine.

    Imports Keras with the backend's start-up messages held back, seeds Python, NumPy and Keras, sets the
    figure style of the course, and settles the profile.

    Args:
        stage: the stage's number, 1 to 10.
        profile: "quick" (small data, minutes on two CPU cores) or "full" (the real data sets, the papers'
            sizes). Without it, the environment variable ``COURSE_PROFILE`` decides; without that, "quick".
        seed: for ``random``, ``numpy.random`` and Keras, 0 to 2**32 - 1.
    Raises: CourseError for an unknown stage or profile, or a seed out of range; ImportError with the backend's
        messages where Keras can't be imported.
    """
    global _active
    found = find(stage)
    settled = _checked(profile or os.environ.get("COURSE_PROFILE") or "quick")
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise CourseError(f"seed must be a whole number from 0 to 2**32 - 1; got {seed!r}")
    _active = settled
    from .plots.style import use_style
    from .quiet import keras

    keras.utils.set_random_seed(seed)
    use_style()
    backend = keras.backend.backend()
    print(f"Stage {found.number} · {found.title} · {_active} profile · seed {seed}")
    print(
        f"Python {platform.python_version()}, Keras {keras.__version__} on "
        f"{_NAMES[backend]} {version(backend)}, {os.cpu_count()} CPU cores{_accelerators(backend)}"
    )


def profile() -> str:
    """The profile in force: "quick" or "full" (that of :func:`start`, else ``COURSE_PROFILE``, else "quick")."""
    return _active or _checked(os.environ.get("COURSE_PROFILE") or "quick")


def pick(quick, full):
    """The value for the profile in force: ``EPOCHS = pick(quick=20, full=200)``."""
    return quick if profile() == "quick" else full


_NAMES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def _checked(name: str) -> str:
    if name not in PROFILES:
        raise CourseError(f"profile must be 'quick' or 'full'; got {name!r} (from start(profile=…) or COURSE_PROFILE)")
    return name


def _accelerators(backend: str) -> str:
    """ ", 1 GPU" or nothing: how many accelerators the backend sees."""
    if backend == "tensorflow":
        import tensorflow as tf

        count = len(tf.config.list_physical_devices("GPU"))
    elif backend == "jax":
        import jax

        count = sum(device.platform != "cpu" for device in jax.devices())
    else:
        import torch

        count = torch.cuda.device_count()
    return f", {count} GPU" + "s" * (count > 1) if count else ""
