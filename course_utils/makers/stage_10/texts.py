"""Stage 10's language models: dialogues made here and real ones, and what trains from seed 0 only in the notebook."""

from collections import Counter
from functools import cache

import numpy as np

from ...language import dialogues, networks, scores, text
from ...quiet import keras
from ...tools.definitions import definitions
from ..files import rounded
from ..record import maker
from . import baselines

WIDTHS, REPLY = (16, 32), 32
#: What the notebook prepares for its functions, beside constants in capitals.
PREPARED = {
    "corpus", "spoken", "vocabulary", "train", "test", "x_train", "y_train", "x_test", "y_test", "user_turns",
    "user_moves", "labelled", "labelled_test", "moves", "digits",
    "pictures", "unseen", "order", "rows", "backwards", "story", "prices", "log_range", "returns", "series", "windows", "target",
    "split_day", "train_mean", "train_deviation", "recent", "tomorrow", "day_week_month", "har_features", "coefficients", "baselines",
}  # fmt: skip


@cache
def notebook() -> dict:
    """The notebook's functions, constants and data."""
    return definitions(10, PREPARED)


def language_model(seed: int, width: int | None = None):
    """The notebook's decoder-only Transformer, trained from one seed."""
    nb = notebook()
    keras.utils.set_random_seed(seed)
    bot = nb["gpt"](len(nb["vocabulary"]), **({"width": width} if width else {}))
    nb["learn"](bot, nb["x_train"], nb["y_train"], nb["EPOCHS"], seed)
    return bot


def of_replies(model, log_probabilities, replies: list[str], tasks: list) -> dict:
    """Parameters, perplexity, slots carried over, variety."""
    turns, languages = [turn for _, turn, _ in tasks], [language for *_, language in tasks]
    found = {
        "perplexity": scores.perplexity(log_probabilities),
        "slots": scores.slots_carried(replies, turns, languages),
        "distinct-2": scores.distinct_n([reply.split() for reply in replies], 2),
    }
    return {"parameters": model.count_params()} | rounded(found)


def speaks(bot) -> dict:
    """Of a language model: perplexity on the test's replies, slots carried over, variety, and whether it admits ignorance."""
    nb = notebook()
    speaker, say, vocabulary = nb["Speaker"](bot), nb["say"], nb["vocabulary"]
    everything = list(dialogues.replies(nb["test"]))
    tasks = everything[: nb["ASKED"]]

    def answer(before) -> str:
        return vocabulary.text(say(speaker, text.prompt(before, vocabulary)))

    answers = [answer(before) for before, _, _ in tasks]
    admitted = [answer(before) == turn.text for before, turn, _ in everything if turn.move == "unknown"]
    lost = Counter()
    for (before, turn, language), reply in zip(tasks, answers, strict=True):
        lost.update(f"{slot}: {way}" for slot, way in nb["failures"](before, turn, reply, language))
    found = of_replies(bot, nb["surprise_of"](bot, nb["x_test"], nb["y_test"]), answers, tasks)
    return found | {"says it doesn't know": round(float(np.mean(admitted)), 4), "failures": dict(sorted(lost.items()))}


def counted() -> dict:
    """Perplexity of n-grams on the test's replies."""
    nb = notebook()
    rows = (row[row > 0] for row in nb["x_train"])
    model = scores.NGrams(order=4, vocabulary=len(nb["vocabulary"])).fit(rows)
    return {"perplexity": round(scores.perplexity(model.log_probabilities(nb["x_test"], nb["y_test"])), 4)}


def greedy(model, before: np.ndarray) -> np.ndarray:
    """(rows, REPLY - 1) tokens: greedy replies of an encoder–decoder to all rows of what was said at once."""
    begun = np.zeros((len(before), REPLY), "int32")
    begun[:, 0] = text.BOT
    for place in range(1, REPLY):
        best = model.predict_on_batch([before, begun])[:, place - 1].argmax(axis=-1)
        begun[:, place] = np.where(np.isin(begun[:, place - 1], (text.END, text.PAD)), text.PAD, best)
    return begun[:, 1:]


