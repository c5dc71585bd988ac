"""Make the results that ship with stage 10, from the notebook's own functions.

    python data/stage_10/make.py dialogue 0      # one seed of the language model
    python data/stage_10/make.py gru 0           # one seed of the GRU encoder–decoder
    python data/stage_10/make.py halves 0        # one seed of the encoder–decoder Transformer
    python data/stage_10/make.py scaling 0       # one seed of the two smaller language models; the largest is that of dialogue.json
    python data/stage_10/make.py floors 0        # one seed of the short trainings that the notebook makes from seed 0 only
    python data/stage_10/make.py head 0          # one seed of the head that copies (it trains the language model again)
    python data/stage_10/make.py vision          # all seeds
    COURSE_DATA=FOLDER python data/stage_10/make.py photographs 0   # ViT and CNN on CIFAR-10, one seed, 22 minutes; FOLDER holds cifar10
    python data/stage_10/make.py few_labels      # all seeds
    COURSE_DATA=FOLDER python data/stage_10/make.py real    # English, three seeds; FOLDER holds dialogue/xdailydialog
    COURSE_DATA=FOLDER python data/stage_10/make.py real_zh # Chinese, three seeds
    COURSE_DATA=FOLDER python data/stage_10/make.py translation 0   # English to Chinese, one seed; FOLDER holds en_zh/cmn.txt

A translation that was broken off goes on from its last epoch, kept in build/stage_10; seed 0 also stores its weights.

Each call writes what it made into its file and keeps the other seeds that stand there.
"""

import json
import os
import platform
import sys
import time
from collections import Counter
from importlib.metadata import version

import numpy as np

from course_utils import datasets, training
from course_utils.language import dialogues, text, translation
from course_utils.language import networks as transformer
from course_utils.language import scores as text_scores
from course_utils.stages import ROOT
from course_utils.tools.definitions import definitions, selected

HERE = ROOT / "data" / "stage_10"
WHAT = "Each model of section 4 and 5 on the test's replies (pairs of slots never seen), by seed; slots and distinct-2 on the first 400 replies"
SEEDS, WIDTHS, REPLY, SHOWN = range(5), (16, 32), 32, 10
PHOTOGRAPHS, PHOTOGRAPH_STEPS = (1000, 10_000, 50_000), 6_300
PLACES = (27, 63)  # one in the middle, and the last: of these two the likeness to all others is kept
REPLYING = {"gru": "GRU encoder–decoder", "halves": "Transformer, encoder–decoder"}
REAL = {"real": ("en", "English"), "real_zh": ("zh", "Chinese")}
COMMANDS = {
    "dialogue": "python data/stage_10/make.py dialogue SEED, gru SEED and halves SEED, SEED = 0 to 4",
    "scaling": "python data/stage_10/make.py scaling SEED, for the seeds that stand here",
    "floors": "python data/stage_10/make.py floors SEED and head SEED, for the seeds that stand here",
    "photographs": "COURSE_DATA=FOLDER python data/stage_10/make.py photographs SEED, for the seeds that stand here",
    "translation": "COURSE_DATA=FOLDER python data/stage_10/make.py translation SEED, for the seeds that stand here",
}
#: What the notebook prepares for its functions, beside constants in capitals.
PREPARED = {
    "corpus", "spoken", "vocabulary", "train", "test", "x_train", "y_train", "x_test", "y_test", "user_turns",
    "user_moves", "labelled", "labelled_test", "moves", "digits",
    "pictures", "unseen", "order", "rows", "backwards", "story", "prices", "log_range", "returns", "series", "windows", "target",
    "split_day", "train_mean", "train_deviation", "recent", "tomorrow", "day_week_month", "har_features", "coefficients", "baselines",
}  # fmt: skip


def dialogue(scope: dict, seed: int) -> dict:
    """Perplexity, slots and variety of the language model, from one seed, and of n-grams."""
    import keras

    size = len(scope["vocabulary"])
    keras.utils.set_random_seed(seed)
    bot = scope["gpt"](size)
    scope["learn"](bot, scope["x_train"], scope["y_train"], scope["EPOCHS"], seed)
    found = {"seed": seed, "Transformer": speaks(scope, bot)}
    if seed == 0:
        counted = scope["ngrams"].NGrams(order=4, vocabulary=size).fit(row[row > 0] for row in scope["x_train"])
        logs = counted.log_probabilities(scope["x_test"], scope["y_test"])
        found["n-grams"] = {"perplexity": round(text_scores.perplexity(logs), 4)}
    return found


