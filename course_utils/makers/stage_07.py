"""Stage 7: five seeds of each training of the notebook, the generator that ships, and the full-size recipe on real pictures."""

import time
from functools import cache

import numpy as np

from ..gans.players import compile_game
from ..live import Timer
from ..tools.definitions import definitions
from .files import halved, rounded
from .record import maker

PREPARED = {  # what the functions of the notebook need besides each other
    "artist", "bounds", "z_curves", "centres", "blobs", "z_ring", "collection", "real_pictures", "real_styles", "judge",
    "judge_features", "real_features", "ordered", "digits", "digit_pictures", "reader", "reader_features", "test_digits",
    "wanted_digits", "beta", "left",
}  # fmt: skip
TRAININGS = {"judge.fit", "reader.fit"}


@cache
def notebook(judges: bool = True) -> dict:
    """The notebook's functions, constants and data, and its two judges, trained where ``judges`` is True; nothing else is run."""
    return definitions(7, PREPARED, {"keras.utils.set_random_seed"} | (TRAININGS if judges else set()))


def in_small_letters(scores: dict) -> dict:
    return {key.lower(): value for key, value in rounded(scores).items()}


def on_paintings(nb: dict, generator) -> dict:
    """What a generator of paintings scores on 1,000 pictures, by the notebook's judge."""
    return in_small_letters(nb["picture_scores"](nb["paint"](generator, nb["ordered"]), nb["ordered"]))


def curves(seeds) -> dict:
    """Generators of curves: share within the bounds and KS distance."""
    nb = notebook()
    pairs = [nb["curve_scores"](np.asarray(nb["curve_gan"](seed)[0](nb["z_curves"]))) for seed in seeds]
    return {"curves": {"inside": rounded([inside for inside, _ in pairs]), "ks": rounded([ks for _, ks in pairs])}}


def ring(seeds) -> dict:
    """Games of each recipe on the ring: blobs covered and share of good samples; points of the first seed."""
    nb, found, drawn = notebook(), {}, {}
    for name, recipe in nb["RECIPES"].items():
        points = [np.asarray(nb["ring_gan"](seed, **recipe)[0](nb["z_ring"])) for seed in seeds]
        covered, good = zip(*[nb["ring_scores"](one) for one in points], strict=True)
        found[name] = {"covered": [int(number) for number in covered], "good": rounded(good)}
        drawn[name.replace(" ", "_")] = points[0][:800].astype("float16")
    return {"ring": found, "rings.npz": drawn}


def paintings(seeds) -> dict:
    """Short trainings on the paintings, each measured on 1,000 pictures."""
    nb, rows = notebook(), []
    for seed in seeds:
        data = nb["real_pictures"], nb["real_styles"]
        rows.append(on_paintings(nb, nb["train_painter"](*data, nb["painting_networks"], nb["STEPS"], seed)[0]))
    return {"paintings": {key: [row[key] for row in rows] for key in rows[0]}}


