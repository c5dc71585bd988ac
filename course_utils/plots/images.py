"""Pictures in rows."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ..errors import CourseError
from .style import panels

__all__ = ["pictures"]


def pictures(
    images: Sequence[np.ndarray], title: str, labels: Sequence[str] = (), columns: int = 8, width: float = 1.2
) -> Figure:
    """A figure of pictures in a grid; those with one channel on a common scale of grey.

    Args:
        images: each (rows, columns), (rows, columns, 1) or (rows, columns, 3), colours from 0 to 1.
        title: the finding, over the whole figure.
        labels: above each picture.
        columns: of the grid.
        width: of one picture, inches.
    Raises: CourseError without a picture, or with another number of labels than pictures.
    """
    if not len(images) or (labels and len(labels) != len(images)):
        raise CourseError(f"pictures and labels must agree; got {len(images)} and {len(labels)}")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    figure, axes = panels(
        rows, columns, width=width, height=width * (1.22 if labels else 1.02) + 0.3 / rows, title=title
    )
    plain = [np.asarray(image) for image in images if np.ndim(image) == 2 or np.shape(image)[-1] == 1]
    low, high = (min(map(np.min, plain)), max(map(np.max, plain))) if plain else (0, 1)
    for place, axis in enumerate(axes.flat):
        axis.axis("off")
        if place < len(images):
            image = np.squeeze(np.asarray(images[place]))
            options = {"cmap": "gray", "vmin": low, "vmax": high} if image.ndim == 2 else {}
            axis.imshow(image, **options)
            if labels:
                axis.set_title(labels[place], fontsize=8, weight="normal", loc="center")
    return figure