def replies_of(scope: dict, name: str, seed: int) -> dict:
    """Of an encoder–decoder, trained on the same replies for as many epochs: perplexity, slots and variety."""
    import keras

    size, length, many = len(scope["vocabulary"]), scope["LENGTH"], scope["ASKED"]
    trained, asked = (text.pairs(scope[part], scope["vocabulary"], length, REPLY) for part in ("train", "test"))
    tasks = list(dialogues.replies(scope["test"]))[:many]
    keras.utils.set_random_seed(seed)
    if name == "GRU encoder–decoder":
        model = transformer.gru_encoder_decoder(size, length, REPLY, width=64, units=88)
    else:
        model = transformer.encoder_decoder(size, length, REPLY, width=64, heads=4, depth=1)
    scope["learn"](model, list(trained[:2]), trained[2], scope["EPOCHS"], seed, batch_size=128)
    logs = scope["surprise_of"](model, list(asked[:2]), asked[2])
    said = [scope["vocabulary"].text(row) for row in greedy(model, asked[0][:many])]
    carried = text_scores.slots_carried(said, [turn for _, turn, _ in tasks], [lang for *_, lang in tasks])
    return {
        "parameters": model.count_params(),
        "perplexity": round(text_scores.perplexity(logs), 4),
        "slots": round(carried, 4),
        "distinct-2": round(text_scores.distinct_n([one.split() for one in said], 2), 4),
    }


def greedy(model, before: np.ndarray) -> np.ndarray:
    """(rows, REPLY - 1) tokens: greedy replies of an encoder–decoder to all rows of what was said at once."""
    begun = np.zeros((len(before), REPLY), "int32")
    begun[:, 0] = text.BOT
    for place in range(1, REPLY):
        best = model.predict_on_batch([before, begun])[:, place - 1].argmax(axis=-1)
        ended = (begun[:, place - 1] == text.END) | (begun[:, place - 1] == text.PAD)
        begun[:, place] = np.where(ended, text.PAD, best)
    return begun[:, 1:]


def speaks(scope: dict, bot) -> dict:
    """Of a language model: perplexity on the test's replies, slots carried over, variety, and whether it admits ignorance."""
    speaker, say, vocabulary = scope["Speaker"](bot), scope["say"], scope["vocabulary"]
    everything = list(dialogues.replies(scope["test"]))
    tasks = everything[: scope["ASKED"]]

    def answer(before) -> str:
        return vocabulary.text(say(speaker, text.prompt(before, vocabulary)))

    answers = [answer(before) for before, _, _ in tasks]
    outside = [(before, turn) for before, turn, _ in everything if turn.move == "unknown"]
    logs = scope["surprise_of"](bot, scope["x_test"], scope["y_test"])
    lost = Counter(
        f"{slot}: {way}"
        for (before, turn, language), said in zip(tasks, answers, strict=True)
        for slot, way in scope["failures"](before, turn, said, language)
    )
    if "LOOK" in os.environ:
        for (before, turn, language), said in zip(tasks, answers, strict=True):
            if scope["failures"](before, turn, said, language):
                print(before[-1].text, "|", turn.text, "|", said, file=sys.stderr)
        for before, turn in outside:
            if answer(before) != turn.text:
                print("UNK", before[-1].text, "|", answer(before), file=sys.stderr)
    return {
        "parameters": bot.count_params(),
        "perplexity": round(text_scores.perplexity(logs), 4),
        "slots": round(text_scores.slots_carried(answers, [t for _, t, _ in tasks], [lang for *_, lang in tasks]), 4),
        "distinct-2": round(text_scores.distinct_n([one.split() for one in answers], 2), 4),
        "says it doesn't know": round(float(np.mean([answer(before) == turn.text for before, turn in outside])), 4),
        "failures": dict(sorted(lost.items())),
    }


def scaling(scope: dict, seed: int) -> list[dict]:
    """The smaller language models, from one seed."""
    import keras

    runs = []
    for width in WIDTHS:
        keras.utils.set_random_seed(seed)
        bot = scope["gpt"](len(scope["vocabulary"]), width=width)
        scope["learn"](bot, scope["x_train"], scope["y_train"], scope["EPOCHS"], seed)
        runs.append({"seed": seed, "width": width} | speaks(scope, bot))
    return runs


