"""Stage 6: the notebook's own sections with other seeds, longer trainings, and captions of photographs."""

from collections import Counter
from collections.abc import Callable
from itertools import zip_longest
from types import SimpleNamespace

import numpy as np
import sacrebleu
from scipy.spatial.distance import cdist
from sklearn.metrics import roc_auc_score

from .. import datasets
from ..live import Timer
from ..tools.definitions import selected
from .cells import Ledger, cells, definitions_of, run
from .files import rounded
from .record import maker

PACKAGES = ("scipy", "scikit-image", "scikit-learn", "PyWavelets")
HALVES = (("1 · ", "2 · ", "3 · "), ("4 · ", "5 · "))  # the sections that are run together
SHORT, MIDDLE, LONG = 4, 5, 10  # epochs of the captioner: in the notebook, in second_half, in longer_captions
STILL = SimpleNamespace(progress=lambda items, *_, **__: items, controls=lambda *_, **__: None, Timer=Timer)


def every(_heading: str) -> bool:
    return True


def lesson(
    seed: int, wanted: Callable[[str], bool] = every, half: int = 0, defined: tuple[str, ...] = ()
) -> tuple[dict, Ledger]:
    """The names that the lesson's cells define with a seed, and what their claims measured; headings can be chosen.

    Of the cells under one of the headings in ``defined`` only the functions and classes are taken.
    """
    setup, chosen = "", []
    for section, heading, source in cells(6):
        if not section:
            setup = source
        elif section.startswith(HALVES[half]) and wanted(heading):
            chosen.append(source)
        elif section.startswith(HALVES[half]) and heading.startswith(defined or ("nothing",)):
            chosen.append(definitions_of(source))
    nb, ledger = {"__name__": "lesson", "SEED": seed}, Ledger()
    exec(setup, nb)
    nb |= {"check": ledger, "live": STILL, "print": lambda *_, **__: None}
    run([source for source in chosen if source], nb, {"SEED": seed} | ({"EPOCHS": MIDDLE} if half else {}))
    return nb, ledger


def plain(found: dict) -> dict:
    """Plain numbers: four decimals, six below 0.1; each alone in a list, as the file has one for each seed."""
    return {name: [value] for name, value in rounded(found, 4, 6).items()}


# --- sections with other seeds ---------------------------------------------------------------------------------------


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def first_half(seeds):
    """Sections 1 to 3, each claim and each table. Each seed with another division of the digits, other noise, other first weights. Claims: how
    much is left over the bound.
    """
    for seed in seeds:
        nb, ledger = lesson(seed)
        tables = {
            "errors": "errors",
            "neighbours": "neighbours",
            "kinds": "table",
            "vibration": "ratio",
            "anomalies": "areas",
            "few_labels": "shares",
        }
        found = {"claims": ledger.slack} | {name: nb[ours] for name, ours in tables.items()}
        found["levels"] = {name: row for name, row in nb["over"].items() if name != "filters"}
        found["photographs"] = {"decibels": nb["photo"], "ssim": nb["photo_likeness"]}
        yield {"seed": seed, "results": plain(found)}


def right_of(nb: dict, pair: tuple, grids: dict) -> dict:
    """Shares of captions that are exactly right, of unseen pictures and of held-out combinations."""
    shares = {}
    for name, part in (("test", nb["scene_test"]), ("held out", nb["scene_new"])):
        generated = nb["sentences"](nb["greedy"](*pair, grids[name], nb["SAY"] - 1))
        shares[name] = nb["captions"].correct(generated, part.meanings).mean()
    return shares


def dates_right(nb: dict, pair: tuple) -> float:
    """Share of the test's dates that are exactly right."""
    written = nb["date_texts"](nb["greedy"](*pair, nb["x_dates"]["test"], nb["WRITE"] - 1))
    return np.mean(np.array(written) == np.array(nb["written"]["test"].standard))


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def second_half(seeds):
    """Sections 4 and 5, each claim and each table. Each seed with other dates, other scenes and other first weights; shares of dates and of captions
    that are right, BLEU-4, the eye's four answers; five epochs of captions.
    """
    for seed in seeds:
        nb, ledger = lesson(seed, lambda heading: not heading.startswith("At full size"), half=1)
        one_vector = nb["train_mouth"](nb["grids"]["train"], nb["scene_captions"], seed, nb["EPOCHS"], glances=False)
        found = {
            "claims": ledger.slack,
            "dates": {
                "without attention": dates_right(nb, nb["train_dates"](False, seed)),
                "with attention": nb["date_correct"].mean(),
            },
            "eye": nb["named"],
            "captions": nb["exactly_right"],
            "one vector": right_of(nb, one_vector, nb["grids"]),
            "baselines": nb["share"],
            "search": {"beam": nb["likelier"]},
            "bleu": nb["overlap"],
            "lies": {name: row["BLEU-4"] for name, row in nb["marks"].items()},
        }
        yield {"seed": seed, "results": plain(found)}


