"""Answers from a saved model for the rows of a CSV file: ``python -m course_utils.three_ways.serve MODEL.keras ROWS.csv``.

The model brings its own preprocessing, so all that is needed is one column for each of its inputs, by name. A row that
can't be answered is named on stderr, with the reason; the others are answered.
"""

import csv
import sys
from pathlib import Path

__all__ = ["answers", "main", "read_rows"]


def read_rows(path: str | Path, inputs: dict[str, str]) -> tuple[dict[int, dict], dict[int, str]]:
    """The good rows of a CSV file, and what is wrong with the others, both by row number (the first after the head is 1).

    An empty cell is a gap: NaN in a column of numbers, the empty name elsewhere.

    Args:
        path: a UTF-8 CSV file with a head.
        inputs: column name → "string" or a float dtype; further columns are ignored.
    Returns: row number → {column: float or str}, and row number → reason.
    Raises: ValueError for a file without rows or without one of the columns; OSError where it can't be read.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in inputs if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{Path(path).name} has no column {missing[0]!r}; it needs {', '.join(inputs)}")
        good, bad = {}, {}
        for number, row in enumerate(reader, 1):
            try:
                good[number] = {name: _cell(name, row[name], kind) for name, kind in inputs.items()}
            except ValueError as error:
                bad[number] = str(error)
    if not good and not bad:
        raise ValueError(f"{Path(path).name} has a head and no rows")
    return good, bad


def _cell(name: str, text: str | None, kind: str) -> float | str:
    if text is None:
        raise ValueError(f"{name} is missing: the row is too short")
    text = text.strip()
    if kind == "string":
        return text
    try:
        value = float(text) if text else float("nan")
    except ValueError:
        raise ValueError(f"{name} must be a number; got {text!r}") from None
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{name} must be finite; got {text!r}")
    return value


def answers(model, rows: dict[int, dict]) -> dict[int, float]:
    """The model's probability for each row, by row number.

    Args:
        model: a Keras model with named inputs of shape (rows, 1) and one output (rows, 1).
        rows: as :func:`read_rows` returns them, at least one.
    """
    import numpy as np
    import tensorflow as tf  # string tensors are TensorFlow's alone

    batch = {}
    for tensor in model.inputs:
        column = [row[tensor.name] for row in rows.values()]
        values = tf.constant(column) if tensor.dtype == "string" else tf.constant(np.float32(column))
        batch[tensor.name] = values[:, None]
    return dict(zip(rows, model.predict(batch, verbose=0)[:, 0].tolist(), strict=True))


def main(arguments: list[str] | None = None) -> int:
    """Print ``row,probability`` for each good row; 0 if all were good, 1 if some were not, 2 if nothing could be done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 2:
        print("usage: python -m course_utils.three_ways.serve MODEL.keras ROWS.csv", file=sys.stderr)
        return 2
    from ..quiet import keras

    try:
        model = keras.saving.load_model(arguments[0], compile=False)
        good, bad = read_rows(arguments[1], {tensor.name: tensor.dtype for tensor in model.inputs})
    except (OSError, ValueError) as error:
        print(f"cannot serve: {error}", file=sys.stderr)
        return 2
    print("row,probability")
    for number, probability in (answers(model, good) if good else {}).items():
        print(f"{number},{probability:.6f}")
    for number, reason in bad.items():
        print(f"row {number} not answered: {reason}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
