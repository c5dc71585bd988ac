"""Networks of people: small real ones (from networkx), a larger one made here, and two full-size ones from a folder.

Each function returns a :class:`Network`. Ties have no direction; each is listed once, the lower number first.
Stage 9, "Graphs", draws them.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np

from ..datasets.archives import load_pickle_allowlisted
from ..datasets.cards import Card, File, checksum
from ..datasets.fetch import by_hand, fetch
from ..errors import CourseError

__all__ = [
    "CARD", "CARDS", "KINDS", "Network", "cora", "facebook_pages", "karate_club", "les_miserables", "load", "made_network",
    "small_networks", "southern_women",
]  # fmt: skip


@dataclass(frozen=True)
class Network:
    """A network of people (or papers, or pages), as arrays.

    Attributes:
        name: what it is called.
        edges: (ties, 2) int64, each tie once, lower node first, in rising order.
        names: (nodes,) what each node is called.
        labels: (nodes,) int64 class of each node.
        classes: what each class is called.
        features: (nodes, columns) float32, or None where the nodes carry nothing.
        splits: "train", "validation", "test" → node numbers, where the publisher fixed them.
    """

    name: str
    edges: np.ndarray
    names: tuple[str, ...]
    labels: np.ndarray
    classes: tuple[str, ...]
    features: np.ndarray | None = None
    splits: dict[str, np.ndarray] | None = None

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.labels)

    def adjacency(self) -> np.ndarray:
        """(nodes, nodes) float32: 1 where two nodes are tied, 0 elsewhere; symmetric, zeros on the diagonal.

        Raises: CourseError above 10,000 nodes, where it would take over 400 MB; use ``edges``.
        """
        if self.nodes > 10_000:
            raise CourseError(f"{self.nodes:,} nodes make a matrix of {self.nodes**2 * 4e-9:.1f} GB; use edges")
        matrix = np.zeros((self.nodes, self.nodes), dtype="float32")
        matrix[self.edges[:, 0], self.edges[:, 1]] = 1
        return np.maximum(matrix, matrix.T)

    def checksum(self) -> str:
        """SHA-256 over type, shape and bytes of ties, labels and features; the same on every machine."""
        return checksum(*(part for part in (self.edges, self.labels, self.features) if part is not None))

    def graph(self):
        """The network as a ``networkx.Graph`` with nodes 0 to nodes - 1."""
        graph = nx.empty_graph(self.nodes)
        graph.add_edges_from(self.edges.tolist())
        return graph


def karate_club() -> Network:
    """Zachary's karate club: 34 members, 78 friendships, and the two clubs it split into.

    The ties' weights, which networkx holds, are left out. Labels: 0 where the member followed the instructor
    (node 0, "Mr. Hi"), 1 where the officers' president (node 33). Source: Zachary (1977).
    """
    graph = nx.karate_club_graph()
    labels = np.array([graph.nodes[node]["club"] == "Officer" for node in graph], dtype="int64")
    return Network("karate club", _ties(graph.edges), tuple(map(str, graph)), labels, ("instructor", "president"))


def les_miserables() -> Network:
    """The 77 characters of Hugo's "Les Misérables", tied where they meet in a chapter: 254 ties.

    No classes: every label is 0. How often two of them meet is left out. Source: Knuth (1993).
    """
    graph = nx.les_miserables_graph()
    names = tuple(sorted(graph))
    edges = _ties((names.index(a), names.index(b)) for a, b in graph.edges)
    return Network("Les Misérables", edges, names, np.zeros(len(names), "int64"), ("character",))


def southern_women() -> Network:
    """18 women and the 14 social events they went to in the 1930s: 89 ties, each between a woman and an event.

    Nodes 0 to 17 are the women (label 0), 18 to 31 the events (label 1). Source: Davis, Gardner and Gardner (1941).
    """
    graph = nx.davis_southern_women_graph()
    women = [node for node in graph if graph.nodes[node]["bipartite"] == 0]
    events = sorted(set(graph) - set(women), key=lambda event: int(event[1:]))
    names = (*women, *events)
    edges = _ties((names.index(a), names.index(b)) for a, b in graph.edges)
    return Network("Southern Women", edges, names, np.repeat([0, 1], [len(women), len(events)]), ("woman", "event"))


def made_network(
    nodes: int = 1000,
    classes: int = 4,
    homophily: float = 0.7,
    mean_degree: float = 8.0,
    interests: int = 40,
    seed: int = 0,
) -> Network:
    """A made social network: groups, a few very popular people, and interests that hint at the group.

    Degree-corrected blocks (Karrer and Newman, 2011): each person has a popularity, drawn from a power law with
    exponent 2.5 and cut at 20 times the smallest. Each tie starts at one person (everyone once, then by
    popularity) and ends, by popularity, in the same group with probability ``homophily``, in another otherwise.
    Every interest is held by 20 % of the people, and by 35 % in the one group it is typical of.

    Args:
        nodes: how many people, at least 10 for each class; the groups are equally large, up to one.
        classes: how many groups, at least 2.
        homophily: probability that a tie stays in the group, 0 to 1; ``1 / classes`` means that ties ignore groups.
        mean_degree: ties of a person on average, 2 to nodes / 20.
        interests: how many, at least one for each class.
        seed: a whole number, 0 or more.
    Returns: a network with (nodes, interests) float32 features of 0 and 1.
    Raises: CourseError for an argument out of range.
    """
    if classes < 2 or nodes < 10 * classes or interests < classes:
        got = f"got {classes} classes, {nodes} nodes, {interests} interests"
        raise CourseError(f"a network needs 2 classes, 10 nodes and one interest for each class, or more; {got}")
    if not 0 <= homophily <= 1:
        raise CourseError(f"homophily must be from 0 to 1; got {homophily!r}")
    if not 2 <= mean_degree <= nodes / 20:
        raise CourseError(f"mean_degree must be from 2 to nodes / 20 = {nodes / 20:g}; got {mean_degree!r}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(nodes) % classes)
    popularity = np.minimum((1 - rng.random(nodes)) ** (-1 / 1.5), 20.0)
    edges = _block_ties(labels, popularity, homophily, round(nodes * mean_degree / 2), rng)
    typical = np.arange(interests) % classes
    features = (rng.random((nodes, interests)) < 0.2 + 0.15 * (typical == labels[:, None])).astype("float32")
    names, groups = tuple(map(str, range(nodes))), tuple(f"group {group}" for group in range(classes))
    return Network("made social network", edges, names, labels, groups, features)


#: The card of the network that :func:`made_network` makes with its default parameters.
CARD = Card(
    name="social_network",
    title="A made social network",
    stages=(9,),
    source="made",
    origin="graphs.social.made_network: degree-corrected blocks (B. Karrer and M. Newman, 2011) with attributes",
    licence="MIT, as the course",
    shapes={"edges": (4000, 2), "labels": (1000,), "features": (1000, 40)},
    values="edges int64 node numbers, lower first; labels int64 0 to 3; features float32 0 or 1",
    split="none: a lesson draws its own, many times",
    bytes=4000 * 2 * 8 + 1000 * 8 + 1000 * 40 * 4,
    checksum="4d94d5b4dcdaf6a2c193c2ac5d965416a56fa343c20264fb1cfda3af68afecd6",
)

# The publisher states no digests: these are of the files from which the results of stage 9 were made.
_PLANETOID = "https://raw.githubusercontent.com/kimiyoung/planetoid/master/data/"
_CORA = (
    ("ind.cora.allx", "9419ba2f26f5c35243db64aba110e0f35a04851609e0dc5433450676ca6b8543", 257305),
    ("ind.cora.ally", "2b998f5cc7fedc86e7f97ca2498f47a1ffc1462c29e2d578b23bf3f62b6e7d71", 47959),
    ("ind.cora.graph", "58f13302f39dde8852dad6fe6d15b89b077b6d7f837626bce671ef80344b383d", 59847),
    ("ind.cora.test.index", "297ce89af2b51a6a194181c7dbe1796c6a1cf9cd9349a88383b1b1e227867875", 5000),
    ("ind.cora.tx", "b9afbaa4a400df991f6f02ef677e1e44da55ffc04801fd02f9e673987829226a", 148025),
    ("ind.cora.ty", "41f5ac76596a1699cc33f53084a2419e92961c42bb75f36fc38e616d348532ad", 28135),
    ("ind.cora.x", "23cfa55d91c6f624233f5eb7b6e3f141f1bd2b2ae39608a63cf5d084bb27baab", 22119),
    ("ind.cora.y", "94465c14eb53e04ca262198dcbb2521ee8af60fb3f3d546cd6ca24a511b0e7d1", 4054),
)
CARDS = (
    Card(
        name="cora",
        title="Cora: papers that cite each other",
        stages=(9,),
        source="downloaded",
        origin="P. Sen and others, 2008; public split of Z. Yang, W. Cohen and R. Salakhutdinov, 2016, github.com/kimiyoung/planetoid",
        licence="MIT, as its repository states",
        shapes={"edges": (5278, 2), "labels": (2708,), "features": (2708, 1433)},
        values="edges int64 node numbers, lower first; labels int64 0 to 6; features float32, each row sums to 1",
        split="the public one: 140 papers to train on, 500 to choose by, 1,000 to test on",
        bytes=sum(size for *_, size in _CORA),
        files=tuple(File(_PLANETOID + name, digest, size, f"planetoid/{name}") for name, digest, size in _CORA),
        folder="planetoid",
    ),
    Card(
        name="facebook_pages",
        title="Facebook pages that like each other",
        stages=(9,),
        source="folder",
        origin="B. Rozemberczki, C. Allen and R. Sarkar, Multi-scale attributed node embedding, 2019, github.com/benedekrozemberczki/MUSAE",
        licence="GPL-3.0, as its repository states",
        shapes={"edges": (170823, 2), "labels": (22470,), "features": (22470, 128)},
        values="edges int64 node numbers, lower first; labels int64 0 to 3; features float32, each row of length 1",
        split="none: a lesson draws its own",
        bytes=5_149_288,
        folder="musae_facebook",
        needs=("facebook_edges.csv", "facebook_target.csv", "facebook.json"),
        get="edges, target and features of “facebook” in its repository's folder input",
    ),
)


def load(card: Card) -> Network:
    """The network of a full-size card: :func:`cora` or :func:`facebook_pages`."""
    return {"cora": cora, "facebook_pages": facebook_pages}[card.name]()


def _block_ties(labels, popularity, homophily, ties, rng) -> np.ndarray:
    """(ties, 2) distinct ties of degree-corrected blocks; everyone is the start of at least one draw."""
    members = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    cumulative = [np.cumsum(popularity[group]) for group in members]

    def draw(group: int, count: int) -> np.ndarray:  # by popularity
        spot = rng.random(count) * cumulative[group][-1]
        return members[group][np.searchsorted(cumulative[group], spot, side="right")]

    start = rng.permutation(len(labels))
    found: dict[tuple[int, int], None] = {}  # keeps the order of the draws
    while len(found) < ties:
        same = rng.random(len(start)) < homophily
        shift = rng.integers(1, len(members), len(start))
        goal = np.where(same, labels[start], (labels[start] + shift) % len(members))
        end = np.empty_like(start)
        for group in range(len(members)):
            chosen = goal == group
            end[chosen] = draw(group, chosen.sum())
        for a, b in zip(start.tolist(), end.tolist(), strict=True):
            if a != b and len(found) < ties:
                found[min(a, b), max(a, b)] = None
        group = rng.integers(0, len(members), ties)
        start = np.array([draw(g, 1)[0] for g in group[: ties - len(found) + 8]], dtype="int64")
    return _ties(found)


KINDS = ("random", "popular few", "small world", "villages")


def small_networks(count: int = 400, seed: int = 0) -> list[tuple[np.ndarray, int]]:
    """Small networks of four kinds, for classifying a whole network: ``count`` pairs of edges and kind.

    All have 24 to 40 people and, whatever the kind, twice as many ties as people, so that size and density give
    nothing away. Kind 0, "random": any two people alike (Erdős and Rényi, 1959). Kind 1, "popular few": newcomers tie
    to the popular (Barabási and Albert, 1999). Kind 2, "small world": a ring, two neighbours on each side, a tenth of
    the ties thrown elsewhere (Watts and Strogatz, 1998). Kind 3, "villages": groups of five or so, four ties out of
    five inside.

    Args:
        count: how many networks, at least 4; the kinds take turns.
        seed: a whole number, 0 or more.
    Returns: list of ((ties, 2) int64, kind); nodes are 0 to ties / 2 - 1.
    """
    if count < len(KINDS):
        raise CourseError(f"count must be at least {len(KINDS)}, one of each kind; got {count!r}")
    rng = np.random.default_rng(seed)
    made = []
    for index in range(count):
        kind, nodes, draw = index % len(KINDS), int(rng.integers(24, 41)), int(rng.integers(2**31))
        if kind == 3:
            village = rng.permutation(np.arange(nodes) % (nodes // 5))
            made.append((_block_ties(village, np.ones(nodes), 0.8, 2 * nodes, rng), kind))
            continue
        if kind == 0:
            graph = nx.gnm_random_graph(nodes, 2 * nodes, seed=draw)
        elif kind == 1:
            graph = nx.barabasi_albert_graph(nodes, 2, seed=draw)
        else:
            graph = nx.watts_strogatz_graph(nodes, 4, 0.1, seed=draw)
        missing = 2 * nodes - graph.number_of_edges()  # the popular few start with fewer ties
        spare = list(nx.non_edges(graph))
        graph.add_edges_from(spare[i] for i in rng.permutation(len(spare))[:missing])
        made.append((_ties(graph.edges), kind))
    return made


def cora() -> Network:
    """Cora with the public split: 2,708 papers, 5,278 citations, 1,433 words, 7 subjects; 140 / 500 / 1,000 nodes.

    Returns: a network; each row of features (word present or not) sums to 1, as in Kipf and Welling (2017).
    Raises: DataError where a file can't be had, is not the one expected, or holds anything but arrays and lists.
    """
    return read_cora({file.name.removeprefix("ind.cora."): fetch(file) for file in CARDS[0].files})


def read_cora(paths: dict[str, Path]) -> Network:
    """The network in Planetoid's eight files, by the end of their names: x, y, tx, ty, allx, ally, graph, test.index."""
    parts = {name: load_pickle_allowlisted(path) for name, path in paths.items() if name != "test.index"}
    test = np.array(paths["test.index"].read_text().split(), dtype="int64")
    features = np.concatenate([parts["allx"].toarray(), parts["tx"].toarray()]).astype("float32")
    labels = np.concatenate([parts["ally"], parts["ty"]]).argmax(axis=1)
    order = np.sort(test)  # the test rows are stored in the order of test.index
    features[test], labels[test] = features[order].copy(), labels[order].copy()
    features /= np.maximum(features.sum(axis=1, keepdims=True), 1)
    edges = _ties((a, b) for a, others in parts["graph"].items() for b in others if a != b)
    train = len(parts["y"])
    splits = {"train": np.arange(train), "validation": np.arange(train, train + 500), "test": order}
    subjects = ("theory", "reinforcement learning", "genetic algorithms", "neural networks",
                "probabilistic methods", "case based", "rule learning")  # fmt: skip
    names = tuple(map(str, range(len(labels))))
    return Network("Cora", edges, names, labels.astype("int64"), subjects, features, splits)


