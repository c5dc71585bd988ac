"""Networks of people: the real ones against networkx, the made one against what it promises, the readers on small files."""

import json
import os
import pickle
from collections import defaultdict

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.datasets.cards import DataError
from course_utils.graphs import social


def inside(net) -> float:
    return float((net.labels[net.edges[:, 0]] == net.labels[net.edges[:, 1]]).mean())


def test_karate_club_is_zacharys():
    net = social.karate_club()
    assert net.nodes == 34
    assert len(net.edges) == 78
    assert np.bincount(net.labels).tolist() == [17, 17]
    assert net.labels[0] == 0
    assert net.labels[33] == 1
    assert net.labels[8] == 0
    assert (net.adjacency() == nx.to_numpy_array(nx.karate_club_graph(), weight=None)).all()


def test_les_miserables_ties_are_between_the_names_networkx_ties():
    net = social.les_miserables()
    original = {frozenset(edge) for edge in nx.les_miserables_graph().edges}
    assert {frozenset((net.names[a], net.names[b])) for a, b in net.edges} == original
    assert net.names == tuple(sorted(net.names))
    assert net.nodes == 77


def test_southern_women_has_ties_between_women_and_events_only():
    net = social.southern_women()
    assert np.bincount(net.labels).tolist() == [18, 14]
    assert len(net.edges) == 89
    assert (net.labels[net.edges] == [0, 1]).all()
    assert net.names[18:] == tuple(f"E{i}" for i in range(1, 15))


@pytest.mark.parametrize(
    "make", [social.karate_club, social.les_miserables, social.southern_women, social.made_network]
)
def test_ties_are_listed_once_lower_first_in_order(make):
    edges = make().edges
    assert edges.dtype == np.int64
    assert (edges[:, 0] < edges[:, 1]).all()
    assert edges.tolist() == sorted(edges.tolist())
    assert len({tuple(e) for e in edges.tolist()}) == len(edges)


@pytest.mark.parametrize("homophily", [0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0])
def test_share_of_ties_inside_a_group_is_the_homophily_asked_for(homophily):
    shares = [inside(social.made_network(homophily=homophily, seed=seed)) for seed in range(3)]
    assert abs(np.mean(shares) - homophily) < 0.025  # popular pairs meet twice and count once, which costs a little


@settings(max_examples=15, deadline=None)
@given(st.integers(60, 200), st.integers(2, 4), st.floats(0, 1), st.integers(0, 1000))
def test_made_network_keeps_what_it_promises(nodes, classes, homophily, seed):
    net = social.made_network(nodes, classes, homophily, mean_degree=3, seed=seed)
    degree = np.bincount(net.edges.ravel(), minlength=nodes)
    assert len(net.edges) == round(nodes * 1.5)
    assert degree.sum() == 2 * len(net.edges)
    sizes = np.bincount(net.labels)
    assert len(sizes) == classes
    assert np.ptp(sizes) <= 1
    assert net.features.shape == (nodes, 40)
    assert set(np.unique(net.features)) <= {0, 1}


def test_made_network_is_the_same_for_the_same_seed_and_another_for_another():
    one, same, other = (social.made_network(seed=seed) for seed in (5, 5, 6))
    assert (one.edges == same.edges).all()
    assert (one.features == same.features).all()
    assert one.edges.shape == other.edges.shape
    assert (one.edges != other.edges).any()


def test_popular_people_and_typical_interests():
    net = social.made_network(nodes=2000, seed=1)
    degree = np.bincount(net.edges.ravel(), minlength=2000)
    assert degree.max() > 6 * degree.mean()  # a Poisson network of this size stays below three times
    typical = np.arange(40) % 4 == net.labels[:, None]
    assert abs(net.features[typical].mean() - 0.35) < 0.02
    assert abs(net.features[~typical].mean() - 0.20) < 0.02


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": 1}, "2 classes"),
        ({"nodes": 30}, "10 nodes"),
        ({"interests": 3}, "one interest"),
        ({"homophily": 1.2}, "homophily"),
        ({"homophily": float("nan")}, "homophily"),
        ({"mean_degree": 1}, "mean_degree"),
        ({"mean_degree": 80}, "nodes / 20"),
    ],
)
def test_made_network_refuses_what_it_cannot_make(options, message):
    with pytest.raises(ValueError, match=message):
        social.made_network(**options)


def test_small_networks_have_the_same_density_whatever_their_kind():
    made = social.small_networks(40, seed=3)
    assert [kind for _, kind in made] == [i % 4 for i in range(40)]
    for edges, _ in made:
        nodes = len(edges) // 2
        assert 24 <= nodes <= 40
        assert len(edges) == 2 * nodes
        assert edges.max() < nodes
        assert len({tuple(e) for e in edges.tolist()}) == len(edges)
        assert (edges[:, 0] < edges[:, 1]).all()


def test_kinds_of_small_networks_differ_as_described():
    made = social.small_networks(200, seed=1)
    top = [np.mean([np.bincount(e.ravel()).max() for e, k in made if k == kind]) for kind in range(4)]
    triangles = [np.mean([nx.transitivity(nx.Graph(e.tolist())) for e, k in made if k == kind]) for kind in range(4)]
    assert top[1] > 1.5 * top[0]
    assert min(triangles[2:]) > 2 * triangles[0]