def equal_rates(_seeds) -> dict:
    """One training whose two rates are equal and do not fade; half of the pictures are mirrored."""
    nb, rounds, filters = notebook(), 2500, 24
    nb["keras"].utils.set_random_seed(0)
    networks = nb["painting_networks"](filters)
    copy = nb["twin"](networks[0])
    game = compile_game(nb["two_players"](*networks, rates=(1e-3, 1e-3)), (copy, networks[0]), decay=0.995)
    pictures, styles = 2 * nb["real_pictures"] - 1, nb["style_numbers"](nb["real_styles"])
    rng = np.random.default_rng(1)
    for _ in range(rounds // 50):
        rows = rng.integers(len(pictures), size=(50, 1, 32))
        z = rng.uniform(-1, 1, (2, *rows.shape, nb["LATENT"])).astype("float32")
        mirrored = rng.random((*rows.shape, 1, 1, 1)) < 0.5
        real = np.where(mirrored, pictures[rows][..., ::-1, :], pictures[rows])
        last = game(discriminator=(real, z[0], styles[rows]), generator=(z[1], styles[rows]))
    _, on_real, on_generated = last["discriminator"].mean(axis=0)
    judged = rounded({"real": on_real, "generated": on_generated})
    return {"equal_rates": {"seed": 0, "rounds": rounds, "filters": filters} | on_paintings(nb, copy) | judged}


def baselines(_seeds) -> dict:
    """What the two baselines and other real pictures score, by the judge that measured the rest."""
    nb = notebook()
    fresh, ordered = nb["datasets"].load("paintings", samples=1250, test_share=0.8, seed=1), nb["ordered"]
    made = {
        "other real pictures": (fresh.x_test, fresh.y_test),
        "flat colour": (nb["flat_colours"](ordered), ordered),
        "normal in PCA space": (nb["by_components"](ordered), ordered),
    }
    return {"baselines": {name: in_small_letters(nb["picture_scores"](*pair)) for name, pair in made.items()}}


def painter(_seeds) -> dict:
    """The generator that ships, and what it scores."""
    nb = notebook()
    generator = halved(nb["train_master"]())
    return {"painter.npz": generator, "painter": {"seed": 0} | on_paintings(nb, generator)}


PARTS = {
    "curves": curves, "ring": ring, "paintings": paintings, "equal_rates": equal_rates, "baselines": baselines, "painter": painter,
}  # fmt: skip


@maker(seeds=range(5), parts=PARTS, packages=("scipy", "scikit-learn"))
def results(seeds, parts):
    """Curves, the ring and paintings, the notebook's trainings again. All runs of each: the artist's curves, all recipes on the ring (points of seed
    0: rings.npz), the training on the paintings; a first attempt with equal rates; what the shipped generator, painter.npz, and the
    baselines score.
    """
    for part in parts:
        with Timer() as timer:
            found = PARTS[part](seeds)
        spent = round(timer.seconds)
        yield found | ({"ring_cpu_seconds": spent} if part == "ring" else {part: found[part] | {"cpu_seconds": spent}})


# --- real pictures -------------------------------------------------------------------------------------------------

ROUNDS, FILTERS = 6_000, 24  # in the full profile: 40,000 and 64
LESSONS = 10_000  # pictures that a classifier is taught with


def judged_right(judge, pictures, kinds) -> np.ndarray:
    """Whether the judge tells each picture as it was ordered."""
    return judge.predict(pictures, batch_size=250, verbose=0).argmax(axis=1) == kinds


def by_class(made, wanted, judge, features, held_out) -> dict:
    """For each class: the share that the judge tells as ordered, and how far apart two pictures are over real ones."""
    right = judged_right(judge, made, wanted)
    own, real = (features.predict(part, batch_size=250, verbose=0) for part in (made, held_out[0]))

    def apart(rows):
        return np.sqrt(2 * rows.var(axis=0).sum())  # root mean square distance of two of them

    classes = np.unique(wanted)
    return {
        "right": [float(np.mean(right[wanted == k])) for k in classes],
        "variety": [float(apart(own[wanted == k]) / apart(real[held_out[1] == k])) for k in classes],
    }


def blurred(pictures):
    """The same pictures without detail: the mean of each 4 × 4 pixels in their place."""
    n, height, width, channels = pictures.shape
    means = np.reshape(pictures, (n, height // 4, 4, width // 4, 4, channels)).mean(axis=(2, 4), keepdims=True)
    return np.broadcast_to(means, (n, height // 4, 4, width // 4, 4, channels)).reshape(pictures.shape)


def taught_by(nb: dict, pictures, styles, held_out) -> float:
    """Accuracy on real pictures of a classifier that was taught with these alone."""
    return float(np.mean(judged_right(nb["full_judge"](pictures, styles, epochs=12)[0], *held_out)))


def on_real(nb: dict, source: str, seed: int, rounds: int = ROUNDS) -> tuple[dict, dict]:
    """The full-size recipe on real pictures with fewer filters and rounds: what the file holds of this run, and pictures."""
    began = time.process_time()
    pictures, styles, names = nb["full_data"](source)
    learn, held_out = nb["set_apart"](pictures, styles)
    judge, features = nb["full_judge"](*learn)
    wanted, many = np.repeat(np.arange(len(names)), 200), np.arange(LESSONS) % len(names)
    rng, rows, films = np.random.default_rng(0), [], []

    def measured(made, kinds):
        return in_small_letters(nb["full_scores"](made, kinds, held_out, judge, features))

    drawn = nb["by_components"](many, pictures=learn[0], kinds=learn[1])
    two_hundred = np.concatenate([np.flatnonzero(many == k)[:200] for k in range(len(names))])
    bars = {
        "other real pictures": measured(held_out[0][-2000:], held_out[1][-2000:]),
        "normal in PCA space": measured(drawn[two_hundred], wanted),
        "noise": measured(rng.random((len(wanted), *pictures.shape[1:])).astype("float32"), wanted),
    }

    def look(generator):
        """Measure at this moment of the game."""
        scores = measured(nb["paint"](generator, wanted, classes=10), wanted)
        films.append(nb["paint"](generator, np.arange(10), seed=3, classes=10))
        spent = round(time.process_time() - began)
        rows.append({"rounds": (len(rows) + 1) * (rounds // 20)} | scores | {"cpu_seconds": spent})
        print(rows[-1], flush=True)
        return nb["figures"].sheet({"now": np.squeeze(films[-1])}, "What it paints")

    generator = nb["train_full"](learn, rounds, FILTERS, seed, look)
    made = nb["paint"](generator, many, seed=1, classes=10)
    same, fresh = rng.permutation(len(learn[0]))[:LESSONS], held_out[0][:400]
    taught = {"generated": (made, many), "normal in PCA space": (drawn, many), "real": (learn[0][same], learn[1][same])}
    near = {"generated": made[:400], "fresh real": fresh, "fresh real, blurred": blurred(fresh)}
    run = {
        "rows": rows,
        "by_class": by_class(made[two_hundred], wanted, judge, features, held_out),
        "taught": {name: taught_by(nb, *lesson, held_out) for name, lesson in taught.items()},
        "nearest": rounded({name: np.median(nb["scores"].nearest(part, learn[0])[1]) for name, part in near.items()}),
        "cpu_seconds": round(time.process_time() - began),
    }
    record = {
        "data": {"learnt": len(learn[0]), "set apart": len(held_out[0])},
        "rounds": rounds,
        "filters": FILTERS,
        "classes": names,
        "judge": round(float(np.mean(judged_right(judge, *held_out))), 4),
        "baselines": bars,
        "runs": {str(seed): run},
    }
    ten = np.concatenate([np.flatnonzero(many == k)[:10] for k in range(10)])
    five = np.concatenate([np.flatnonzero(held_out[1] == k)[:5] for k in range(10)])
    return record, {"generated": made[ten], "films": np.stack(films)[[0, 1, 3, 7, 19]], "real": held_out[0][five]}


def from_real(file: str, source: str, origin: dict, seeds):
    """What a maker yields. The pictures are kept of seed 0; real ones where their licence allows it."""
    for seed in seeds:
        record, shown = on_real(notebook(judges=False), source, seed)
        record["data"] = origin | record["data"]
        edge = slice(2, 30) if shown["real"].shape[-1] == 1 else slice(None)  # clothes have a margin
        if origin["licence"] != "MIT":
            del shown["real"]
        shown = {name: np.squeeze((255 * x[..., edge, edge, :]).round().astype("uint8")) for name, x in shown.items()}
        yield {"seed": seed} | record | ({file: shown} if seed == 0 else {})


@maker(seeds=[0], packages=("scipy", "scikit-learn"))
def fashion(seeds):
    """Fashion-MNIST, a GAN and its scores. The full-size recipe with fewer rounds and filters: the measures at twenty moments, baselines, each
    kind of clothes, classifiers that were taught with generated or real pictures.
    """
    yield from from_real("fashion.npz", "fashion_mnist", {"name": "Fashion-MNIST", "licence": "MIT"}, seeds)


@maker(seeds=[0], packages=("scipy", "scikit-learn"))
def cifar10(seeds):
    """CIFAR-10, a GAN and its scores. The same as on clothes, with the same networks and rounds; real photographs are not kept."""
    yield from from_real("cifar10.npz", "cifar10", {"name": "CIFAR-10", "licence": "none stated"}, seeds)
