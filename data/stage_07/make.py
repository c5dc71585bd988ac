"""Make what ships with stage 7, with the notebook's own functions: results.json, rings.npz (seed 0) and painter.npz.

    python data/stage_07/make.py curves ring paintings equal_rates painter

A name makes one part; the others stay as they are.
"""

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_utils import training
from course_utils.definitions import definitions

HERE = Path(__file__).resolve().parent
SEEDS = range(5)
PREPARED = {  # what the functions of the notebook need besides each other
    "artist", "bounds", "z_shown", "centres", "blobs", "z_ring", "collection", "real_pictures", "real_styles", "judge",
    "judge_features", "real_features", "ordered", "digits", "digit_pictures", "reader", "reader_features", "test_digits",
    "wanted_digits", "beta", "left",
}  # fmt: skip
TRAININGS = {"judge.fit", "reader.fit"}


def notebook_scope(judges: bool = True) -> dict:
    """The notebook's functions, constants and data, and its two judges, trained where ``judges`` is True; nothing else is run."""
    scope = definitions(7, PREPARED, {"keras.utils.set_random_seed"} | (TRAININGS if judges else set()))
    scope["live"].show = lambda *rest: None  # progress bars have no place on a terminal
    return scope


def curves(d: dict) -> dict:
    """Five generators of curves: share within the bounds and KS distance."""
    pairs = [d["curve_scores"](np.asarray(d["curve_gan"](seed)[0](d["z_shown"]))) for seed in SEEDS]
    return {
        "inside": [round(float(a), 4) for a, _ in pairs],
        "ks": [round(float(b), 4) for _, b in pairs],
    }


def ring(d: dict) -> dict:
    """Five games of each recipe: blobs covered and share of good samples; the points of seed 0 go to rings.npz."""
    found, drawn = {}, {}
    for name, recipe in d["RECIPES"].items():
        points = [np.asarray(d["ring_gan"](seed, **recipe)[0](d["z_ring"])) for seed in SEEDS]
        pairs = [d["ring_scores"](one) for one in points]
        found[name] = {
            "covered": [int(a) for a, _ in pairs],
            "good": [round(float(b), 4) for _, b in pairs],
        }
        drawn[name.replace(" ", "_")] = points[0][:800].astype("float16")
        print(name, found[name], flush=True)
    np.savez_compressed(HERE / "rings.npz", **drawn)
    return found


def paintings(d: dict) -> dict:
    """Five short trainings on the paintings, each measured on 1,000 pictures."""
    rows = []
    for seed in SEEDS:
        painter, _ = d["train_painter"](
            d["real_pictures"], d["real_styles"], d["painting_networks"], d["STEPS"], seed
        )
        rows.append(d["picture_scores"](d["paint"](painter, d["ordered"]), d["ordered"]))
        print(seed, rows[-1], flush=True)
    return {key.lower(): [round(float(row[key]), 4) for row in rows] for key in rows[0]}


def equal_rates(d: dict) -> dict:
    """One training whose two rates are equal and do not fade; half of the pictures are mirrored."""
    from course_utils.gan_training import compile_game

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


def painter(d: dict) -> dict:
    """The generator that ships, painter.npz, and what it scores."""
    trained = d["train_master"]()
    training.save_weights(trained, HERE / "painter.npz")
    found = d["picture_scores"](d["paint"](trained, d["ordered"]), d["ordered"])
    return {"seed": 0} | {key.lower(): round(float(value), 4) for key, value in found.items()}


def _write(**parts) -> None:
    path = HERE / "results.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    record |= parts
    record["versions"] = {"python": platform.python_version()} | {
        name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy", "scikit-learn")
    }
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    """Make the parts named."""
    makers = {
        "curves": curves,
        "ring": ring,
        "paintings": paintings,
        "equal_rates": equal_rates,
        "painter": painter,
    }
    unknown = [name for name in names if name not in makers]
    if unknown or not names:
        raise SystemExit(f"no part {', '.join(unknown)}; there are: {', '.join(makers)}")
    d = notebook_scope()
    for name in names:
        began = time.process_time()
        found = makers[name](d)
        spent = round(time.process_time() - began)
        _write(
            **(
                {"ring": found, "ring_cpu_seconds": spent}
                if name == "ring"
                else {name: found | {"cpu_seconds": spent}}
            )
        )
        print(name, found, spent, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