def floors(scope: dict, seed: int) -> dict:
    """What the checks of cells that train from seed 0 only would see from another seed."""
    positions = {"none": None, "sinusoidal": scope["Clock"](), "learnt": transformer.Positions()}
    backwards = {name: round(float(scope["says_backwards"](one, seed)), 4) for name, one in positions.items()}
    losses = {name: round(curve[-1], 4) for name, curve in scope["six_blocks"](seed).items()}
    eyes = scope["accuracies"](scope["vit"], seed, sizes=scope["SIZES"][::2], kinds=("as they are",))[1]
    return {
        "seed": seed,
        "2.3 symbols right": backwards,
        "3.2 last training loss": losses,
        "6.1 neighbours above places far apart": round(float(scope["likeness_of_places"](eyes)[1]), 4),
        "6.2 squared error": {
            name: round(float(error), 4)
            for name, error in (scope["baselines"] | {"Transformer": scope["forecast_error"](seed)}).items()
        },
        "7.1 accuracy, one epoch of pre-training": {
            name: round(float(value), 4) for name, value in scope["few_labels"](seed, epochs=1).items()
        },
    }


def head(scope: dict, seed: int) -> dict:
    """How much the head that copies looks at the name, in the language model of another seed."""
    import keras

    keras.utils.set_random_seed(seed)
    bot = scope["gpt"](len(scope["vocabulary"]))
    scope["learn"](bot, scope["x_train"], scope["y_train"], scope["EPOCHS"], seed)
    asks, shown, _, weights = scope["copying_head"](scope["Speaker"](bot))
    return {
        "4.8 weight on the name": round(float(weights[shown.index("chen")]), 4),
        "4.8 an even share": round(1 / (asks + 1), 4),
    }


