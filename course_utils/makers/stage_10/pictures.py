"""Stage 10's networks for pictures: a Vision Transformer beside a convolutional network."""

import numpy as np

from ... import datasets, training
from ...language import networks
from ...quiet import keras
from ...tools.definitions import selected
from ..files import rounded
from ..record import maker
from .texts import notebook

PHOTOGRAPHS, STEPS = (1000, 10_000, 50_000), 6_300
PLACES = (27, 63)  # one in the middle, and the last: of these two the likeness to all others is kept
NAMES = ("vit", "small_cnn", "order", "shuffle_patches", "accuracies", "likeness_of_places")


@maker(seeds=range(5), aligned="accuracy")
def vision(seeds):
    """Digits, a small ViT and a small CNN. Test accuracy of section 6.1 for 100, 400 and 1,347 pictures, as they are and shuffled."""
    nb = notebook()
    for seed in seeds:
        builders = {"ViT": nb["vit"], "CNN": nb["small_cnn"]}
        accuracy = {name: [rounded(nb["accuracies"](build, seed)[0])] for name, build in builders.items()}
        yield {"seed": seed, "accuracy": accuracy}


def with_photographs(real, sizes: tuple[int, ...], steps: int) -> dict:
    """The notebook's functions with photographs in the digits' place."""
    pictures, unseen = (x.astype("float32") / 255 for x in (real.x_train, real.x_test))
    patch, (rows, _, colours) = 4, pictures.shape[1:]
    scope = {"np": np, "keras": keras, "layers": keras.layers, "networks": networks, "training": training}
    scope |= {"digits": real, "pictures": pictures, "unseen": unseen, "PATCH": patch, "SHAPE": (rows, rows, colours)}
    return selected(10, NAMES, scope | {"SIDE": rows // patch, "SIZES": sizes, "STEPS": steps})


@maker(seeds=range(2))
def photographs(seeds):
    """CIFAR-10, a small ViT and a small CNN. Test accuracy of section 6.1 (10,000 test photographs) for each number of photographs, about 6,300 steps
    of 32 each; how like all others two learnt positions are, after all photographs.
    """
    nb = with_photographs(datasets.load("cifar10"), PHOTOGRAPHS, STEPS)
    for seed in seeds:
        for name, build in {"ViT": nb["vit"], "CNN": nb["small_cnn"]}.items():
            found, model = nb["accuracies"](build, seed)
            run = rounded(found) | {"seed": seed, "parameters": model.count_params()}
            if name == "ViT":
                similar, nearer = nb["likeness_of_places"](model)
                run["neighbours above places far apart"] = round(float(nearer), 4)
                run["likeness of places"] = rounded(similar[list(PLACES)], 3, 3)
            yield {"seed": seed, "photographs": PHOTOGRAPHS, "places": PLACES, "accuracy": {name: [run]}}
