"""Makes the results that stage 6 shows beside its own runs: ``python data/stage_06/make.py PART [SEED …]``.

PART ``first_half`` runs the cells of the notebook's sections 1 to 3 with another SEED (0 to 4 where none are given): another
division of the digits, other noise, other first weights. ``first_half.json`` keeps what each claim measured, and the
tables behind the figures. PART ``second_half`` does the same with sections 4 and 5: other dates and scenes, other first
weights. The captioner has five epochs there, ``short_captions`` trains it for four, as the notebook does, ``longer_captions`` for ten;
``longer_dates`` trains the decoder of dates without attention eight times as long; ``longer`` trains a denoiser
five times as long. PART ``photographs`` trains an eye and a captioner on Flickr8k, which has to lie in the folder that COURSE_DATA
names (as the course's data cards say). Seeds that are in the file already are kept, so that a long job can be done in parts.
"""

import ast
import json
import platform
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from course_utils.networks.resnet import basic_block
from course_utils.stages import ROOT, find
from course_utils.tools.definitions import selected
from course_utils.tools.notebooks import read

HERE = ROOT / "data" / "stage_06"
SEEDS = (0, 1, 2, 3, 4)
LONG_DATES = 40  # epochs of the decoder of dates without attention, in longer_dates; in the notebook five
DATE_NAMES = (
    "UNITS", "LETTER", "DATE_EPOCHS", "BATCH", "date_reader", "date_writer", "masked_loss", "warmed_up", "train_dates",
    "logits_of", "greedy", "date_texts",
)  # fmt: skip
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


