"""Make what ships with stage 7, with the notebook's own functions: results.json, rings.npz (seed 0) and painter.npz.

    python data/stage_07/make.py curves ring paintings equal_rates baselines painter

A name makes one part; the others stay as they are. Two parts of their own are real clothes, fashion.json and fashion.npz, and
photographs, cifar10.json and cifar10.npz:

    python data/stage_07/make.py fashion
    python data/stage_07/make.py cifar10

Both are taken as the course's loader has them; Fashion-MNIST from ``datasets/fashion-mnist`` in the folder KERAS_HOME, where it is set.
"""

import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_utils import training
from course_utils.datasets import images
from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions

HERE = ROOT / "data" / "stage_07"
SEEDS = range(5)
PREPARED = {  # what the functions of the notebook need besides each other
    "artist", "bounds", "z_shown", "centres", "blobs", "z_ring", "collection", "real_pictures", "real_styles", "judge",
    "judge_features", "real_features", "ordered", "digits", "digit_pictures", "reader", "reader_features", "test_digits",
    "wanted_digits", "beta", "left",
}  # fmt: skip
TRAININGS = {"judge.fit", "reader.fit"}


def notebook_scope(judges: bool = True) -> dict:
    """The notebook's functions, constants and data, and its two judges, trained where ``judges`` is True; nothing else is run."""
    return definitions(7, PREPARED, {"keras.utils.set_random_seed"} | (TRAININGS if judges else set()))


def curves(d: dict) -> dict:
    """Five generators of curves: share within the bounds and KS distance."""
    pairs = [d["curve_scores"](np.asarray(d["curve_gan"](seed)[0](d["z_shown"]))) for seed in SEEDS]
    return {"inside": [round(float(a), 4) for a, _ in pairs], "ks": [round(float(b), 4) for _, b in pairs]}


def ring(d: dict) -> dict:
    """Five games of each recipe: blobs covered and share of good samples; the points of seed 0 go to rings.npz."""
    found, drawn = {}, {}
    for name, recipe in d["RECIPES"].items():
        points = [np.asarray(d["ring_gan"](seed, **recipe)[0](d["z_ring"])) for seed in SEEDS]
        pairs = [d["ring_scores"](one) for one in points]
        found[name] = {"covered": [int(a) for a, _ in pairs], "good": [round(float(b), 4) for _, b in pairs]}
        drawn[name.replace(" ", "_")] = points[0][:800].astype("float16")
        print(name, found[name], flush=True)
    np.savez_compressed(HERE / "rings.npz", **drawn)
    return found


def paintings(d: dict) -> dict:
    """Five short trainings on the paintings, each measured on 1,000 pictures."""
    rows = []
    for seed in SEEDS:
        painter, _ = d["train_painter"](d["real_pictures"], d["real_styles"], d["painting_networks"], d["STEPS"], seed)
        rows.append(d["picture_scores"](d["paint"](painter, d["ordered"]), d["ordered"]))
        print(seed, rows[-1], flush=True)
    return {key.lower(): [round(float(row[key]), 4) for row in rows] for key in rows[0]}