def captions_after(epochs: int, seeds):
    """What a maker yields: shares of captions that are exactly right, after so many epochs."""
    wanted = ("4 · From", "Symbols into", "5 · From", "The eye", "The mouth")
    for seed in seeds:
        defined = ("Teacher", "Attention", "Greedy", "Training")
        nb, _ = lesson(seed, lambda heading: heading.startswith(wanted), 1, defined)
        parts = {"train": nb["scene_train"], "test": nb["scene_test"], "held out": nb["scene_new"]}
        grids = {name: nb["features"].predict(part.images, batch_size=500, verbose=0) for name, part in parts.items()}
        pair = nb["train_mouth"](grids["train"], nb["scene_captions"], seed, epochs)
        yield {"seed": seed, "results": plain({"captions": right_of(nb, pair, grids)})}


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def short_captions(seeds):
    """Shares of captions exactly right after four epochs. As the notebook trains."""
    yield from captions_after(SHORT, seeds)


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def longer_captions(seeds):
    """Shares of captions exactly right after ten epochs."""
    yield from captions_after(LONG, seeds)


DATE_NAMES = (
    "UNITS", "LETTER", "DATE_EPOCHS", "BATCH", "date_reader", "date_writer", "masked_loss", "warmed_up", "train_dates",
    "logits_of", "greedy", "date_texts",
)  # fmt: skip
LONG_DATES = 40  # epochs; in the notebook five


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def longer_dates(seeds):
    """Share of dates exactly right without attention, after 40 epochs instead of five."""
    for seed in seeds:
        nb, _ = lesson(seed, lambda heading: heading.startswith(("4 · From", "Symbols into")), half=1)
        selected(6, DATE_NAMES, nb)["DATE_EPOCHS"] = LONG_DATES
        share = dates_right(nb, nb["train_dates"](False, seed))
        yield {"seed": seed, "results": plain({"dates": {"without attention": share}})}


SWEEP = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
DEFINITIONS = ("1 · Through", "2 · Noise", "Out, without", "Out, with")  # headings without long training
EPOCHS = 150  # five times those of the notebook


@maker(seeds=range(5), aligned="results", packages=PACKAGES)
def longer(seeds):
    """The U-shaped denoiser after 150 epochs instead of 30. Mean PSNR on the lesson's test pictures at each level."""
    for seed in seeds:
        nb, _ = lesson(seed, lambda heading: heading.startswith(DEFINITIONS))
        model = nb["ready"](nb["u_shaped"](), EPOCHS)
        nb["learn"](model, nb["any_level"], EPOCHS)
        noisy = [nb["noise"].gaussian(nb["x_test"], level, seed=seed + 2) for level in SWEEP]
        yield {
            "seed": seed,
            "results": plain({"U-shaped": [nb["decibels"](nb["clean"](model, y), nb["x_test"]) for y in noisy]}),
        }


# --- photographs -----------------------------------------------------------------------------------------------------

PHOTO_NAMES = (  # what the photographs need of sections 1, 4 and 5, besides the set-up cell
    "chain", "PAD", "START", "END", "as_numbers", "as_symbols", "masked_loss", "warmed_up", "logits_of", "greedy",
    "WORDS", "SAY", "MOUTH", "GRID", "ticks", "corners", "COORDINATES", "Located", "places_network", "mouth_network",
    "train_mouth", "PHOTO_SIDE", "MARGIN", "photo_eye", "asking", "moved", "common_words", "word_shares", "small_photographs",
    "train_photo_eye", "photo_grids", "photo_captions",
)  # fmt: skip
EYE_EPOCHS = 16
MOUTH_EPOCHS = (3, 6)  # the one that is best on the validation photographs is tested
BLIND_EPOCHS = 2


def photo_scope(seed: int) -> dict:
    """The notebook's set-up, and its functions that captions of photographs need."""
    return selected(6, PHOTO_NAMES, lesson(seed, lambda heading: False)[0] | {"Counter": Counter})


def bleu(texts: list[str], references, order: int = 4) -> float:
    """BLEU (0 to 1) of many sentences together, each with several references, by sacrebleu."""
    streams = [list(column) for column in zip_longest(*references)]
    library = sacrebleu.BLEU(max_ngram_order=order, tokenize="none", smooth_method="none", force=True)
    return library.corpus_score(texts, streams).score / 100


def sentence_bleu(text: str, references) -> float:
    """BLEU-4 of one sentence, smoothed, since one sentence often shares no group of four words."""
    return sacrebleu.sentence_bleu(text, list(references), tokenize="none", smooth_method="exp").score / 100


def marks(texts: list[str], references) -> dict:
    found = {f"BLEU-{n}": bleu(texts, references, n) for n in (1, 4)}
    return found | {"different": len(set(texts)) / len(texts)}