def facebook_pages() -> Network:
    """22,470 verified Facebook pages that like each other, of four kinds; 4,714 words, as (nodes, 128) features.

    The words (which of 4,714 a page uses) are packed by a seeded random projection, each row to length 1, because
    the full table takes 420 MB and only 14 words of a page are set. Source: Rozemberczki, Allen and Sarkar (2019).

    Raises: DataError where ``COURSE_DATA`` names no folder with ``musae_facebook``, or a file is missing there.
    """
    return read_facebook_pages(by_hand(CARDS[1]))


def read_facebook_pages(folder: Path) -> Network:
    """The network in a folder with facebook_edges.csv, facebook_target.csv and facebook.json."""
    edges = np.loadtxt(folder / "facebook_edges.csv", delimiter=",", skiprows=1, dtype="int64")
    with open(folder / "facebook_target.csv", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["id"]))
    words = json.loads((folder / "facebook.json").read_text(encoding="utf-8"))
    names, kinds = tuple(row["page_name"] for row in rows), tuple(sorted({row["page_type"] for row in rows}))
    labels = np.array([kinds.index(row["page_type"]) for row in rows], dtype="int64")
    width = 1 + max(max(held, default=0) for held in words.values())
    projection = np.random.default_rng(0).standard_normal((width, 128)).astype("float32")
    features = np.zeros((len(rows), 128), dtype="float32")
    for node, held in words.items():
        features[int(node)] = projection[held].sum(axis=0)
    features /= np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-6)
    return Network("Facebook pages", _ties(edges[edges[:, 0] != edges[:, 1]].tolist()), names, labels, kinds, features)


def _ties(pairs) -> np.ndarray:
    """(ties, 2) int64, each once, lower node first, in rising order."""
    unique = sorted({(min(a, b), max(a, b)) for a, b in pairs})
    return np.array(unique, dtype="int64").reshape(-1, 2)