def equal_rates(d: dict) -> dict:
    """One training whose two rates are equal and do not fade; half of the pictures are mirrored."""
    from course_utils.gans.players import compile_game

    rounds, filters = 2500, 24
    d["keras"].utils.set_random_seed(0)
    networks = d["painting_networks"](filters)
    copy = d["twin"](networks[0])
    game = compile_game(d["two_players"](*networks, rates=(1e-3, 1e-3)), (copy, networks[0]), decay=0.995)
    pictures, styles = 2 * d["real_pictures"] - 1, d["style_numbers"](d["real_styles"])
    rng = np.random.default_rng(1)
    for _ in range(rounds // 50):
        rows = rng.integers(len(pictures), size=(50, 1, 32))
        z = rng.uniform(-1, 1, (2, *rows.shape, d["LATENT"])).astype("float32")
        mirrored = rng.random((*rows.shape, 1, 1, 1)) < 0.5
        real = np.where(mirrored, pictures[rows][..., ::-1, :], pictures[rows])
        last = game(discriminator=(real, z[0], styles[rows]), generator=(z[1], styles[rows]))
    _, told_real, told_generated = last["discriminator"].mean(axis=0)
    found = d["picture_scores"](d["paint"](copy, d["ordered"]), d["ordered"])
    told = {"real": told_real, "generated": told_generated}
    numbers = {key.lower(): round(float(value), 4) for key, value in (found | told).items()}
    return {"seed": 0, "rounds": rounds, "filters": filters} | numbers


def baselines(d: dict) -> dict:
    """What the two baselines and other real pictures score, by the judge that measured the rest."""
    fresh, ordered = d["datasets"].load("paintings", samples=1250, test_share=0.8, seed=1), d["ordered"]
    made = {
        "other real pictures": (fresh.x_test, fresh.y_test),
        "flat colour": (d["flat_colours"](ordered), ordered),
        "normal in PCA space": (d["by_components"](ordered), ordered),
    }
    return {
        name: {key.lower(): round(float(value), 4) for key, value in d["picture_scores"](*pair).items()}
        for name, pair in made.items()
    }


def painter(d: dict) -> dict:
    """The generator that ships, painter.npz, and what it scores."""
    trained = d["train_master"]()
    training.save_weights(trained, HERE / "painter.npz")
    found = d["picture_scores"](d["paint"](trained, d["ordered"]), d["ordered"])
    return {"seed": 0} | {key.lower(): round(float(value), 4) for key, value in found.items()}


# --- real pictures -------------------------------------------------------------------------------------------------

ROUNDS, REAL_FILTERS = 6_000, 24  # in the full profile: 40,000 and 64
TAUGHT = 10_000  # pictures that a classifier is taught with


def clothes(d: dict) -> tuple:
    """Pictures, classes, names as ``full_data`` gives them, and where they come from."""
    said = {"name": "Fashion-MNIST", "licence": "MIT"}
    home = os.environ.get("KERAS_HOME")
    if not home:
        return *d["full_data"]("fashion_mnist"), said | {"from": "the publisher's archive, verified"}
    folder = Path(home) / "datasets" / "fashion-mnist"
    files = [folder / f"train-{part}.gz" for part in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    pictures, styles = (images.read_idx(file) for file in files)
    pictures = np.pad(pictures.astype("float32") / 255, ((0, 0), (2, 2), (2, 2)))[..., None]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return (
        pictures,
        styles.astype("int64"),
        list(images._CLASSES["fashion_mnist"]),
        said | {"from": "a copy", "sha256": digests},
    )


def photographs(d: dict) -> tuple:
    """The same of CIFAR-10."""
    return *d["full_data"]("cifar10"), {"name": "CIFAR-10", "licence": "none stated", "from": "as loaded"}


def by_class(d: dict, made, wanted, judge, features, kept) -> dict:
    """For each class: the share that the judge tells as ordered, and how far apart two pictures are over real ones."""
    told = judge.predict(made, batch_size=250, verbose=0).argmax(axis=1)
    own, real = (features.predict(part, batch_size=250, verbose=0) for part in (made, kept[0]))

    def apart(rows):
        return np.sqrt(2 * rows.var(axis=0).sum())  # root mean square distance of two of them

    classes = np.unique(wanted)
    return {
        "right": [float(np.mean(told[wanted == k] == k)) for k in classes],
        "variety": [float(apart(own[wanted == k]) / apart(real[kept[1] == k])) for k in classes],
    }


def blurred(pictures):
    """The same pictures without detail: the mean of each 4 × 4 pixels in their place."""
    n, height, width, channels = pictures.shape
    means = np.reshape(pictures, (n, height // 4, 4, width // 4, 4, channels)).mean(axis=(2, 4), keepdims=True)
    return np.broadcast_to(means, (n, height // 4, 4, width // 4, 4, channels)).reshape(pictures.shape)


def taught_by(d: dict, pictures, styles, kept) -> float:
    """Accuracy on real pictures of a classifier that was taught with these alone."""
    judge, _ = d["full_judge"](pictures, styles, epochs=12)
    told = judge.predict(kept[0], batch_size=250, verbose=0).argmax(axis=1)
    return float(np.mean(told == kept[1]))


def real(d: dict, part: str, seed: int = 0) -> None:
    """The full-size recipe on real pictures with fewer filters and rounds: PART.json and, of seed 0, PART.npz."""
    began = time.process_time()
    pictures, styles, names, origin = REAL[part](d)
    learn, kept = d["set_apart"](pictures, styles)
    judge, features = d["full_judge"](*learn)
    told = judge.predict(kept[0], batch_size=250, verbose=0).argmax(axis=1)
    wanted = np.repeat(np.arange(len(names)), 200)
    many = np.arange(TAUGHT) % len(names)
    rng = np.random.default_rng(0)

    def measured(made, kinds):
        return {k.lower(): round(v, 4) for k, v in d["full_scores"](made, kinds, kept, judge, features).items()}

    drawn = d["by_components"](many, pictures=learn[0], kinds=learn[1])
    two_hundred = np.concatenate([np.flatnonzero(many == k)[:200] for k in range(len(names))])
    baselines = {
        "other real pictures": measured(kept[0][-2000:], kept[1][-2000:]),
        "normal in PCA space": measured(drawn[two_hundred], wanted),
        "noise": measured(rng.random((len(wanted), *pictures.shape[1:])).astype("float32"), wanted),
    }
    print("judge", np.mean(told == kept[1]), baselines, f"{time.process_time() - began:.0f} CPU seconds", flush=True)
    rows, films = [], []
    progress = Path(tempfile.gettempdir()) / f"course_{part}_{seed}.json"

    def look(painter):
        """Measure, and write down what was found so far."""
        rows.append(
            {"rounds": (len(rows) + 1) * (ROUNDS // 20)} | measured(d["paint"](painter, wanted, classes=10), wanted)
        )
        films.append(d["paint"](painter, np.arange(10), seed=3, classes=10))
        rows[-1]["cpu_seconds"] = round(time.process_time() - began)
        print(rows[-1], flush=True)
        progress.write_text(json.dumps({"baselines": baselines, "rows": rows}), encoding="utf-8")
        training.save_weights(painter, progress.with_name(f"course_{part}_{seed}") / "painter.npz")
        return d["draw"].sheet({"now": np.squeeze(films[-1])}, "What it paints")

    painter = d["train_full"](learn, ROUNDS, REAL_FILTERS, seed, look)
    made = d["paint"](painter, many, seed=1, classes=10)
    same = rng.permutation(len(learn[0]))[:TAUGHT]
    fresh, copies = kept[0][:400], made[:400]
    run = {
        "rows": rows,
        "by_class": by_class(d, made[two_hundred], wanted, judge, features, kept),
        "taught": {
            "generated": taught_by(d, made, many, kept),
            "normal in PCA space": taught_by(d, drawn, many, kept),
            "real": taught_by(d, learn[0][same], learn[1][same], kept),
        },
        "nearest": {
            name: round(float(np.median(d["scores"].nearest(part, learn[0])[1])), 4)
            for name, part in (("generated", copies), ("fresh real", fresh), ("fresh real, blurred", blurred(fresh)))
        },
        "cpu_seconds": round(time.process_time() - began),
    }
    path = HERE / f"{part}.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"runs": {}}
    record = {
        "command": f"python data/stage_07/make.py {part}",
        "data": origin | {"learnt": len(learn[0]), "set apart": len(kept[0])},
        "machine": "one CPU core",
        "versions": _versions(),
        "rounds": ROUNDS,
        "filters": REAL_FILTERS,
        "classes": names,
        "judge": round(float(np.mean(told == kept[1])), 4),
        "baselines": baselines,
        "runs": record["runs"] | {str(seed): run},
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if seed == 0:
        edge = slice(2, 30) if pictures.shape[-1] == 1 else slice(None)  # clothes have a margin
        clip = lambda x: np.squeeze((255 * np.asarray(x)[..., edge, edge, :]).round().astype("uint8"))  # noqa: E731
        ten = np.concatenate([np.flatnonzero(many == k)[:10] for k in range(10)])
        parts = {"generated": clip(made[ten]), "films": clip(np.stack(films)[[0, 1, 3, 7, 19]])}
        if origin["licence"] == "MIT":  # others may not be handed on
            five = np.concatenate([np.flatnonzero(kept[1] == k)[:5] for k in range(10)])
            parts["real"] = clip(kept[0][five])
        np.savez_compressed(HERE / f"{part}.npz", **parts)


REAL = {"fashion": clothes, "cifar10": photographs}  # the parts that are real pictures


def _versions() -> dict:
    return {"python": platform.python_version()} | {
        name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy", "scikit-learn")
    }


def _write(**parts) -> None:
    path = HERE / "results.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    record |= parts
    record["versions"] = _versions()
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    """Make the parts named."""
    makers = {
        "curves": curves,
        "ring": ring,
        "paintings": paintings,
        "equal_rates": equal_rates,
        "baselines": baselines,
        "painter": painter,
    }
    unknown = [name for name in names if name not in {**makers, **REAL}]
    if unknown or not names:
        raise SystemExit(f"no part {', '.join(unknown)}; there are: {', '.join((*makers, *REAL))}")
    d = notebook_scope(judges=not set(names) <= set(REAL))
    d["live"].show = lambda *rest: None  # progress bars have no place on a terminal
    for name in names:
        if name in REAL:
            real(d, name)
            continue
        began = time.process_time()
        found = makers[name](d)
        spent = round(time.process_time() - began)
        _write(
            **({"ring": found, "ring_cpu_seconds": spent} if name == "ring" else {name: found | {"cpu_seconds": spent}})
        )
        print(name, found, spent, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
