"""Figures of networks and of scores: every node and tie is drawn, names cover nothing, means are means."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt

from course_utils.graphs import figures, social


def test_layout_puts_friends_nearer_than_strangers():
    net = social.karate_club()
    places = figures.layout(net.edges, net.nodes)
    distance = np.linalg.norm(places[:, None] - places[None, :], axis=-1)
    tied = net.adjacency() > 0
    strangers = ~tied & ~np.eye(34, dtype=bool)
    assert distance[tied].mean() < 0.6 * distance[strangers].mean()
    assert (figures.layout(net.edges, net.nodes) == places).all()


def test_a_single_node_lies_in_the_middle_and_is_drawn():
    nobody = np.empty((0, 2), dtype="int64")
    places = figures.layout(nobody, 1)
    np.testing.assert_array_equal(places, [[0, 0]])
    figure = figures.networks({"alone": {"values": np.array([1.0])}}, nobody, places, "one node", names={0: "a"})
    np.testing.assert_array_equal(figure.axes[0].collections[1].get_offsets(), [[0, 0]])
    assert [text.get_text() for text in figure.axes[0].texts] == ["a"]
    figure.canvas.draw()
    plt.close(figure)


def test_layout_leaves_room_for_every_mark():
    for net in (social.karate_club(), social.les_miserables()):
        places = figures.layout(net.edges, net.nodes)
        distance = np.linalg.norm(places[:, None] - places[None, :], axis=-1)
        np.fill_diagonal(distance, np.inf)
        assert distance.min() > 0.4 / np.sqrt(net.nodes)
        assert np.abs(places).max() == pytest.approx(1)


def test_names_beside_nodes_cover_no_node_and_no_other_name():
    figure, axes = plt.subplots(figsize=(4, 4))
    places = np.array([[0, 0], [0.5, 0], [1, 0], [0.5, 0.1], [0.5, 1]])
    figures.network(axes, [(0, 1)], places, sizes=40)
    figures.label_beside(axes, places, {0: "Anna", 1: "Bert", 3: "Carl"}, 40)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == ["Anna", "Bert", "Carl"]
    assert not any(boxes[a].overlaps(boxes[b]) for a in range(3) for b in range(a))
    nodes = axes.transData.transform(places)
    assert not any(box.contains(*node) for box in boxes for node in nodes)
    plt.close(figure)


def test_networks_draw_a_panel_for_each_drawing():
    drawings = {name: {"values": np.arange(3.0)} for name in "abc"}
    figure = figures.networks(drawings, [(0, 1), (1, 2)], np.eye(3)[:, :2], "the finding", columns=2)
    shown = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left") or axes.get_title() for axes in shown] == ["a", "b", "c"]
    assert all(len(axes.collections[0].get_segments()) == 2 for axes in shown)
    plt.close(figure)


def test_score_lines_draw_the_mean_and_the_range_over_splits():
    figure, axes = plt.subplots()
    figures.score_lines(axes, [1, 2], {"a": [[0.2, 0.4], [0.6, 1.0]], "b": [0.5, 0.5]}, "x", "y", chance=0.25)
    lines = {line.get_label(): line.get_ydata() for line in axes.lines}
    np.testing.assert_allclose(lines["a"], [0.3, 0.8])
    np.testing.assert_allclose(lines["b"], [0.5, 0.5])
    corners = axes.collections[0].get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (0.2, 1.0)
    plt.close(figure)


def test_network_draws_every_tie_and_node():
    figure, axes = plt.subplots()
    figures.network(axes, [(0, 1), (1, 2)], np.eye(3)[:, :2], labels=[0, 1, -1], names={2: "c"}, ringed=[0])
    assert len(axes.collections[0].get_segments()) == 2
    assert sum(len(c.get_offsets()) for c in axes.collections[1:]) == 3 + 1
    assert [t.get_text() for t in axes.texts] == ["c"]
    with pytest.raises(ValueError, match="node 5 has no place"):
        figures.network(axes, [(0, 5)], np.eye(3)[:, :2])
    plt.close(figure)


def test_score_strip_writes_the_means():
    figure = figures.score_strip({"a": [0.5, 0.7], "b": [0.9]}, "b above a")
    assert [t.get_text() for t in figure.axes[0].texts] == ["mean 0.60", "mean 0.90"]
    plt.close(figure)
