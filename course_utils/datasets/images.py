"""Pictures to download, for the full profile."""

import gzip
from pathlib import Path

import numpy as np

from .archives import load_pickle_allowlisted, unpack
from .cards import Card, DataError, Dataset, File
from .fetch import cache_folder, fetch, mirrored

__all__ = ["CARDS", "load", "read_cifar", "read_idx"]

# Addresses, bytes and SHA-256 as tensorflow-datasets has them. The page on which MNIST was first published has closed; this is
# the copy of the Common Visual Data Foundation. For Fashion-MNIST the MD5 of the same files stands on the publisher's page.
_MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_MNIST_FILES = (
    ("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    ("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    ("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    ("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
)
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_FASHION_FILES = (
    ("train-images-idx3-ubyte.gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    ("train-labels-idx1-ubyte.gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    ("t10k-images-idx3-ubyte.gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    ("t10k-labels-idx1-ubyte.gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
)
_CIFAR = File(
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",  # as keras.datasets.cifar10 checks it
    170498071,
    "cifar10/cifar-10-python.tar.gz",
)


def _of_four_files(name: str, address: str, parts: tuple, **words) -> Card:
    """The card of a data set in MNIST's form: pictures and labels, training and test, each a gzipped IDX file."""
    return Card(
        name=name,
        source="downloaded",
        shapes={"x_train": (60000, 28, 28), "y_train": (60000,), "x_test": (10000, 28, 28), "y_test": (10000,)},
        values="x uint8, 0 (paper) to 255; y 0 to 9",
        bytes=sum(size for _, size, _ in parts),
        files=tuple(File(address + part, digest, size, f"{name}/{part}") for part, size, digest in parts),
        **words,
    )


CARDS = (
    _of_four_files(
        "mnist",
        _MNIST,
        _MNIST_FILES,
        title="MNIST: handwritten digits, 28×28",
        stages=(1,),
        origin="Y. LeCun, C. Cortes and C. Burges, 1998, from NIST's special databases 1 and 3",
        licence="CC BY-SA 3.0, as Keras' documentation states",
        split="the publishers': other people wrote the test digits",
    ),
    _of_four_files(
        "fashion_mnist",
        _FASHION,
        _FASHION_FILES,
        title="Fashion-MNIST: clothes, 28×28",
        stages=(7,),
        origin="H. Xiao, K. Rasul and R. Vollgraf, 2017, github.com/zalandoresearch/fashion-mnist",
        licence="MIT",
        split="the publisher's",
    ),
    Card(
        name="cifar10",
        title="CIFAR-10: colour photographs, 32×32",
        stages=(3, 7, 10),
        source="downloaded",
        origin="A. Krizhevsky, V. Nair and G. Hinton, 2009, www.cs.toronto.edu/~kriz/cifar.html",
        licence="none stated by its authors, who ask to cite Krizhevsky, 2009",
        shapes={"x_train": (50000, 32, 32, 3), "y_train": (50000,), "x_test": (10000, 32, 32, 3), "y_test": (10000,)},
        values="x uint8, 0 to 255, red, green, blue; y 0 to 9",
        split="the publisher's",
        bytes=_CIFAR.bytes,
        files=(_CIFAR,),
        unpacked="cifar10/cifar-10-batches-py",
    ),
)
_CLASSES = {
    "mnist": tuple("0123456789"),
    "fashion_mnist": ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
    "cifar10": ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
}


def load(card: Card) -> Dataset:
    """The data set of a downloaded card, fetched and verified where it is not there yet.

    CIFAR-10 may lie in the mirror folder unpacked, too (``cifar10/cifar-10-batches-py``): it is read there, as it is.

    Raises: DataError where a file can't be had, is not the publisher's, or can't be unpacked.
    """
    if card.name == "cifar10" and (unpacked := mirrored(card.unpacked)):
        return Dataset(*read_cifar(unpacked), (), _CLASSES[card.name], card)
    paths = [fetch(file) for file in card.files]
    if card.name == "cifar10":
        place = cache_folder() / "cifar10" / f"unpacked-{card.files[0].sha256[:8]}"
        arrays = read_cifar(unpack(paths[0], place) / "cifar-10-batches-py")
    else:
        arrays = [read_idx(path) for path in paths]
        arrays[1], arrays[3] = arrays[1].astype("int64"), arrays[3].astype("int64")
    return Dataset(*arrays, (), _CLASSES[card.name], card)


def read_idx(file: Path | str) -> np.ndarray:
    """The uint8 array in a gzipped IDX file, the format of MNIST and those after it.

    Args:
        file: two zero bytes, type 8 (unsigned byte), the number of axes, each length as four bytes with the
            highest first, then the values; gzipped.
    Raises: DataError for another format, or fewer or more values than the lengths say.
    """
    try:
        with gzip.open(file, "rb") as stream:
            content = stream.read()
    except (OSError, EOFError) as error:
        raise DataError(f"{file} can't be read as gzip ({error}). Delete it and fetch it again.") from error
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise DataError(f"{file} is not an IDX file of unsigned bytes: it begins with {content[:4]!r}")
    axes = content[3]
    shape = tuple(int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes))
    values = np.frombuffer(content, dtype="uint8", offset=min(4 + 4 * axes, len(content)))
    if len(content) < 4 + 4 * axes or values.size != np.prod(shape):
        raise DataError(f"{file} holds {values.size:,} values, its header says {shape}")
    return values.reshape(shape).copy()  # frombuffer's array can't be written to


def read_cifar(folder: Path | str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """CIFAR-10 from its folder ``cifar-10-batches-py``: x_train, y_train, x_test, y_test.

    Returns: pictures (samples, 32, 32, 3) uint8, labels (samples,) int64.
    Raises: DataError for a missing or damaged file, or rows that are not 3,072 bytes with a label each.
    """
    train = [_cifar_batch(Path(folder, f"data_batch_{number}")) for number in range(1, 6)]
    x_train, y_train = (np.concatenate(parts) for parts in zip(*train, strict=True))
    return x_train, y_train, *_cifar_batch(Path(folder, "test_batch"))


def _cifar_batch(file: Path) -> tuple[np.ndarray, np.ndarray]:
    batch = load_pickle_allowlisted(file, encoding="bytes")
    try:
        rows, labels = np.asarray(batch[b"data"], dtype="uint8"), np.asarray(batch[b"labels"], dtype="int64")
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{file} is not a batch of CIFAR-10: it lacks b'data' or b'labels'") from None
    if rows.ndim != 2 or rows.shape[1] != 3072 or labels.shape != (len(rows),):
        raise DataError(f"{file} holds {rows.shape} values and {labels.shape} labels, not (n, 3072) and (n,)")
    return np.ascontiguousarray(rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), labels