def test_dense_adjacency_of_a_large_network_is_refused():
    many = social.Network("many", np.array([[0, 1]]), (), np.zeros(10_001, "int64"), ("a",))
    with pytest.raises(ValueError, match=r"10,001 nodes.*use edges"):
        many.adjacency()


def test_pages_that_are_not_there_are_said_to_be_missing(monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    with pytest.raises(DataError, match="COURSE_DATA"):
        social.facebook_pages()


CORA_FILES = ("x", "y", "tx", "ty", "allx", "ally", "graph", "test.index")


class Evil:
    def __reduce__(self):
        return os.system, ("echo unwanted > unwanted.txt",)


def test_cora_is_put_together_as_published(tmp_path):
    """Six papers: two to train on, then two, then two to test on, whose rows are stored in another order."""
    rows = {"x": [0, 1], "allx": [0, 1, 2, 3], "tx": [5, 4]}
    for name, numbers in rows.items():
        words, subject = np.eye(7)[numbers] * 2, np.eye(7, dtype="int32")[numbers]
        (tmp_path / f"ind.cora.{name}").write_bytes(pickle.dumps(scipy.sparse.csr_matrix(words), 2))
        (tmp_path / f"ind.cora.{name.replace('x', 'y')}").write_bytes(pickle.dumps(subject, 2))
    ties = defaultdict(list, {0: [1, 5], 1: [0, 1], 5: [0]})
    python_2 = pickle.dumps(ties, 2).replace(b"cbuiltins\nlist", b"c__builtin__\nlist")  # as Python 2 names it
    (tmp_path / "ind.cora.graph").write_bytes(python_2)
    (tmp_path / "ind.cora.test.index").write_text("5\n4\n")
    net = social.read_cora({name: tmp_path / f"ind.cora.{name}" for name in CORA_FILES})
    assert net.labels.tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(net.features, np.eye(7)[:6])
    assert net.edges.tolist() == [[0, 1], [0, 5]]  # no paper cites itself
    assert net.splits["train"].tolist() == [0, 1]
    assert net.splits["test"].tolist() == [4, 5]


def test_cora_runs_nothing_that_hides_in_a_pickle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in CORA_FILES:
        (tmp_path / f"ind.cora.{name}").write_bytes(pickle.dumps(Evil(), 2))
    with pytest.raises(DataError, match="does not allow"):
        social.read_cora({name: tmp_path / f"ind.cora.{name}" for name in CORA_FILES})
    assert not (tmp_path / "unwanted.txt").exists()


def test_the_card_is_of_the_network_that_is_made():
    net, card = social.made_network(), social.CARD
    made = {"edges": net.edges, "labels": net.labels, "features": net.features}
    assert {name: array.shape for name, array in made.items()} == card.shapes
    assert sum(array.nbytes for array in made.values()) == card.bytes
    assert net.checksum() == card.checksum


def test_facebook_pages_are_read_as_published(tmp_path):
    (tmp_path / "facebook_edges.csv").write_text("id_1,id_2\n0,2\n2,1\n1,1\n2,0\n")
    (tmp_path / "facebook_target.csv").write_text(
        'id,facebook_id,page_name,page_type\n1,12,"One, two",tvshow\n0,11,中国,company\n2,13,C,tvshow\n',
        encoding="utf-8",
    )
    (tmp_path / "facebook.json").write_text(json.dumps({"0": [1, 3], "1": [3, 1], "2": []}))
    net = social.read_facebook_pages(tmp_path)
    assert net.edges.tolist() == [[0, 2], [1, 2]]  # no page likes itself, and a mutual like is one tie
    assert net.classes == ("company", "tvshow")
    assert net.labels.tolist() == [0, 1, 1]
    assert net.names == ("中国", "One, two", "C")
    np.testing.assert_allclose(net.features[0], net.features[1])
    np.testing.assert_allclose(np.linalg.norm(net.features, axis=1), [1, 1, 0], atol=1e-6)


MIRROR = os.environ.get("COURSE_DATA", "")


@pytest.mark.slow
@pytest.mark.skipif(
    not os.path.isdir(os.path.join(MIRROR, "planetoid")), reason="COURSE_DATA holds no planetoid folder"
)
def test_real_cora_has_the_published_figures():
    net = social.cora()
    assert net.nodes == 2708
    assert len(net.edges) == 5278
    assert net.features.shape == (2708, 1433)
    assert np.bincount(net.labels).tolist() == [351, 217, 418, 818, 426, 298, 180]
    assert {name: len(part) for name, part in net.splits.items()} == {"train": 140, "validation": 500, "test": 1000}
    assert np.bincount(net.labels[net.splits["train"]]).tolist() == [20] * 7
    assert abs(inside(net) - 0.81) < 0.005  # Pei and others (2020), table 3


@pytest.mark.slow
@pytest.mark.skipif(
    not os.path.isdir(os.path.join(MIRROR, "musae_facebook")), reason="COURSE_DATA holds no musae_facebook folder"
)
def test_real_facebook_pages_have_the_published_figures():
    net = social.facebook_pages()
    assert net.nodes == 22_470
    assert len(net.classes) == 4
    assert 170_000 < len(net.edges) <= 171_002
