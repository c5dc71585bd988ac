"""Answers from a saved model for the rows of a CSV file: ``python -m course_utils.three_ways.serve MODEL.keras ROWS.csv``.

The model brings its own preprocessing, so all that is needed is one column for each of its inputs, by name. A row that
can't be answered is named on stderr, with the reason; the others are answered.
"""

import csv
import math
import sys
from pathlib import Path

__all__ = ["main", "read_rows"]


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
        if missing := [name for name in inputs if name not in (reader.fieldnames or ())]:
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
    if math.isinf(value):
        raise ValueError(f"{name} must be finite; got {text!r}")
    return value


def main(arguments: list[str]) -> int:
    """Print ``row,probability`` for each good row; 0 if all were good, 1 if some were not, 2 if nothing could be done."""
    if len(arguments) != 2:
        print("usage: python -m course_utils.three_ways.serve MODEL.keras ROWS.csv", file=sys.stderr)
        return 2
    import tensorflow as tf  # string tensors are TensorFlow's alone

    from ..quiet import keras

    try:
        model = keras.saving.load_model(arguments[0], compile=False)
        good, bad = read_rows(arguments[1], {tensor.name: tensor.dtype for tensor in model.inputs})
    except (OSError, ValueError) as error:
        print(f"cannot serve: {error}", file=sys.stderr)
        return 2
    print("row,probability")
    if good:
        batch = {}
        for tensor in model.inputs:  # (rows, 1) each
            column = [[row[tensor.name]] for row in good.values()]
            batch[tensor.name] = tf.constant(column, "string" if tensor.dtype == "string" else "float32")
        for number, probability in zip(good, model.predict(batch, verbose=0)[:, 0], strict=True):
            print(f"{number},{probability:.6f}")
    for number, reason in bad.items():
        print(f"row {number} not answered: {reason}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
