"""How results are put together and written: merging, text of JSON and tables, arrays and weights, whole files or none."""

import csv
import io
import json
import os
import re
from pathlib import Path

import numpy as np

__all__ = ["aligned", "halved", "merged", "read", "rounded", "rows", "store", "table", "text", "write"]


def merged(old, new):
    """``new`` put into ``old``: dictionaries key by key, lists of rows with a ``"seed"`` row by row; all else takes the old one's place."""
    if isinstance(old, dict) and isinstance(new, dict):
        both = old | {key: merged(old.get(key), value) for key, value in new.items()}
        return dict(sorted(both.items(), key=lambda one: int(one[0]))) if all(key.isdigit() for key in both) else both
    if _by_seed(old) and _by_seed(new):
        rows = {}
        for row in [*old, *new]:
            key = row.get("width", 0), row["seed"]
            rows[key] = merged(rows.get(key), row)
        return [rows[key] for key in sorted(rows)]
    return new


def halved(model):
    """The model with its weights rounded to half precision, as they are when they have been stored."""
    model.set_weights([weight.astype("float16").astype(weight.dtype) for weight in model.get_weights()])
    return model


def rounded(value, digits: int = 4, small: int = 4):
    """The same, of plain numbers with so many decimals, ``small`` below 0.1: dictionaries, lists, arrays; other things stay as they are."""
    if isinstance(value, dict):
        return {str(key): rounded(one, digits, small) for key, one in value.items()}
    if isinstance(value, list | tuple) or getattr(value, "ndim", 0):
        return [rounded(one, digits, small) for one in value]
    return value if isinstance(value, str | int | None) else round(float(value), digits if abs(value) >= 0.1 else small)


def text(content: dict) -> str:
    """JSON with a line for each value, a list of numbers being one."""
    lines = json.dumps(content, ensure_ascii=False, indent=1)
    return re.sub(r'\[\s+([^][{}"]*?)\s+\]', lambda found: f"[{' '.join(found[1].split())}]", lines) + "\n"


def write(path: Path, content: str | bytes) -> None:
    """The whole file or nothing: what is there stays until the new file is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(new, path)


def read(path: Path) -> tuple[dict | list[dict], float]:
    """A file's own content, without what made it, and the CPU seconds that it took; of a table its rows, and 0."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file)), 0
    content = json.loads(path.read_text(encoding="utf-8"))
    for name in ("what", "command", "date", "machine", "versions"):
        content.pop(name, None)
    if isinstance(content.get("seeds"), list) and not (content["seeds"] and _by_seed(content["seeds"])):
        del content["seeds"]  # else runs by seed
    whole = isinstance(content.get("cpu_seconds"), int)  # else by seed or by network, a result as others
    return content, content.pop("cpu_seconds") if whole else 0


def table(lines: list[dict]) -> str:
    """Rows as text with commas, under the names of the columns."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return file.getvalue()


def rows(old: list[dict], new: list[dict], keys: tuple[str, ...]) -> list[dict]:
    """A table's rows, those of the runs that are made anew replaced; runs in the order in which their kinds came first.

    Args:
        keys: the columns that tell runs apart, the last one being the seed.
    """

    def run(row):
        return tuple(str(row[key]) for key in keys)

    kinds = list(dict.fromkeys(run(row)[:-1] for row in [*old, *new]))
    made = {run(row) for row in new}
    kept = [row for row in old if run(row) not in made]
    return sorted([*kept, *new], key=lambda row: (kinds.index(run(row)[:-1]), int(row[keys[-1]])))


def aligned(old, new, place: int, there: bool):
    """Lists with one entry a seed (or dictionaries of such), ``new`` with a single one: put in at its place, or over the one there."""
    if isinstance(new, dict):
        return (old or {}) | {key: aligned((old or {}).get(key), value, place, there) for key, value in new.items()}
    old = old or []
    return old[:place] + new + old[place + there :]


def store(path: Path, content) -> None:
    """Arrays by name, or the weights of a Keras model, into one .npz file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"new_{path.name}")
    if isinstance(content, dict):
        np.savez_compressed(new, **content)
    else:
        from ..training import save_weights

        save_weights(content, new)
    os.replace(new, path)


def _by_seed(value) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "seed" in row for row in value)
