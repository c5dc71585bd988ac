"""Makes the results that stage 6 shows beside its own runs: ``python data/stage_06/make.py PART [SEED …]``.

PART ``first_half`` runs the cells of the notebook's sections 1 to 3 with another SEED (0 to 4 where none are given): another
division of the digits, other noise, other first weights. ``first_half.json`` keeps what each claim measured, and the
tables behind the figures. PART ``second_half`` does the same with sections 4 and 5: other dates and scenes, other first
weights. The captioner has five epochs there, ``short_captions`` trains it for four, as the notebook does, ``longer_captions`` for ten; ``longer`` trains a denoiser
five times as long. Seeds that are in the file already are kept, so that a long job can be done in parts.
"""

import ast
import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from course_utils.notebooks import read
from course_utils.stages import find

HERE = Path(__file__).resolve().parent
SEEDS = (0, 1, 2, 3, 4)
SHORT, MIDDLE, LONG = 4, 5, 10  # epochs of the captioner: in the notebook, in second_half, in longer_captions


# --- Sections 1 to 3: autoencoders, denoising, uses ----------------------------------------------------------------


class Ledger:
    """Stands in for ``check``: writes down by how much each claim holds, and never stops the run.

    ``slack`` has, for each claim, what is left over its bound: above 0 where the claim holds.
    """

    def __init__(self):
        self.slack = {}

    def equal(self, value, expected, what, hint=""):
        self.slack[what] = 1.0 if np.array_equal(value, expected) else -1.0

    def close(self, value, expected, what, tol=1e-5, hint=""):
        value, expected = np.asarray(value, "float64"), np.asarray(expected, "float64")
        self.slack[what] = tol - float(np.max(np.abs(value - expected) / np.maximum(1, np.abs(expected))))

    def at_least(self, value, floor, what, hint=""):
        self.slack[what] = float(value) - floor

    def at_most(self, value, ceiling, what, hint=""):
        self.slack[what] = ceiling - float(value)

    def better(self, value, baseline, what, by=0.0, lower=False, hint=""):
        gain = float(baseline) - float(value) if lower else float(value) - float(baseline)
        self.slack[what] = gain - by


HALVES = (
    ("## 1 · ", "## 4 · "),
    ("## 4 · ", "## 6"),
)  # each: the first section that is run, and the first that is not
SHIPPED = {
    "FIVE",
    "gains",
    "ahead",
    "FIVE_AGAIN",
    "seeds",
    "by_name",
}  # what is made from the file that is being written here
TABLES = {
    "errors": lambda s: s["errors"],
    "neighbours": lambda s: s["neighbours"],
    "levels": lambda s: s["over"],
    "kinds": lambda s: s["table"],
    "photographs": lambda s: {"decibels": s["photo"], "ssim": s["photo_likeness"]},
    "vibration": lambda s: s["ratio"],
    "anomalies": lambda s: s["areas"],
    "few_labels": lambda s: s["shares"],
}


def lesson(half: int = 0) -> list[tuple[str, str]]:
    """(heading, source) of the set-up and of each code cell of one of ``HALVES``, exercises left out."""
    first, last = HALVES[half]
    cells, heading, inside = [], "set-up", False
    for cell in read(find(6).path).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("## "):
                    inside = first <= line < last
                if line.startswith(("## ", "### ")):
                    heading = line.lstrip("# ")
        elif "setup" in cell.metadata.get("tags", []):
            cells.append(("set-up", cell.source))
        elif inside and "nbgrader" not in cell.metadata:
            cells.append((heading, cell.source))
    return cells


