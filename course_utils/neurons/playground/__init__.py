"""A small network that learns before your eyes: ``from course_utils.neurons.playground import playground; playground()``."""

from .widget import playground

__all__ = ["playground"]