@maker(seeds=[0], aligned="results", packages=(*PACKAGES, "sacrebleu"))
def photographs(seeds):
    """Flickr8k, an eye and a captioner trained on its photographs alone. The eye's curves and the area under the ROC curve of each word; BLEU on the
    validation photographs after different numbers of epochs, and on the test photographs beside baselines; twelve captions.
    """
    for seed in seeds:
        yield {"seed": seed, "results": plain(captioned(photo_scope(seed), seed))}


def captioned(nb: dict, seed: int) -> dict:
    """All that the file holds of one seed."""
    parts = {split: datasets.load("flickr8k", split=split) for split in ("train", "validation", "test")}
    with Timer() as timer:
        eye, asked, curve = nb["train_photo_eye"](parts["train"], parts["validation"], seed, EYE_EPOCHS)
    print(f"the eye: {timer.seconds:.0f} CPU seconds", flush=True)
    views = {"learn": nb["photo_grids"](parts["train"], eye)}
    views |= {name: nb["photo_grids"](parts[name], eye) for name in ("validation", "test")}
    generated = {epochs: nb["photo_captions"](views, parts["train"], seed, epochs) for epochs in MOUTH_EPOCHS}
    scored = {epochs: marks(texts["validation"], parts["validation"].captions) for epochs, texts in generated.items()}
    best = max(MOUTH_EPOCHS, key=lambda epochs: scored[epochs]["BLEU-4"])
    blank, people = {name: 0 * views[name] for name in ("learn", "test")}, parts["test"].captions
    table = {
        "captioner": generated[best]["test"],
        "blind": nb["photo_captions"](blank, parts["train"], seed, BLIND_EPOCHS)["test"],
    }
    table |= photo_baselines(nb, parts, views)
    one_of_five = marks([some[-1] for some in people], [some[:-1] for some in people])  # one reference fewer
    return {
        "photographs": {name: len(part) for name, part in parts.items()},
        "eye": {
            "epochs": EYE_EPOCHS,
            "curve": curve,
            "words": words_seen(nb, parts, asked),
            "cpu_seconds": timer.seconds,
        },
        "validation": scored,
        "epochs": best,
        "test": {name: marks(texts, people) for name, texts in table.items()} | {"a person": one_of_five},
        "captions": spread(generated[best]["test"], parts["test"]),
    }


def words_seen(nb: dict, parts: dict, asked) -> dict:
    """Area under the ROC curve, on test photographs: word → does the eye tell whether a caption has it?

    Words that at least 30 of the photographs have in a caption, and 30 have not.
    """
    names = nb["common_words"](parts["train"], asked.output_shape[-1])
    logits = asked.predict(nb["small_photographs"](parts["test"]), batch_size=64, verbose=0)
    has = nb["word_shares"](parts["test"], names) > 0
    columns = zip(names, has.T, logits.T, strict=True)
    return {
        name: roc_auc_score(there, logit) for name, there, logit in columns if min(there.sum(), (~there).sum()) >= 30
    }


def photo_baselines(nb: dict, parts: dict, views: dict) -> dict:
    """Captions without a decoder: the commonest one, and the first one of the nearest training photograph in two senses."""
    train, test = parts["train"], parts["test"]
    commonest = Counter(text for some in train.captions for text in some).most_common(1)[0][0]

    def colours(photographs):
        counts = []
        for picture in nb["small_photographs"](photographs):
            histogram, _ = np.histogramdd(picture.reshape(-1, 3), bins=(4, 4, 4), range=[(0, 256)] * 3)
            counts.append(histogram.ravel() / picture[..., 0].size)
        return np.stack(counts)

    seen = {name: grids.mean(axis=(1, 2), dtype="float32") for name, grids in views.items()}
    spaces = {
        "nearest by colours": (colours(train), colours(test), "cityblock"),
        "nearest by the eye": (seen["learn"], seen["test"], "cosine"),
    }
    table = {"commonest caption": [commonest] * len(test)}
    for name, (known, asked, metric) in spaces.items():
        table[name] = [train.captions[k][0] for k in cdist(asked, known, metric).argmin(axis=1)]
    return table


def spread(texts: list[str], photographs, count: int = 12) -> list[dict]:
    """Captions from the best to the worst by their own BLEU, at even distances; with the words that no person has used."""
    scores = [sentence_bleu(text, some) for text, some in zip(texts, photographs.captions, strict=True)]
    order = np.argsort(-np.array(scores), kind="stable")
    rows = []
    for k in order[np.linspace(0, len(order) - 1, count).round().astype(int)]:
        used = {word for text in photographs.captions[k] for word in text.split()}
        alone = sorted({word for word in texts[k].split() if word not in used})
        name = photographs.paths[k].name
        rows.append({"photograph": name, "said": texts[k], "BLEU-4": scores[k], "nobody said": alone})
    return rows