def run(
    seed: int, wanted=lambda heading: True, half: int = 0, defined: tuple[str, ...] = ()
) -> tuple[dict, Ledger]:
    """The names that the lesson's cells define with a seed, and what their claims measured; headings can be chosen.

    Of the cells under one of the headings in ``defined`` only the functions and classes are taken.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    ledger, space = Ledger(), {"__name__": "lesson", "SEED": seed}
    for heading, source in lesson(half):
        tree = ast.parse(source)
        if heading != "set-up" and not wanted(heading):
            if not heading.startswith(defined or ("nothing",)):
                continue
            tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if names & SHIPPED:
            continue
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                name = getattr(statement.targets[0], "id", "")
                if name == "SEED" or (name == "EPOCHS" and half == 1):
                    statement.value = ast.Constant(seed if name == "SEED" else MIDDLE)
        exec(compile(ast.fix_missing_locations(tree), heading, "exec"), space)
        plt.close("all")
        if heading == "set-up":
            still = SimpleNamespace(progress=lambda items, *_: items, controls=lambda *_, **__: None)
            space |= {"check": ledger, "live": still, "print": lambda *_: None}
            space["plt"].show = lambda: None
    return space, ledger


def first_half(seed: int) -> dict:
    space, ledger = run(seed)
    return {"claims": ledger.slack} | {name: table(space) for name, table in TABLES.items()}


# --- Sections 4 and 5: dates and captions --------------------------------------------------------------------------


def right_of(s: dict, pair: tuple, grids: dict) -> dict:
    """Shares of captions that are exactly right, of unseen pictures and of held-out combinations."""
    right = {}
    for name, part in (("test", s["scene_test"]), ("held out", s["scene_new"])):
        said = s["sentences"](s["greedy"](*pair, grids[name], s["SAY"] - 1))
        right[name] = s["scenes"].correct(said, part.meanings).mean()
    return right


def second_half(seed: int) -> dict:
    """What the claims measured; shares of dates and of captions that are right; BLEU-4; the eye's four answers."""
    s, ledger = run(seed, lambda heading: not heading.startswith("At full size"), half=1)
    without = s["greedy"](*s["train_dates"](False, seed), s["x_dates"]["test"], s["WRITE"] - 1)
    same = np.array(s["date_texts"](without)) == np.array(s["written"]["test"].standard)
    one_vector = s["train_mouth"](s["grids"]["train"], s["scene_captions"], seed, s["EPOCHS"], glances=False)
    return {
        "claims": ledger.slack,
        "dates": {"without attention": same.mean(), "with attention": s["good"].mean()},
        "eye": s["named"],
        "captions": s["right"],
        "one vector": right_of(s, one_vector, s["grids"]),
        "baselines": s["share"],
        "search": {"beam": s["likelier"]},
        "bleu": s["overlap"],
        "lies": {name: row["BLEU-4"] for name, row in s["marks"].items()},
    }


def captions_after(epochs: int, seed: int) -> dict:
    """Shares of captions that are exactly right, after so many epochs."""
    wanted = ("4 · From", "Symbols into", "5 · From", "The eye", "The mouth")
    s, _ = run(
        seed, lambda heading: heading.startswith(wanted), 1, ("Teacher", "Attention", "Greedy", "Training")
    )
    parts = {"train": s["scene_train"], "test": s["scene_test"], "held out": s["scene_new"]}
    grids = {
        name: s["features"].predict(part.images, batch_size=500, verbose=0) for name, part in parts.items()
    }
    pair = s["train_mouth"](grids["train"], s["scene_captions"], seed, epochs)
    return {"captions": right_of(s, pair, grids)}


def short_captions(seed: int) -> dict:
    """As the notebook trains."""
    return captions_after(SHORT, seed)


def longer_captions(seed: int) -> dict:
    return captions_after(LONG, seed)


# --- Longer training of a denoiser ---------------------------------------------------------------------------------

SWEEP = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
DEFINITIONS = ("1 · Through", "2 · Noise", "Out, without", "Out, with")  # headings without long training
EPOCHS = 150  # five times those of the notebook


def longer(seed: int) -> dict:
    """The U-shaped denoiser, trained five times as long: mean PSNR on the lesson's test pictures at each level."""
    space, _ = run(seed, lambda heading: heading.startswith(DEFINITIONS))
    model = space["ready"](space["u_shaped"](), EPOCHS)
    space["learn"](model, space["any_level"], EPOCHS)
    truth = space["x_test"]
    noisy = [space["noise"].gaussian(truth, level, seed=seed + 2) for level in SWEEP]
    return {"U-shaped": [space["decibels"](space["clean"](model, y), truth) for y in noisy]}


# --- The file --------------------------------------------------------------------------------------------------------


def rounded(value):
    """Dictionaries and lists of plain numbers with four decimals, six below 0.1."""
    if isinstance(value, dict):
        return {str(key): rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(part) for part in value]
    return round(float(value), 4 if abs(value) >= 0.1 else 6)


def main(part: str, seeds: tuple[int, ...]) -> None:
    path = HERE / f"{part}.json"
    record = (
        json.loads(path.read_text(encoding="utf-8"))
        if path.exists()
        else {"seeds": [], "results": {}, "cpu_seconds": 0}
    )
    for seed in seeds:
        if seed in record["seeds"]:
            continue
        before = time.process_time()
        for name, value in rounded(globals()[part](seed)).items():
            record["results"].setdefault(name, []).append(value)
        record = {
            "command": f"python data/stage_06/make.py {part}",
            "seeds": record["seeds"] + [seed],
            "machine": "two CPU cores",
            "versions": {"python": platform.python_version()}
            | {n: version(n) for n in ("keras", "tensorflow", "numpy", "scipy", "scikit-image", "scikit-learn", "PyWavelets")},
            "cpu_seconds": round(record["cpu_seconds"] + time.process_time() - before),
            "results": record["results"],
        }  # fmt: skip
        path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        print(part, seed, record["cpu_seconds"], "CPU seconds so far", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], tuple(map(int, sys.argv[2:])) or SEEDS)