def replies_of(build, seed: int) -> dict:
    """Of an encoder–decoder, trained on the same replies for as many epochs."""
    nb = notebook()
    size, length, number = len(nb["vocabulary"]), nb["LENGTH"], nb["ASKED"]
    trained, asked = (baselines.pairs(nb[part], nb["vocabulary"], length, REPLY) for part in ("train", "test"))
    keras.utils.set_random_seed(seed)
    model = build(size, length, REPLY)
    nb["learn"](model, list(trained[:2]), trained[2], nb["EPOCHS"], seed, batch_size=128)
    log_probabilities = nb["surprise_of"](model, list(asked[:2]), asked[2])
    replies = [nb["vocabulary"].text(row) for row in greedy(model, asked[0][:number])]
    return of_replies(model, log_probabilities, replies, list(dialogues.replies(nb["test"]))[:number])


def recurrent(*sizes: int):
    return baselines.gru_encoder_decoder(*sizes, width=64, units=88)


def halves(*sizes: int):
    return networks.encoder_decoder(*sizes, width=64, heads=4, depth=1)


MODELS = {
    "Transformer": lambda seed: speaks(language_model(seed)),
    "GRU encoder–decoder": lambda seed: replies_of(recurrent, seed),
    "Transformer, encoder–decoder": lambda seed: replies_of(halves, seed),
}


@maker(seeds=range(5), parts=MODELS)
def dialogue(seeds, parts):
    """Dialogues made here, four models. Each model of sections 4 and 5 on the test's replies (pairs of slots never seen), by seed; slots and distinct-2
    on the first 400 replies.
    """
    for seed in seeds:
        for part in parts:
            found = {"seed": seed, part: MODELS[part](seed)}
            if part == "Transformer" and seed == 0:
                found["n-grams"] = counted()
            yield {"seed": seed, "seeds": [found]}


@maker(seeds=range(5))
def scaling(seeds):
    """Dialogues made here, two smaller language models, by seed and width."""
    for seed in seeds:
        yield {"seed": seed, "runs": [{"seed": seed, "width": w} | speaks(language_model(seed, w)) for w in WIDTHS]}


@maker(seeds=range(5), parts=("short trainings", "the head that copies"))
def floors(seeds, parts):
    """What the cells that train from seed 0 only measure from other seeds, by section."""
    for seed in seeds:
        if "short trainings" in parts:
            yield {"seed": seed, "seeds": [{"seed": seed} | short_trainings(seed)]}
        if "the head that copies" in parts:
            asks, shown, _, weights = notebook()["copying_head"](notebook()["Speaker"](language_model(seed)))
            on_name, even = float(weights[shown.index("chen")]), 1 / (asks + 1)
            looks = rounded({"4.8 weight on the name": on_name, "4.8 an even share": even})
            yield {"seed": seed, "seeds": [{"seed": seed} | looks]}


def short_trainings(seed: int) -> dict:
    nb = notebook()
    positions = {"none": None, "sinusoidal": nb["Clock"](), "learnt": networks.Positions()}
    eyes = nb["accuracies"](nb["vit"], seed, sizes=nb["SIZES"][::2], kinds=("as they are",))[1]
    found = {
        "2.3 symbols right": {name: nb["says_backwards"](one, seed) for name, one in positions.items()},
        "3.2 last training loss": {name: curve[-1] for name, curve in nb["six_blocks"](seed).items()},
        "6.1 neighbours above places far apart": nb["likeness_of_places"](eyes)[1],
        "6.2 squared error": nb["baselines"] | {"Transformer": nb["forecast_error"](seed)},
        "7.1 accuracy, one epoch of pre-training": nb["few_labels"](seed, epochs=1),
    }
    return rounded(found)


@maker(seeds=range(5))
def few_labels(seeds):
    """Four labelled turns a kind, test accuracy with and without pre-training."""
    yield {"accuracy": [rounded(notebook()["few_labels"](seed)) for seed in seeds]}


@maker(seeds=range(3))
def real(seeds):
    """XDailyDialog in English, perplexity of a Transformer and of n-grams. Replies of its test part (the first 112 tokens of each dialogue), trained on
    its development part.
    """
    yield {"perplexity": [notebook()["real_dialogue"](seed, "en") for seed in seeds]}


@maker(seeds=range(3))
def real_zh(seeds):
    """XDailyDialog in Chinese, perplexity of a Transformer and of n-grams. Replies of its test part (the first 112 tokens of each dialogue), trained on
    its development part.
    """
    yield {"perplexity": [notebook()["real_dialogue"](seed, "zh") for seed in seeds]}