def photographs(seed: int) -> None:
    """Section 6.1 on CIFAR-10 from one seed, with fewer steps than the full profile; written down after each network."""
    import keras

    real = datasets.load("cifar10")
    pictures, unseen = (x.astype("float32") / 255 for x in (real.x_train, real.x_test))
    patch, (rows, _, colours) = 4, pictures.shape[1:]
    scope = selected(
        10,
        ("vit", "small_cnn", "order", "shuffle_patches", "accuracies", "likeness_of_places"),
        {"np": np, "keras": keras, "layers": keras.layers, "networks": transformer, "training": training,
         "digits": real, "pictures": pictures, "unseen": unseen, "PATCH": patch, "SHAPE": (rows, rows, colours),
         "SIDE": rows // patch, "SIZES": PHOTOGRAPHS, "STEPS": PHOTOGRAPH_STEPS},
    )  # fmt: skip
    for name, build in {"ViT": scope["vit"], "CNN": scope["small_cnn"]}.items():
        began = time.process_time()
        found, model = scope["accuracies"](build, seed)
        run = {kind: [round(float(value), 4) for value in values] for kind, values in found.items()}
        run |= {"seed": seed, "parameters": model.count_params()}
        if name == "ViT":
            similar, nearer = scope["likeness_of_places"](model)
            run |= {"neighbours above places far apart": round(float(nearer), 4)}
            run |= {"likeness of places": np.round(similar[list(PLACES)].astype(float), 3).tolist()}
        runs = dict(stored("photographs", "accuracy"))
        others = [one for one in runs.get(name, []) if one["seed"] != seed]
        runs[name] = sorted([*others, run], key=lambda one: one["seed"])
        what = f"Test accuracy of section 6.1 on CIFAR-10 (10,000 test photographs) for each number of photographs, about {PHOTOGRAPH_STEPS:,} steps of 32 each; how like all others two learnt positions are, after all photographs"
        record("photographs", what, began, photographs=PHOTOGRAPHS, places=PLACES, accuracy=runs)


def translate_pairs(scope: dict, seed: int, began: float) -> None:
    """Train the translator from one seed, or go on with it, and write down what it, and the baselines, score."""
    import keras

    parts = translation.divide(dialogues.en_zh())
    english = text.Vocabulary.of((source for source, _ in parts.train), least=3)
    chinese = text.Vocabulary.of((target for _, target in parts.train), least=2)
    references = {}
    for source, target in parts.test:
        references.setdefault(source, []).append(target)
    sentences, rights = list(references), list(references.values())
    *asked, wanted = translation.rows(parts.valid, english, chinese, scope["READ"], scope["WRITE"])
    state = ROOT / "build" / "stage_10" / f"translation_{seed}"
    state.mkdir(parents=True, exist_ok=True)
    notes = state / "curve.json"
    curve = json.loads(notes.read_text()) if notes.exists() else []
    earlier = curve[-1]["cpu_seconds"] if curve else 0

    class Notes(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs_valid = scope["surprise_of"](self.model, asked, wanted)
            curve.append({
                "epoch": epoch + 1, "training loss": round(float(logs["loss"]), 4),
                "perplexity": round(text_scores.perplexity(logs_valid), 3),
                "learning rate": round(float(self.model.optimizer.learning_rate), 6),
                "cpu_seconds": round(earlier + time.process_time() - began),
            })  # fmt: skip
            notes.write_text(json.dumps(curve))
            print(curve[-1], file=sys.stderr, flush=True)

    kept = keras.callbacks.BackupAndRestore(state / "backup", delete_checkpoint=False)
    if curve and curve[-1]["epoch"] == scope["EPOCHS_ZH"]:  # trained already: only the scores are made again
        model = scope["translator"](english, chinese)
        model.load_weights(state / "backup" / "latest.weights.h5")
    else:
        model = scope["trained_translator"](english, chinese, parts.train, seed, callbacks=[Notes(), kept])
    if seed == 0:  # what ships is what is scored: rounded to half precision
        training.save_weights(model, HERE / "translator.npz")
        model = training.load_or_train(model, HERE / "translator.npz", lambda: model)
    said, _ = scope["translate"](model, sentences, english, chinese)
    trained_on = {target for _, target in parts.train}
    new = [place for place, right in enumerate(rights) if not trained_on & set(right)]
    fits = [place for place, one in enumerate(sentences) if len(text.words(one)) <= scope["READ"]]
    lexicon = translation.Lexicon().fit(parts.train)
    answers = {
        "nearest sentence": translation.nearest(parts.train, sentences),
        "word by word": [lexicon.translate(one) for one in sentences],
        "Transformer": said,
    }

    def score(said: list[str], places: list[int] | None = None) -> dict:
        places = range(len(said)) if places is None else places
        found = translation.scores([said[p] for p in places], [rights[p] for p in places])
        return {what: round(value, 2) for what, value in found.items()}

    exact = [one in right for one, right in zip(said, rights, strict=True)]
    found = {
        "seed": seed,
        "parameters": model.count_params(),
        "Transformer": score(said),
        "BLEU, 95 % interval plus or minus": between(said, rights),
        "BLEU where no right translation stands in training": score(said, new)["BLEU"],
        "exactly right": round(float(np.mean(exact)), 4),
        "curve": curve,
    }  # fmt: skip
    seeds = {one["seed"]: one for one in stored("translation", "seeds")} | {seed: found}
    shared = {
        "sentences": {
            "training pairs": len(parts.train), "test sentences": len(sentences), "that fit into a row": len(fits),
            "whose right translation also stands in training": len(sentences) - len(new),
        },
        "baselines": {
            name: score(lines) | {"95 % interval plus or minus": between(lines, rights)}
            for name, lines in answers.items() if name != "Transformer"
        },
        "baselines where no right translation stands in training": {
            name: score(lines, new)["BLEU"] for name, lines in answers.items() if name != "Transformer"
        },
    }  # fmt: skip
    chosen = np.sort(np.random.default_rng(1).permutation(len(sentences))[:SHOWN])
    shared["shown"] = [
        {"English": sentences[p], "right": rights[p], **{name: lines[p] for name, lines in answers.items()}}
        for p in chosen
    ]
    before = {key: stored("translation", key) for key in (*shared, "english", "chinese")}
    if seed == 0 or not before["shown"]:
        before = shared | {"english": " ".join(english.tokens), "chinese": " ".join(chinese.tokens)}
    what = "Scores on English sentences kept out of training (Tatoeba's contributors, by way of manythings.org/anki, CC BY 2.0 FR; Chinese in simplified characters)"
    record("translation", what, began - earlier, seeds=[seeds[one] for one in sorted(seeds)], **before)
    (state / "said.txt").write_text("\n".join(map(" | ".join, zip(sentences, said, strict=True))), encoding="utf-8")


def between(said: list[str], rights: list[list[str]]) -> float:
    """Half of the interval that holds BLEU in 95 % of 1,000 draws of the test's sentences with replacement (Koehn, 2004)."""
    from sacrebleu.metrics import BLEU

    most = max(map(len, rights))
    streams = [[row[place] if place < len(row) else None for row in rights] for place in range(most)]
    drawn = BLEU(tokenize="zh").corpus_score(said, streams, n_bootstrap=1000)
    return round(drawn._ci, 2)


def record(name: str, what: str, began: float, **results) -> None:
    """Write a file of results with what made it; the CPU time adds up over calls."""
    path = HERE / f"{name}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    head = {
        "what": what,
        "command": COMMANDS.get(name, f"python data/stage_10/make.py {name}"),
        "cpu_seconds": round(before.get("cpu_seconds", 0) + time.process_time() - began),
        "machine": "two CPU cores",
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
    }
    path.write_text(json.dumps(head | results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def stored(name: str, key: str) -> list:
    path = HERE / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")).get(key, []) if path.exists() else []


def main() -> None:
    """Train what the command line asks for, and write it down."""
    began = time.process_time()
    name, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    scope = {} if name == "photographs" else definitions(10, PREPARED)
    if name == "dialogue":
        found = dialogue(scope, seed)
        seeds = {one["seed"]: one for one in stored(name, "seeds")}
        seeds[seed] = seeds.get(seed, {}) | found
        record(name, WHAT, began, seeds=[seeds[one] for one in sorted(seeds)])
    elif name in REPLYING:
        found = replies_of(scope, REPLYING[name], seed)
        seeds = {one["seed"]: one for one in stored("dialogue", "seeds")}
        seeds[seed] = seeds.get(seed, {"seed": seed}) | {REPLYING[name]: found}
        record("dialogue", WHAT, began, seeds=[seeds[one] for one in sorted(seeds)])
    elif name == "scaling":
        found = scaling(scope, seed)
        runs = [one for one in stored(name, "runs") if one["seed"] != seed] + found
        record(name, "Smaller language models, as in section 4, by seed and width", began,
               runs=sorted(runs, key=lambda one: (one["width"], one["seed"])))  # fmt: skip
    elif name in ("floors", "head"):
        found = (floors if name == "floors" else head)(scope, seed)
        seeds = {one["seed"]: one for one in stored("floors", "seeds")}
        seeds[seed] = dict(sorted((seeds.get(seed, {"seed": seed}) | found).items()))
        what = "What the cells that train from seed 0 only would measure from other seeds, by section"
        record("floors", what, began, seeds=[seeds[one] for one in sorted(seeds)])
    elif name == "translation":
        translate_pairs(scope, seed, began)
    elif name == "vision":
        builders = {"ViT": scope["vit"], "CNN": scope["small_cnn"]}
        accuracy = {kind: [scope["accuracies"](build, seed)[0] for seed in SEEDS] for kind, build in builders.items()}
        accuracy = {
            kind: [{k: [round(float(v), 4) for v in values] for k, values in run.items()} for run in runs]
            for kind, runs in accuracy.items()
        }
        record(
            name, "Test accuracy of section 6.1 for 100, 400 and 1,347 pictures, seeds 0 to 4", began, accuracy=accuracy
        )
    elif name == "photographs":
        photographs(seed)
    elif name == "few_labels":
        accuracy = [{k: round(float(v), 4) for k, v in scope["few_labels"](seed).items()} for seed in SEEDS]
        record(name, "Test accuracy of section 7.1, four labelled turns a kind, seeds 0 to 4", began, accuracy=accuracy)
    elif name in REAL:
        language, words = REAL[name]
        runs = [scope["real_dialogue"](seed, language) for seed in range(3)]
        what = f"Perplexity of the replies of XDailyDialog's {words} test part (the first 112 tokens of each dialogue), trained on its development part, seeds 0 to 2"
        record(name, what, began, perplexity=runs)
    else:
        sys.exit(
            f"there is no {name!r}; there are dialogue, gru, halves, scaling, floors, head, vision, photographs, few_labels, real, real_zh and translation"
        )


if __name__ == "__main__":
    main()
