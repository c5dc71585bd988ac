"""Make what ships with stage 7, with the notebook's own functions: five-seed results, the rings they drew, a generator.

    python data/stage_07/make.py curves ring paintings digits   # into results.json and rings.npz
    python data/stage_07/make.py painter 1500                # 1,500 more rounds for painter.npz, from where it stopped

The second command may be given again and again; what it needs to go on is kept beside this file, in painter_state.npz
(not part of the course).
"""

import ast
import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_utils.stages import find

HERE = Path(__file__).resolve().parent
SEEDS = range(5)
KEPT = {  # what the functions of the notebook need besides each other
    *(
        "artist",
        "bounds",
        "z_shown",
        "centres",
        "blobs",
        "z_ring",
        "collection",
        "real_pictures",
        "real_styles",
    ),
    *("judge", "judge_features", "real_features", "ordered", "digits", "digit_pictures", "reader"),
    *("reader_features", "test_digits", "wanted_digits", "beta", "left"),
}
CALLS = ("keras.utils.set_random_seed", "judge.fit", "reader.fit")


def definitions(training: bool = True) -> dict:
    """The notebook's functions, constants and data, and its two judges, trained if asked for; nothing else is run."""
    notebook = json.loads(find(7).path.read_text(encoding="utf-8"))
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or "nbgrader" in cell["metadata"]:
            continue
        source = "".join(cell["source"])
        if "setup" in cell["metadata"].get("tags", []):
            parts.append(source)
            continue
        kept = [ast.unparse(node) for node in ast.parse(source).body if _is_kept(node)]
        parts += [text for text in kept if training or ".fit(" not in text.splitlines()[0]]
    scope: dict = {}
    exec("\n\n".join(parts), scope)
    scope["live"].show = lambda *rest: None  # progress bars have no place on a terminal
    return scope


def _is_kept(node) -> bool:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) in CALLS
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
        return all(name.isupper() or name in KEPT for name in names)
    return False


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


def digits(d: dict) -> dict:
    """Five trainings on the digits, each measured on 1,000 pictures."""
    features = d["reader_features"].predict(d["test_digits"], verbose=0)
    rows = []
    for seed in SEEDS:
        scribe = d["train_scribe"](seed)
        made = d["paint"](scribe, d["wanted_digits"], classes=10)
        rows.append(
            d["picture_scores"](made, d["wanted_digits"], d["reader_features"], features, d["reader"])
        )
        print(seed, rows[-1], flush=True)
    return {key.lower(): [round(float(row[key]), 4) for row in rows] for key in rows[0]}


def painter(d: dict, rounds: int) -> None:
    """Train the generator that ships for some more rounds, and store it and what it needs to go on."""
    from course_utils.gan_training import compile_game
    from course_utils.networks import gan

    keras, state = d["keras"], HERE / "painter_state.npz"
    keras.utils.set_random_seed(0)
    networks = d["painting_networks"](d["MASTER_FILTERS"])
    copy = d["twin"](networks[0])
    players = d["two_players"](*networks, rates=(5e-4, 5e-4))
    game = compile_game(players, (copy, networks[0]), decay=0.998)
    variables = [v for part in (*networks, copy) for v in part.variables]
    variables += [v for player in players.values() for v in player.optimizer.variables]
    done, spent = 0, 0.0
    if state.exists():
        with np.load(state) as file:
            done, spent = int(file["done"]), float(file["spent"])
            for k, variable in enumerate(variables):
                variable.assign(file[f"v{k}"])
    data, rng = (
        (2 * d["real_pictures"] - 1, d["style_numbers"](d["real_styles"])),
        np.random.default_rng(done + 1),
    )
    began = time.process_time()
    for player in players.values():
        player.optimizer.learning_rate = 5e-4 if done < d["MASTER_CALM"] else 1e-4
    for _ in range(rounds // 50):
        rows = rng.integers(len(data[0]), size=(50, 1, 32))
        z = rng.uniform(-1, 1, (2, *rows.shape, d["LATENT"])).astype("float32")
        batches = tuple(part[rows] for part in data)
        batches[0][..., :] = np.where(
            rng.random((*rows.shape, 1, 1, 1)) < 0.5, batches[0][..., ::-1, :], batches[0]
        )
        last = game(discriminator=(batches[0], z[0], batches[1]), generator=(z[1], batches[1]))
    done, spent = done + rounds, spent + time.process_time() - began
    np.savez(state, done=done, spent=spent, **{f"v{k}": np.asarray(v) for k, v in enumerate(variables)})
    gan.save_weights(copy, HERE / "painter.npz")
    found = d["picture_scores"](d["paint"](copy, d["ordered"]), d["ordered"])
    _write(
        painter={key.lower(): round(float(v), 4) for key, v in found.items()}
        | {"rounds": done, "cpu_seconds": round(spent)}
    )
    print(done, round(spent), found, last["discriminator"].mean(axis=0), flush=True)


def _write(**parts) -> None:
    path = HERE / "results.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    record |= parts
    record["versions"] = {"python": platform.python_version()} | {
        name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy", "scikit-learn")
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    """Make the parts named."""
    makers = {"curves": curves, "ring": ring, "paintings": paintings, "digits": digits}
    unknown = [name for name in names if name not in {*makers, "painter"} and not name.isdigit()]
    if unknown or not names:
        raise SystemExit(f"no part {', '.join(unknown)}; there are: {', '.join([*makers, 'painter ROUNDS'])}")
    d = definitions()
    if names[0] == "painter":
        painter(d, int(names[1]) if len(names) > 1 else 1500)
        return
    for name in names:
        began = time.process_time()
        found = makers[name](d)
        _write(
            **{name: found | {"cpu_seconds": round(time.process_time() - began)}}
            if name != "ring"
            else {name: found, "ring_cpu_seconds": round(time.process_time() - began)}
        )
        print(name, found if name != "ring" else "", round(time.process_time() - began), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