HALVES = (("## 1 · ", "## 4 · "), ("## 4 · ", "## 6"))  # each: the first section that is run, and the first that is not
SHIPPED = {
    "FIVE",
    "gains",
    "ahead",
    "FIVE_AGAIN",
    "seeds",
    "shipped",
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


def run(seed: int, wanted=lambda heading: True, half: int = 0, defined: tuple[str, ...] = ()) -> tuple[dict, Ledger]:
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
    s, _ = run(seed, lambda heading: heading.startswith(wanted), 1, ("Teacher", "Attention", "Greedy", "Training"))
    parts = {"train": s["scene_train"], "test": s["scene_test"], "held out": s["scene_new"]}
    grids = {name: s["features"].predict(part.images, batch_size=500, verbose=0) for name, part in parts.items()}
    pair = s["train_mouth"](grids["train"], s["scene_captions"], seed, epochs)
    return {"captions": right_of(s, pair, grids)}


def longer_dates(seed: int) -> dict:
    """The decoder without attention, trained eight times as long: share of test dates that are exactly right."""
    s, _ = run(seed, lambda heading: heading.startswith(("4 · From", "Symbols into")), half=1)
    selected(6, DATE_NAMES, s)["DATE_EPOCHS"] = LONG_DATES
    said = s["date_texts"](s["greedy"](*s["train_dates"](False, seed), s["x_dates"]["test"], s["WRITE"] - 1))
    return {"dates": {"without attention": np.mean(np.array(said) == np.array(s["written"]["test"].standard))}}


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


# --- Full size: photographs ------------------------------------------------------------------------------------------

PHOTO_NAMES = (  # what the photographs need of sections 1, 4 and 5, besides the set-up cell
    "chain", "PAD", "START", "END", "as_numbers", "as_symbols", "masked_loss", "warmed_up", "logits_of", "greedy",
    "WORDS", "SAY", "MOUTH", "GRID", "ticks", "corners", "COORDINATES", "Located", "places_network", "mouth_network",
    "train_mouth", "PHOTO_SIDE", "MARGIN", "photo_eye", "asking", "moved", "common_words", "word_shares", "small_photographs",
    "train_photo_eye", "photo_grids", "photo_captions",
)  # fmt: skip
EYE_EPOCHS = 16
MOUTH_EPOCHS = (3, 6)  # the one that is best on the validation photographs is tested
BLIND_EPOCHS = 2


def told(*what) -> None:
    print(*what, file=sys.stderr, flush=True)


def with_progress(items, what, total=None):
    """Stands in for ``live.progress`` on a terminal: a line for each tenth of the way."""
    items, began = list(items), time.process_time()
    for done, item in enumerate(items, 1):
        yield item
        if done * 10 // len(items) > (done - 1) * 10 // len(items):
            told(f"{what}: {done} of {len(items)}, {time.process_time() - began:.0f} CPU seconds")


def photo_scope(seed: int) -> dict:
    """The notebook's set-up, and its functions that captions of photographs need."""
    space, _ = run(seed, lambda heading: False)
    space["live"].progress = with_progress
    return selected(6, PHOTO_NAMES, space | {"Counter": Counter, "basic_block": basic_block})


def photographs(seed: int, folder: str = "flickr8k") -> dict:
    """The lesson's captioner on Flickr8k, with an eye that was trained on its training photographs, and baselines.

    The eye is kept in the folder for temporary files, so that a run that was stopped goes on behind it.
    """
    s = photo_scope(seed)
    parts = {split: s["datasets"].load(folder, split=split) for split in ("train", "validation", "test")}
    eye, asked, curve, eye_seconds, before = kept_eye(s, parts, seed)
    views = {"learn": s["photo_grids"](parts["train"], eye)}
    views |= {name: s["photo_grids"](parts[name], eye) for name in ("validation", "test")}
    test, scored = parts["test"].captions, {}

    def score(texts, part="test"):
        found = {f"BLEU-{n}": s["wording"].bleu(texts, parts[part].captions, n).score for n in (1, 4)}
        return found | {"different": len(set(texts)) / len(texts)}

    sayings = {}
    for epochs in MOUTH_EPOCHS:
        sayings[epochs] = s["photo_captions"](views, parts["train"], seed, epochs)
        scored[epochs] = score(sayings[epochs]["validation"], "validation")
        told(epochs, "epochs", scored[epochs], sayings[epochs]["validation"][:3])
    best = max(MOUTH_EPOCHS, key=lambda epochs: scored[epochs]["BLEU-4"])
    said = sayings[best]["test"]
    blank = {name: 0 * grids for name, grids in views.items() if name != "validation"}
    table = {"captioner": said, "blind": s["photo_captions"](blank, parts["train"], seed, BLIND_EPOCHS)["test"]}
    table |= photo_baselines(s, parts, views)
    result = {
        "cpu_seconds_before": before,
        "photographs": {name: len(part) for name, part in parts.items()},
        "eye": {"epochs": EYE_EPOCHS, "curve": curve, "words": words_seen(s, parts, asked), "cpu_seconds": eye_seconds},
        "validation": scored,
        "epochs": best,
        "test": {name: score(texts) for name, texts in table.items()} | {"a person": one_against_four(s, test)},
        "captions": spread(s, said, parts["test"]),
    }  # fmt: skip
    told(json.dumps(rounded(result["test"])))
    return result


def kept_eye(s: dict, parts: dict, seed: int) -> tuple:
    """``train_photo_eye``, or what an earlier run has kept of it: eye, questions, curve, its CPU seconds, those spent before."""
    path = Path(tempfile.gettempdir()) / f"course_photo_eye_{seed}_{EYE_EPOCHS}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as file:
            seconds, curve = (
                float(file["seconds"]),
                {name: file[name].tolist() for name in ("training", "validation")},
            )
            weights = [file[f"weight_{k}"] for k in range(len(file.files) - 3)]
        eye, asked = s["asking"](weights[-1].size)
        asked.set_weights(weights)
        return eye, asked, curve, seconds, seconds
    began = time.process_time()
    eye, asked, curve = s["train_photo_eye"](parts["train"], parts["validation"], seed, EYE_EPOCHS)
    seconds = time.process_time() - began
    told("eye:", {name: values[-1] for name, values in curve.items()}, f"{seconds:.0f} CPU seconds")
    weights = {f"weight_{k}": weight for k, weight in enumerate(asked.get_weights())}
    np.savez(path, seconds=seconds, **curve, **weights)
    return eye, asked, curve, seconds, 0.0


def words_seen(s: dict, parts: dict, asked) -> dict:
    """Area under the ROC curve, on test photographs: word → does the eye tell whether a caption has it?

    Words that at least 30 of the photographs have in a caption, and 30 have not.
    """
    names = s["common_words"](parts["train"], asked.output_shape[-1])
    logits = asked.predict(s["small_photographs"](parts["test"]), batch_size=64, verbose=0)
    has = s["word_shares"](parts["test"], names) > 0
    return {
        name: s["roc_auc_score"](there, logit)
        for name, there, logit in zip(names, has.T, logits.T, strict=True)
        if min(there.sum(), (~there).sum()) >= 30
    }


def photo_baselines(s: dict, parts: dict, views: dict) -> dict:
    """Captions without a decoder: the commonest one, and the first one of the nearest training photograph in two senses."""
    train, test = parts["train"], parts["test"]
    commonest = Counter(text for some in train.captions for text in some).most_common(1)[0][0]

    def colours(photographs):
        return np.stack(
            [np.histogramdd(one.reshape(-1, 3), bins=(4, 4, 4), range=[(0, 256)] * 3)[0].ravel() / one[..., 0].size
             for one in s["small_photographs"](photographs)]
        )  # fmt: skip

    seen = {name: grids.mean(axis=(1, 2), dtype="float32") for name, grids in views.items()}
    spaces = {
        "nearest by colours": (colours(train), colours(test), "cityblock"),
        "nearest by the eye": (seen["learn"], seen["test"], "cosine"),
    }
    table = {"commonest caption": [commonest] * len(test)}
    for name, (known, asked, metric) in spaces.items():
        nearest = s["cdist"](asked, known, metric).argmin(axis=1)
        table[name] = [train.captions[k][0] for k in nearest]
    return table


def one_against_four(s: dict, captions) -> dict:
    """The last caption of each photograph, marked by the others: one reference fewer than the networks have."""
    said, others = [some[-1] for some in captions], [some[:-1] for some in captions]
    found = {f"BLEU-{n}": s["wording"].bleu(said, others, n).score for n in (1, 4)}
    return found | {"different": len(set(said)) / len(said)}


def spread(s: dict, said, photographs, count: int = 12) -> list[dict]:
    """Captions from the best to the worst by their own BLEU, at even distances; with the words that no person has used."""
    marks = [
        s["wording"].sentence_bleu(text, some).score for text, some in zip(said, photographs.captions, strict=True)
    ]
    order = np.argsort(-np.array(marks), kind="stable")
    rows = []
    for k in order[np.linspace(0, len(order) - 1, count).round().astype(int)]:
        used = {word for text in photographs.captions[k] for word in text.split()}
        alone = sorted({word for word in said[k].split() if word not in used})
        rows.append(
            {"photograph": photographs.paths[k].name, "said": said[k], "BLEU-4": marks[k], "nobody said": alone}
        )
    return rows


# --- The file --------------------------------------------------------------------------------------------------------


def rounded(value):
    """Dictionaries and lists of plain numbers with four decimals, six below 0.1."""
    if isinstance(value, dict):
        return {str(key): rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(part) for part in value]
    if isinstance(value, str | int):
        return value
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
        found = rounded(globals()[part](seed))
        before -= found.pop("cpu_seconds_before", 0)  # of a run that was stopped and went on
        for name, value in found.items():
            record["results"].setdefault(name, []).append(value)
        record = {
            "command": f"python data/stage_06/make.py {part}",
            "seeds": record["seeds"] + [seed],
            "machine": "one CPU core" if part == "photographs" else "two CPU cores",
            "versions": {"python": platform.python_version()}
            | {n: version(n) for n in ("keras", "tensorflow", "numpy", "scipy", "scikit-image", "scikit-learn", "PyWavelets")},
            "cpu_seconds": round(record["cpu_seconds"] + time.process_time() - before),
            "results": record["results"],
        }  # fmt: skip
        path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        print(part, seed, record["cpu_seconds"], "CPU seconds so far", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], tuple(map(int, sys.argv[2:])) or SEEDS)
