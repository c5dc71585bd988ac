"""Moving figures: what a pair shares, what the renderer draws, which figures appear, and JHMDB's skeletons."""

import pickle

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets.cards import DataError
from course_utils.vision import actions, jhmdb
from course_utils.vision.actions import ACTIONS, JOINTS, PAIRS

AT = {name: place for place, name in enumerate(JOINTS)}


def one(action, figure=0, frames=24, seed=0):
    return actions.motion(action, [figure], frames, seed)[0]


class TestMotion:
    @pytest.mark.parametrize(("first", "second"), PAIRS)
    def test_the_second_of_a_pair_is_the_first_backwards(self, first, second):
        there = actions.motion(first, [3, 5, 41], 8, seed=4)
        back = actions.motion(second, [3, 5, 41], 8, seed=4)
        np.testing.assert_array_equal(back, there[:, ::-1])
        assert not np.array_equal(back, there)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_bones_keep_their_lengths(self, action):
        joints = one(action)
        for start, end in (("left_hip", "left_knee"), ("right_knee", "right_ankle"), ("left_shoulder", "left_elbow"),
                           ("right_elbow", "right_wrist"), ("belly", "neck")):  # fmt: skip
            length = np.linalg.norm(joints[:, AT[start]] - joints[:, AT[end]], axis=-1)
            np.testing.assert_allclose(length, length[0], rtol=1e-9)

    @pytest.mark.parametrize("action", [a for a in ACTIONS if a != "jump"])
    def test_a_foot_is_always_on_the_ground(self, action):
        lowest = one(action)[..., 2].min(axis=1)
        np.testing.assert_allclose(lowest, 0, atol=1e-9)

    def test_a_jump_leaves_the_ground_and_comes_back(self):
        lowest = one("jump")[..., 2].min(axis=1)
        assert lowest.max() > 0.1
        assert abs(lowest[0]) < 1e-9
        assert abs(lowest[-1]) < 1e-9

    def test_who_walks_forward_goes_where_the_toes_point(self):
        for action, sign in (("walk forward", 1), ("walk backward", -1), ("run", 1)):
            joints = one(action)
            belly = joints[:, AT["belly"], 0]
            toes = joints[:, AT["left_toe"], 0] - joints[:, AT["left_ankle"], 0]
            assert sign * (belly[-1] - belly[0]) > 0.1, action
            assert toes.mean() > 0, action

    def test_sitting_down_lowers_the_hips_and_raising_arms_lifts_the_wrists(self):
        hips, wrists = one("sit down")[:, AT["left_hip"], 2], one("raise arms")[:, AT["left_wrist"], 2]
        assert hips[0] - hips[-1] > 0.15
        assert wrists[-1] - wrists[0] > 0.4

    def test_a_figure_keeps_its_proportions_and_figures_differ(self):
        def thigh(joints):
            return np.linalg.norm(joints[0, AT["left_hip"]] - joints[0, AT["left_knee"]])

        assert thigh(one("run", figure=9)) == pytest.approx(thigh(one("box", figure=9, seed=5)))
        assert len({round(thigh(one("run", figure=n)), 6) for n in range(52)}) == 52

    def test_no_figure_is_in_both_parts(self):
        assert not set(actions.TRAIN_FIGURES) & set(actions.TEST_FIGURES)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("fly", [0]), "no action 'fly'; the actions are walk forward"),
            (("run", []), "figures must be a list"),
            (("run", [-1]), "figures must be a list"),
            (("run", [0], 1), "at least 2 frames"),
        ],
    )
    def test_bad_input(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            actions.motion(*arguments)


class TestProject:
    JOINTS = np.eye(3)[None, None]  # one unit forward, one to the left, one up

    def test_facing_the_camera_its_left_is_to_the_right_of_the_picture(self):
        seen = actions.project(self.JOINTS, [0], [0])[0, 0]
        np.testing.assert_allclose(seen, [[0, 0, 1], [1, 0, 0], [0, -1, 0]], atol=1e-12)

    def test_turned_by_ninety_degrees_it_looks_to_the_right(self):
        seen = actions.project(self.JOINTS, [90], [0])[0, 0]
        np.testing.assert_allclose(seen, [[1, 0, 0], [0, 0, -1], [0, -1, 0]], atol=1e-12)

    def test_lengths_are_kept(self):
        joints = np.random.default_rng(0).normal(size=(4, 3, 17, 3))
        seen = actions.project(joints, [10, -50, 130, 0], [0, 10, 15, 40])
        np.testing.assert_allclose(np.linalg.norm(seen, axis=-1), np.linalg.norm(joints, axis=-1))

    def test_refuses_shapes_that_do_not_fit(self):
        with pytest.raises(ValueError, match="yaw and tilt"):
            actions.project(self.JOINTS, [0, 1], [0])


def nearest(size, start, end, radius):
    """The picture of one bone, pixel by pixel: an independent reference."""
    picture = np.zeros((size, size))
    for row in range(size):
        for column in range(size):
            point, line = np.array([column, row]) - start, end - start
            along = np.clip(point @ line / max(line @ line, 1e-6), 0, 1)
            picture[row, column] = np.clip(0.5 + radius - np.linalg.norm(point - along * line), 0, 1)
    return picture


class TestRender:
    def test_every_bone_as_a_line_with_round_ends(self):
        joints = np.random.default_rng(1).uniform(2, 14, (17, 2))
        bones = [nearest(16, joints[a], joints[b], max(16 * thickness, 0.45)) for a, b, thickness in actions._BONES]
        np.testing.assert_allclose(actions.render(joints, 16, 16.0), np.max(bones, axis=0), atol=2e-3)

    def test_what_is_nearer_is_brighter(self):
        flat = np.tile([8.0, 8.0, 0.0], (15, 1))
        near, far = np.add(flat, [0, 0, 2]), np.subtract(flat, [0, 0, 2])
        assert actions.render(near, 16, 12.0).max() > actions.render(far, 16, 12.0).max()

    def test_moves_with_the_joints(self):
        joints = np.random.default_rng(2).uniform(6, 12, (15, 2))
        shifted = actions.render(np.add(joints, [1, 2]), 24, 14.0)
        np.testing.assert_allclose(shifted[2:, 1:], actions.render(joints, 24, 14.0)[:-2, :-1], atol=1e-5)

    def test_many_at_once_are_the_same_as_one_by_one(self):
        joints = np.random.default_rng(3).uniform(0, 24, (5, 70, 17, 3))
        scale = np.random.default_rng(4).uniform(10, 20, (5, 70))
        together = actions.render(joints, 24, scale)
        np.testing.assert_array_equal(together[3, 41], actions.render(joints[3, 41], 24, scale[3, 41]))
        assert together.dtype == np.float32
        assert together.shape == (5, 70, 24, 24)

    @pytest.mark.parametrize("shape", [(15,), (16, 2), (15, 4)])
    def test_refuses_other_joints(self, shape):
        with pytest.raises(ValueError, match="15 or 17, 2 or 3"):
            actions.render(np.zeros(shape))

    def test_refuses_what_is_not_finite(self):
        with pytest.raises(ValueError, match="not finite"):
            actions.render(np.full((15, 2), np.nan))


class TestClips:
    def test_shapes_types_and_equal_shares(self):
        x, y = actions.clips(33, frames=5, size=16, seed=1)
        assert (x.shape, x.dtype, y.dtype) == ((33, 5, 16, 16, 1), np.uint8, np.int64)
        assert np.bincount(y).tolist() == [3] * 11

    def test_the_seed_decides(self):
        a, b, c = (actions.clips(22, seed=seed)[0] for seed in (0, 0, 1))
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)

    def test_the_figure_stays_in_the_picture(self):
        x, _ = actions.clips(220, noise=0, seed=2)
        edge = np.concatenate([x[:, :, 0].ravel(), x[:, :, :, 0].ravel(), x[:, :, :, -1].ravel()])
        behind = x.min(axis=(1, 2, 3, 4), keepdims=True)
        inked = (x > behind + 40).sum()
        at_edge = sum((part > behind[:, :, 0] + 40).sum() for part in (x[:, :, 0], x[:, :, :, 0], x[:, :, :, -1]))
        assert edge.size
        assert at_edge < 0.01 * inked

    def test_a_pair_has_the_same_frames_in_another_order(self):
        """Noise aside, the mean picture of many clips is the same for both, whatever the frame's place."""
        x, y = actions.clips(600, noise=0, seed=3, actions=("sit down", "stand up"))
        means = [x[y == label].mean(axis=(0, 1)) for label in (0, 1)]
        assert np.abs(means[0] - means[1]).max() < 12  # of 255, and the figure's own contrast is over 100
        first = [x[y == label][:, 0].mean(axis=0) for label in (0, 1)]
        assert np.abs(first[0] - first[1]).max() > 25

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"samples": 5}, "at least one an action, 11; got 5"),
            ({"samples": 11, "size": 4}, "size must be at least 12"),
            ({"samples": 11, "noise": 2}, "noise must be 0 to 0.5"),
            ({"samples": 11, "actions": ("run", "fly")}, "no action 'fly'"),
        ],
    )
    def test_bad_input(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            actions.clips(**arguments)

    def test_load_takes_other_figures_for_the_test(self, monkeypatch):
        asked = []
        monkeypatch.setattr(actions, "clips", lambda n, *rest, seed: asked.append((n, *rest, seed)) or ([], []))
        actions.load(actions.CARDS[0], seed=3)
        assert asked == [(1650, range(40), 8, 24, 6), (1100, range(40, 52), 8, 24, 7)]
        with pytest.raises(ValueError, match="seed must be 0 or more"):
            datasets.load("actions", seed=-1)


class TestJhmdb:
    POSES = (np.random.default_rng(0).uniform(0, 1, (20, 15, 2)), np.random.default_rng(1).uniform(-3, 9, (15, 15, 2)))

    def written(self, path, content):
        path.write_bytes(pickle.dumps(content, protocol=2))
        return path

    def test_reads_poses_and_numbers(self, tmp_path):
        file = self.written(tmp_path / "a.pkl", {"pose": list(self.POSES), "label": ["walk", "catch"]})
        poses, labels = jhmdb.read(file)
        assert labels.tolist() == [12, 0]
        np.testing.assert_array_equal(poses[1], self.POSES[1])

    @pytest.mark.parametrize(
        "content",
        [
            {"pose": list(POSES), "label": ["walk", "swim"]},
            {"pose": list(POSES), "label": ["walk"]},
            {"pose": [np.zeros((4, 14, 2))], "label": ["walk"]},
            {"label": ["walk"]},
            [1, 2],
        ],
    )
    def test_refuses_other_content(self, tmp_path, content):
        with pytest.raises(DataError, match="does not hold"):
            jhmdb.read(self.written(tmp_path / "a.pkl", content))

    def test_a_pickle_that_calls_something_is_refused(self, tmp_path):
        with pytest.raises(DataError, match="asks for"):
            jhmdb.read(self.written(tmp_path / "a.pkl", {"pose": print, "label": []}))

    def test_a_clip_fills_its_picture_whatever_the_unit(self):
        x = jhmdb.draw(list(self.POSES), frames=6, size=24)
        assert (x.shape, x.dtype) == ((2, 6, 24, 24, 1), np.uint8)
        np.testing.assert_array_equal(x, jhmdb.draw([100 * pose + 7 for pose in self.POSES], 6, 24))
        rows = np.flatnonzero(x[0, ..., 0].max(axis=(0, 2)))
        assert 15 < rows[-1] - rows[0] <= 23

    def test_frames_are_taken_at_equal_distances(self):
        x = jhmdb.draw([self.POSES[0]], frames=20, size=24)
        np.testing.assert_array_equal(jhmdb.draw([self.POSES[0]], frames=2, size=24)[0, 1].shape, x[0, 19].shape)
        still = jhmdb.draw([np.repeat(self.POSES[0][:1], 9, axis=0)], frames=4, size=24)
        assert (still == still[:, :1]).all()

    def test_bad_input(self):
        with pytest.raises(ValueError, match="frames must be at least 2"):
            jhmdb.draw(list(self.POSES), frames=1)
        with pytest.raises(ValueError, match="films 1; got 16, 32, 0"):
            jhmdb.draw([])
