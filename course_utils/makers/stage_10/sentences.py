"""Stage 10's translator, from English to Chinese."""

import time

import numpy as np

from ...language import dialogues, scores, text
from ...language.translation import Parts, divide, rows
from ...quiet import keras
from ..files import halved
from ..record import maker
from . import baselines
from .texts import notebook

SHOWN = 10


class Notes(keras.callbacks.Callback):
    """Writes down how the training goes, after each epoch: losses, perplexity on the sentences for choosing, CPU seconds."""

    def __init__(self, asked, wanted):
        super().__init__()
        self.asked, self.wanted, self.curve, self.began = asked, wanted, [], time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        row = {
            "epoch": epoch + 1,
            "training loss": round(float(logs["loss"]), 4),
            "perplexity": round(scores.perplexity(notebook()["surprise_of"](self.model, self.asked, self.wanted)), 3),
            "learning rate": round(float(self.model.optimizer.learning_rate), 6),
            "cpu_seconds": round(time.process_time() - self.began),
        }
        self.curve.append(row)
        print(row, flush=True)


def between(lines: list[str], rights: list[list[str]]) -> float:
    """Half of the interval that holds BLEU in 95 % of 1,000 draws of the test's sentences with replacement (Koehn, 2004)."""
    from sacrebleu.metrics import BLEU

    most = max(map(len, rights))
    streams = [[row[place] if place < len(row) else None for row in rights] for place in range(most)]
    return round(BLEU(tokenize="zh").corpus_score(lines, streams, n_bootstrap=1000)._ci, 2)


def score(lines: list[str], rights: list[list[str]], places=None) -> dict:
    """BLEU and chrF, of the sentences at these places alone where some are named."""
    places = range(len(lines)) if places is None else places
    found = baselines.translation_scores([lines[p] for p in places], [rights[p] for p in places])
    return {name: round(value, 2) for name, value in found.items()}


def compared(model, parts: Parts, english: text.Vocabulary, chinese: text.Vocabulary) -> tuple[dict, dict]:
    """What a translator scores on the test's sentences, and what the baselines do, with examples."""
    references = {}
    for source, target in parts.test:
        references.setdefault(source, []).append(target)
    sentences, rights = list(references), list(references.values())
    lines, _ = notebook()["translate"](model, sentences, english, chinese)
    in_training = {target for _, target in parts.train}
    new = [place for place, right in enumerate(rights) if not in_training & set(right)]
    exact = [line in right for line, right in zip(lines, rights, strict=True)]
    of_model = {
        "parameters": model.count_params(),
        "Transformer": score(lines, rights),
        "BLEU, 95 % interval plus or minus": between(lines, rights),
        "BLEU where no right translation stands in training": score(lines, rights, new)["BLEU"],
        "exactly right": round(float(np.mean(exact)), 4),
    }
    lexicon = baselines.Lexicon().fit(parts.train)
    simple = {
        "nearest sentence": baselines.nearest(parts.train, sentences),
        "word by word": [lexicon.translate(sentence) for sentence in sentences],
    }
    fits = [sentence for sentence in sentences if len(text.words(sentence)) <= notebook()["READ"]]
    chosen = np.sort(np.random.default_rng(1).permutation(len(sentences))[:SHOWN])
    shared = {
        "sentences": {
            "training pairs": len(parts.train),
            "test sentences": len(sentences),
            "that fit into a row": len(fits),
            "whose right translation also stands in training": len(sentences) - len(new),
        },
        "baselines": {
            name: score(answers, rights) | {"95 % interval plus or minus": between(answers, rights)}
            for name, answers in simple.items()
        },
        "baselines where no right translation stands in training": {
            name: score(answers, rights, new)["BLEU"] for name, answers in simple.items()
        },
        "shown": [
            {"English": sentences[p], "right": rights[p]}
            | {name: answers[p] for name, answers in (simple | {"Transformer": lines}).items()}
            for p in chosen
        ],
    }
    return of_model, shared


@maker(seeds=[0], packages=("sacrebleu",))
def translation(seeds):
    """English to Chinese, BLEU and chrF on sentences kept out. Sentences by Tatoeba's contributors, by way of manythings.org/anki, CC BY 2.0 FR; Chinese
    in simplified characters. The weights of seed 0, translator.npz, are stored and scored in half precision.
    """
    nb, parts = notebook(), divide(dialogues.en_zh())
    english = text.Vocabulary.of((source for source, _ in parts.train), least=3)
    chinese = text.Vocabulary.of((target for _, target in parts.train), least=2)
    *asked, wanted = rows(parts.valid, english, chinese, nb["READ"], nb["WRITE"])
    for seed in seeds:
        notes = Notes(asked, wanted)
        model = nb["trained_translator"](english, chinese, parts.train, seed, callbacks=[notes])
        of_model, shared = compared(halved(model) if seed == 0 else model, parts, english, chinese)
        found = {"seed": seed, "seeds": [{"seed": seed} | of_model | {"curve": notes.curve}]}
        if seed == 0:
            shared |= {"english": " ".join(english.tokens), "chinese": " ".join(chinese.tokens)}
            found |= shared | {"translator.npz": model}
        yield found
